"""Times read from text by Go's layouts."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.golang.calendar import MONTHS, WEEKDAYS, days_from_civil
from hivehelm.golang.duration import quote
from hivehelm.golang.time import Time, civil
from hivehelm.golang.timefmt import ELEMENTS, chunk
from hivehelm.golang.zone import UTC, Location

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class TimeError(HivehelmError):
    """A text does not fit its layout; `str()` is Go's text."""

    def __init__(self, layout: str, text: str, element: str, rest: str, problem: str = "") -> None:
        what = problem or f" as {quote(layout)}: cannot parse {quote(rest)} as {quote(element)}"
        super().__init__(f"parsing time {quote(text)}{what}")
        self.layout = layout
        self.text = text


def parse(layout: str, text: str, location: Location = UTC) -> Time:
    """Return the time that `text` means in `layout`, in `location` where it names no zone.

    That is `time.ParseInLocation`: a zone's offset or abbreviation that `location` knows keeps it.

    Raises:
        TimeError: the text does not fit, or is no date.
    """
    return _Parser(layout, text).parse(location)


class _BadValueError(Exception):
    """The text does not begin with what an element asks for."""


class _RangeError(Exception):
    """A number is too large for its element; the argument says which."""


class _Parser:
    """The state of one call of `parse`."""

    def __init__(self, layout: str, text: str) -> None:
        self.layout = layout
        self.text = text
        self.rest = text
        self.following = ""
        self.year = self.hour = self.minute = self.second = self.nanosecond = 0
        self.month = self.day = self.year_day = -1
        self.half = ""
        self.utc = False
        self.offset: int | None = None
        self.zone = ""

    def parse(self, location: Location) -> Time:
        layout = self.layout
        while True:
            prefix, element, self.following = chunk(layout)
            self._skip(prefix)
            if not element:
                if self.rest:
                    raise self._error("", f": extra text: {quote(self.rest)}")
                break
            layout = self.following
            held = self.rest
            try:
                (_fraction_of if element[0] in ".," else _PARSERS[element])(self, element)
            except _RangeError as error:
                raise self._error(element, f": {error} out of range") from None
            except _BadValueError:
                raise TimeError(self.layout, self.text, element, held) from None
        return self._time(location)

    def _error(self, element: str, problem: str) -> TimeError:
        return TimeError(self.layout, self.text, element, self.rest, problem)

    def _skip(self, prefix: str) -> None:
        expected = prefix
        while expected:
            if expected[0] == " ":
                if self.rest and self.rest[0] != " ":
                    raise TimeError(self.layout, self.text, prefix, self.rest)
                expected = expected.lstrip(" ")
                self.rest = self.rest.lstrip(" ")
            elif self.rest[:1] != expected[0]:
                raise TimeError(self.layout, self.text, prefix, self.rest)
            else:
                expected, self.rest = expected[1:], self.rest[1:]

    # -- what the elements are made of ---

    def take(self, count: int) -> str:
        if len(self.rest) < count:
            raise _BadValueError
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def number(self, least: int, most: int) -> int:
        end = 0
        while end < most and "0" <= self.rest[end : end + 1] <= "9":
            end += 1
        if end < least:
            raise _BadValueError
        return int(self.take(end))

    def name(self, names: tuple[str, ...], length: int | None = None) -> int:
        for i, full in enumerate(names):
            name = full[:length]
            if self.rest[: len(name)].lower() == name.lower() and self.rest[: len(name)].isascii():
                self.rest = self.rest[len(name) :]
                return i
        raise _BadValueError

    def fraction(self, digits: str) -> None:
        self.nanosecond = int(digits[:9].ljust(9, "0"))

    # -- the whole ---

    def _time(self, location: Location) -> Time:
        if self.half == "p" and self.hour < 12:
            self.hour += 12
        elif self.half == "a" and self.hour == 12:
            self.hour = 0
        self._settle_date()
        moment = civil(
            self.year, self.month, self.day, self.hour, self.minute, self.second, self.nanosecond, UTC
        )
        if self.utc:
            return moment
        if self.offset is not None:
            moment = moment.add(-self.offset * 1_000_000_000)
            name, offset, _ = location.at(moment.unix)
            if offset == self.offset and self.zone in ("", name):
                return moment.at(location)
            return moment.at(Location(self.zone, self.zone, self.offset))
        if self.zone:
            known = location.offset_of(self.zone, moment.unix)
            if known is not None:
                return moment.add(-known * 1_000_000_000).at(location)
            offset = 0
            if len(self.zone) > 3 and self.zone.startswith("GMT"):
                offset = int(self.zone[3:]) * 3600
            return Time(moment.unix, moment.nanosecond, Location(self.zone, self.zone, offset))
        return civil(
            self.year, self.month, self.day, self.hour, self.minute, self.second, self.nanosecond, location
        )

    def _settle_date(self) -> None:
        if self.year_day >= 0:
            self._settle_year_day()
        else:
            self.month = 1 if self.month < 0 else self.month
            self.day = 1 if self.day < 0 else self.day
        length = days_from_civil(self.year, self.month + 1, 1) - days_from_civil(self.year, self.month, 1)
        if not 1 <= self.day <= length:
            raise self._error("", ": day out of range")

    def _settle_year_day(self) -> None:
        first = days_from_civil(self.year, 1, 1)
        if not 1 <= self.year_day <= days_from_civil(self.year + 1, 1, 1) - first:
            raise self._error("", ": day-of-year out of range")
        month = 1
        while days_from_civil(self.year, month + 1, 1) - first < self.year_day:
            month += 1
        day = self.year_day - (days_from_civil(self.year, month, 1) - first)
        if self.month >= 0 and self.month != month:
            raise self._error("", ": day-of-year does not match month")
        if self.day >= 0 and self.day != day:
            raise self._error("", ": day-of-year does not match day")
        self.month, self.day = month, day


