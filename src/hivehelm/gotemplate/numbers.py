"""The values of Go's number literals (parse.newNumber)."""

from __future__ import annotations

import re

from hivehelm.golang.fmt import quote
from hivehelm.gotemplate.lexer import CHAR_CONSTANT, COMPLEX, as_text
from hivehelm.gotemplate.literals import ESCAPE, unescape, valid

_DIGITS = r"[0-9](?:_?[0-9])*"
_INTEGER = re.compile(
    r"[+-]?(?:(?:0[xX](?P<x>(?:_?[0-9a-fA-F])+))|(?:0[bB](?P<b>(?:_?[01])+))|(?:0[oO](?P<o>(?:_?[0-7])+))"
    r"|0(?P<z>(?:_?[0-7])+)|(?P<d>0|[1-9](?:_?[0-9])*))"
)
_FLOAT = re.compile(rf"[+-]?(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?")
_HEX_FLOAT = re.compile(
    r"[+-]?0[xX](?=[_0-9a-fA-F.]*[0-9a-fA-F])(?:_?[0-9a-fA-F])*(?:\.(?:[0-9a-fA-F](?:_?[0-9a-fA-F])*)?)?"
    rf"[pP][+-]?{_DIGITS}"
)
_BASES = {"x": 16, "b": 2, "o": 8, "z": 8, "d": 10}


def number(text: str, kind: int) -> complex:
    """Return the value of any number token; see `literals.number`."""
    if kind == CHAR_CONSTANT:
        return _character(text)
    if kind == COMPLEX:
        split = max(text.rfind("+", 1), text.rfind("-", 1))
        if text[split - 1] in "eEpP":
            split = max(text.rfind("+", 1, split - 1), text.rfind("-", 1, split - 1))
        real, imaginary = _float(text[:split]), _float(text[split:-1])
        if real is None or imaginary is None:
            raise ValueError("syntax error scanning complex number")
        return complex(real, imaginary)
    if text.endswith("i") and (imaginary := _float(text[:-1])) is not None:
        return complex(0, imaginary)
    found = _INTEGER.fullmatch(text)
    if found is not None:
        group = found.lastgroup or "d"
        value = int(found.group(group).replace("_", ""), _BASES[group])
        signed = -value if text[0] == "-" else value
        if -(1 << 63) <= signed < (1 << 63) or (text[0] not in "+-" and signed < (1 << 64)):
            # Go knows a hexadecimal integer by its first two characters, and a float by an e.
            return float(signed) if text[0] in "+-" and group == "x" and "e" in text.lower() else signed
    real = _float(text)
    if real is None:
        raise ValueError(f"illegal number syntax: {quote(as_text(text))}")
    if not any(char in ".eEpP" for char in text):
        raise ValueError(f"integer overflow: {quote(as_text(text))}")
    return real


def _float(text: str) -> float | None:
    if _HEX_FLOAT.fullmatch(text):
        try:
            return float.fromhex(text.replace("_", ""))
        except OverflowError:
            return None
    if not _FLOAT.fullmatch(text):
        return None
    value = float(text.replace("_", ""))
    return None if value in (float("inf"), float("-inf")) else value


def _character(text: str) -> int:
    body = text[1:-1]
    if body == "'" or not body:
        raise ValueError("invalid syntax")
    if body[0] == "\\":
        found: re.Match[str] = ESCAPE.match(body)  # type: ignore[assignment]
        head, rest = found.group(), body[found.end() :]
        value = unescape(head, "'")
        if value is None:
            raise ValueError("invalid syntax")
        if found.group(2) or found.group(3):
            code = int(found.group(2), 16) if found.group(2) else int(found.group(3), 8)
        else:
            code = ord(value)
    else:
        value = valid(body)
        code, rest = ord(value[0]), value[1:]
    if rest:
        raise ValueError(f"malformed character constant: {as_text(text)}")
    return code
