"""A YAML text as tokens, as go-yaml's scanner finds them, its oddities included.

go-yaml is a port of an older libyaml. It lets commas and brackets into tags, knows other escapes, looks less
far ahead, forgets that `[]` may be a key, and so reports other errors first.
"""

from __future__ import annotations

from collections import deque

from hivehelm.golang.yaml.decode import MAX_DEPTH
from hivehelm.golang.yaml.syntax import scalars, tags
from hivehelm.golang.yaml.syntax.text import ENDS, LINE_ENDS, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final

_OPENING: Final = frozenset("[{")
_CLOSING: Final = frozenset("]}")
# What begins no plain scalar, all else being scanned already.
_NO_SCALAR: Final = frozenset("\t,[]{}#&*!|>'\"%@`")


class Token:
    """A token: its indicator, or what it is; the lines where it begins and ends, from 0; what it holds."""

    __slots__ = ("end", "kind", "line", "plain", "value")

    def __init__(self, kind: str, line: int, end: int, value: Any = "", *, plain: bool = False) -> None:
        self.kind = kind
        self.line = line
        self.end = end
        self.value = value
        self.plain = plain


class _Key:
    """What may turn out to be a key, when a colon follows it on its line."""

    __slots__ = ("at", "column", "line", "number", "possible", "required")

    def __init__(self, text: Text, number: int, *, possible: bool, required: bool) -> None:
        self.possible = possible
        self.required = required
        self.number = number
        self.at = text.at
        self.line = text.line
        self.column = text.column


