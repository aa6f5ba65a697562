"""Numbers from text as Go's strconv reads them."""

from __future__ import annotations

from hivehelm.errors import HivehelmError

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_DECIMAL = frozenset("0123456789+-.eE_")
_HEXADECIMAL = frozenset("0123456789abcdefABCDEF+-.pPxX_")
_INFINITIES = frozenset(("inf", "infinity"))


class NumberError(HivehelmError):
    """A text is no number; `str()` is strconv.NumError's text. `overflow`: it is one, out of range."""

    def __init__(self, function: str, text: str, *, overflow: bool = False) -> None:
        from hivehelm.golang.fmt import quote

        problem = "value out of range" if overflow else "invalid syntax"
        super().__init__(f"strconv.{function}: parsing {quote(text)}: {problem}")
        self.text = text
        self.overflow = overflow


def parse_int(text: str, base: int = 10, bits: int = 64, function: str = "ParseInt") -> int:
    """Return the signed integer that `text` spells (`strconv.ParseInt`).

    Base 0 goes by the prefix (`0x`, `0o`, `0b`, `0` for octal) and lets underscores separate digits.

    Raises:
        NumberError: it spells none, or one of more than `bits` bits.
    """
    number = _magnitude(text[1:] if text[:1] in ("+", "-") else text, base)
    if number is None:
        raise NumberError(function, text)
    if text[0] == "-":
        number = -number
    if not -(1 << (bits - 1)) <= number < 1 << (bits - 1):
        raise NumberError(function, text, overflow=True)
    return number


def parse_uint(text: str, base: int = 10, bits: int = 64) -> int:
    """Return the unsigned integer that `text` spells (`strconv.ParseUint`).

    Raises:
        NumberError: it spells none, or one of more than `bits` bits.
    """
    number = _magnitude(text, base)
    if number is None:
        raise NumberError("ParseUint", text)
    if number >> bits:
        raise NumberError("ParseUint", text, overflow=True)
    return number


def _magnitude(text: str, base: int) -> int | None:
    """Return what an unsigned text spells, 1 << 64 if it overflows before anything else is wrong."""
    digits, underscores = text, False
    if base == 0:
        base, underscores = 10, True
        if text[:1] == "0" and len(text) > 1:
            base = {"x": 16, "o": 8, "b": 2}.get(text[1].lower(), 0)
            digits = text[2:] if base else text[1:]
            base = base or 8
    if not digits:
        return None
    value = 0
    for digit in digits:
        if digit == "_" and underscores:
            continue
        place = _DIGITS[:base].find(digit.lower()) if digit.isascii() else -1
        if place < 0:
            return None
        value = value * base + place
        if value >> 64:
            return 1 << 64
    return None if underscores and "_" in text and not _underscores_separate(text) else value


def _underscores_separate(text: str) -> bool:
    """Tell whether each underscore stands between digits, or after the prefix of a base."""
    body = text
    previous = "^"
    hexadecimal = False
    if len(text) >= 2 and text[0] == "0" and text[1] in "bBoOxX":
        body, previous, hexadecimal = text[2:], "0", text[1] in "xX"
    for character in body:
        if character.isdigit() or (hexadecimal and character in "abcdefABCDEF"):
            previous = "0"
        elif character == "_":
            if previous != "0":
                return False
            previous = "_"
        else:
            if previous == "_":
                return False
            previous = "!"
    return previous != "_"


def parse_float(text: str) -> float:
    """Return the float64 nearest to what `text` spells (`strconv.ParseFloat`).

    Raises:
        NumberError: it spells none, or one too large for a float64.
    """
    unsigned = text[1:] if text[:1] in ("+", "-") else text
    if unsigned.lower() in _INFINITIES or text.lower() == "nan":
        return float(text)
    hexadecimal = unsigned[:2] in ("0x", "0X")
    if not (_HEXADECIMAL if hexadecimal else _DECIMAL).issuperset(text) or (
        "_" in text and not _underscores_separate(unsigned)
    ):
        raise NumberError("ParseFloat", text)
    plain = text.replace("_", "")
    try:
        if hexadecimal and "p" not in plain.lower():
            raise NumberError("ParseFloat", text)
        number = float.fromhex(plain) if hexadecimal else float(plain)
    except OverflowError:
        raise NumberError("ParseFloat", text, overflow=True) from None
    except ValueError:
        raise NumberError("ParseFloat", text) from None
    if number in (float("inf"), float("-inf")):
        raise NumberError("ParseFloat", text, overflow=True)
    return number


_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
_CODE_DIGITS = {"x": 2, "u": 4, "U": 8}


def unescape(text: str, mark: str) -> str | None:
    """Return what stands between two `mark`s with its escapes undone (`strconv.UnquoteChar`, repeated).

    None where an escape is wrong, or the mark stands bare.
    """
    out: list[bytes] = []
    position = 0
    while position < len(text):
        letter = text[position]
        position += 1
        if letter == mark:
            return None
        if letter != "\\":
            out.append(letter.encode("utf-8", "surrogateescape"))
            continue
        kind = text[position : position + 1]
        position += 1
        if kind in _ESCAPES and kind:
            out.append(_ESCAPES[kind].encode())
        elif kind == mark:
            out.append(mark.encode())
        else:
            if kind in _CODE_DIGITS:
                base, count = 16, _CODE_DIGITS[kind]
            else:
                base, count, position = 8, 3, position - 1
            digits = text[position : position + count]
            position += count
            if (code := _code(digits, base, count)) is None:
                return None
            if count < 4:
                if code > 255:
                    return None
                out.append(bytes((code,)))
            elif code > 0x10FFFF or 0xD800 <= code < 0xE000:
                return None
            else:
                out.append(chr(code).encode())
    return b"".join(out).decode("utf-8", "surrogateescape")


def _code(digits: str, base: int, count: int) -> int | None:
    known = _DIGITS[:base]
    if len(digits) < count or not all(digit.isascii() and digit.lower() in known for digit in digits):
        return None
    return int(digits, base)
