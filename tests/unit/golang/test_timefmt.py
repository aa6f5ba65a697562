from __future__ import annotations

from collections.abc import Callable

from tests.cases.samples import wrong

from hivehelm.golang.fmt import sprint
from hivehelm.golang.time import Time
from hivehelm.golang.timefmt import format as go_format
from hivehelm.golang.timefmt import parse
from hivehelm.golang.timeparse import TimeError
from hivehelm.golang.zone import load


def formatted(unix: int, nanosecond: int, zone: str, layout: str) -> str:
    return go_format(layout, Time(unix, nanosecond, load(zone)))


def parsed(zone: str, layout: str, text: str) -> str:
    try:
        time = parse(layout, text, load(zone))
    except TimeError as error:
        return str(error)
    return f"{time.format('2006-01-02 15:04:05.999999999 -0700 MST -070000')} {time.unix}"


def moved(unix: int, years: int, months: int, days: int, zone: str) -> str:
    time = Time(unix, 5, load(zone))
    return sprint(
        time.add_date(years, months, days),
        time.get("YearDay"),
        time.get("Weekday"),
        time.get("Month"),
        time.rounded(3600 * 10**9),
        time.truncated(7 * 60 * 10**9),
        time.get("IsDST"),
        time.get("Location"),
        time.get("GoString"),
        time.since(Time(0)),
    )


def test_samples_from_go() -> None:
    functions: dict[str, Callable[..., str]] = {"format": formatted, "parse": parsed, "move": moved}
    assert wrong("times", lambda name: functions[name]) == []
