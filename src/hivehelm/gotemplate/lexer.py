"""From a template's bytes to tokens (text/template/parse/lex.go).

Text is lexed as one character per byte (`as_bytes`), so that every index is Go's byte offset. Fields that
follow one another are one token: `.a.b`, `$x.a.b`.
"""

from __future__ import annotations

import re
from itertools import repeat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container
    from typing import Final, TypeAlias

    Token: TypeAlias = tuple[int, int, str]

ERROR: Final = 0
BOOL: Final = 1
CHAR: Final = 2
CHAR_CONSTANT: Final = 3
COMPLEX: Final = 4
ASSIGN: Final = 5
DECLARE: Final = 6
EOF: Final = 7
FIELD: Final = 8
IDENTIFIER: Final = 9
LEFT_DELIM: Final = 10
LEFT_PAREN: Final = 11
NUMBER: Final = 12
PIPE: Final = 13
RAW_STRING: Final = 14
RIGHT_DELIM: Final = 15
RIGHT_PAREN: Final = 16
SPACE: Final = 17
STRING: Final = 18
TEXT: Final = 19
VARIABLE: Final = 20
KEYWORD: Final = 21  # the keywords come after it
BLOCK: Final = 22
BREAK: Final = 23
CONTINUE: Final = 24
DOT: Final = 25
DEFINE: Final = 26
ELSE: Final = 27
END: Final = 28
IF: Final = 29
NIL: Final = 30
RANGE: Final = 31
TEMPLATE: Final = 32
WITH: Final = 33
KNOWN: Final = 34

WORDS: Final = {
    "block": BLOCK,
    "break": BREAK,
    "continue": CONTINUE,
    "define": DEFINE,
    "else": ELSE,
    "end": END,
    "if": IF,
    "range": RANGE,
    "nil": NIL,
    "template": TEMPLATE,
    "with": WITH,
    "true": BOOL,
    "false": BOOL,
}

SPACES: Final = " \t\r\n"

# What follows an identifier, a field or a variable.
FOLLOWED: Final = r"(?=[ \t\r\n.,|:()]|\}\}|\Z)"
# An action whose end can be told without lexing it, after its left delimiter.
_PLAIN = re.compile(r"[^\"`'{}]*+(?:(?:\"(?:[^\"\\\n]++|\\[^\n])*+\"|`[^`]*+`)[^\"`'{}]*+)*+\}\}")
# The tokens of a plain action that is made of ordinary ones alone; in another one, all from the first that is
# not ordinary is one match without a group.
_ORDINARY = re.compile(
    rf"([ \t\r\n]+|(?:\.[A-Za-z_]\w*)+{FOLLOWED}|[A-Za-z_]\w*{FOLLOWED}|\$\w*(?:\.[A-Za-z_]\w*)*{FOLLOWED}"
    r'|"(?:[^"\\\n]++|\\[^\n])*+"|`[^`]*+`'
    rf"|[|(),=]|:=|-?[0-9]+(?:\.[0-9]+)?{FOLLOWED}(?!\.)|\.{FOLLOWED})|.+",
    re.ASCII | re.DOTALL,
)
_TRIMMED = (" -}}", "\t-}}", "\r-}}", "\n-}}")
_SPACE_RUN = re.compile(r"[ \t\r\n]*")


class _Kinds(dict[str, int]):
    """The kinds of ordinary tokens."""

    def __missing__(self, token: str) -> int:
        return _FIRST.get(token[0], IDENTIFIER)


_KINDS = _Kinds(
    {
        **WORDS,
        " ": SPACE,
        ".": DOT,
        "|": PIPE,
        "(": LEFT_PAREN,
        ")": RIGHT_PAREN,
        ",": CHAR,
        "=": ASSIGN,
        ":=": DECLARE,
    }
)
_FIRST = {
    ".": FIELD,
    "$": VARIABLE,
    '"': STRING,
    "`": RAW_STRING,
    **dict.fromkeys(SPACES, SPACE),
    **dict.fromkeys("-0123456789", NUMBER),
}


def as_bytes(text: str) -> str:
    """Return `text` with a character for each byte of its UTF-8 form."""
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("latin-1")


