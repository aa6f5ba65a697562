"""Sprig's URLs, taken apart into maps and put together again: Go's net/url."""

from __future__ import annotations

from hivehelm.golang.kinds import kind_name
from hivehelm.golang.url import URL, URLError, Userinfo, parse
from hivehelm.gotemplate.functions.signature import FunctionError, go

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@go("string")
def url_parse(text: str) -> dict[str, Any]:
    """`urlParse`: the parts of a URL: scheme, userinfo, host, hostname, path, query, fragment, opaque."""
    try:
        url = parse(text)
    except URLError as error:
        raise FunctionError(f"unable to parse url: {error}") from None
    return {
        "scheme": url.scheme,
        "host": url.host,
        "hostname": url.hostname(),
        "path": url.path,
        "query": url.query,
        "opaque": url.opaque,
        "fragment": url.fragment,
        "userinfo": "" if url.user is None else str(url.user),
    }


@go("map[string]any")
def url_join(parts: dict[str, Any] | None) -> str:
    """`urlJoin`: the URL of the parts that `urlParse` gives; `hostname` is not looked at."""
    given = parts or {}
    url = URL(
        scheme=_part(given, "scheme"),
        host=_part(given, "host"),
        path=_part(given, "path"),
        query=_part(given, "query"),
        opaque=_part(given, "opaque"),
        fragment=_part(given, "fragment"),
    )
    if userinfo := _part(given, "userinfo"):
        url.user = _user(userinfo)
    return str(url)


def _user(text: str) -> Userinfo | None:
    try:
        return parse(f"proto://{text}@host").user
    except URLError as error:
        raise FunctionError(f"unable to parse userinfo in dict: {error}") from None


def _part(parts: dict[str, Any], name: str) -> str:
    if name not in parts:
        return ""
    value = parts[name]
    if value is None:
        raise FunctionError("runtime error: invalid memory address or nil pointer dereference")
    if not isinstance(value, str):
        raise FunctionError(
            f"unable to parse {name} key, must be of type string, but {kind_name(value)} found"
        )
    return value
