"""Where a blob goes once a registry has said that it takes it."""

from __future__ import annotations

from hivehelm.sources.oci.errors import RegistryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.sources.oci.exchange import Answer


def upload_url(answer: Answer, asked: str, digest: str) -> str:
    """Return where a blob goes: where the answer says, which must be the registry itself.

    Raises:
        RegistryError: it is somewhere else, or nowhere.
    """
    from hivehelm.golang.fmt import quote
    from hivehelm.golang.url import URLError, parse
    from hivehelm.http.redirects import port

    location = answer.headers.get("location", "")
    if not location:
        raise RegistryError("http: no Location header in response")
    try:
        target = parse(answer.url).resolve(parse(location))
    except URLError as error:
        raise RegistryError(str(error)) from None
    start = parse(asked)
    if target.hostname() != start.hostname() or (
        port(target) != port(start) and not (target.host == target.hostname() and port(start) == "443")
    ):
        raise RegistryError(
            f"blob upload Location {quote(target.host)} is on a different host than the registry "
            f"{quote(start.host)}"
        )
    if start.scheme == "https" and target.scheme != "https":
        raise RegistryError(f"blob upload Location {quote(target.host)} downgrades scheme from https")
    if target.host == target.hostname() and start.host.endswith(":443"):
        target.host = start.host
    pairs = [pair for pair in target.query.split("&") if pair and pair.partition("=")[0] != "digest"]
    pairs.append(f"digest={digest.replace(':', '%3A')}")
    target.query = "&".join(sorted(pairs, key=lambda pair: pair.partition("=")[0]))
    return str(target)
