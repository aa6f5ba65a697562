"""Pages of tags: what one lists, and where the next one is."""

from __future__ import annotations

from hivehelm.sources.oci.errors import BadAnswerError, RegistryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.sources.oci.exchange import Answer

_MAX_PAGE = 4 << 20


def tags(answer: Answer) -> list[str]:
    """Return the tags of a page.

    Raises:
        BadAnswerError: it is no list of tags.
    """
    from hivehelm.golang.json import JSONError, kind_name
    from hivehelm.golang.jsonread import first

    try:
        page, _ = first(answer.head(_MAX_PAGE).decode("utf-8", "surrogateescape"))
        if page is not None and not isinstance(page, dict):
            kind = kind_name(page)
            raise JSONError(
                f"json: cannot unmarshal {kind} into Go value of type "
                'struct { Tags []string "json:\\"tags\\"" }'
            )
        found = (page or {}).get("tags")
        if found is None:
            return []
        if not isinstance(found, list):
            raise JSONError(
                f"json: cannot unmarshal {kind_name(found)} into Go struct field .tags of type []string"
            )
        for tag in found:
            if tag is not None and not isinstance(tag, str):
                raise JSONError(
                    f"json: cannot unmarshal {kind_name(tag)} into Go struct field .tags of type string"
                )
    except (JSONError, EOFError) as error:
        text = f"failed to decode response: {str(error) or 'EOF'}"
        raise BadAnswerError(answer.method, answer.shown, text) from None
    return [tag or "" for tag in found]


def next_page(link: str, answer: Answer) -> str:
    """Return the URL of a `Link` header, which must be of the same origin.

    Raises:
        RegistryError: it is not, or the header is none.
    """
    from hivehelm.golang.fmt import quote
    from hivehelm.golang.url import URLError, parse
    from hivehelm.sources.oci.exchange import same_origin

    if not link.startswith("<"):
        raise RegistryError(f"invalid next link {quote(link)}: missing '<'")
    given, closed, _ = link[1:].partition(">")
    if not closed:
        raise RegistryError(f"invalid next link {quote(link)}: missing '>'")
    try:
        url = str(parse(answer.url).resolve(parse(given)))
    except URLError as error:
        raise RegistryError(str(error)) from None
    if not same_origin(answer.url, url):
        raise RegistryError(f"invalid next link {quote(given)}: not the same origin as {quote(answer.shown)}")
    return url
