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
    from hivehelm.golang import strconv

    try:
        return strconv.parse_int(text, 0)
    except strconv.NumberError as error:
        raise ValueError(str(error)) from None


def parse_uint(text: str) -> int:
    """Return an unsigned 64-bit integer, in the base that its prefix says (`strconv.ParseUint(text, 0, 64)`).

    Raises:
        ValueError: it is not such an integer, or out of range.
    """
    from hivehelm.golang import strconv

    try:
        return strconv.parse_uint(text, 0)
    except strconv.NumberError as error:
        raise ValueError(str(error)) from None


def parse_float32(text: str) -> float:
    """Return the number of 32 bits nearest to what `text` spells (`strconv.ParseFloat(text, 32)`).

    Raises:
        ValueError: it is not a number, or too large for 32 bits.
    """
    from struct import pack, unpack

    from hivehelm.golang import strconv

    try:
        narrowed: float = unpack("<f", pack("<f", strconv.parse_float(text)))[0]
    except strconv.NumberError as error:
        raise ValueError(str(error)) from None
    except OverflowError:
        raise ValueError(_number_error("ParseFloat", text, "value out of range")) from None
    return narrowed


def _number_error(function: str, text: str, problem: str) -> str:
    from hivehelm.golang.fmt import quote

    return f"strconv.{function}: parsing {quote(text)}: {problem}"


def parse_duration(text: str) -> int:
    """Return nanoseconds of a text such as `1h15m30.5s` (`time.ParseDuration`).

    Raises:
        ValueError: it is not a duration, or has no or an unknown unit.
    """
    from hivehelm.golang import duration

    try:
        return int(duration.parse_duration(text))
    except duration.DurationError as error:
        raise ValueError(str(error)) from None


def parse_size(text: str) -> int:
    """Return the bytes that a text such as `512Mi`, `1.5GB` or `1000` stands for; ours, not pflag's.

    Raises:
        ValueError: it is not a size.
    """
    digits = text.rstrip("BKMGTbkmgti")
    unit = text[len(digits) :].lower().removesuffix("b")
    power = "kmgt".find(unit[:1]) + 1 if unit else 0
    plain = digits.replace(".", "", 1)
    if not (plain.isascii() and plain.isdigit() and unit in ("", "k", "m", "g", "t", "ki", "mi", "gi", "ti")):
        raise ValueError("a number of bytes is wanted, such as 512Mi")
    return int(float(digits[:20]) * (1024 if unit[1:] else 1000) ** power)


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


def set_uint(_current: int, _given: bool, text: str) -> int:
    """pflag's Uint."""
    return parse_uint(text)


def set_float32(_current: float, _given: bool, text: str) -> float:
    """pflag's Float32."""
    return parse_float32(text)


def set_duration(_current: int, _given: bool, text: str) -> int:
    """pflag's Duration, in nanoseconds."""
    return parse_duration(text)


def set_size(_current: int, _given: bool, text: str) -> int:
    """Return bytes; ours, not pflag's."""
    return parse_size(text)


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
