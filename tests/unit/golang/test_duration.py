from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.cases.samples import wrong

from hivehelm.golang.duration import Duration, DurationError, parse_duration
from hivehelm.golang.fmt import sprint
from hivehelm.golang.kinds import NoFieldError

UNIT = 7_000_000_000


def parsed(text: str) -> str:
    try:
        span = parse_duration(text)
    except DurationError as error:
        return str(error)
    return f"{span} {int(span)}" + sprint(
        span.hours(),
        span.minutes(),
        span.seconds(),
        span.milliseconds(),
        span.rounded(UNIT),
        span.truncated(UNIT),
        span.get("Abs"),
    )


def spelt(nanoseconds: int, unit: int) -> str:
    span = Duration(nanoseconds)
    return f"{span}" + sprint(
        span.hours(),
        span.minutes(),
        span.seconds(),
        span.microseconds(),
        span.rounded(unit),
        span.truncated(unit),
    )


def test_samples_from_go() -> None:
    functions: dict[str, Callable[..., str]] = {"parse": parsed, "spell": spelt}
    assert wrong("durations", lambda name: functions[name]) == []


def test_methods_by_name() -> None:
    assert Duration(1500).get("Nanoseconds") == 1500
    with pytest.raises(NoFieldError, match=r"^can't evaluate field Days in type time.Duration$"):
        Duration(1).get("Days")
