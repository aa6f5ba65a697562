"""JSONPath templates such as `{.a[0].b}`, with ranges and filters (client-go's `util/jsonpath`)."""

from __future__ import annotations

from hivehelm.golang.jsonpath.find import NOTHING, NowhereError, Search
from hivehelm.golang.jsonpath.nodes import JSONPathError
from hivehelm.golang.jsonpath.parse import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["JSONPathError", "evaluate"]


def evaluate(template: str, value: Any) -> str | None:
    """Return what `template` makes of a value of maps, lists, strings, floats, booleans and None.

    None where a step leads nowhere: then nothing at all is printed.

    Raises:
        JSONPathError: the template is malformed.
    """
    parts = parse(template)
    try:
        found = Search(parts).find(value)
    except NowhereError:
        return None
    return "".join(" ".join(map(_text, results)) for results in found)


def _text(value: Any) -> str:
    if isinstance(value, (dict, list)):
        from hivehelm.golang.json import dumps

        return dumps(value)
    if value is None:
        return "null"
    if value is NOTHING:
        return "<no value>"
    from hivehelm.golang.fmt import default

    return default(value)