def as_text(text: str) -> str:
    """Undo `as_bytes`."""
    return text if text.isascii() else text.encode("latin-1").decode("utf-8", "surrogateescape")


class Lexer:
    """Lexes a template given as by `as_bytes`, action by action.

    `tokens` are those so far: (kind, byte offset, text). The last of all is of kind EOF, after one of kind
    ERROR, with the message as its text, if there is one. `break_ok` and `continue_ok` are false where a
    function has that name: then it is no keyword.

    With `known`, an action that is in it is one token of kind KNOWN, and other tokens are where their action
    begins. `key` is the last action, from its left delimiter on, if it is plain and declares and assigns
    nothing.
    """

    def __init__(
        self,
        text: str,
        *,
        break_ok: bool = True,
        continue_ok: bool = True,
        known: Container[str] | None = None,
    ) -> None:
        self.tokens: list[Token] = []
        self.key = ""
        self._text = text
        self._pos = 0
        self._no_words = {kind for kind, good in ((BREAK, break_ok), (CONTINUE, continue_ok)) if not good}
        self._known = known

    def more(self) -> None:
        """Add the tokens up to the end of the next action, or of the template."""
        text, append = self._text, self.tokens.append
        size = len(text)
        pos = self._pos
        delim = text.find("{{", pos)
        if delim < 0:
            if pos < size:
                append((TEXT, pos, text[pos:]))
            append((EOF, size, "EOF"))
            return
        inner = delim + 2
        trim = text.startswith("-", inner) and inner + 1 < size and text[inner + 1] in SPACES
        if delim > pos:
            piece = text[pos:delim]
            if trim:
                piece = piece.rstrip(SPACES)
            if piece:
                append((TEXT, pos, piece))
        if trim:
            inner += 2
        if text.startswith("/*", inner):
            self._pos = self._comment(inner)
        elif self._known is None or not self._plain(delim, inner, self._known):
            from hivehelm.gotemplate.scan import scan

            append((LEFT_DELIM, delim, "{{"))
            self._pos = scan(text, inner, self.tokens, self._no_words)

    def _plain(self, delim: int, inner: int, known: Container[str]) -> bool:
        """Lex an action as a whole, if it is plain and ordinary; what is in it begins at `inner`."""
        text, tokens = self._text, self.tokens
        self.key = ""
        after = text.find("}}", inner) + 2
        action = text[inner:after]
        if action not in known:
            found = _PLAIN.match(text, inner)
            if found is None:
                return False
            after = found.end()
            action = text[inner:after]
        trimmed = action.endswith(_TRIMMED)
        if action in known:
            tokens.append((KNOWN, delim, action))
        else:
            if "=" not in action:
                self.key = action
            body = text[inner : after - 4 if trimmed else after - 2].strip(SPACES)
            words = _ORDINARY.findall(body)
            if self._no_words or sum(map(len, words)) < len(body):
                return False
            tokens.append((LEFT_DELIM, delim, "{{"))
            tokens += zip(map(_KINDS.__getitem__, words), repeat(delim), words)
            tokens.append((RIGHT_DELIM, delim, "}}"))
        self._pos = skip(text, after) if trimmed else after
        return True

    def _comment(self, inner: int) -> int:
        """Return where the text after a comment goes on."""
        text = self._text
        after = text.find("*/", inner + 2)
        if after < 0:
            return fail(self.tokens, inner, "unclosed comment")
        after += 2
        if text.startswith("}}", after):
            return after + 2
        if text[after : after + 1] in ("", *SPACES) and text.startswith("-}}", after + 1):
            return skip(text, after + 4)
        return fail(self.tokens, inner, "comment ends before closing delimiter")


def fail(tokens: list[Token], pos: int, message: str) -> int:
    """Add what is wrong at `pos`, and that nothing comes after it."""
    tokens += (ERROR, pos, message), (EOF, 0, "EOF")
    return -1


def skip(text: str, pos: int) -> int:
    """Return where white space from `pos` on ends."""
    return _SPACE_RUN.match(text, pos).end()  # type: ignore[union-attr]
