"""The values of Go's literals: strings (strconv.Unquote), and the numbers that most numbers are."""

from __future__ import annotations

import re

from hivehelm.gotemplate.lexer import as_text

_ESCAPES = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
}

ESCAPE = re.compile(
    r"\\(?:([abfnrtv\\'\"])|x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))?"
)


def unquote(quoted: str) -> str | None:
    """Return the value of a string literal given as by `as_bytes`; None where its escapes are wrong."""
    mark = quoted[0]
    body = quoted[1:-1]
    if mark == "`":
        return as_text(body.replace("\r", ""))
    if "\\" not in body:
        return valid(body)
    return unescape(body, mark)


def valid(body: str) -> str:
    """Return a part of a literal as text; what is no UTF-8 is replaced."""
    if body.isascii():
        return body
    return body.encode("latin-1").decode("utf-8", "replace")


def unescape(body: str, mark: str) -> str | None:
    """Return `body` with Go's escapes undone; None where one is wrong or `mark` stands bare."""
    out = bytearray()
    pos = 0
    while (slash := body.find("\\", pos)) >= 0:
        out += valid(body[pos:slash]).encode()
        # The pattern matches a bare backslash, too, with no group.
        found: re.Match[str] = ESCAPE.match(body, slash)  # type: ignore[assignment]
        simple, hexadecimal, octal, short, long = found.groups()
        if simple is not None:
            if simple in "'\"" and simple != mark:
                return None
            out += _ESCAPES.get(simple, simple).encode()
        elif hexadecimal is not None:
            out.append(int(hexadecimal, 16))
        elif octal is not None:
            if (byte := int(octal, 8)) > 255:
                return None
            out.append(byte)
        elif (digits := short or long) is not None:
            rune = int(digits, 16)
            if rune > 0x10FFFF or 0xD800 <= rune < 0xE000:
                return None
            out += chr(rune).encode()
        else:
            return None
        pos = found.end()
    out += valid(body[pos:]).encode()
    return out.decode("utf-8", "surrogateescape")


def number(text: str, kind: int) -> complex:
    """Return the value of a number token: an int, a float or a complex, as the constant's syntax decides.

    Beyond int64 it is a uint64: what takes it complains, unless it wants a float.

    Raises:
        ValueError: with Go's text.
    """
    if text.isdecimal() and len(text) < 19 and (text[0] != "0" or text == "0"):
        return int(text)
    # Most charts have none of the others.
    from hivehelm.gotemplate.numbers import number

    return number(text, kind)
