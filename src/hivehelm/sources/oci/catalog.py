"""The names of a registry's repositories (`/v2/_catalog` of the distribution specification's early days).

Not every registry has it: those that many people share do not say what others keep there.
"""

from __future__ import annotations

from hivehelm.sources.oci import taglist
from hivehelm.sources.oci.errors import BadAnswerError, RegistryError
from hivehelm.sources.oci.refusals import refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.sources.oci.authorization import Authorization

_SCOPE = "registry:catalog:*"
_MAX_PAGE = 4 << 20
_MAX_PAGES = 1_000


def names(authorization: Authorization, base: str) -> Iterator[str]:
    """Yield the names of all repositories of the registry at `base`, such as `https://host`.

    Raises:
        RegistryError, HttpError: the registry does not list them.
    """
    url = f"{base}/v2/_catalog?n=1000"
    seen: set[str] = set()
    while url not in seen and len(seen) < _MAX_PAGES:
        seen.add(url)
        answer = authorization.send("GET", url, scopes=[_SCOPE])
        if answer.status != 200:
            raise refusal(answer)
        yield from _page(answer.head(_MAX_PAGE), answer.method, answer.shown)
        if not (link := answer.headers.get("link", "")):
            return
        url = taglist.next_page(link, answer)
    raise RegistryError("the registry's catalog does not end")


def _page(data: bytes, method: str, shown: str) -> list[str]:
    from hivehelm.golang.json import JSONError, loads

    try:
        page = loads(data)
    except JSONError as error:
        raise BadAnswerError(method, shown, f"failed to decode response: {error}") from None
    found = page.get("repositories") if isinstance(page, dict) else None
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise BadAnswerError(method, shown, "the answer is no list of repositories")
    return found
