"""Where an answer sends us on to, and what goes along (net/http's Client)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.golang.url import URL

MAX_REDIRECTS = 10
_CODES = (301, 302, 303, 307, 308)
_PORTS = {"http": "80", "https": "443"}


def onward(status: int, location: str, method: str) -> str:
    """Return the method to go on with after an answer; empty where there is nowhere to go."""
    if status not in _CODES or not location:
        return ""
    if status in (307, 308) or method in ("GET", "HEAD"):
        return method
    return "GET"


def referer(last: URL, target: URL) -> str:
    """Return what is said of the page we come from: nothing of a secure one to one that is not."""
    if last.scheme == "https" and target.scheme == "http":
        return ""
    text = str(last)
    return text if last.user is None else text.replace(f"{last.user}@", "", 1)


def trusted(first: URL, target: URL, *, lax: bool = False) -> bool:
    """Tell whether what was meant for the server of `first` may go to that of `target`.

    It may to the same host and port, or from http to https on the same host's usual ports, never from https
    to http. `lax` is Go's rule for hosts: any port, and names below the first one's.
    """
    if first.scheme == "https" and target.scheme != "https":
        return False
    ours, theirs = first.hostname().lower(), target.hostname().lower()
    if lax:
        return ours == theirs or (":" not in theirs and theirs.endswith(f".{ours}"))
    if ours != theirs:
        return False
    return port(first) == port(target) or (port(first), port(target)) == ("80", "443")


def port(url: URL) -> str:
    """Return the port of a URL's host, its scheme's usual one if none is given."""
    name = url.host.rpartition("]")[2] if url.host.startswith("[") else url.host
    return name.rpartition(":")[2] if ":" in name and name[-1] != ":" else _PORTS.get(url.scheme, "")


def redacted(url: URL) -> str:
    """Return a URL for people to read: `***` in place of a password."""
    text = str(url)
    if url.user is None or url.user.password is None:
        return text
    return text.replace(f"{url.user}@", f"{url.user.name}:***@", 1)


def masked(text: str) -> str:
    """Return what may be no URL, without what may be user and password in it."""
    before, slashes, rest = text.partition("//")
    _, at, after = rest.rpartition("@")
    return f"{before}//***@{after}" if slashes and at else text
