"""What stands in an object of a chart where a value of `values.yaml` goes."""

from __future__ import annotations

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.platform.export.text import Expression


class Scalar(Record):
    """An expression that comes to one scalar, quotes included where it needs them."""

    expression: Expression


class Tree(Record):
    """Values that are spelt out as they are: the code of an expression that `toYaml` takes."""

    code: str


class Entries(Record):
    """Members of a mapping, one for each of mappings in the values, and `more` after them.

    Each of the `sources` is the code of such a mapping, and what spells `$value` of it.
    """

    sources: list[tuple[str, str]]
    more: dict[str, Scalar] = {}


class Labels(Record):
    """Labels: those of a helper's, and more."""

    helper: str
    rest: dict[Any, Any]
