"""How the text of a flag becomes its value: the conversions of pflag and of Go's strconv, time and csv.

Each setter takes the flag's present value, whether that was given on the command line already, and the text;
it returns the new value. A text that does not fit raises `ValueError` with Go's message.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Setter = Callable[[Any, bool, str], Any]

_TRUE = frozenset(("1", "t", "T", "TRUE", "true", "True"))
_FALSE = frozenset(("0", "f", "F", "FALSE", "false", "False"))
_BASES = {"0x": 16, "0b": 2, "0o": 8}
_NANOSECONDS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_DIGITS = frozenset("0123456789")


def parse_bool(text: str) -> bool:
    """Return what Go's `strconv.ParseBool` makes of `text`.

    Raises:
        ValueError: it is not one of Go's spellings.
    """
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ValueError(_number_error("ParseBool", text, "invalid syntax"))


def parse_int(text: str) -> int:
    """Return a signed 64-bit integer, in the base that its prefix says (`strconv.ParseInt(text, 0, 64)`).

    Raises:
        ValueError: it is not an integer, or out of range.
    """
    digits = text[1:] if text[:1] in ("+", "-") else text
    base = _BASES.get(digits[:2].lower(), 8 if digits[:1] == "0" and len(digits) > 1 else 10)
    body = digits[2:].removeprefix("_") if digits[:2].lower() in _BASES else digits
    try:
        if not (body[:1].isalnum() and body.isascii() and body.replace("_", "a").isalnum()):
            raise ValueError
        value = int(body, base)
    except ValueError:
        raise ValueError(_number_error("ParseInt", text, "invalid syntax")) from None
    if text[0] == "-":
        value = -value
    if not -(1 << 63) <= value < 1 << 63:
        raise ValueError(_number_error("ParseInt", text, "value out of range"))
    return value


def parse_float32(text: str) -> float:
    """Return what Go's `strconv.ParseFloat(text, 32)` makes of a decimal `text`.

    Raises:
        ValueError: it is not a number, or too large for 32 bits.
    """
    from struct import pack, unpack

    try:
        if "_" in text or text != text.strip():
            raise ValueError
        value = float(text)
    except ValueError:
        raise ValueError(_number_error("ParseFloat", text, "invalid syntax")) from None
    try:
        narrowed: float = unpack("f", pack("f", value))[0]
    except OverflowError:
        raise ValueError(_number_error("ParseFloat", text, "value out of range")) from None
    return narrowed


def _number_error(function: str, text: str, problem: str) -> str:
    from hivehelm.golang.fmt import quote

    return f"strconv.{function}: parsing {quote(text)}: {problem}"


def parse_duration(text: str) -> int:
    """Return nanoseconds of a text such as `1h15m30.5s` (Go's `time.ParseDuration`).

    Raises:
        ValueError: it is not a duration, or has no or an unknown unit.
    """
    rest = text[1:] if text[:1] in ("+", "-") else text
    if rest == "0":
        return 0
    total = 0
    problem = "" if rest else "invalid duration"
    while rest and not problem:
        whole, rest = _take_digits(rest)
        fraction = ""
        if rest[:1] == ".":
            fraction, rest = _take_digits(rest[1:])
        if not whole and not fraction:
            problem = "invalid duration"
            break
        end = next((i for i, c in enumerate(rest) if c == "." or c in _DIGITS), len(rest))
        unit, rest = rest[:end], rest[end:]
        if not unit:
            problem = "missing unit in duration"
        elif unit not in _NANOSECONDS:
            from hivehelm.golang.fmt import quote

            problem = f"unknown unit {quote(unit)} in duration"
        else:
            size = _NANOSECONDS[unit]
            total += int(whole or "0") * size + int((fraction + "0" * 18)[:18]) * size // 10**18
            if total >= 1 << 63:
                problem = "invalid duration"
    if problem:
        from hivehelm.golang.fmt import quote

        raise ValueError(f"time: {problem} {quote(text)}")
    return -total if text[0] == "-" else total


def _take_digits(text: str) -> tuple[str, str]:
    end = next((i for i, c in enumerate(text) if c not in _DIGITS), len(text))
    return text[:end], text[end:]


def format_duration(nanoseconds: int) -> str:
    """Return a duration of whole seconds as Go prints it (`5m0s`)."""
    seconds = nanoseconds // 1_000_000_000
    hours, minutes = seconds // 3600, seconds // 60 % 60
    if hours:
        return f"{hours}h{minutes}m{seconds % 60}s"
    return f"{minutes}m{seconds % 60}s" if minutes else f"{seconds}s"


def split_csv(text: str) -> list[str]:
    """Return the fields of the first record of a text (Go's `encoding/csv`).

    Raises:
        ValueError: a quote is out of place, or there is no record at all.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    start = next((i for i, line in enumerate(lines) if line), -1)
    if start < 0:
        raise ValueError("EOF")
    number, line, at = start, lines[start], 0
    fields: list[str] = []
    while True:
        if line[at : at + 1] != '"':
            end = line.find(",", at)
            field = line[at:] if end < 0 else line[at:end]
            if '"' in field:
                column = _column(line, at + field.index('"'))
                raise ValueError(_csv_error(start, number, column, 'bare " in non-quoted-field'))
            fields.append(field)
            if end < 0:
                return fields
            at = end + 1
            continue
        at += 1
        quoted = ""
        while True:
            end = line.find('"', at)
            if end < 0:
                if number + 1 == len(lines):
                    column = _column(line, len(line))
                    problem = 'extraneous or missing " in quoted-field'
                    raise ValueError(_csv_error(start, number, column, problem))
                quoted += line[at:] + "\n"
                number, line, at = number + 1, lines[number + 1], 0
                continue
            quoted += line[at:end]
            at = end + 1
            if line[at : at + 1] == '"':
                quoted += '"'
                at += 1
                continue
            if at < len(line) and line[at] != ",":
                problem = 'extraneous or missing " in quoted-field'
                raise ValueError(_csv_error(start, number, _column(line, end), problem))
            break
        fields.append(quoted)
        if at == len(line):
            return fields
        at += 1


def _column(line: str, index: int) -> int:
    return len(line[:index].encode("utf-8", "surrogateescape")) + 1


def _csv_error(start: int, line: int, column: int, problem: str) -> str:
    where = f"parse error on line {line + 1}, column {column}: {problem}"
    return where if start == line else f"record on line {start + 1}; {where}"


def set_bool(_current: bool, _given: bool, text: str) -> bool:
    """pflag's Bool."""
    return parse_bool(text)


def set_string(_current: str, _given: bool, text: str) -> str:
    """pflag's String."""
    return text


def set_int(_current: int, _given: bool, text: str) -> int:
    """pflag's Int."""
    return parse_int(text)


def set_float32(_current: float, _given: bool, text: str) -> float:
    """pflag's Float32."""
    return parse_float32(text)


def set_duration(_current: int, _given: bool, text: str) -> int:
    """pflag's Duration, in nanoseconds."""
    return parse_duration(text)


def set_slice(current: list[str], given: bool, text: str) -> list[str]:
    """pflag's StringSlice: commas split, later flags append, the first one replaces the default."""
    fields = split_csv(text) if text else []
    return [*current, *fields] if given else fields


def set_array(current: list[str], given: bool, text: str) -> list[str]:
    """pflag's StringArray: one element for each flag, commas or not."""
    return [*current, text] if given else [text]


def set_map(current: dict[str, str], given: bool, text: str) -> dict[str, str]:
    """pflag's StringToString: `a=1,b=2`."""
    equals = text.count("=")
    pairs = split_csv(text) if equals > 1 else [text.strip('"')] if equals else [text]
    found: dict[str, str] = {}
    for pair in pairs:
        key, equal, value = pair.partition("=")
        if not equal:
            raise ValueError(f"{pair} must be formatted as key=value")
        found[key] = value
    return {**current, **found} if given else found
