"""go-yaml's grammar over the tokens of its scanner: the events of a document, or go-yaml's errors."""

from __future__ import annotations

from hivehelm.golang.yaml.events import Event
from hivehelm.golang.yaml.syntax.directives import TAGS, directives
from hivehelm.golang.yaml.syntax.scanner import Scanner
from hivehelm.golang.yaml.syntax.text import error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Final, NoReturn

    from hivehelm.golang.yaml.syntax.scanner import Token

    State = Callable[[], Event]

_DOCUMENT_ENDS: Final = frozenset(["%", "---", "...", "stream end"])
_ENTRY_ENDS: Final = frozenset(["-", "block end"])
_INDENTLESS_ENDS: Final = frozenset(["-", "?", ":", "block end"])
_PAIR_ENDS: Final = frozenset(["?", ":", "block end"])


class Parser:
    """The first document of a text."""

    def __init__(self, raw: bytes) -> None:
        self._scanner = Scanner(raw)
        self._peek = self._scanner.peek
        self._take = self._scanner.take
        self._tags: dict[str, str] = {}
        # What to go on with, and what after the collections around.
        self._state: State = self._block_node
        self._states: list[State] = []
        self._first = False

    def events(self) -> Iterator[Event]:
        """Read the document; nothing for a stream without documents.

        Raises:
            YAMLError: the syntax is wrong; go-yaml's text.
        """
        token = self._peek()
        if token.kind == "stream end":
            return
        self._states.append(self._document_end)
        if token.kind in _DOCUMENT_ENDS and token.kind != "...":
            directives(self._peek, self._take, self._fail, self._tags)
            token = self._peek()
            if token.kind != "---":
                self._fail("did not find expected <document start>", token)
            self._take()
            self._state = self._content
        self._tags = {**TAGS, **self._tags}
        while (event := self._state()).kind != "document end":
            yield event

    @staticmethod
    def _fail(problem: str, token: Token) -> NoReturn:
        raise error(problem, token.line)

    def _content(self) -> Event:
        token = self._peek()
        if token.kind in _DOCUMENT_ENDS:
            self._state = self._states.pop()
            return _empty(token.line)
        return self._block_node()

    def _document_end(self) -> Event:
        return Event("document end", self._peek().line)

    # --- nodes

    def _block_node(self) -> Event:
        return self._node(block=True)

    def _node(self, *, block: bool = False, indentless: bool = False) -> Event:
        token = self._peek()
        if token.kind == "*":
            self._state = self._states.pop()
            return Event("alias", token.line, self._take().value)
        line = token.line
        anchor, tag, token = self._properties(token)
        kind = token.kind
        if indentless and kind == "-":
            self._state = self._indentless_entry
            return Event("sequence", line, anchor=anchor, tag=tag)
        if kind == "scalar":
            self._state = self._states.pop()
            implicit = tag == "!" or (token.plain and not tag)
            return Event("scalar", line, self._take().value, anchor=anchor, tag=tag, implicit=implicit)
        if kind == "[":
            return self._begin("sequence", self._flow_entry, line, anchor, tag)
        if kind == "{":
            return self._begin("mapping", self._flow_key, line, anchor, tag)
        if block and kind == "block sequence":
            return self._begin("sequence", self._block_entry, line, anchor, tag)
        if block and kind == "block mapping":
            return self._begin("mapping", self._block_key, line, anchor, tag)
        if anchor is not None or tag:
            self._state = self._states.pop()
            return Event("scalar", line, anchor=anchor, tag=tag, implicit=not tag)
        return self._fail("did not find expected node content", token)

    def _begin(self, kind: str, state: State, line: int, anchor: str | None, tag: str) -> Event:
        self._take()
        self._first = True
        self._state = state
        return Event(kind, line, anchor=anchor, tag=tag)

    def _properties(self, token: Token) -> tuple[str | None, str, Token]:
        """Return the anchor and the tag of a node, and the token behind them."""
        anchor: str | None = None
        tag: Token | None = None
        for _ in range(2):
            if token.kind == "&" and anchor is None:
                anchor = token.value
            elif token.kind == "!" and tag is None:
                tag = token
            else:
                break
            self._take()
            token = self._peek()
        if tag is None:
            return anchor, "", token
        handle, suffix = tag.value
        found = self._tags.get(handle, "") + suffix if not handle or handle in self._tags else ""
        if handle and not found:
            self._fail("found undefined tag handle", tag)
        return anchor, found, token

    def _end(self) -> Event:
        self._state = self._states.pop()
        return Event("end", self._peek().line)

    def _nested(self, state: State, *, block: bool = False, indentless: bool = False) -> Event:
        """Read a node, and go on with `state` behind it."""
        self._states.append(state)
        return self._node(block=block, indentless=indentless)

    def _nothing(self, state: State, line: int) -> Event:
        self._state = state
        return _empty(line)

    # --- blocks

    def _block_entry(self) -> Event:
        token = self._peek()
        if token.kind == "-":
            self._take()
            if self._peek().kind in _ENTRY_ENDS:
                return self._nothing(self._block_entry, token.end)
            return self._nested(self._block_entry, block=True)
        if token.kind != "block end":
            self._fail("did not find expected '-' indicator", token)
        event = self._end()
        self._take()
        return event

    def _indentless_entry(self) -> Event:
        token = self._peek()
        if token.kind != "-":
            return self._end()
        self._take()
        if self._peek().kind in _INDENTLESS_ENDS:
            return self._nothing(self._indentless_entry, token.end)
        return self._nested(self._indentless_entry, block=True)

    def _block_key(self) -> Event:
        token = self._peek()
        if token.kind == "?":
            self._take()
            if self._peek().kind in _PAIR_ENDS:
                return self._nothing(self._block_value, token.end)
            return self._nested(self._block_value, block=True, indentless=True)
        if token.kind != "block end":
            self._fail("did not find expected key", token)
        event = self._end()
        self._take()
        return event

    def _block_value(self) -> Event:
        token = self._peek()
        if token.kind != ":":
            return self._nothing(self._block_key, token.line)
        self._take()
        if self._peek().kind in _PAIR_ENDS:
            return self._nothing(self._block_key, token.end)
        return self._nested(self._block_key, block=True, indentless=True)

    # --- brackets

    def _next_entry(self, closing: str) -> Token:
        """Return the token of the next entry, behind its comma."""
        token = self._peek()
        first, self._first = self._first, False
        if token.kind == closing or first:
            return token
        if token.kind != ",":
            self._fail(f"did not find expected ',' or '{closing}'", token)
        self._take()
        return self._peek()

    def _flow_entry(self) -> Event:
        token = self._next_entry("]")
        if token.kind == "?":
            self._take()
            self._state = self._pair_key
            return Event("mapping", token.line)
        if token.kind != "]":
            return self._nested(self._flow_entry)
        event = self._end()
        self._take()
        return event

    def _pair_key(self) -> Event:
        token = self._peek()
        if token.kind not in (":", ",", "]"):
            return self._nested(self._pair_value)
        # go-yaml loses this token.
        self._take()
        return self._nothing(self._pair_value, token.end)

    def _pair_value(self) -> Event:
        token = self._peek()
        if token.kind == ":":
            self._take()
            if self._peek().kind not in (",", "]"):
                return self._nested(self._pair_end)
        return self._nothing(self._pair_end, token.line)

    def _pair_end(self) -> Event:
        self._state = self._flow_entry
        return Event("end", self._peek().line)

    def _flow_key(self) -> Event:
        token = self._next_entry("}")
        if token.kind == "?":
            self._take()
            token = self._peek()
            if token.kind in (":", ",", "}"):
                return self._nothing(self._flow_value, token.line)
            return self._nested(self._flow_value)
        if token.kind != "}":
            return self._nested(self._flow_no_value)
        event = self._end()
        self._take()
        return event

    def _flow_value(self) -> Event:
        token = self._peek()
        if token.kind == ":":
            self._take()
            token = self._peek()
            if token.kind not in (",", "}"):
                return self._nested(self._flow_key)
        return self._nothing(self._flow_key, token.line)

    def _flow_no_value(self) -> Event:
        return self._nothing(self._flow_key, self._peek().line)


def _empty(line: int) -> Event:
    return Event("scalar", line, implicit=True)
