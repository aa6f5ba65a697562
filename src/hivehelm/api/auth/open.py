"""No credentials at all, on this machine only: for trying, and for tests."""

from __future__ import annotations

from urllib.parse import urlsplit

from hivehelm.api.auth.errors import StrangeOriginError
from hivehelm.api.auth.identity import ADMIN, Identity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.requests import HTTPConnection


def is_loopback(host: str) -> bool:
    """Tell whether a host, a name or an address without a port, can only be this machine."""
    from ipaddress import ip_address

    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):  # RFC 6761, 6.3
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


class Open:
    """Lets everyone in who is on this machine, as an admin, but no web page that a browser here shows.

    A page of another site may have a browser send requests here, and with a name that it lets point here it
    may read the answers, too (DNS rebinding). So the Host must be one of loopback, and an Origin that one.
    """

    def __init__(self, name: str = "anonymous") -> None:
        self._identity = Identity(name=name, role=ADMIN, method="none")

    async def identify(self, request: HTTPConnection) -> Identity:
        """Return the caller, always the same.

        Raises:
            StrangeOriginError: the request comes from a page of another site, or names another host.
        """
        headers = request.headers
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not is_loopback(_host(hosts[0])):
            raise StrangeOriginError(
                "without credentials, requests must name this machine as their host: localhost or 127.0.0.1"
            )
        origins = headers.getlist("origin")
        if any(origin != f"{request.scope['scheme']}://{hosts[0]}" for origin in origins):
            raise StrangeOriginError("without credentials, requests from pages of other sites are refused")
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise StrangeOriginError("without credentials, requests from pages of other sites are refused")
        return self._identity

    def knows_already(self, request: HTTPConnection) -> bool:
        """Tell that nothing is tried here."""
        return True


def _host(netloc: str) -> str:
    """Return a Host header without its port; "" for what is none."""
    try:
        split = urlsplit(f"//{netloc}")
        _ = split.port
    except ValueError:
        return ""
    return split.hostname or "" if split.netloc == netloc and "@" not in netloc else ""
