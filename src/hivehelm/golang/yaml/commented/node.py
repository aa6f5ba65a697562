"""A node of a document, with all that is written with it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

#: The styles of scalars; "" is plain. Collections are "flow" or "".
LITERAL: Final = "|"
FOLDED: Final = ">"
SINGLE: Final = "'"
DOUBLE: Final = '"'
FLOW: Final = "flow"


class Node:
    """A `scalar`, `sequence`, `mapping`, `alias` or `document`.

    Attributes:
        kind: one of these.
        value: of a scalar; the anchor's name of an alias.
        tag: short, as `!!str`; found out where none was given.
        tagged: whether it was given.
        style: how it is written.
        anchor: its anchor's name, or "".
        content: of a mapping keys and values in turn.
        head, line, foot: the comments above it, behind it and below it.
    """

    __slots__ = ("anchor", "content", "foot", "head", "kind", "line", "style", "tag", "tagged", "value")

    def __init__(
        self, kind: str, value: str = "", *, tag: str = "", tagged: bool = False, style: str = ""
    ) -> None:
        self.kind = kind
        self.value = value
        self.tag = tag
        self.tagged = tagged
        self.style = style
        self.anchor = ""
        self.content: list[Node] = []
        self.head = self.line = self.foot = ""
