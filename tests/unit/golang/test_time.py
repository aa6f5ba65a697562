from __future__ import annotations

from hivehelm.golang.duration import Duration
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


def test_now_is_now() -> None:
    from time import time

    assert abs(now().unix - time()) < 60
