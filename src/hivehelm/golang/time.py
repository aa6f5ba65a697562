"""Go's time.Time: an instant with nanoseconds in a zone."""

from __future__ import annotations

from time import perf_counter_ns

from hivehelm.golang.calendar import MONTHS, Month, Weekday, civil_from_days, days_from_civil
from hivehelm.golang.duration import GREATEST, LEAST, SECOND, Duration
from hivehelm.golang.kinds import Int64, MethodError, Struct, Uint64
from hivehelm.golang.method import takes
from hivehelm.golang.zone import UTC, Location, local

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

# Go counts from the start of the process; this comes close to it.
_STARTED = perf_counter_ns()

# From the first of January of the year 1 to 1970, in seconds.
_ZERO = -62135596800
_DAY = 86400
# The first of January 1885, from which times with a monotonic reading count.
_SINCE_1885 = -2682288000


class Time(Struct):
    """An instant: seconds from 1970 in UTC, nanoseconds within the second, the zone it is shown in.

    `monotonic` is the clock reading in nanoseconds that `now` takes along; times compare without it.
    """

    __slots__ = ("location", "monotonic", "nanosecond", "unix")

    GO_TYPE: ClassVar[str] = "time.Time"
    METHODS: ClassVar[dict[str, str]] = {
        "Add": "add",
        "AddDate": "add_date",
        "After": "_after",
        "AppendBinary": "_append_binary",
        "AppendFormat": "_append_format",
        "AppendText": "_append_text",
        "Before": "_before",
        "Clock": "_clock",
        "Compare": "_compare",
        "Date": "_date",
        "Day": "_day",
        "Equal": "_equal",
        "Format": "format",
        "GoString": "_go_string",
        "GobEncode": "_binary",
        "Hour": "_hour",
        "ISOWeek": "_iso_week",
        "In": "at",
        "IsDST": "_is_dst",
        "IsZero": "is_zero",
        "Local": "_local",
        "Location": "_location",
        "MarshalBinary": "_binary",
        "MarshalJSON": "_json",
        "MarshalText": "_text",
        "Minute": "_minute",
        "Month": "_month",
        "Nanosecond": "_nanosecond",
        "Round": "rounded",
        "Second": "_second",
        "String": "go_string",
        "Sub": "since",
        "Truncate": "truncated",
        "UTC": "_utc",
        "Unix": "_unix",
        "UnixMicro": "_unix_micro",
        "UnixMilli": "_unix_milli",
        "UnixNano": "_unix_nano",
        "Weekday": "weekday",
        "Year": "_year",
        "YearDay": "year_day",
        "Zone": "_zone",
        "ZoneBounds": "_zone_bounds",
    }
    LAYOUT: ClassVar[dict[str, str]] = {"wall": "_wall", "ext": "_ext", "loc": "_loc"}

    def __init__(
        self, unix: int, nanosecond: int = 0, location: Location = UTC, monotonic: int | None = None
    ) -> None:
        self.unix = unix
        self.nanosecond = nanosecond
        self.location = location
        self.monotonic = monotonic

    def __str__(self) -> str:
        text = self.format("2006-01-02 15:04:05.999999999 -0700 MST")
        if self.monotonic is None:
            return text
        sign = "-" if self.monotonic < 0 else "+"
        seconds, rest = divmod(abs(self.monotonic), SECOND)
        return f"{text} m={sign}{seconds}.{rest:09d}"

    def go_string(self) -> str:
        """Return what `String` does in Go: what fmt prints."""
        return str(self)

    def __repr__(self) -> str:
        return f"Time({self})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Time) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[int, int]:
        return self.unix, self.nanosecond

    # -- reading it ---

    def shown(self) -> int:
        """Return the seconds from 1970 that the clock on the wall of its zone counts."""
        return self.unix + self.location.at(self.unix)[1]

    def date(self) -> tuple[int, int, int]:
        """Return year, month and day."""
        return civil_from_days(self.shown() // _DAY)

    def clock(self) -> tuple[int, int, int]:
        """Return hour, minute and second."""
        seconds = self.shown() % _DAY
        return seconds // 3600, seconds // 60 % 60, seconds % 60

    def weekday(self) -> Weekday:
        """Return the day of the week."""
        return Weekday((self.shown() // _DAY + 4) % 7)

    def year_day(self) -> int:
        """Return the day of the year, from 1."""
        days = self.shown() // _DAY
        return days - days_from_civil(civil_from_days(days)[0], 1, 1) + 1

    def is_zero(self) -> bool:
        """Return whether this is the first instant of the year 1, Go's zero."""
        return self.unix == _ZERO and self.nanosecond == 0

    def _year(self) -> int:
        return self.date()[0]

    def _month(self) -> Month:
        return Month(self.date()[1])

    def _day(self) -> int:
        return self.date()[2]

    def _hour(self) -> int:
        return self.clock()[0]

    def _minute(self) -> int:
        return self.clock()[1]

    def _second(self) -> int:
        return self.clock()[2]

    def _nanosecond(self) -> int:
        return self.nanosecond

    def _is_dst(self) -> bool:
        return self.location.at(self.unix)[2]

    def _location(self) -> Location:
        return self.location

    def nanoseconds(self) -> int:
        """Return the nanoseconds from 1970."""
        return self.unix * SECOND + self.nanosecond

    def _unix(self) -> Int64:
        return Int64(self.unix)

    def _unix_milli(self) -> Int64:
        return Int64(self.nanoseconds() // 1_000_000)

    def _unix_micro(self) -> Int64:
        return Int64(self.nanoseconds() // 1_000)

    def _unix_nano(self) -> Int64:
        return Int64(Int64.wrap(self.nanoseconds()))

    # Go's fields, as `printf "%d"` shows them.

    @property
    def _wall(self) -> Uint64:
        if self.monotonic is None:
            return Uint64(self.nanosecond)
        return Uint64(1 << 63 | (self.unix - _SINCE_1885) << 30 | self.nanosecond)

    @property
    def _ext(self) -> Int64:
        return Int64(self.unix - _ZERO if self.monotonic is None else self.monotonic)

    @property
    def _loc(self) -> Location | Uint64:
        return Uint64(0) if self.location is UTC else self.location

    # Methods with more results than a template can take.

    def _date(self) -> None:
        raise MethodError("function Date has 3 return values; should be 1 or 2")

    def _clock(self) -> None:
        raise MethodError("function Clock has 3 return values; should be 1 or 2")

    def _zone(self) -> None:
        raise MethodError("invalid function signature for Zone: second return value should be error; is int")

    def _iso_week(self) -> None:
        raise MethodError(
            "invalid function signature for ISOWeek: second return value should be error; is int"
        )

    def _zone_bounds(self) -> None:
        raise MethodError(
            "invalid function signature for ZoneBounds: second return value should be error; is time.Time"
        )

    # -- writing it ---

    @takes("string")
    def format(self, layout: str) -> str:
        """Return it as a Go layout says."""
        from hivehelm.golang import timefmt

        return timefmt.format(layout, self)

    @takes("[]byte, string")
    def _append_format(self, data: bytes | None, layout: str) -> bytes:
        from hivehelm.golang.utf8 import encode

        return (data or b"") + encode(self.format(layout))

    def _binary(self) -> bytes:
        if self.location is UTC:
            minutes, seconds = -1, 0
        else:
            # Towards zero, as Go divides.
            offset = self.location.at(self.unix)[1]
            minutes, seconds = int(offset / 60), offset - int(offset / 60) * 60
        return (
            bytes([2 if seconds else 1])
            + ((self.unix - _ZERO) % (1 << 64)).to_bytes(8, "big")
            + self.nanosecond.to_bytes(4, "big")
            + (minutes % (1 << 16)).to_bytes(2, "big")
            + (bytes([seconds % 256]) if seconds else b"")
        )

    @takes("[]byte")
    def _append_binary(self, data: bytes | None) -> bytes:
        return (data or b"") + self._binary()

    @takes("[]byte")
    def _append_text(self, data: bytes | None) -> bytes:
        return (data or b"") + self._text()

    def _text(self) -> bytes:
        return self.format("2006-01-02T15:04:05.999999999Z07:00").encode()

    def _json(self) -> bytes:
        return b'"' + self._text() + b'"'

    def _go_string(self) -> str:
        year, month, day = self.date()
        hour, minute, second = self.clock()
        where = {"UTC": "time.UTC", "Local": "time.Local"}.get(
            self.location.name, f'time.Location("{self.location.name}")'
        )
        return (
            f"time.Date({year}, time.{MONTHS[month - 1]}, {day}, {hour}, {minute}, {second}, "
            f"{self.nanosecond}, {where})"
        )

    # -- moving it ---

    @takes("*time.Location")
    def at(self, location: Location) -> Time:
        """Return the same instant in another zone."""
        return Time(self.unix, self.nanosecond, location)

    def _utc(self) -> Time:
        return self.at(UTC)

    def _local(self) -> Time:
        return self.at(local())

    @takes("time.Duration")
    def add(self, span: int) -> Time:
        """Return the instant that much later."""
        seconds, nanosecond = divmod(self.nanosecond + span, SECOND)
        clock = None if self.monotonic is None else self.monotonic + span
        return Time(self.unix + seconds, nanosecond, self.location, clock)

    @takes("int, int, int")
    def add_date(self, years: int, months: int, days: int) -> Time:
        """Return the same clock time on another date; days beyond a month's end run into the next."""
        year, month, day = self.date()
        hour, minute, second = self.clock()
        return civil(
            year + years, month + months, day + days, hour, minute, second, self.nanosecond, self.location
        )

    @takes("time.Time")
    def since(self, other: Time) -> Duration:
        """Return the span from `other` to this, at most what a duration holds."""
        span = self.nanoseconds() - other.nanoseconds()
        return Duration(min(max(span, LEAST), GREATEST))

    @takes("time.Duration")
    def truncated(self, unit: int) -> Time:
        """Return it cut to a multiple of `unit` from Go's zero time."""
        return self._moved(-self._rest(unit)) if unit > 0 else self._moved(0)

    @takes("time.Duration")
    def rounded(self, unit: int) -> Time:
        """Return it rounded to a multiple of `unit` from Go's zero time, halves up."""
        if unit <= 0:
            return self._moved(0)
        rest = self._rest(unit)
        return self._moved(-rest if 2 * rest < unit else unit - rest)

    def _rest(self, unit: int) -> int:
        return (self.nanoseconds() - _ZERO * SECOND) % unit

    def _moved(self, span: int) -> Time:
        moved = self.add(span)
        moved.monotonic = None
        return moved

    # -- comparing it ---

    @takes("time.Time")
    def _after(self, other: Time) -> bool:
        return self._key() > other._key()

    @takes("time.Time")
    def _before(self, other: Time) -> bool:
        return self._key() < other._key()

    @takes("time.Time")
    def _equal(self, other: Time) -> bool:
        return self._key() == other._key()

    @takes("time.Time")
    def _compare(self, other: Time) -> int:
        return (self._key() > other._key()) - (self._key() < other._key())


ZERO = Time(_ZERO)


def civil(
    year: int,
    month: int,
    day: int,
    hour: int = 0,
    minute: int = 0,
    second: int = 0,
    nanosecond: int = 0,
    location: Location = UTC,
) -> Time:
    """Return the instant of a date and clock time in a zone (`time.Date`); parts may overflow."""
    unix = days_from_civil(year, month, day) * _DAY + hour * 3600 + minute * 60 + second
    offset = location.at(unix)[1]
    if offset:
        # The offset of the wall clock's reading may not hold at the instant itself.
        offset = location.at(unix - offset)[1]
    return Time(unix - offset, nanosecond, location)


def now() -> Time:
    """Return the present, in the local zone, with a reading of the monotonic clock."""
    from time import time_ns

    unix, nanosecond = divmod(time_ns(), SECOND)
    return Time(unix, nanosecond, local(), perf_counter_ns() - _STARTED)
