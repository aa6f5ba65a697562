"""TOML's dates and times: instants with an offset, and local ones under a zone that tells what they lack."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.golang.time import Time
    from hivehelm.golang.zone import Location

_LAYOUTS = (
    ("2006-01-02T15:04:05.999999999Z07:00", ""),
    ("2006-01-02T15:04:05.999999999", "datetime-local"),
    ("2006-01-02", "date-local"),
    ("15:04:05.999999999", "time-local"),
    ("2006-01-02T15:04Z07:00", ""),
    ("2006-01-02T15:04", "datetime-local"),
    ("15:04", "time-local"),
)


def parse(text: str) -> Time | None:
    """Return the time that `text`, with a `T` between date and time, spells; None if it spells none.

    The location of a local time is named `datetime-local`, `date-local` or `time-local`.
    """
    from hivehelm.golang import timeparse
    from hivehelm.golang.zone import local

    for layout, zone in _LAYOUTS:
        try:
            found = timeparse.parse(layout, text, _zone(zone) if zone else local())
        except timeparse.TimeError:
            continue
        return None if _lacks_zero(text, layout) else found
    return None


def _zone(name: str) -> Location:
    import time

    from hivehelm.golang.zone import Location, local

    return Location(name, name, local().at(int(time.time()))[1])


def _lacks_zero(text: str, layout: str) -> bool:
    """Say whether a number has fewer digits than the layout: Go lets it, TOML does not."""
    for place, char in enumerate(layout):
        if char in ".Z":
            return False
        if char not in "0123456789" and text[place : place + 1] != char:
            return True
    return False
