"""Times as text by Go's layouts.

A layout shows how the reference time, Mon Jan 2 15:04:05 MST 2006, would look; these are its elements.
"""

from __future__ import annotations

from functools import lru_cache

from hivehelm.golang.calendar import MONTHS, WEEKDAYS
from hivehelm.golang.zone import UTC, Location

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.golang.time import Time

# By their first character, in the order in which they are tried.
ELEMENTS: dict[str, tuple[str, ...]] = {
    "J": ("January", "Jan"),
    "M": ("Monday", "Mon", "MST"),
    "0": ("01", "02", "03", "04", "05", "06", "002"),
    "1": ("15", "1"),
    "2": ("2006", "2"),
    "_": ("_2", "__2"),
    "3": ("3",),
    "4": ("4",),
    "5": ("5",),
    "P": ("PM",),
    "p": ("pm",),
    "-": ("-070000", "-07:00:00", "-0700", "-07:00", "-07"),
    "Z": ("Z070000", "Z07:00:00", "Z0700", "Z07:00", "Z07"),
}


@lru_cache(1024)
def chunk(layout: str) -> tuple[str, str, str]:
    """Return the text before the first element of a layout, the element, and what follows it.

    The element is "" where there is none, and `.000` or `,999` for fractions of seconds.
    """
    for i, first in enumerate(layout):
        if first in ".,":
            end = i + 1
            while end < len(layout) and layout[end] == layout[i + 1] and layout[end] in "09":
                end += 1
            if end > i + 1 and not (end < len(layout) and layout[end] in "0123456789"):
                return layout[:i], layout[i:end], layout[end:]
            continue
        for element in ELEMENTS.get(first, ()):
            if not layout.startswith(element, i):
                continue
            after = layout[i + len(element) :]
            if element in ("Jan", "Mon") and "a" <= after[:1] <= "z":
                continue
            if element == "_2" and after.startswith("006"):
                return layout[: i + 1], "2006", after[3:]
            return layout[:i], element, after
    return layout, "", ""


def format(layout: str, time: Time) -> str:  # noqa: A001 - as in Go
    """Return `time` as `layout` says."""
    result = []
    while layout:
        prefix, element, layout = chunk(layout)
        result.append(prefix)
        if not element:
            break
        result.append(_fraction(element, time) if element[0] in ".," else _FORMATS[element](time))
    return "".join(result)


def _padded(number: int, width: int) -> str:
    return f"-{-number:0{width}d}" if number < 0 else f"{number:0{width}d}"


def _hour12(time: Time) -> int:
    return time.clock()[0] % 12 or 12


def _fraction(element: str, time: Time) -> str:
    digits = f"{time.nanosecond:09d}"[: len(element) - 1].ljust(min(len(element) - 1, 9), "0")
    if element[1] == "9":
        digits = digits.rstrip("0")
        return element[0] + digits if digits else ""
    return element[0] + digits


def _offset(element: str, time: Time) -> str:
    offset = time.location.at(time.unix)[1]
    if element[0] == "Z" and offset == 0:
        return "Z"
    minutes = abs(int(offset / 60))
    sign = "-" if int(offset / 60) < 0 else "+"
    parts = [f"{minutes // 60:02d}"]
    if len(element) > 3:
        parts.append(f"{minutes % 60:02d}")
    if len(element) > 6:
        parts.append(_padded((abs(offset) if sign == "-" else offset) % 60, 2))
    return sign + (":" if ":" in element else "").join(parts)


def _zone(time: Time) -> str:
    name, offset, _ = time.location.at(time.unix)
    if name:
        return name
    minutes = int(offset / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{abs(minutes) % 60:02d}"


_FORMATS: dict[str, Callable[[Time], str]] = {
    "January": lambda t: MONTHS[t.date()[1] - 1],
    "Jan": lambda t: MONTHS[t.date()[1] - 1][:3],
    "Monday": lambda t: WEEKDAYS[t.weekday()],
    "Mon": lambda t: WEEKDAYS[t.weekday()][:3],
    "MST": _zone,
    "01": lambda t: f"{t.date()[1]:02d}",
    "02": lambda t: f"{t.date()[2]:02d}",
    "03": lambda t: f"{_hour12(t):02d}",
    "04": lambda t: f"{t.clock()[1]:02d}",
    "05": lambda t: f"{t.clock()[2]:02d}",
    "06": lambda t: f"{abs(t.date()[0]) % 100:02d}",
    "002": lambda t: f"{t.year_day():03d}",
    "15": lambda t: f"{t.clock()[0]:02d}",
    "1": lambda t: str(t.date()[1]),
    "2006": lambda t: _padded(t.date()[0], 4),
    "2": lambda t: str(t.date()[2]),
    "_2": lambda t: f"{t.date()[2]:2d}",
    "__2": lambda t: f"{t.year_day():3d}",
    "3": lambda t: str(_hour12(t)),
    "4": lambda t: str(t.clock()[1]),
    "5": lambda t: str(t.clock()[2]),
    "PM": lambda t: "PM" if t.clock()[0] >= 12 else "AM",
    "pm": lambda t: "pm" if t.clock()[0] >= 12 else "am",
    **{
        element: lambda t, element=element: _offset(element, t)  # type: ignore[misc]
        for element in (*ELEMENTS["-"], *ELEMENTS["Z"])
    },
}


def parse(layout: str, text: str, location: Location = UTC) -> Time:
    """Return the time that `text` means in `layout`; see `timeparse`, which is only imported for it.

    Raises:
        TimeError: the text does not fit, or is no date.
    """
    from hivehelm.golang.timeparse import parse

    return parse(layout, text, location)
