"""The tokens of an action one by one, as Go's lexer goes through them, with its complaints.

Actions of ordinary tokens are lexed as a whole instead (`lexer`), unless it matters where each token is.
"""

from __future__ import annotations

import re

from hivehelm.gotemplate.lexer import (
    ASSIGN,
    CHAR,
    CHAR_CONSTANT,
    COMPLEX,
    DECLARE,
    DOT,
    EOF,
    ERROR,
    FIELD,
    FOLLOWED,
    IDENTIFIER,
    LEFT_PAREN,
    NUMBER,
    PIPE,
    RAW_STRING,
    RIGHT_DELIM,
    RIGHT_PAREN,
    SPACE,
    STRING,
    VARIABLE,
    WORDS,
    as_text,
    fail,
    skip,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from hivehelm.gotemplate.lexer import Token

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
    rf"|(?P<field>(?:\.{_LETTER}{_ALNUM}*)+{FOLLOWED})"
    rf"|(?P<word>{_LETTER}{_ALNUM}*{FOLLOWED})"
    rf"|(?P<variable>\$(?:{_ALNUM}+)?(?:\.{_LETTER}{_ALNUM}*)*{FOLLOWED})"
    r'|(?P<string>"(?:[^"\\\n]++|\\[^\n])*+")'
    r"|(?P<pipe>\|)"
    r"|(?P<open>\()"
    r"|(?P<shut>\))"
    r"|(?P<declare>:=)"
    r"|(?P<raw>`[^`]*`)"
    r"|(?P<char>'(?:[^'\\\n]++|\\[^\n])*+')"
    rf"|(?P<dot>\.(?![0-9]){FOLLOWED}(?!\Z))"
    r"|(?P<assign>=)"
)
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


def scan(text: str, pos: int, tokens: list[Token], no_words: Container[int]) -> int:
    """Add the tokens from `pos`, after a left delimiter, to the end of its action; return where to go on.

    After what is wrong, the last token is of kind EOF. `no_words` are the keywords that are names here.
    """
    append = tokens.append
    match = _TOKEN.match
    depth = 0
    while True:
        found = match(text, pos)
        if found is None:
            pos = _rare(text, pos, append)
            if pos < 0:
                append((EOF, 0, "EOF"))
                return -1
            continue
        group = found.lastindex
        if group == _WORD:
            word = found.group()
            kind = WORDS.get(word, IDENTIFIER)
            if kind in no_words:
                kind = IDENTIFIER
            if not word.isascii() and (bad := _not_alphanumeric(word)) is not None:
                return fail(tokens, pos, _bad_start(text, pos) or bad)
            append((kind, pos, word))
        elif group in (_CLOSE, _TRIM):
            if depth:
                return fail(tokens, pos, "unclosed left paren")
            if group == _CLOSE:
                append((RIGHT_DELIM, pos, "}}"))
                return pos + 2
            append((RIGHT_DELIM, pos + 2, "}}"))
            return skip(text, pos + 4)
        else:
            if group == _OPEN:
                depth += 1
            elif group == _SHUT:
                depth -= 1
                if depth < 0:
                    return fail(tokens, pos, "unexpected right paren")
            value = found.group()
            if group in (_FIELD, _VARIABLE) and not value.isascii():
                bad = _not_alphanumeric(value.replace(".", "").replace("$", ""))
                if bad is not None:
                    return fail(tokens, pos, bad)
            append((_KIND[group], pos, value))  # type: ignore[index]
        pos = found.end()


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