class Scanner:
    """The tokens of a text, one at a time.

    Kinds: `stream end`, `%` (directive), `---`, `...`; `block sequence`, `block mapping` and `block end`;
    `[`, `{`, `]`, `}` and `,`; `-`, `?` (also before a simple key) and `:`; `*`, `&`, `!` and `scalar`.
    """

    def __init__(self, raw: bytes) -> None:
        self._text = Text(raw)
        self._tokens: deque[Token] = deque()
        self._taken = 0
        self._indent = -1
        self._indents: list[int] = []
        self._flow = 0
        self._may_be_key = True
        self._keys = [_Key(self._text, 0, possible=False, required=False)]
        # Where the key of a token is among `_keys`.
        self._key_of: dict[int, int] = {}

    def peek(self) -> Token:
        """Return the next token.

        Raises:
            YAMLError: there is none, in go-yaml's words.
        """
        while not self._tokens or self._waits_for_colon():
            self._fetch()
        return self._tokens[0]

    def take(self) -> Token:
        """Return the next token, and go on behind it. `peek` was called for it.

        go-yaml settles what the next token is when it looks at it first.
        """
        self._taken += 1
        return self._tokens.popleft()

    def _waits_for_colon(self) -> bool:
        """Say whether the next token may yet turn out to begin a key."""
        place = self._key_of.get(self._taken)
        return place is not None and place < len(self._keys) and self._is_valid(self._keys[place])

    def _is_valid(self, key: _Key) -> bool:
        text = self._text
        if key.possible and (key.line < text.line or key.at + 1024 < text.at):
            if key.required:
                text.fail("could not find expected ':'")
            key.possible = False
        return key.possible

    # --- keys, brackets and indentation

    def _save_key(self) -> None:
        if not self._may_be_key:
            return
        text = self._text
        required = not self._flow and self._indent == text.column
        key = _Key(text, self._taken + len(self._tokens), possible=True, required=required)
        self._drop_key()
        self._keys[-1] = key
        self._key_of[key.number] = len(self._keys) - 1

    def _drop_key(self) -> None:
        key = self._keys[-1]
        if key.possible:
            if key.required:
                self._text.fail("could not find expected ':'")
            key.possible = False
            self._key_of.pop(key.number, None)

    def _roll(self, column: int, kind: str, line: int, number: int | None = None) -> None:
        """Begin a block at `column` if that is further than the one around it, before token `number`."""
        if self._flow or self._indent >= column:
            return
        self._indents.append(self._indent)
        self._indent = column
        if len(self._indents) > MAX_DEPTH:
            self._text.fail(f"exceeded max depth of {MAX_DEPTH}")
        self._insert(Token(kind, line, line), number)

    def _unroll(self, column: int) -> None:
        """End the blocks that are further than `column`."""
        if self._flow:
            return
        while self._indent > column:
            self._put("block end", self._text.line)
            self._indent = self._indents.pop()

    def _insert(self, token: Token, number: int | None) -> None:
        """Put a token before the one of a number; behind all, where that was taken already."""
        if number is None or number < self._taken:
            self._tokens.append(token)
        else:
            self._tokens.insert(number - self._taken, token)

    def _put(self, kind: str, line: int, value: Any = "", *, plain: bool = False) -> None:
        self._tokens.append(Token(kind, line, self._text.line, value, plain=plain))

    def _take(self, kind: str, width: int = 1) -> None:
        self._text.at += width
        self._put(kind, self._text.line)

    # --- tokens

    def _fetch(self) -> None:
        """Scan one more token."""
        text = self._text
        text.need(1)
        self._skip()
        self._unroll(text.column)
        text.need(4)
        char = text.chars[text.at]
        if char == "\0":
            self._stream_end()
            return
        if not text.column:
            if char == "%":
                self._reset()
                line = text.line
                self._put("%", line, tags.directive(text))
                return
            if text.at_document():
                self._reset()
                self._take(char * 3, 3)
                return
        before_blank = text.chars[text.at + 1] in ENDS
        if char in _OPENING:
            self._open(char)
        elif char in _CLOSING:
            self._close(char)
        elif char == ",":
            self._drop_key()
            self._may_be_key = True
            self._take(",")
        elif char == "-" and before_blank:
            self._entry()
        elif char == "?" and (self._flow or before_blank):
            self._question()
        elif char == ":" and (self._flow or before_blank):
            self._colon()
        elif char in "*&":
            self._scan(char, tags.anchor)
        elif char == "!":
            self._scan(char, tags.tag)
        elif char in "|>" and not self._flow:
            self._drop_key()
            self._may_be_key = True
            line = text.line
            self._put("scalar", line, scalars.block(text, self._indent))
        elif char in "'\"":
            self._scan("scalar", scalars.quoted)
        elif char in _NO_SCALAR:
            text.fail("found character that cannot start any token")
        else:
            self._plain()

    def _skip(self) -> None:
        """Go over blanks, comments and line breaks."""
        text = self._text
        chars = text.chars
        while True:
            text.need(1)
            if not text.column and text.begins_with_mark():
                text.at += 1
            text.need(1)
            while chars[text.at] == " " or (chars[text.at] == "\t" and (self._flow or not self._may_be_key)):
                text.at += 1
                text.need(1)
            self._comment()
            if chars[text.at] not in LINE_ENDS or chars[text.at] == "\0":
                return
            text.need(2)
            text.take_break()
            if not self._flow:
                self._may_be_key = True

    def _comment(self) -> None:
        """Go over a comment, if there is one."""
        scalars.skip_comment(self._text)

    def _reset(self) -> None:
        """End all blocks."""
        self._unroll(-1)
        self._drop_key()
        self._may_be_key = False

    def _stream_end(self) -> None:
        text = self._text
        if text.column:
            text.start = text.at
            text.line += 1
        self._reset()
        self._put("stream end", text.line)

    def _scan(self, kind: str, scan: Callable[[Text], Any]) -> None:
        """Scan what may be a key, and no key can follow."""
        self._save_key()
        self._may_be_key = False
        line = self._text.line
        value = scan(self._text)
        self._put(kind, line, value)

    def _plain(self) -> None:
        self._save_key()
        self._may_be_key = False
        line = self._text.line
        value, broken = scalars.plain(self._text, self._indent + 1, brackets=self._flow > 0)
        self._put("scalar", line, value, plain=True)
        if broken:
            self._may_be_key = True

    def _open(self, kind: str) -> None:
        self._save_key()
        # This has the bracket's own number, so the bracket is forgotten as a key with it.
        number = self._taken + len(self._tokens)
        self._keys.append(_Key(self._text, number, possible=False, required=False))
        self._flow += 1
        if self._flow > MAX_DEPTH:
            self._text.fail(f"exceeded max depth of {MAX_DEPTH}")
        self._may_be_key = True
        self._take(kind)

    def _close(self, kind: str) -> None:
        self._drop_key()
        if self._flow:
            self._flow -= 1
            self._key_of.pop(self._keys.pop().number, None)
        self._may_be_key = False
        self._take(kind)

    def _entry(self) -> None:
        if not self._flow:
            if not self._may_be_key:
                self._text.fail("block sequence entries are not allowed in this context")
            self._roll(self._text.column, "block sequence", self._text.line)
        self._drop_key()
        self._may_be_key = True
        self._take("-")

    def _question(self) -> None:
        if not self._flow:
            if not self._may_be_key:
                self._text.fail("mapping keys are not allowed in this context")
            self._roll(self._text.column, "block mapping", self._text.line)
        self._drop_key()
        self._may_be_key = not self._flow
        self._take("?")

    def _colon(self) -> None:
        text = self._text
        key = self._keys[-1]
        if self._is_valid(key):
            self._insert(Token("?", key.line, key.line), key.number)
            self._roll(key.column, "block mapping", key.line, key.number)
            key.possible = False
            self._key_of.pop(key.number, None)
            self._may_be_key = False
        else:
            if not self._flow:
                if not self._may_be_key:
                    text.fail("mapping values are not allowed in this context")
                self._roll(text.column, "block mapping", text.line)
            self._may_be_key = not self._flow
        self._take(":")
