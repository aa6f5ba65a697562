"""Sprig's dates: Go's package time, with the system's zones.

Rules: sprig v3.3.0's date.go. What is no date stands for now, what is no zone for UTC.
"""

from __future__ import annotations

from hivehelm.golang.duration import SECOND, Duration, DurationError, parse_duration
from hivehelm.golang.kinds import Int32, Int64
from hivehelm.golang.strconv import NumberError, parse_int
from hivehelm.golang.time import ZERO, Time
from hivehelm.golang.time import now as present
from hivehelm.golang.zone import UTC, ZoneError, load, local
from hivehelm.gotemplate.functions.signature import FunctionError, go

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_DATE = "2006-01-02"
_UNITS = (
    (365 * 24 * 3600 * SECOND, "y"),
    (30 * 24 * 3600 * SECOND, "mo"),
    (24 * 3600 * SECOND, "d"),
    (3600 * SECOND, "h"),
    (60 * SECOND, "m"),
    (SECOND, "s"),
)


def now() -> Time:
    """`now`: the present."""
    return present()


@go("string, any")
def date(layout: str, moment: Any) -> str:
    """`date`: a time, or seconds from 1970, in the local zone as a layout shows it."""
    return date_in_zone(layout, moment, "Local")


def html_date(moment: Any) -> str:
    """`htmlDate`: the day of a time in the local zone, for HTML's date input."""
    return date_in_zone(_DATE, moment, "Local")


@go("any, string")
def html_date_in_zone(moment: Any, zone: str) -> str:
    """`htmlDateInZone`: the day of a time in a zone, for HTML's date input."""
    return date_in_zone(_DATE, moment, zone)


@go("string, any, string")
def date_in_zone(layout: str, moment: Any, zone: str) -> str:
    """`dateInZone`, `date_in_zone`: a time, or seconds from 1970, in a zone as a layout shows it."""
    kind = moment.__class__
    time: Time
    if kind is Time:
        time = moment
    elif kind is int or kind is Int64 or kind is Int32:
        time = Time(int(moment))
    else:
        time = present()
    try:
        location = load(zone)
    except ZoneError:
        location = UTC
    return time.at(location).format(layout)


@go("string, time.Time")
def date_modify(span: str, moment: Time) -> Time:
    """`dateModify`, `date_modify`: a time moved by a duration; the same time where that is none."""
    try:
        return moment.add(parse_duration(span))
    except DurationError:
        return moment


@go("string, time.Time")
def must_date_modify(span: str, moment: Time) -> Time:
    """`mustDateModify`, `must_date_modify`: a time moved by a duration."""
    try:
        return moment.add(parse_duration(span))
    except DurationError as error:
        raise FunctionError(str(error)) from None


def ago(moment: Any) -> str:
    """`ago`: how long since a time, or since seconds from 1970, in whole seconds."""
    kind = moment.__class__
    if kind is Time:
        time = moment
    elif kind is int or kind is Int64:
        time = Time(int(moment))
    else:
        return "0s"
    return str(present().since(time).rounded(SECOND))


def duration(seconds: Any) -> str:
    """`duration`: int64 seconds, or a text of them, as a duration; what is neither is 0."""
    number = 0
    if seconds.__class__ is str:
        try:
            number = parse_int(seconds)
        except NumberError as error:
            number = _nearest(seconds) if error.overflow else 0
    elif seconds.__class__ is Int64:
        number = int(seconds)
    return str(Duration.wrap(number * SECOND))


def _nearest(text: str) -> int:
    return -(1 << 63) if text.startswith("-") else (1 << 63) - 1


def duration_round(span: Any) -> str:
    """`durationRound`: a duration, int64 nanoseconds or the time since, in its largest unit."""
    kind = span.__class__
    size = 0
    if kind is str:
        try:
            size = abs(parse_duration(span))
        except DurationError:
            size = 0
    elif kind is Int64:
        size = abs(span)
    elif kind is Time:
        size = abs(present().since(span))
    for unit, name in _UNITS:
        if size > unit:
            return f"{size // unit}{name}"
    return "0s"


@go("string, string")
def to_date(layout: str, text: str) -> Time:
    """`toDate`: the time that a text means in a layout, in the local zone; the zero time if none."""
    from hivehelm.golang.timeparse import TimeError, parse

    try:
        return parse(layout, text, local())
    except TimeError:
        return ZERO


@go("string, string")
def must_to_date(layout: str, text: str) -> Time:
    """`mustToDate`: the time that a text means in a layout, in the local zone."""
    from hivehelm.golang.timeparse import TimeError, parse

    try:
        return parse(layout, text, local())
    except TimeError as error:
        raise FunctionError(str(error)) from None


@go("time.Time")
def unix_epoch(moment: Time) -> str:
    """`unixEpoch`: a time's seconds from 1970."""
    return str(moment.unix)
