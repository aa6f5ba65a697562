"""The calendar of Go's package time: months, weekdays and the count of days, for any year."""

from __future__ import annotations

from hivehelm.golang.duration import NamedInt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


class Month(NamedInt):
    """A month, January = 1."""

    __slots__ = ()
    GO_TYPE: ClassVar[str] = "time.Month"
    GO_KIND: ClassVar[str] = "int"
    METHODS: ClassVar[dict[str, str]] = {"String": "go_string"}

    def __str__(self) -> str:
        return MONTHS[self - 1]

    def go_string(self) -> str:
        """Return what `String` does in Go: what fmt prints."""
        return str(self)


class Weekday(NamedInt):
    """A day of the week, Sunday = 0."""

    __slots__ = ()
    GO_TYPE: ClassVar[str] = "time.Weekday"
    GO_KIND: ClassVar[str] = "int"
    METHODS: ClassVar[dict[str, str]] = {"String": "go_string"}

    def __str__(self) -> str:
        return WEEKDAYS[self]

    def go_string(self) -> str:
        """Return what `String` does in Go: what fmt prints."""
        return str(self)


def days_from_civil(year: int, month: int, day: int) -> int:
    """Return the days from 1970-01-01 to a date of the Gregorian calendar; month and day may overflow."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    # Years that begin in March put the leap day at their end.
    shifted = year - (month <= 2)
    era, of_era = divmod(shifted, 400)
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year + day - 1 - 719468


def civil_from_days(days: int) -> tuple[int, int, int]:
    """Return year, month and day of a number of days from 1970-01-01."""
    era, of_era = divmod(days + 719468, 146097)
    year_of_era = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + (3 if shifted < 10 else -9)
    return era * 400 + year_of_era + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1
