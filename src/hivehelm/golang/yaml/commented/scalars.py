"""Scalars as text, with their anchors and tags (go.yaml.in/yaml/v3's emitterc.go); nothing is folded anew."""

from __future__ import annotations

from hivehelm.golang.yaml import scalar as scalars
from hivehelm.golang.yaml.commented.emitter import STEP, Emitter
from hivehelm.golang.yaml.commented.node import DOUBLE, FOLDED, LITERAL, SINGLE
from hivehelm.golang.yaml.commented.styles import BREAKS, analysis, escaped_tag, has_break, must_quote, pieces
from hivehelm.golang.yaml.error import YAMLError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.golang.yaml.commented.node import Node


class ScalarWriter(Emitter):
    """Writes scalars in the style that they have, or can have where they are."""

    def _scalar(self, node: Node, tag: str, *, key: bool) -> None:
        style = self._style(node, tag, key=key)
        if node.anchor:
            self._anchor("&", node.anchor)
        self._write_tag(tag)
        self._grow(flow=True)
        value = node.value
        if style == LITERAL:
            self._literal(value)
        elif style == FOLDED:
            self._folded(value)
        elif style == SINGLE:
            self._quoted("'", value.replace("'", "''"))
        elif style == DOUBLE:
            self._indicator(f'"{scalars.escape(value)}"', space=True)
        else:
            if value and not self._blank:
                self._put(" ")
            self._put(value)
            if value:
                self._blank = False
        self._indention = self._indention and style in (LITERAL, FOLDED)
        if style in (SINGLE, DOUBLE):
            self._blank = False
        self._indent = self._indents.pop()

    def _style(self, node: Node, tag: str, *, key: bool) -> str:
        """Return the style that a scalar gets: its own, where that can hold it."""
        value, style = node.value, node.style
        if not style and "\n" in value:
            style = LITERAL
        elif not style and must_quote(node):
            style = DOUBLE
        if key and has_break(value):
            style = DOUBLE
        about = analysis(value)
        if not style and (
            not (about.flow_plain if self._flow else about.block_plain) or (not value and (self._flow or key))
        ):
            style = SINGLE
        if style == SINGLE and not about.single:
            style = DOUBLE
        if style in (LITERAL, FOLDED) and (not about.block or self._flow or key):
            style = DOUBLE
        return style

    def _quoted(self, mark: str, body: str) -> None:
        self._indicator(mark, space=True)
        broken = False
        for char in body:
            if char in BREAKS:
                if not broken and char == "\n":
                    self._break()
                self._break(char)
                broken = True
                continue
            if broken:
                self._write_indent()
            self._put(char)
            self._indention = broken = False
        self._indicator(mark)
        self._blank = self._indention = False

    def _hints(self, value: str) -> None:
        if value[:1] == " " or value[:1] in tuple(BREAKS):
            self._indicator(str(STEP))
        if not value or value[-1] not in BREAKS:
            self._indicator("-")
        elif len(value) == 1 or value[-2] in BREAKS:
            self._indicator("+")

    def _literal(self, value: str) -> None:
        self._indicator("|", space=True)
        self._hints(value)
        self._write_line(ends=True)
        self._blank = True
        broken = True
        for line in pieces(value):
            if line in tuple(BREAKS):
                self._break(line)
                broken = True
                continue
            if broken:
                self._write_indent()
            self._put(line)
            self._indention = broken = False

    def _folded(self, value: str) -> None:
        self._indicator(">", space=True)
        self._hints(value)
        self._write_line(ends=True)
        self._blank = True
        broken = leading = True
        for piece in pieces(value):
            if piece in tuple(BREAKS):
                if not broken and not leading and piece == "\n":
                    # Whether the text begins with something else than blanks after its first breaks.
                    rest = value.lstrip(BREAKS)
                    if rest and rest[0] not in " \t":
                        self._break()
                self._break(piece)
                broken = True
                continue
            if broken:
                self._write_indent()
                leading = piece[0] in " \t"
            self._put(piece)
            self._indention = broken = False

    def _anchor(self, mark: str, name: str) -> None:
        if not all(char in "_-" or (char.isascii() and char.isalnum()) for char in name):
            what = "alias" if mark == "*" else "anchor"
            raise YAMLError(f"yaml: {what} value must contain alphanumerical characters only")
        self._indicator(mark, space=True)
        self._put(name)
        self._blank = self._indention = False

    def _write_tag(self, tag: str) -> None:
        if not tag:
            return
        if tag.startswith("!"):
            if not self._blank:
                self._put(" ")
            self._put(tag if tag.startswith("!!") else "!" + escaped_tag(tag[1:]))
        else:
            self._indicator(f"!<{escaped_tag(tag)}>", space=True)
        self._blank = self._indention = False
