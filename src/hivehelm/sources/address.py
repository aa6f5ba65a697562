"""Addresses of charts: made absolute, compared, and shown without what is secret in them."""

from __future__ import annotations

from hivehelm.sources.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.golang.url import URL

_PORTS = {"http": "80", "https": "443"}


def absolute(base: str, reference: str) -> str:
    """Return the URL that `reference` means in the index of the repository at `base`.

    The query of `base` goes along, as access to it may depend on that (`repo.ResolveReferenceURL`).

    Raises:
        SourceError: one of them is no URL.
    """
    wanted = _parsed(reference)
    if wanted.scheme:
        return reference
    url = _parsed(base)
    url.raw_path = url.raw_path.removesuffix("/") + "/"
    url.path = url.path.removesuffix("/") + "/"
    found = url.resolve(wanted)
    found.query = url.query
    return str(found)


def _parsed(text: str) -> URL:
    from hivehelm.golang.url import URLError, parse

    try:
        return parse(text)
    except URLError as error:
        from hivehelm.golang.fmt import quote

        # Go's error has the whole text, with the password in it.
        shown = without_password(text)
        raise SourceError(f"failed to parse {shown} as URL: parse {quote(shown)}: {error.problem}") from None


def same_origin(one: str, other: str) -> bool:
    """Tell whether two URLs are of one scheme, host and port: what is for one may be sent to the other."""
    from hivehelm.golang.url import URLError, parse

    try:
        left, right = parse(one), parse(other)
    except URLError:
        return False
    return (left.scheme, left.hostname(), _port(left)) == (right.scheme, right.hostname(), _port(right))


def _port(url: URL) -> str:
    port = url.host.removeprefix(url.host.partition("]")[0] if url.host.startswith("[") else "")
    return port.rpartition(":")[2] if ":" in port else _PORTS.get(url.scheme, "")


def without_password(url: str) -> str:
    """Return an address without what may be a password in it."""
    before, at, after = url.rpartition("@")
    scheme, slashes, _ = before.partition("://")
    return f"{scheme}{slashes}***@{after}" if at and slashes and "/" not in before[len(scheme) + 3 :] else url