def _short_year(p: _Parser, _: str) -> None:
    taken = p.take(2)
    signed = taken[1:] if taken[0] in "+-" else taken
    if not all("0" <= c <= "9" for c in signed):
        raise _BadValueError
    year = int(taken)
    p.year = year + (1900 if year >= 69 else 2000)


def _long_year(p: _Parser, _: str) -> None:
    p.year = int(p.take(4)) if p.rest[:4].isascii() and p.rest[:4].isdigit() and len(p.rest) >= 4 else _bad()


def _bad() -> int:
    raise _BadValueError


def _month_name(p: _Parser, element: str) -> None:
    p.month = p.name(MONTHS, 3 if element == "Jan" else None) + 1


def _month_number(p: _Parser, element: str) -> None:
    p.month = p.number(len(element), 2)
    if not 1 <= p.month <= 12:
        raise _RangeError("month")


def _weekday(p: _Parser, element: str) -> None:
    p.name(WEEKDAYS, 3 if element == "Mon" else None)


def _day(p: _Parser, element: str) -> None:
    if element == "_2" and p.rest[:1] == " ":
        p.rest = p.rest[1:]
    p.day = p.number(2 if element == "02" else 1, 2)


def _year_day(p: _Parser, element: str) -> None:
    for _ in range(2):
        if element == "__2" and p.rest[:1] == " ":
            p.rest = p.rest[1:]
    p.year_day = p.number(3 if element == "002" else 1, 3)


def _hour(p: _Parser, element: str) -> None:
    p.hour = p.number(2 if element == "03" else 1, 2)
    if p.hour >= 24 or (element != "15" and p.hour > 12):
        raise _RangeError("hour")


def _minute(p: _Parser, element: str) -> None:
    p.minute = p.number(len(element), 2)
    if p.minute >= 60:
        raise _RangeError("minute")


def _second(p: _Parser, element: str) -> None:
    p.second = p.number(len(element), 2)
    if p.second >= 60:
        raise _RangeError("second")
    # A fraction may follow the seconds even where the layout has none.
    if p.rest[:1] in (".", ",") and "0" <= p.rest[1:2] <= "9" and chunk(p.following)[1][:1] not in (".", ","):
        p.take(1)
        p.fraction(_digits(p))


