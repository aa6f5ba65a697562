"""Which charts a client may name: never files of the server, and no address of its neighbourhood."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hivehelm.errors import HivehelmError
from hivehelm.http.near import is_near

if TYPE_CHECKING:
    from hivehelm.api.services import Services

_SEGMENT: Final = r"[A-Za-z0-9][A-Za-z0-9._+-]*"
_NAME: Final = re.compile(_SEGMENT)
_IN_REPOSITORY: Final = re.compile(rf"{_SEGMENT}(/{_SEGMENT})+")
_OCI: Final = re.compile(r"oci://[A-Za-z0-9._\[\]:-]+(/[A-Za-z0-9._-]+)*(:[\w.+-]+)?(@sha256:[0-9a-f]+)?")


class NotAReferenceError(HivehelmError):
    """A text names no chart that this server fetches for others; `reference` is what it says."""

    def __init__(self, reference: str, reason: str) -> None:
        from hivehelm.golang.fmt import quote
        from hivehelm.sources.address import without_password

        shown = without_password(reference[:200])
        super().__init__(f"invalid chart reference {quote(shown)}: {reason}")
        self.reference = reference
        self.reason = reason


class References:
    """The rules of one server. `urls` allows archives by URL; `local` addresses of this machine, too."""

    def __init__(self, *, urls: bool = True, local: bool = False) -> None:
        self._urls = urls
        self._local = local

    @classmethod
    def of(cls, services: Services) -> References:
        """Return the rules of a server, which its site holds to as well when it fetches."""
        return cls(urls=services.chart_urls, local=not services.site.stores.outward)

    def check(self, chart: str, repository: str = "") -> tuple[str, str]:
        """Return a chart and the URL of its repository as `Site.find` takes them; it may ask a name server.

        A `repository` that is a name goes in front of the chart.

        Raises:
            NotAReferenceError: it is a path, or leads where nobody may go.
        """
        if repository and _NAME.fullmatch(repository):
            chart, repository = f"{repository}/{chart}", ""
        if repository:
            if not _NAME.fullmatch(chart):
                raise NotAReferenceError(chart, "with a repository's URL it must be a chart's name")
            self.check_url(repository, ("http", "https", "oci"))
            return chart, repository
        if "://" not in chart:
            if not (_NAME.fullmatch(chart) or _IN_REPOSITORY.fullmatch(chart)):
                raise NotAReferenceError(
                    chart, "it must be a chart's name, REPOSITORY/CHART or a URL; paths are not for clients"
                )
            return chart, ""
        if chart.startswith("oci://"):
            if not _OCI.fullmatch(chart):
                raise NotAReferenceError(chart, "it is no reference to a registry")
            self.check_url(chart, ("oci",))
        else:
            if not self._urls:
                raise NotAReferenceError(chart, "archives are not fetched by URL here")
            self.check_url(chart, ("http", "https"))
        return chart, ""

    def check_url(self, url: str, schemes: tuple[str, ...]) -> None:
        """Make sure that a URL leads to another machine, by a way that is known.

        Every address of its host counts. One whose name cannot be resolved passes: it cannot be fetched from.

        Raises:
            NotAReferenceError: it does not.
        """
        from urllib.parse import urlsplit

        try:
            split = urlsplit(url)
            host, port = split.hostname, split.port
        except ValueError:
            raise NotAReferenceError(url, "it is no URL") from None
        if (
            split.scheme not in schemes
            or not host
            or any(letter <= " " or letter == "\x7f" for letter in url)
        ):
            shown = ", ".join(f"{scheme}://" for scheme in schemes)
            raise NotAReferenceError(url, f"it must start with {shown} and name a host")
        if split.username is not None or split.password is not None:
            raise NotAReferenceError(url, "credentials belong to a repository, not into a URL")
        if not self._local and any(map(is_near, _addresses(host, port))):
            raise NotAReferenceError(
                url, "it leads to this machine or its link; the operator can allow that (--allow-local-urls)"
            )


def _addresses(host: str, port: int | None) -> list[str]:
    import socket

    try:
        found = socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(one[4][0]) for one in found]
