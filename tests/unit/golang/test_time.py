from __future__ import annotations

import pytest

from hivehelm.golang.duration import Duration
from hivehelm.golang.fmt import sprintf
from hivehelm.golang.kinds import MethodError
from hivehelm.golang.time import ZERO, Time, civil, now
from hivehelm.golang.zone import UTC, load


def test_units_of_unix_time() -> None:
    time = Time(1, 234567891)
    assert {name: time.get(name) for name in ("Unix", "UnixMilli", "UnixMicro", "UnixNano")} == {
        "Unix": 1,
        "UnixMilli": 1234,
        "UnixMicro": 1234567,
        "UnixNano": 1234567891,
    }


def test_parts_of_a_clock() -> None:
    time = civil(2020, 2, 3, 4, 5, 6, 7)
    names = ("Year", "Month", "Day", "Hour", "Minute", "Second", "Nanosecond")
    assert [int(time.get(name)) for name in names] == [2020, 2, 3, 4, 5, 6, 7]


def test_as_text() -> None:
    time = civil(2020, 2, 3, 4, 5, 6, 7)
    assert time.get("MarshalText") == b"2020-02-03T04:05:06.000000007Z"
    assert time.get("MarshalJSON") == b'"2020-02-03T04:05:06.000000007Z"'
    assert time.method("AppendFormat")(b"at ", "15h") == b"at 04h"
    assert time.method("AppendFormat")(None, "15h") == b"04h"
    assert repr(ZERO) == "Time(0001-01-01 00:00:00 +0000 UTC)"


def test_the_monotonic_reading_is_shown_until_the_time_is_moved_in_space() -> None:
    time = Time(0, 0, UTC, -1_500_000_000)
    assert str(time) == "1970-01-01 00:00:00 +0000 UTC m=-1.500000000"
    assert str(time.add(2_000_000_000)) == "1970-01-01 00:00:02 +0000 UTC m=+0.500000000"
    for moved in (time.get("UTC"), time.rounded(0), time.truncated(1)):
        assert str(moved) == "1970-01-01 00:00:00 +0000 UTC"
    assert time.get("Local") == time


def test_comparing() -> None:
    early, late = Time(1), Time(1, 1)
    assert early.method("Before")(late)
    assert late.method("After")(early)
    assert early.method("Compare")(late) == -1
    assert early.method("Equal")(Time(1, 0, load("Asia/Kolkata")))
    assert hash(early) == hash(Time(1))
    assert early != 1


def test_wall_clocks_that_do_not_exist_take_the_offset_before() -> None:
    berlin = load("Europe/Berlin")
    assert str(civil(2024, 3, 31, 2, 30, location=berlin)) == "2024-03-31 03:30:00 +0200 CEST"


def test_spans_are_cut_to_what_a_duration_holds() -> None:
    assert civil(9000, 1, 1).since(civil(1, 1, 1)) == Duration((1 << 63) - 1)


@pytest.mark.parametrize(
    ("time", "binary", "source"),
    [
        (civil(2020, 2, 3, 4, 5, 6, 7), "010000000ed5c992f200000007ffff", "time.UTC"),
        (
            civil(2020, 2, 3, 4, 5, 6, 7, load("Europe/Berlin")),
            "010000000ed5c984e200000007003c",
            'time.Location("Europe/Berlin")',
        ),
        (
            civil(2020, 2, 3, 4, 5, 6, 7, load("Africa/Monrovia")),
            "010000000ed5c992f2000000070000",
            'time.Location("Africa/Monrovia")',
        ),
    ],
)
def test_as_bytes_and_as_source(time: Time, binary: str, source: str) -> None:
    assert time.get("MarshalBinary").hex() == time.get("GobEncode").hex() == binary
    assert time.method("AppendBinary")(b"x").hex() == "78" + binary
    assert time.method("AppendText")(None) == time.get("MarshalText")
    assert time.get("GoString") == f"time.Date(2020, time.February, 3, 4, 5, 6, 7, {source})"


def test_offsets_with_seconds_are_written_in_another_version() -> None:
    time = civil(1950, 2, 3, 4, 5, 6, 7, load("Africa/Monrovia"))
    assert str(time) == "1950-02-03 04:05:06.000000007 -0044 MMT"
    assert time.get("MarshalBinary").hex() == "020000000e521f1ee000000007ffd4e2"


def test_dates_run_over() -> None:
    time = civil(2024, 1, 31, 10, 20, 30)
    assert str(time.add_date(0, 1, 0)) == "2024-03-02 10:20:30 +0000 UTC"
    assert str(time.add_date(1, -13, 40)) == "2024-02-09 10:20:30 +0000 UTC"
    assert (time.get("YearDay"), str(time.get("Weekday")), str(time.get("Month"))) == (
        31,
        "Wednesday",
        "January",
    )


def test_rounding() -> None:
    hour = 3_600_000_000_000
    time = civil(2024, 1, 31, 10, 20, 30)
    assert [str(moved) for moved in (time.rounded(hour), time.add(hour // 6).rounded(hour))] == [
        "2024-01-31 10:00:00 +0000 UTC",
        "2024-01-31 11:00:00 +0000 UTC",
    ]
    assert time.truncated(hour) == time.rounded(hour)


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ("Date", "function Date has 3 return values; should be 1 or 2"),
        ("Clock", "function Clock has 3 return values; should be 1 or 2"),
        ("Zone", "invalid function signature for Zone: second return value should be error; is int"),
        ("ISOWeek", "invalid function signature for ISOWeek: second return value should be error; is int"),
        (
            "ZoneBounds",
            "invalid function signature for ZoneBounds: second return value should be error; is time.Time",
        ),
    ],
)
def test_methods_that_templates_cannot_call(method: str, message: str) -> None:
    with pytest.raises(MethodError) as caught:
        Time(0).get(method)
    assert str(caught.value) == message


def test_its_place_and_its_fields() -> None:
    berlin = load("Europe/Berlin")
    summer = civil(2024, 7, 1, location=berlin)
    assert summer.get("Location") is berlin
    assert summer.get("IsDST") is True
    assert Time(0).get("IsDST") is False
    assert sprintf("%d", [civil(2024, 1, 31, 10, 20, 30)]) == "{0 63842293230 0}"
    # A flag, seconds from 1885 above 30 bits of nanoseconds, and the monotonic clock.
    wall = 1 << 63 | 2682288000 << 30 | 5
    assert sprintf("%d", [Time(0, 5, UTC, 7)]) == f"{{{wall} 7 0}}"


def test_now_is_now() -> None:
    from time import time

    assert abs(now().unix - time()) < 60
