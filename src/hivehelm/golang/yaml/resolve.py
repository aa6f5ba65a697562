"""What a plain scalar means to go-yaml: YAML 1.1's booleans and nulls, Go's spelling of numbers, timestamps.

The rules are those of `resolve` in go.yaml.in/yaml/v2, and of v3 for `pretty` output.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    Scalar = str | int | float | bool | None

_INF = float("inf")

WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), _INF),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -_INF),
}
"""Plain scalars with a meaning of their own; v3 resolves them likewise, but for the booleans of YAML 1.1."""

HINTS: Final = frozenset(["", *"+-0123456789.yYnNtTfFoO~"])
"""First characters of scalars that may be more than strings."""

NUMERIC: Final = frozenset("+-0123456789.")
_DIGITS: Final = frozenset("0123456789")


def plain(text: str) -> Scalar:
    """Return what an untagged plain scalar stands for: a string stands for itself, and so do timestamps."""
    if text in WORDS:
        return WORDS[text]
    if text[:1] in NUMERIC:
        found = number(text)
        return text if found is None else found
    return text


def number(text: str) -> int | float | None:
    """Return the number that a scalar beginning with a digit, sign or point spells, or None.

    Integers are int64 or uint64 in any of Go's bases; what does not fit is a float if it is in digits.
    """
    if text[0] != ".":
        text = text.replace("_", "")
        if (whole := integer(text)) is not None:
            return whole
    elif "_" in text and all(
        text[at - 1] in _DIGITS and text[at + 1 : at + 2].isdigit() for at in _places(text)
    ):
        text = text.replace("_", "")
    if not _is_float(text):
        return _binary(text) if "0b" in text[:3] else None
    value = float(text)
    return None if value in (_INF, -_INF) else value


def _places(text: str) -> list[int]:
    return [at for at, char in enumerate(text) if char == "_"]


def integer(text: str) -> int | None:
    """Return what ParseInt(text, 0, 64) gives, else ParseUint, else None; underscores are gone already."""
    body = text[1:] if text[:1] in ("+", "-") else text
    if not body.isalnum() or not body.isascii():
        return None
    base = 10
    if body[0] == "0" and len(body) > 1:
        base = _BASES.get(body[1], 8)
        body = body[2:] if body[1] in _BASES else body[1:]
    return _in_range(text[0], body.lstrip("0") or body[:1], base)


_BASES: Final = {"x": 16, "X": 16, "o": 8, "O": 8, "b": 2, "B": 2}


def _in_range(first: str, body: str, base: int) -> int | None:
    if len(body) > 64:
        return None
    try:
        value = int(body, base)
    except ValueError:
        return None
    if first == "-":
        return -value if value <= 1 << 63 else None
    return value if value < 1 << (63 if first == "+" else 64) else None


def _binary(text: str) -> int | None:
    # go-yaml's own reading of 0b also takes a sign after the prefix.
    if text[:2] == "0b" and text[2:3] in ("+", "-") and text[3:].isalnum():
        return _in_range(text[2], text[3:].lstrip("0") or "0", 2)
    return None


def _is_float(text: str) -> bool:
    mantissa, mark, exponent = text.replace("E", "e", 1).partition("e")
    if mark and not _all_digits(exponent[1:] if exponent[:1] in ("+", "-") else exponent):
        return False
    if mantissa[:1] in ("+", "-"):
        mantissa = mantissa[1:]
    whole, point, fraction = mantissa.partition(".")
    if whole:
        return _all_digits(whole) and (not fraction or _all_digits(fraction))
    return bool(point) and _all_digits(fraction)


def _all_digits(text: str) -> bool:
    return text.isdigit() and text.isascii()


def is_timestamp(text: str) -> bool:
    """Say whether go-yaml takes `text` for a timestamp: a date, or date and time in one of three layouts."""
    if text[4:5] != "-" or not _all_digits(text[:4]):
        return False
    rest = text[5:]
    month, rest = _short(rest)
    if not 1 <= month <= 12 or rest[:1] != "-":
        return False
    day, rest = _short(rest[1:])
    if not 1 <= day <= _days(int(text[:4]), month):
        return False
    if not rest:
        return True
    separator, rest = rest[0], rest[1:].lstrip(" ") if rest[0] == " " else rest[1:]
    if separator not in "Tt ":
        return False
    for limit, after in ((24, ":"), (60, ":"), (60, "")):
        value, rest = _short(rest)
        if not 0 <= value < limit or not rest.startswith(after):
            return False
        rest = rest[len(after) :]
    if rest[:1] in (".", ",") and rest[1:2] in _DIGITS:
        fraction = len(rest) - len(rest[1:].lstrip("0123456789"))
        rest = rest[fraction:]
    return not rest if separator == " " else _is_zone(rest)


def _short(text: str) -> tuple[int, str]:
    """Return a number of one or two digits and what follows it; -1 where there is none."""
    if text[:1] not in _DIGITS or not text:
        return -1, text
    width = 2 if text[1:2] in _DIGITS and len(text) > 1 else 1
    return int(text[:width]), text[width:]


def _is_zone(text: str) -> bool:
    if text == "Z":
        return True
    return (
        len(text) == 6
        and text[0] in "+-"
        and text[3] == ":"
        and _all_digits(text[1:3] + text[4:])
        and int(text[1:3]) <= 24
        and int(text[4:]) < 60
    )


def _days(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31
