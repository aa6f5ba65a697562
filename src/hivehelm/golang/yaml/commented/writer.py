"""Nodes as text, with their comments (go.yaml.in/yaml/v3's encode.go and emitterc.go, as kyaml sets them up).

Two spaces of indentation, the `-` of a sequence under its key, no folding.
"""

from __future__ import annotations

from hivehelm.golang.yaml import scalar as scalars
from hivehelm.golang.yaml.commented.node import DOUBLE, FLOW, FOLDED, LITERAL, SINGLE
from hivehelm.golang.yaml.commented.styles import (
    BREAKS,
    COLLECTIONS,
    analysis,
    escaped_tag,
    has_break,
    is_simple,
    must_quote,
    pieces,
    tag_of,
)
from hivehelm.golang.yaml.error import YAMLError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Final

    from hivehelm.golang.yaml.commented.node import Node

_STEP: Final = 2


def write(documents: Iterable[Node]) -> str:
    """Return documents, or nodes that stand for them, as a stream.

    Raises:
        YAMLError: an anchor or a text cannot be written.
    """
    writer = _Writer()
    for document in documents:
        writer.document(document)
    return writer.text()


class _Writer:
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
        self._first = True
        self._head = self._line = self._foot = self._tail = self._key_line = ""

    def text(self) -> str:
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
            self._indent = _STEP if flow else 0
        elif self._in_item[-1]:
            self._indent += 2
        else:
            self._indent = _STEP * ((self._indent + _STEP) // _STEP)
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

    # --- documents and nodes

    def document(self, node: Node) -> None:
        is_document = node.kind == "document"
        if is_document:
            self._head = node.head or self._head
        if not self._first:
            self._write_indent()
            self._indicator("---", space=True)
            self._write_indent()
        self._first = False
        if self._head and is_document:
            self._write_head()
            self._break()
        root = node.content[0] if is_document else node
        self._take(root)
        self._write_head()
        self._node(root, self._write_behind)
        if is_document:
            self._foot = node.foot or self._foot
        self._foot_indent = 0
        self._write_foot()
        self._foot_indent = -1
        self._write_indent()

    def _node(
        self,
        node: Node,
        behind: Callable[[], None],
        *,
        mapping: bool = False,
        key: bool = False,
    ) -> None:
        """Write a node, and call `behind` once what begins it is written."""
        tag = tag_of(node)
        if node.kind == "alias":
            self._anchor("*", node.value)
            behind()
            return
        if node.kind == "scalar":
            self._scalar(node, tag, key=key)
            behind()
            return
        if node.anchor:
            self._anchor("&", node.anchor)
        self._write_tag(tag)
        flow = bool(self._flow) or node.style == FLOW or not node.content
        behind()
        if node.kind == "sequence":
            if flow:
                self._flow_sequence(node)
            else:
                self._block_sequence(node, mapping=mapping)
        elif flow:
            self._flow_mapping(node)
        else:
            self._block_mapping(node)

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

    # --- collections

    def _block_sequence(self, node: Node, *, mapping: bool) -> None:
        self._grow(compact=mapping and (self._column == 0 or not self._indention))
        for item in node.content:
            self._take(item)
            self._write_head()
            self._write_indent()
            self._indicator("-", space=True, indention=True)
            self._in_item.append(True)
            self._node(item, self._write_behind)
            self._in_item.pop()
        self._take_end(node)
        self._indent = self._indents.pop()

    def _block_mapping(self, node: Node) -> None:
        self._grow()
        tail = ""
        for key, value in zip(node.content[::2], node.content[1::2], strict=True):
            foot, key.foot = key.foot, ""
            self._take(key, tail)
            key.foot = tail = foot
            self._write_head()
            self._write_indent()
            self._block_pair(key, value)
        self._take_end(node, tail)
        self._write_head()
        self._indent = self._indents.pop()

    def _block_pair(self, key: Node, value: Node) -> None:
        if self._line:
            self._key_line, self._line = self._line, ""
        simple = is_simple(key)
        self._in_item.append(False)
        if simple:
            self._node(key, _nothing, mapping=True, key=True)
            self._take(value)
            self._indicator(":")
        else:
            self._indicator("?", space=True, indention=True)
            self._node(key, _nothing, mapping=True)
            self._take(value)
            self._write_indent()
            self._indicator(":", space=True, indention=True)
        if self._key_line:
            if value.kind == "scalar":
                if not self._line:
                    self._line, self._key_line = self._key_line, ""
            elif value.kind in COLLECTIONS and value.style != FLOW:
                self._line, self._key_line = self._key_line, self._line
                self._write_line()
                self._line, self._key_line = self._key_line, self._line
        self._node(value, self._write_behind, mapping=True)
        self._in_item.pop()

    def _flow_sequence(self, node: Node) -> None:
        self._indicator("[", space=True, blank=True)
        self._grow(flow=True)
        self._flow += 1
        separated = True
        for item in node.content:
            self._take(item)
            if not separated:
                self._indicator(",")
            self._write_head()
            if self._column == 0:
                self._write_indent()
            separated = self._has_comments()
            self._in_item.append(False)
            self._node(item, self._behind_entry)
            self._in_item.pop()
        self._take_end(node)
        self._flow -= 1
        self._indent = self._indents.pop()
        if self._column == 0:
            self._write_indent()
        self._indicator("]")
        self._write_behind()

    def _behind_entry(self) -> None:
        if self._has_comments():
            self._indicator(",")
        self._write_behind()

    def _flow_mapping(self, node: Node) -> None:
        self._indicator("{", space=True, blank=True)
        self._grow(flow=True)
        self._flow += 1
        separated = True
        tail = ""
        for key, value in zip(node.content[::2], node.content[1::2], strict=True):
            foot, key.foot = key.foot, ""
            self._take(key, tail)
            key.foot = tail = foot
            if not separated:
                self._indicator(",")
            self._write_head()
            if self._column == 0:
                self._write_indent()
            self._in_item.append(False)
            if is_simple(key):
                self._node(key, _nothing, mapping=True, key=True)
                self._take(value)
                self._indicator(":")
            else:
                self._indicator("?", space=True)
                self._node(key, _nothing, mapping=True)
                self._take(value)
                self._indicator(":", space=True)
            separated = self._has_comments()
            self._node(value, self._behind_entry, mapping=True)
            self._in_item.pop()
        first = not node.content
        self._take_end(node, tail)
        if (self._head or self._foot or self._tail) and not first and not separated:
            self._indicator(",")
        self._write_head()
        self._flow -= 1
        self._indent = self._indents.pop()
        self._indicator("}")
        self._write_behind()

    # --- scalars

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
            self._indicator(str(_STEP))
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


def _nothing() -> None:
    pass
