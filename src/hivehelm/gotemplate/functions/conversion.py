"""Sprig's conversions to numbers: github.com/spf13/cast v1.7.0, where what is no number is 0."""

from __future__ import annotations

from hivehelm.golang.fmt import sprint
from hivehelm.golang.kinds import (
    Float32,
    Int8,
    Int16,
    Int32,
    Int64,
    Uint,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
)
from hivehelm.golang.strconv import NumberError, parse_float, parse_int
from hivehelm.gotemplate.functions.signature import go

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Named kinds, such as durations, are not numbers to cast, but for months and weekdays.
_INTEGERS = frozenset((bool, int, Int64, Int32, Int16, Int8, Uint, Uint64, Uint32, Uint16, Uint8))
_FLOATS = frozenset((float, Float32))
_NAMED = frozenset(("time.Month", "time.Weekday"))
_MIN_INT64 = -(1 << 63)


def integer(value: Any) -> int:
    """Return a value as a 64-bit integer: floats cut, texts read with their prefix, the rest 0."""
    kind = value.__class__
    if kind is int:
        return value  # type: ignore[no-any-return]
    if kind in _INTEGERS:
        number = int(value)
        return number - (1 << 64) if number >> 63 > 0 else number
    if kind in _FLOATS:
        # Out of range, amd64's conversion gives the least integer.
        return int(value) if -9.3e18 < value < 9.3e18 and _fits(int(value)) else _MIN_INT64
    if kind is str:
        try:
            return parse_int(_without_zero_decimals(value), 0)
        except NumberError:
            return 0
    return int(value) if getattr(value, "GO_TYPE", "") in _NAMED else 0


def _fits(number: int) -> bool:
    return _MIN_INT64 <= number < 1 << 63


def _without_zero_decimals(text: str) -> str:
    # The last point that zeros follow ends the number, whatever stands between.
    zeros = False
    for position in range(len(text) - 1, -1, -1):
        if text[position] == "0":
            zeros = True
        elif text[position] != ".":
            break
        elif zeros:
            return text[:position]
    return text


def floating(value: Any) -> float:
    """Return a value as a float64: texts read, what is no number 0."""
    kind = value.__class__
    if kind is float:
        return value  # type: ignore[no-any-return]
    if kind in _INTEGERS or kind in _FLOATS:
        return float(value)
    if kind is str:
        try:
            return parse_float(value)
        except NumberError:
            return 0.0
    return float(value) if getattr(value, "GO_TYPE", "") in _NAMED else 0.0


def to_int(value: Any) -> int:
    """`int`: a value as int."""
    return integer(value)


def to_int64(value: Any) -> Int64:
    """`int64`: a value as int64."""
    return Int64(integer(value))


def to_float64(value: Any) -> float:
    """`float64`: a value as float64."""
    return floating(value)


@go("string")
def atoi(text: str) -> int:
    """`atoi`: a decimal text as int; 0 where it is none."""
    try:
        return parse_int(text)
    except NumberError as error:
        # Go returns the nearest int along with the error that sprig drops.
        if error.overflow:
            return _MIN_INT64 if text.startswith("-") else (1 << 63) - 1
        return 0


def to_decimal(value: Any) -> Int64:
    """`toDecimal`: an octal number, however given, as int64; 0 where it is none."""
    try:
        return Int64(parse_int(sprint(value), 8))
    except NumberError:
        return Int64(0)
