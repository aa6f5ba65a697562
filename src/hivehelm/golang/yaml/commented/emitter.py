"""Indentation, indicators and comments (go.yaml.in/yaml/v3's emitterc.go, as kyaml sets it up)."""

from __future__ import annotations

from hivehelm.golang.yaml.commented.styles import BREAKS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.golang.yaml.commented.node import Node

STEP = 2
"""Columns of indentation."""


class Emitter:
    """Writes characters; keeps where it is, how deep, and which comments are still to be written."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._column = 0
        self._indent = -1
        self._indents: list[int] = []
        self._in_item: list[bool] = [False]
        self._flow = 0
        self._blank = True  # whether white space was written last
        self._indention = True  # whether nothing but indentation is on the line
        self._foot_indent = -1
        self._head = self._line = self._foot = self._tail = self._key_line = ""

    def text(self) -> str:
        """Return what has been written."""
        return "".join(self._parts)

    # --- characters

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._column += len(text)

    def _break(self, char: str = "\n") -> None:
        self._parts.append(char)
        self._column = 0
        self._indention = True

    def _write_indent(self) -> None:
        indent = max(self._indent, 0)
        if not self._indention or self._column > indent or (self._column == indent and not self._blank):
            self._break()
        if self._foot_indent == indent:
            self._break()
        if self._column < indent:
            self._put(" " * (indent - self._column))
        self._blank = True
        self._foot_indent = -1

    def _indicator(
        self, text: str, *, space: bool = False, blank: bool = False, indention: bool = False
    ) -> None:
        if space and not self._blank:
            self._put(" ")
        self._put(text)
        self._blank = blank
        self._indention = self._indention and indention

    def _grow(self, *, flow: bool = False, compact: bool = False) -> None:
        self._indents.append(self._indent)
        if self._indent < 0:
            self._indent = STEP if flow else 0
        elif self._in_item[-1]:
            self._indent += 2
        else:
            self._indent = STEP * ((self._indent + STEP) // STEP)
            if compact:
                self._indent -= 2

    # --- comments

    def _take(self, node: Node, tail: str = "") -> None:
        """Take the comments that come with a node's beginning."""
        self._head = node.head or self._head
        if node.kind in ("scalar", "alias"):
            self._line = node.line or self._line
            self._foot = node.foot or self._foot
        if node.kind in ("scalar", "mapping"):
            self._tail = tail or self._tail

    def _take_end(self, node: Node, tail: str = "") -> None:
        self._line = node.line or self._line
        self._foot = node.foot or self._foot
        self._tail = tail or self._tail

    def _comment(self, text: str) -> None:
        broken = pound = False
        for char in text:
            if char in BREAKS:
                self._break(char)
                broken, pound = True, False
                continue
            if broken:
                self._write_indent()
            if not pound and char != "#":
                self._put("# ")
            pound = True
            self._put(char)
            self._indention = broken = False
        if not broken:
            self._break()
        self._blank = True

    def _write_head(self) -> None:
        if self._tail:
            self._write_indent()
            self._comment(self._tail)
            self._tail = ""
            self._foot_indent = max(self._indent, 0)
        if self._head:
            self._write_indent()
            self._comment(self._head)
            self._head = ""

    def _write_line(self, *, ends: bool = False) -> None:
        if not self._line:
            if ends:
                self._break()
            return
        if not self._blank:
            self._put(" ")
        self._comment(self._line)
        self._line = ""

    def _write_foot(self) -> None:
        if self._foot:
            self._write_indent()
            self._comment(self._foot)
            self._foot = ""
            self._foot_indent = max(self._indent, 0)

    def _write_behind(self) -> None:
        self._write_line()
        self._write_foot()

    def _has_comments(self) -> bool:
        return bool(self._line or self._foot or self._tail)
