from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest

from hivehelm.release.times import nanoseconds, rfc3339


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    request.addfinalizer(time.tzset)
    request.addfinalizer(monkeypatch.undo)


@pytest.mark.parametrize(
    ("zone", "moment", "text"),
    [
        ("UTC", 0, "1970-01-01T00:00:00Z"),
        ("UTC", 1_500_000_000, "1970-01-01T00:00:01.5Z"),
        ("UTC", 1, "1970-01-01T00:00:00.000000001Z"),
        ("UTC", -1, "1969-12-31T23:59:59.999999999Z"),
        ("Asia/Kolkata", 1_790_000_000_120_000_000, "2026-09-21T19:43:20.12+05:30"),
        ("America/St_Johns", 1_790_000_000_000_000_000, "2026-09-21T11:43:20-02:30"),
    ],
    indirect=["zone"],
)
def test_an_instant_is_written_in_the_local_zone(zone: None, moment: int, text: str) -> None:
    assert rfc3339(moment) == text
    assert nanoseconds(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("", -62_135_596_800_000_000_000),
        ("2026-01-01T00:00:00.1234567891Z", 1_767_225_600_123_456_789),
        ("2026-01-01T01:00:00+01:00", 1_767_225_600_000_000_000),
        ("2024-02-29T23:59:59Z", 1_709_251_199_000_000_000),
        ("2100-03-01T00:00:00Z", 4_107_542_400_000_000_000),
    ],
)
def test_an_instant_is_read(text: str, moment: int) -> None:
    assert nanoseconds(text) == moment


def test_instants_are_those_of_the_calendar() -> None:
    for moment in range(-62_135_596_800, 253_402_300_799, 86_400 * 9_973 + 3_607):
        text = (
            (datetime(1970, 1, 1) + timedelta(seconds=moment)).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
        )
        assert nanoseconds(text) == moment * 1_000_000_000


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2026-01-01",
        "2026-13-01T00:00:00Z",
        "2026-01-01T00:00:00",
        "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:60Z",
    ],
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"20|21|yesterday"):
        nanoseconds(text)
