"""Helm's functions on durations (pkg/engine's funcs.go).

A duration is Go's, a text like `1h30m`, or a number of seconds, as text too.
"""

from __future__ import annotations

from hivehelm.golang.duration import GREATEST, LEAST, SECOND, Duration, DurationError, parse_duration
from hivehelm.golang.fmt import quote, sprint
from hivehelm.golang.kinds import Int64, kind_name, type_name
from hivehelm.golang.strconv import NumberError, parse_float
from hivehelm.golang.unicode import SPACE
from hivehelm.gotemplate.functions.signature import FunctionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MOST = float(GREATEST) / SECOND
_LEAST = float(LEAST) / SECOND
_INTEGERS = frozenset(
    ("int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64")
)


def must_to_duration(value: Any) -> Duration:
    """`mustToDuration`: a value as a duration."""
    if value.__class__ is Duration:
        return value
    if value.__class__ is str:
        return _read(value)
    if value is None:
        raise FunctionError("invalid duration")
    kind = kind_name(value)
    if kind in _INTEGERS:
        if not LEAST <= int(value) * SECOND <= GREATEST:
            raise FunctionError(f"duration seconds overflow: {int(value)}")
        return Duration(int(value) * SECOND)
    if kind in ("float64", "float32"):
        return _of_seconds(float(value))
    raise FunctionError(f"unsupported duration type {type_name(value)}")


def _read(text: str) -> Duration:
    trimmed = text.strip(SPACE)
    if not trimmed:
        raise FunctionError("empty duration")
    try:
        return parse_duration(trimmed)
    except DurationError:
        pass
    try:
        seconds = parse_float(trimmed)
    except NumberError:
        raise FunctionError(f"could not parse duration {quote(text)}") from None
    return _of_seconds(seconds)


def _of_seconds(seconds: float) -> Duration:
    if seconds != seconds or seconds in (float("inf"), float("-inf")):
        raise FunctionError(f"invalid duration seconds: {sprint(seconds)}")
    if not _LEAST <= seconds <= _MOST:
        raise FunctionError(f"duration seconds overflow: {sprint(seconds)}")
    # At the very end of the range amd64's conversion gives the least integer.
    nanoseconds = int(seconds * SECOND)
    return Duration(nanoseconds if LEAST <= nanoseconds <= GREATEST else LEAST)


def _or_zero(value: Any) -> Duration:
    try:
        return must_to_duration(value)
    except FunctionError:
        return Duration(0)


def duration_seconds(value: Any) -> float:
    """`durationSeconds`: in seconds; 0 where the value is no duration, as in all that follow."""
    return _or_zero(value).seconds()


def duration_milliseconds(value: Any) -> Int64:
    """`durationMilliseconds`: in whole milliseconds."""
    return _or_zero(value).milliseconds()


def duration_microseconds(value: Any) -> Int64:
    """`durationMicroseconds`: in whole microseconds."""
    return _or_zero(value).microseconds()


def duration_nanoseconds(value: Any) -> Int64:
    """`durationNanoseconds`: in nanoseconds."""
    return _or_zero(value).nanoseconds()


def duration_minutes(value: Any) -> float:
    """`durationMinutes`: in minutes."""
    return _or_zero(value).minutes()


def duration_hours(value: Any) -> float:
    """`durationHours`: in hours."""
    return _or_zero(value).hours()


def duration_days(value: Any) -> float:
    """`durationDays`: in days of 24 hours."""
    return _or_zero(value).hours() / 24


def duration_weeks(value: Any) -> float:
    """`durationWeeks`: in weeks of 7 days."""
    return _or_zero(value).hours() / 24 / 7


def duration_round_to(value: Any, unit: Any) -> Duration:
    """`durationRoundTo`: rounded to a multiple of `unit`; as it is where that is no duration."""
    return _or_zero(value).rounded(_or_zero(unit))


def duration_truncate_to(value: Any, unit: Any) -> Duration:
    """`durationTruncateTo`: cut to a multiple of `unit`; as it is where that is no duration."""
    return _or_zero(value).truncated(_or_zero(unit))
