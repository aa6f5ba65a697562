"""A document as nodes, with its comments (go.yaml.in/yaml/v3's parserc.go and decode.go)."""

from __future__ import annotations

from hivehelm.golang.yaml.commented.node import FLOW, Node
from hivehelm.golang.yaml.commented.scanner import Scanner
from hivehelm.golang.yaml.error import YAMLError
from hivehelm.golang.yaml.syntax.directives import TAGS, directives
from hivehelm.golang.yaml.syntax.text import error
from hivehelm.golang.yaml.typed import plain, short_tag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final, NoReturn

    from hivehelm.golang.yaml.commented.scanner import Token

_EDGES: Final = frozenset(["%", "---", "...", "stream end"])
_PAIR_ENDS: Final = frozenset(["?", ":", "block end"])


def read(text: str) -> Node | None:
    """Return the first document of a text; None where there is none.

    Raises:
        YAMLError: the text is no YAML, in go-yaml's words.
    """
    from hivehelm.golang.yaml import events, libyaml
    from hivehelm.golang.yaml.commented import quick

    raw = text.encode("utf-8", "surrogateescape")
    try:
        return quick.read(text, raw)
    except (events.Unlike, libyaml.LibraryError):
        return _Reader(raw).document()


class _Reader:
    def __init__(self, raw: bytes) -> None:
        self._scanner = Scanner(raw)
        self._tags: dict[str, str] = {}
        self._anchors: set[str] = set()
        # What the comments that were passed say, until a node takes them.
        self._head = self._line = self._foot = self._stem = ""

    # --- tokens and comments

    def _peek(self) -> Token:
        token = self._scanner.peek()
        comments = self._scanner.comments
        while comments and token.start[0] >= comments[0].token[0]:
            comment = comments[0]
            if comment.head:
                if token.kind == "block end":
                    break
                self._head = _joined(self._head, comment.head)
            self._foot = _joined(self._foot, comment.foot)
            self._line = _joined(self._line, comment.line)
            del comments[0]
        return token

    def _take(self) -> None:
        self._scanner.take()

    def _next(self) -> Token:
        self._scanner.take()
        return self._peek()

    @staticmethod
    def _fail(problem: str, token: Token, context: Token | None = None) -> NoReturn:
        line = token.start[1] if context is None or not context.start[1] else context.start[1]
        raise error(problem, line)

    def _comment(self, node: Node) -> None:
        """Give a node the comments that were passed."""
        node.head, node.line, node.foot = self._head, self._line, self._foot
        self._head = self._line = self._foot = self._stem = ""

    def _close(self, node: Node) -> None:
        """Give a collection the comments at its end."""
        node.line, node.foot = self._line, self._foot
        self._head = self._line = self._foot = self._stem = ""

    # --- documents

    def document(self) -> Node | None:
        token = self._peek()
        if token.kind == "stream end":
            return None
        node = Node("document")
        if token.kind in _EDGES and token.kind != "...":
            directives(self._peek, self._take, self._fail, self._tags)
            token = self._peek()
            if token.kind != "---":
                self._fail("did not find expected <document start>", token)
            self._take()
            token = self._peek()
            self._tags = {**TAGS, **self._tags}
            child = self._empty() if token.kind in _EDGES else self._node(block=True)
        else:
            self._tags = dict(TAGS)
            self._split_head(node)
            child = self._node(block=True)
        node.content.append(child)
        if self._peek().kind == "...":
            self._take()
        node.foot = self._foot or self._head
        return node

    def _split_head(self, node: Node) -> None:
        """Give the document what is above the last empty line of the comment at its start."""
        head = self._head
        for at in range(len(head) - 1, 0, -1):
            if head[at] == "\n" and (at == len(head) - 1 or head[at - 1] == "\n"):
                node.head = head[: at if at == len(head) - 1 else at - 1]
                self._head = head[at + 1 :]
                return

    # --- nodes

    @staticmethod
    def _empty() -> Node:
        return Node("scalar", tag="!!null")

    def _node(self, *, block: bool = False, indentless: bool = False) -> Node:
        token = first = self._peek()
        if token.kind == "*":
            node = Node("alias", token.value)
            if token.value not in self._anchors:
                raise YAMLError(f"yaml: unknown anchor '{token.value}' referenced")
            self._comment(node)
            self._take()
            return node
        anchor, tag, token = self._properties(token)
        kind = token.kind
        if indentless and kind == "-":
            return self._sequence(_named(Node("sequence"), anchor, tag), self._indentless)
        if kind == "scalar":
            node = self._scalar(token, anchor, tag)
            self._comment(node)
            self._take()
            return node
        if kind == "[":
            node = _named(Node("sequence", style=FLOW), anchor, tag)
            self._comment(node)
            return self._sequence(node, self._flow_sequence)
        if kind == "{":
            node = _named(Node("mapping", style=FLOW), anchor, tag)
            self._comment(node)
            return self._sequence(node, self._flow_mapping)
        if block and kind in ("block sequence", "block mapping"):
            node = _named(Node(kind.removeprefix("block ")), anchor, tag)
            node.head, self._stem = self._stem, ""
            return self._sequence(
                node, self._block_sequence if kind == "block sequence" else self._block_mapping
            )
        if anchor or tag:
            return self._scalar(None, anchor, tag)
        return self._fail("did not find expected node content", token, first)

    def _sequence(self, node: Node, fill: Callable[[Node], None]) -> Node:
        if node.anchor:
            self._anchors.add(node.anchor)
        fill(node)
        return node

    def _scalar(self, token: Token | None, anchor: str, tag: str) -> Node:
        value, style = (token.value, token.style) if token is not None else ("", "")
        node = Node("scalar", value, style=style)
        node.anchor = anchor
        if anchor:
            self._anchors.add(anchor)
        if tag not in ("", "!"):
            node.tag, node.tagged = short_tag(tag), True
        elif style:
            node.tag = "!!str"
        else:
            node.tag = "!!merge" if value == "<<" else plain(value)[0]
        return node

    def _properties(self, token: Token) -> tuple[str, str, Token]:
        anchor, tag = "", None
        for _ in range(2):
            if token.kind == "&" and not anchor:
                anchor = token.value
            elif token.kind == "!" and tag is None:
                tag = token
            else:
                break
            token = self._next()
        if tag is None:
            return anchor, "", token
        handle, suffix = tag.value
        if not handle:
            return anchor, suffix, token
        if handle not in self._tags:
            self._fail("found undefined tag handle", tag)
        return anchor, self._tags[handle] + suffix, token

    # --- blocks

    def _split_stem(self, length: int) -> None:
        """Set apart the comment above a `-` whose item begins a collection: it is that one's."""
        if length and self._peek().kind in ("block sequence", "block mapping"):
            self._stem = self._head[:length]
            self._head = self._head[length + 1 :]

    def _item(self, ends: frozenset[str]) -> Node:
        length = len(self._head)
        self._take()
        self._split_stem(length)
        return self._empty() if self._peek().kind in ends else self._node(block=True)

    def _block_sequence(self, node: Node) -> None:
        first = self._peek()
        self._take()
        while (token := self._peek()).kind == "-":
            node.content.append(self._item(frozenset(["-", "block end"])))
        if token.kind != "block end":
            self._fail("did not find expected '-' indicator", token, first)
        self._take()

    def _indentless(self, node: Node) -> None:
        while self._peek().kind == "-":
            node.content.append(self._item(frozenset(["-", *_PAIR_ENDS])))

    def _block_mapping(self, node: Node) -> None:
        first = self._peek()
        self._take()
        while (token := self._peek()).kind != "block end":
            if token.kind != "?":
                self._fail("did not find expected key", token, first)
            token = self._next()
            self._add(node, self._or_empty(token.kind in _PAIR_ENDS), self._block_value)
        self._close(node)
        self._take()
        if node.foot and len(node.content) > 1:
            node.content[-2].foot, node.foot = node.foot, ""

    def _or_empty(self, empty: bool) -> Node:
        return self._empty() if empty else self._node(block=True, indentless=True)

    def _block_value(self) -> Node:
        if self._peek().kind != ":":
            return self._empty()
        return self._or_empty(self._next().kind in _PAIR_ENDS)

    def _add(self, node: Node, key: Node, value_of: Callable[[], Node]) -> None:
        """Add a key and its value to a mapping, and the comments below them where they belong."""
        content = node.content
        content.append(key)
        if node.style != FLOW and key.foot and len(content) > 2:
            content[-3].foot, key.foot = key.foot, ""
        value = value_of()
        content.append(value)
        if not key.foot and value.foot:
            key.foot, value.foot = value.foot, ""

    # --- brackets

    def _entries(self, closing: str, context: str) -> Callable[[], Token | None]:
        """Return what gives the token of each entry, and None at the closing bracket."""
        first = self._peek()
        self._take()
        began = False

        def following() -> Token | None:
            nonlocal began
            token = self._peek()
            if token.kind != closing and began:
                if token.kind != ",":
                    self._fail(f"did not find expected ',' or '{closing}'", token, first)
                token = self._next()
            began = True
            return None if token.kind == closing else token

        return following

    def _flow_sequence(self, node: Node) -> None:
        following = self._entries("]", "sequence")
        while (token := following()) is not None:
            node.content.append(self._pair() if token.kind == "?" else self._node())
        self._close(node)
        self._take()

    def _pair(self) -> Node:
        """Read a mapping of one key that stands in a sequence without brackets of its own."""
        node = Node("mapping", tag="!!map", style=FLOW)
        token = self._next()
        if token.kind in (":", ",", "]"):
            # go-yaml loses this token.
            self._take()
            key = self._empty()
        else:
            key = self._node()
        self._add(node, key, lambda: self._flow_value("]"))
        return node

    def _flow_value(self, closing: str) -> Node:
        token = self._peek()
        if token.kind == ":":
            token = self._next()
            if token.kind not in (",", closing):
                return self._node()
        return self._empty()

    def _flow_mapping(self, node: Node) -> None:
        following = self._entries("}", "mapping")
        while (token := following()) is not None:
            if token.kind == "?":
                token = self._next()
                key = self._empty() if token.kind in (":", ",", "}") else self._node()
                self._add(node, key, lambda: self._flow_value("}"))
            else:
                self._add(node, self._node(), self._empty)
        self._close(node)
        self._take()


def _joined(one: str, other: str) -> str:
    if not other:
        return one
    return f"{one}\n{other}" if one else other


def _named(node: Node, anchor: str, tag: str) -> Node:
    node.anchor = anchor
    if tag not in ("", "!"):
        node.tag, node.tagged = short_tag(tag), True
    else:
        node.tag = "!!seq" if node.kind == "sequence" else "!!map"
    return node
