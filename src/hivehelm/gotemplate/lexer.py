"""From a template's bytes to tokens (text/template/parse/lex.go).

Text is lexed as one character per byte (`as_bytes`), so that every index is Go's byte offset. Fields that
follow one another are one token: `.a.b`, `$x.a.b`.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container
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

_WORDS = {
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

_SPACES = " \t\r\n"

# What follows an identifier, a field or a variable.
_END = r"(?=[ \t\r\n.,|:()]|\}\}|\Z)"
_LETTER = r"[A-Za-z_\x80-\xff]"
_ALNUM = r"[A-Za-z0-9_\x80-\xff]"

_NUMBER = (
    r"[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?"
    r"|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?"
    r"|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?"
)

# One alternative for each token; the number of the group that matched is its kind. Quantifiers in quantifiers
# are possessive: what has no end is given up at once.
_TOKEN = re.compile(
    r"(?P<trim>[ \t\r\n]-\}\})"
    r"|(?P<close>\}\})"
    r"|(?P<space>[ \t\r\n]+?(?=[ \t\r\n]-\}\})|[ \t\r\n]+)"
    rf"|(?P<field>(?:\.{_LETTER}{_ALNUM}*)+{_END})"
    rf"|(?P<word>{_LETTER}{_ALNUM}*{_END})"
    rf"|(?P<variable>\$(?:{_ALNUM}+)?(?:\.{_LETTER}{_ALNUM}*)*{_END})"
    r'|(?P<string>"(?:[^"\\\n]++|\\[^\n])*+")'
    r"|(?P<pipe>\|)"
    r"|(?P<open>\()"
    r"|(?P<shut>\))"
    r"|(?P<declare>:=)"
    r"|(?P<raw>`[^`]*`)"
    r"|(?P<char>'(?:[^'\\\n]++|\\[^\n])*+')"
    rf"|(?P<dot>\.(?![0-9]){_END}(?!\Z))"
    r"|(?P<assign>=)"
)
# An action whose end can be told without lexing it, after its left delimiter.
_PLAIN = re.compile(r"[^\"`'{}]*+(?:\"(?:[^\"\\\n]++|\\[^\n])*+\"[^\"`'{}]*+)*+\}\}")
_NAMED = re.compile(rf"\${_ALNUM}")
_TRIMS = (" -", "\t-", "\r-", "\n-")
_NUMBER_AT = re.compile(_NUMBER)
_RUN = re.compile(rf"{_ALNUM}*")
_GROUP = _TOKEN.groupindex
_TRIM, _CLOSE, _SPACE = _GROUP["trim"], _GROUP["close"], _GROUP["space"]
_WORD, _FIELD, _VARIABLE = _GROUP["word"], _GROUP["field"], _GROUP["variable"]
_OPEN, _SHUT = _GROUP["open"], _GROUP["shut"]
_KIND = {
    _SPACE: SPACE,
    _FIELD: FIELD,
    _VARIABLE: VARIABLE,
    _GROUP["string"]: STRING,
    _GROUP["pipe"]: PIPE,
    _OPEN: LEFT_PAREN,
    _SHUT: RIGHT_PAREN,
    _GROUP["declare"]: DECLARE,
    _GROUP["raw"]: RAW_STRING,
    _GROUP["char"]: CHAR_CONSTANT,
    _GROUP["dot"]: DOT,
    _GROUP["assign"]: ASSIGN,
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

    `key` is what stands in the last action, if that has neither odd characters nor variables, "" otherwise.
    An action of which that is in `known` is one token of kind KNOWN.
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
        trim = text.startswith("-", inner) and inner + 1 < size and text[inner + 1] in _SPACES
        if delim > pos:
            piece = text[pos:delim]
            if trim:
                piece = piece.rstrip(_SPACES)
            if piece:
                append((TEXT, pos, piece))
        if trim:
            inner += 2
        if text.startswith("/*", inner):
            self._comment(inner)
            return
        self.key = ""
        if self._known is not None and (found := _PLAIN.match(text, inner)) is not None:
            after = found.end()
            key = text[inner : after - 2]
            if trimmed := key.endswith(_TRIMS):
                key = key[:-2]
            key = key.strip(_SPACES)
            if key in self._known:
                append((KNOWN, delim, key))
                self._pos = _skip(text, after) if trimmed else after
                return
            if "=" not in key and not _NAMED.search(key):
                self.key = key
        append((LEFT_DELIM, delim, "{{"))
        self._action(inner)

    def _fail(self, pos: int, message: str) -> None:
        self.tokens += (ERROR, pos, message), (EOF, 0, "EOF")

    def _comment(self, inner: int) -> None:
        text = self._text
        after = text.find("*/", inner + 2)
        if after < 0:
            self._fail(inner, "unclosed comment")
            return
        after += 2
        if text.startswith("}}", after):
            self._pos = after + 2
        elif text[after : after + 1] in ("", *_SPACES) and text.startswith("-}}", after + 1):
            self._pos = _skip(text, after + 4)
        else:
            self._fail(inner, "comment ends before closing delimiter")

    def _action(self, pos: int) -> None:
        text, append = self._text, self.tokens.append
        match = _TOKEN.match
        depth = 0
        while True:
            found = match(text, pos)
            if found is None:
                pos = _rare(text, pos, append)
                if pos < 0:
                    append((EOF, 0, "EOF"))
                    return
                continue
            group = found.lastindex
            if group == _WORD:
                word = found.group()
                kind = _WORDS.get(word, IDENTIFIER)
                if kind in self._no_words:
                    kind = IDENTIFIER
                if not word.isascii() and (bad := _not_alphanumeric(word)) is not None:
                    self._fail(pos, _bad_start(text, pos) or bad)
                    return
                append((kind, pos, word))
            elif group in (_CLOSE, _TRIM):
                if depth:
                    self._fail(pos, "unclosed left paren")
                elif group == _CLOSE:
                    append((RIGHT_DELIM, pos, "}}"))
                    self._pos = pos + 2
                else:
                    append((RIGHT_DELIM, pos + 2, "}}"))
                    self._pos = _skip(text, pos + 4)
                return
            else:
                if group == _OPEN:
                    depth += 1
                elif group == _SHUT:
                    depth -= 1
                    if depth < 0:
                        self._fail(pos, "unexpected right paren")
                        return
                value = found.group()
                if group in (_FIELD, _VARIABLE) and not value.isascii():
                    bad = _not_alphanumeric(value.replace(".", "").replace("$", ""))
                    if bad is not None:
                        self._fail(pos, bad)
                        return
                append((_KIND[group], pos, value))  # type: ignore[index]
            pos = found.end()


def _skip(text: str, pos: int) -> int:
    size = len(text)
    while pos < size and text[pos] in _SPACES:
        pos += 1
    return pos


def _rare(text: str, pos: int, append: Callable[[Token], None]) -> int:
    """Lex what the common pattern does not match; return where to go on, or -1 after an error."""

    def fail(message: str) -> int:
        append((ERROR, pos, message))
        return -1

    if pos >= len(text):
        return fail("unclosed action")
    char = text[pos]
    if char in "+-0123456789" or char == ".":
        following = text[pos + 1 : pos + 2]
        if char == "." and following and not following.isdigit():
            return fail(_bad_character(text, pos + 1))
        return _number(text, pos, append)
    if char == "$":
        return fail(_bad_character(text, pos + 1))
    if char == ":":
        return fail("expected :=")
    if char in "\"'`":
        what = {'"': "quoted string", "'": "character constant", "`": "raw quoted string"}[char]
        return fail(f"unterminated {what}")
    if char == "_" or (char.isalpha() and char.isascii()):
        return fail(_bad_character(text, pos))
    if " " <= char <= "~":
        append((CHAR, pos, char))
        return pos + 1
    return fail(_bad_start(text, pos) or _bad_character(text, pos))


def _number(text: str, pos: int, append: Callable[[Token], None]) -> int:
    from hivehelm.golang.fmt import quote

    end, good = _scan_number(text, pos)
    kind = NUMBER
    if good and text[end : end + 1] in ("+", "-"):
        kind = COMPLEX
        end, good = _scan_number(text, end)
        good = good and text[end - 1] == "i"
    if not good:
        append((ERROR, pos, f"bad number syntax: {quote(as_text(text[pos:end]))}"))
        return -1
    append((kind, pos, text[pos:end]))
    return end


def _scan_number(text: str, pos: int) -> tuple[int, bool]:
    found = _NUMBER_AT.match(text, pos)
    end = found.end() if found else pos
    if end < len(text):
        rune = _rune(text, end)
        if _is_alphanumeric(rune):
            return end + len(rune.encode("utf-8", "surrogateescape")), False
    return end, True


def _rune(text: str, pos: int) -> str:
    """Return the character that starts at a byte offset."""
    if text[pos] < "\x80":
        return text[pos]
    data = text[pos : pos + 4].encode("latin-1")
    for size in (2, 3, 4):
        try:
            return data[:size].decode()
        except UnicodeDecodeError:
            continue
    return "\udc00"


def _bad_character(text: str, pos: int) -> str:
    """Return the complaint about the first character after a run of alphanumerics that may not be there."""
    run = _RUN.findall(text, pos)[0]
    if not run.isascii():
        bad = _not_alphanumeric(run)
        if bad is not None:
            return bad
    return f"bad character {unicode(_rune(text, pos + len(run)))}"


def _bad_start(text: str, pos: int) -> str | None:
    rune = _rune(text, pos)
    if _is_alphanumeric(rune):
        return None
    return f"unrecognized character in action: {unicode(rune)}"


def _not_alphanumeric(run: str) -> str | None:
    for char in run.encode("latin-1").decode("utf-8", "surrogateescape"):
        if not _is_alphanumeric(char):
            return f"bad character {unicode(char)}"
    return None


def _is_alphanumeric(rune: str) -> bool:
    from hivehelm.golang.unicode import is_digit, is_letter

    return rune == "_" or is_letter(rune) or is_digit(rune)


def unicode(char: str) -> str:
    """Return a character as Go's `%#U` prints it."""
    if "\ud800" <= char <= "\udfff":
        char = "\ufffd"
    from hivehelm.golang.unicode import is_print

    shown = f" '{char}'" if is_print(char) else ""
    return f"U+{ord(char):04X}{shown}"
