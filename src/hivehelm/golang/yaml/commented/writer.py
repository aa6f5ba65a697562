"""Nodes as text, with their comments (go.yaml.in/yaml/v3's encode.go and emitterc.go, as kyaml sets them up).

Two spaces of indentation, the `-` of a sequence under its key, no folding.
"""

from __future__ import annotations

from hivehelm.golang.yaml.commented.node import FLOW
from hivehelm.golang.yaml.commented.scalars import ScalarWriter
from hivehelm.golang.yaml.commented.styles import COLLECTIONS, is_simple, tag_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hivehelm.golang.yaml.commented.node import Node


def write(documents: Iterable[Node]) -> str:
    """Return documents, or nodes that stand for them, as a stream.

    Raises:
        YAMLError: an anchor or a text cannot be written.
    """
    writer = _Writer()
    for document in documents:
        writer.document(document)
    return writer.text()


class _Writer(ScalarWriter):
    def __init__(self) -> None:
        super().__init__()
        self._first = True

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


def _nothing() -> None:
    pass
