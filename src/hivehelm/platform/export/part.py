"""An object on its way into the chart."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.platform.export.naming import Names
    from hivehelm.platform.export.text import Text
    from hivehelm.platform.export.values import Path, Values


class Part:
    """An object and where its values go.

    `object` is what the chart will hold, strings as texts; `live` the object as it is in the cluster.
    `component` is what it is called among the chart's values. It is only made where `condition` is true.
    `files` are texts of it that are files of the chart.
    """

    def __init__(self, obj: dict[str, Any], live: dict[str, Any], names: Names, values: Values) -> None:
        self.object = obj
        self.live = live
        self.kind = str(live["kind"])
        self.name = str(live["metadata"]["name"])
        self.values = values
        self.chart = names.chart
        short = names.short(self.name)
        self.component: Path = (_key(short),) if short else ()
        self.condition = ""
        self.files: dict[str, str] = {}


def _key(short: str) -> str:
    from hivehelm.platform.export.values import camel

    return camel(short)


def literal(value: Any) -> Any:
    """Return a tree of texts as plain values, None where there is an expression in it."""
    from hivehelm.platform.export.text import Text

    if isinstance(value, Text):
        return value.literal
    if isinstance(value, dict):
        found: dict[str, Any] = {}
        for key, item in value.items():
            plain = literal(item)
            if isinstance(key, Text) or (plain is None and item is not None):
                return None
            found[key] = plain
        return found
    if isinstance(value, list):
        items = [literal(item) for item in value]
        return None if any(item is None for item in items) else items
    return value


def has_expression(text: Text) -> bool:
    """Tell whether a text depends on the release."""
    return text.literal is None