def _digits(p: _Parser) -> str:
    end = 0
    while "0" <= p.rest[end : end + 1] <= "9":
        end += 1
    return p.take(end)


def _fraction_of(p: _Parser, element: str) -> None:
    if element[1] == "0":
        taken = p.take(len(element))
        if taken[0] not in ".," or not all("0" <= c <= "9" for c in taken[1:10]):
            raise _BadValueError
        p.fraction(taken[1:])
    elif p.rest[:1] in (".", ",") and "0" <= p.rest[1:2] <= "9":
        p.take(1)
        p.fraction(_digits(p))


def _half(p: _Parser, element: str) -> None:
    taken = p.take(2)
    if taken not in (("PM", "AM") if element == "PM" else ("pm", "am")):
        raise _BadValueError
    # The later of two elements adds to, and does not undo, the earlier.
    p.half = "p" if "p" in (taken[0].lower(), p.half) else "a"


def _zone_offset(p: _Parser, element: str) -> None:
    if element[0] == "Z" and p.rest[:1] == "Z":
        p.rest = p.rest[1:]
        p.utc = True
        return
    taken = p.take(len(element))
    if any(taken[i] != ":" for i, c in enumerate(element) if c == ":"):
        raise _BadValueError
    step = 3 if ":" in element else 2
    pairs = [taken[i : i + 2] for i in range(1, len(element), step)]
    numbers = []
    for pair in pairs:
        if not pair.isascii() or not pair.isdigit():
            break
        numbers.append(int(pair))
    hours, minutes, seconds = (*numbers, 0, 0, 0)[:3]
    for number, limit, name in ((seconds, 60, "second"), (minutes, 60, "minute"), (hours, 24, "hour")):
        if number > limit:
            raise _RangeError(f"time zone offset {name}")
    if taken[0] not in "+-" or len(numbers) < len(pairs):
        raise _BadValueError
    offset = (hours * 60 + minutes) * 60 + seconds
    p.offset = -offset if taken[0] == "-" else offset


def _zone_name(p: _Parser, _: str) -> None:
    if p.rest.startswith("UTC"):
        p.rest = p.rest[3:]
        p.utc = True
        return
    p.zone = p.take(_zone_length(p.rest))
    if not p.zone:
        raise _BadValueError


def _zone_length(text: str) -> int:
    if len(text) < 3:
        return 0
    if text[:4] in ("ChST", "MeST"):
        return 4
    if text[:3] == "GMT":
        return 3 + _signed_length(text[3:])
    if text[0] in "+-":
        return _signed_length(text)
    capitals = 0
    while capitals < 6 and "A" <= text[capitals : capitals + 1] <= "Z":
        capitals += 1
    if capitals == 5 and text[4] == "T":
        return 5
    if capitals == 4 and (text[3] == "T" or text[:4] == "WITA"):
        return 4
    return 3 if capitals == 3 else 0


def _signed_length(text: str) -> int:
    end = 1
    while "0" <= text[end : end + 1] <= "9":
        end += 1
    return end if text[:1] in ("+", "-") and end > 1 and int(text[1:end][-20:]) <= 23 else 0


_PARSERS: dict[str, Callable[[_Parser, str], None]] = {
    "January": _month_name,
    "Jan": _month_name,
    "Monday": _weekday,
    "Mon": _weekday,
    "MST": _zone_name,
    "01": _month_number,
    "02": _day,
    "03": _hour,
    "04": _minute,
    "05": _second,
    "06": _short_year,
    "002": _year_day,
    "15": _hour,
    "1": _month_number,
    "2006": _long_year,
    "2": _day,
    "_2": _day,
    "__2": _year_day,
    "3": _hour,
    "4": _minute,
    "5": _second,
    "PM": _half,
    "pm": _half,
    **dict.fromkeys((*ELEMENTS["-"], *ELEMENTS["Z"]), _zone_offset),
}
