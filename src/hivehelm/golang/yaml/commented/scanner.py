"""Tokens with where they begin, and the comments between them (go.yaml.in/yaml/v3's scannerc.go)."""

from __future__ import annotations

from hivehelm.golang.yaml.commented.comments import Comment, block_comments, line_comment, mark, read_line
from hivehelm.golang.yaml.error import YAMLError
from hivehelm.golang.yaml.syntax import scalars
from hivehelm.golang.yaml.syntax.scanner import Scanner as PlainScanner
from hivehelm.golang.yaml.syntax.scanner import Token as PlainToken
from hivehelm.golang.yaml.syntax.text import BLANKS, BREAKS, error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.golang.yaml.commented.comments import Mark
    from hivehelm.golang.yaml.syntax.text import Text

# How many tokens go-yaml looks ahead, so that comments are found before the tokens they are about are used.
_AHEAD = 2


class Token(PlainToken):
    """A token that knows the place where it begins, and how it is written."""

    __slots__ = ("start", "style")

    def __init__(self, kind: str, start: Mark, end: int, value: Any = "", *, style: str = "") -> None:
        super().__init__(kind, start[1], end, value, plain=kind == "scalar" and not style)
        self.start = start
        self.style = style


class Scanner(PlainScanner):
    """The tokens of a text; `comments` are those that were found and not yet taken, in their order."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(raw)
        self.comments: list[Comment] = []
        self._begin: Mark = (0, 0, 0)
        self._scan_from: Mark = (0, 0, 0)
        self._style = ""
        # The last two tokens that there were, whether they are still to be taken or not.
        self._last: list[Token] = [Token("stream start", (0, 0, 0), 0)]

    def peek(self) -> Token:
        """Return the next token, once the comments around it are known."""
        while len(self._tokens) <= _AHEAD or self._waits_for_colon():
            self._fetch()
        token = self._tokens[0]
        assert isinstance(token, Token)  # noqa: S101 - all of this scanner's are
        return token

    def _is_valid(self, key: Any) -> bool:
        text = self._text
        if key.possible and key.required and (key.line < text.line or key.at + 1024 < text.at):
            self._miss_colon(key.line)
        return super()._is_valid(key)

    def _drop_key(self) -> None:
        key = self._keys[-1]
        if key.possible and key.required:
            self._miss_colon(key.line)
        super()._drop_key()

    def _miss_colon(self, line: int) -> None:
        """Refuse a key without a colon, in the line where it is."""
        raise error(
            "could not find expected ':'", (line or self._text.line) and (line or self._text.line) + 1
        )

    def _scanned(self, scan: Callable[[], Any]) -> Any:
        """Return what is scanned. What is wrong with it is told of the line where it begins."""
        try:
            return scan()
        except YAMLError as problem:
            line = self._begin[1]
            if not (problem.line and line):
                raise
            raise error(problem.message.partition(": ")[2].partition(": ")[2], line + 1) from None

    def _add(self, token: Token, number: int | None) -> None:
        super()._insert(token, number)
        if self._tokens[-1] is token:
            self._last = [self._last[-1], token]

    def _insert(self, token: PlainToken, number: int | None) -> None:
        start = self._begin
        if number is not None:
            key = self._keys[-1]
            start = (key.at, key.line, key.column)
        self._add(Token(token.kind, start, token.end, token.value), number)

    def _put(self, kind: str, line: int, value: Any = "", *, plain: bool = False) -> None:
        self._add(Token(kind, self._begin, self._text.line, value, style=self._style), None)
        self._style = ""

    def _unroll(self, column: int) -> None:
        if self._flow:
            return
        at, line, place = self._scan_from
        block: Mark = (at - 1, line, place)
        while self._indent > column:
            stop = block[0]
            for comment in reversed(self.comments):
                if comment.end[0] < stop:
                    break
                if comment.start[2] == self._indent + 1:
                    block = comment.start
                stop = comment.scan[0]
            self._add(Token("block end", block, self._text.line), None)
            self._indent = self._indents.pop()

    def _reset(self) -> None:
        self._scan_from = mark(self._text)
        super()._reset()

    def _stream_end(self) -> None:
        self._begin = mark(self._text)
        super()._stream_end()

    def _fetch(self) -> None:
        text = self._text
        text.need(1)
        self._scan_from = mark(text)
        self._skip()
        self._unroll(text.column)
        text.need(4)
        char = text.chars[text.at]
        self._begin = about = mark(text)
        if char == ("," if self._flow else ":"):
            # What is said behind these is about what is before them.
            about = self._last[-1].start
        edge = char == "\0" or (not text.column and (char == "%" or text.at_document()))
        if char in "|>" and not self._flow:
            self._drop_key()
            self._may_be_key = True
            self._block_scalar()
        else:
            super()._fetch()
        if edge or self._last[-1].kind == "-":
            return
        if (comment := line_comment(text, about)) is not None:
            self.comments.append(comment)

    def _comment(self) -> None:
        self._lift_line_comment()
        text = self._text
        if text.chars[text.at] == "#":
            token = self._last[-1]
            if token.kind == ",":
                token = self._last[-2]
            self.comments += block_comments(
                text,
                self._scan_from,
                behind=token.kind,
                token=token.start,
                indent=self._indent,
                in_flow=self._flow > 0,
            )

    def _lift_line_comment(self) -> None:
        """Turn the comment behind the first `-` of a sequence into one above what follows."""
        if not self.comments or len(self._last) < 2:
            return
        comment, text = self.comments[-1], self._text
        kinds = [token.kind for token in self._last]
        if kinds == ["block sequence", "-"] and comment.line and text.chars[text.at] not in BREAKS:
            comment.head, comment.line = comment.line, ""
            if comment.start[1] == text.line - 1:
                comment.token = mark(text)

    def _scan(self, kind: str, scan: Callable[[Text], Any]) -> None:
        style = self._text.chars[self._text.at] if kind == "scalar" else ""
        self._save_key()
        self._may_be_key = False
        value = self._scanned(lambda: scan(self._text))
        self._style = style
        self._put(kind, self._begin[1], value)

    def _plain(self) -> None:
        self._scanned(super()._plain)

    def _block_scalar(self) -> None:
        """Scan a literal or folded scalar, and the comment behind its mark."""
        text = self._text
        chars, place = text.chars, text.at
        at = place + 1
        while chars[at] in "+-0123456789":
            at += 1
        while chars[at] in BLANKS:
            at += 1
        if chars[at] == "#":
            start = (at, text.line, at - text.start)
            text.at = at
            comment = Comment(self._begin, start, line=read_line(text))
            text.at = place
            self.comments.append(comment)
        value = self._scanned(lambda: scalars.block(text, self._indent))
        self._style = chars[place]
        self._put("scalar", self._begin[1], value)
