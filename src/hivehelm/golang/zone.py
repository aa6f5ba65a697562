"""Time zones: Go's time.Location over the system's database of zones."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.golang.kinds import Struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

# What `datetime` can represent, with a day to spare for any offset.
_FIRST = -62135510400
_LAST = 253402214400
_HALF_YEAR = 182 * 86400
# 400 years.
_CYCLE = 146097 * 86400


class ZoneError(HivehelmError):
    """There is no zone of that name; `str()` is Go's text."""

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message)
        self.name = name


class Location(Struct):
    """A zone of the database, or, without `rules`, a fixed offset from UTC in seconds."""

    __slots__ = ("abbreviation", "name", "offset", "rules")

    GO_TYPE: ClassVar[str] = "*time.Location"
    METHODS: ClassVar[dict[str, str]] = {"String": "go_string"}
    # Go's own fields, none of which templates may read; what is cached there has no counterpart here.
    LAYOUT: ClassVar[dict[str, str]] = {
        "name": "name",
        "zone": "rules",
        "tx": "rules",
        "extend": "name",
        "cacheStart": "offset",
        "cacheEnd": "offset",
        "cacheZone": "rules",
    }

    def __init__(self, name: str, abbreviation: str = "", offset: int = 0, rules: Any = None) -> None:
        self.name = name
        self.abbreviation = abbreviation
        self.offset = offset
        self.rules = rules

    def __str__(self) -> str:
        return self.name

    def go_string(self) -> str:
        """Return what `String` does in Go: what fmt prints."""
        return str(self)

    def at(self, unix: int) -> tuple[str, int, bool]:
        """Return the abbreviation, the offset from UTC in seconds and whether summer time holds then."""
        if self.rules is None:
            return self.abbreviation, self.offset, False
        from datetime import UTC, datetime, timedelta

        # The rules of the last years go on for ever, and the calendar repeats.
        over = max(-((_LAST - unix) // _CYCLE), 0)
        seconds = max(unix - over * _CYCLE, _FIRST)
        moment = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(self.rules)
        offset = moment.utcoffset() or timedelta()
        return moment.tzname() or "", int(offset.total_seconds()), bool(moment.dst())

    def offset_of(self, abbreviation: str, unix: int) -> int | None:
        """Return the offset an abbreviation has at the wall clock's `unix`, else ever had, else None."""
        if self.rules is None:
            return self.offset if abbreviation == self.abbreviation else None
        known: list[int] = []
        for probe in (_FIRST, *range(-2840140800, 2145916800, _HALF_YEAR)):
            name, offset, _ = self.at(probe)
            if name == abbreviation and offset not in known:
                known.append(offset)
        for offset in known:
            name, there, _ = self.at(unix - offset)
            if name == abbreviation:
                return there
        return known[0] if known else None


UTC = Location("UTC", "UTC")

_LOCAL: list[Location] = []


def local() -> Location:
    """Return the zone of this process: of TZ, else of /etc/localtime, else UTC."""
    if not _LOCAL:
        _LOCAL.append(_find_local())
    return _LOCAL[0]


def _find_local() -> Location:
    from os import environ

    name = environ.get("TZ")
    if name is None:
        rules = _read("/etc/localtime")
        return Location("Local", rules=rules) if rules is not None else _utc_as("Local")
    name = name.removeprefix(":")
    if name.startswith("/"):
        rules = _read(name)
        return (
            Location("Local" if name == "/etc/localtime" else name, rules=rules) if rules else _utc_as("UTC")
        )
    if name and name != "UTC":
        try:
            return Location("Local", rules=load(name).rules)
        except ZoneError:
            pass
    return _utc_as("UTC")


def _utc_as(name: str) -> Location:
    return Location(name, "UTC")


def _read(path: str) -> Any:
    from zoneinfo import ZoneInfo

    try:
        with open(path, "rb") as stream:
            return ZoneInfo.from_file(stream)
    except (OSError, ValueError):
        return None


def load(name: str) -> Location:
    """Return the zone of that name (`time.LoadLocation`); "" is UTC.

    Raises:
        ZoneError: there is none.
    """
    if name in ("", "UTC"):
        return UTC
    if name == "Local":
        return local()
    if ".." in name or name[0] in "/\\":
        raise ZoneError("time: invalid location name", name)
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return Location(name, rules=ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ZoneError(f"unknown time zone {name}", name) from None
