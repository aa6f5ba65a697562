"""What a JSONPath template consists of."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias


class JSONPathError(HivehelmError):
    """A template is malformed; `str()` is the text of client-go."""


class Text(Record):
    """Text outside of braces, or a quoted one within."""

    text: str


class Field(Record):
    """A key of a map."""

    name: str


class Word(Record):
    """A name without a dot: `range`, `end`, or one that means nothing."""

    name: str


class Literal(Record):
    """A number or a boolean."""

    value: bool | int | float


class Wildcard(Record):
    """Everything in a map or a list."""


class Descent(Record):
    """`..`: what holds something, all the way down."""


class Index(Record):
    """Items of a list: from `start` up to `end`, each `step`th; None where the template does not say.

    Without a colon `end` is the item after `start`, and `derived`.
    """

    start: int | None
    end: int | None
    step: int | None
    derived: bool


class Union(Record):
    """What several lists of steps lead to, one after the other."""

    paths: tuple[Path, ...]


class Filter(Record):
    """Those items of a list for which `left` and `right` compare; `operator` may be `exists`."""

    left: Path
    right: Path
    operator: str


Node: TypeAlias = "Text | Field | Word | Literal | Wildcard | Descent | Index | Union | Filter"
Path: TypeAlias = "tuple[Node, ...]"
