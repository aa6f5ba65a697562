from __future__ import annotations

import pytest

from hivehelm.golang.yaml.resolve import is_timestamp, number, plain
from hivehelm.golang.yaml.scalar import is_base60


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0), ("-0", 0), ("+7", 7), ("0x1F", 31), ("0X1f", 31), ("0o17", 15), ("017", 15), ("0b101", 5),
        ("-0b11", -3), ("0b-1", -1), ("0b+1", 1), ("1_000", 1000), ("0_7", 7), ("1__0", 10), ("12_", 12),
        ("9223372036854775807", 2**63 - 1), ("18446744073709551615", 2**64 - 1),
        ("-9223372036854775808", -(2**63)), ("0" * 70 + "7", 7),
    ],
)  # fmt: skip
def test_integers(text: str, value: int) -> None:
    found = number(text)
    assert found == value
    assert isinstance(found, int)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("08", 8.0), ("1.", 1.0), (".5", 0.5), ("-.5", -0.5),
        ("1e3", 1000.0), ("1E+3", 1000.0), (".5_0", 0.5),
        ("18446744073709551616", 2.0**64), ("-9223372036854775809", -(2.0**63)), ("1e-400", 0.0),
        ("+18446744073709551615", 2.0**64), ("1" * 70, float("1" * 70)),
    ],
)  # fmt: skip
def test_floats(text: str, value: float) -> None:
    found = number(text)
    assert found == value
    assert isinstance(found, float)


@pytest.mark.parametrize(
    "text",
    [
        "-", "+", ".", "..", "-_", "1e", "1e+", "e5",
        ".e5", "1.2.3", "1e400", "-1e400", "0x", "0xG", "0b2", "0b-",
        "0b-2", "0x1p4", "12:30", "2001-01-01", "1,5",
        "._5", ".5_", "1 ", "\u0661", "0xFFFFFFFFFFFFFFFFF", "--1", "0b_",
    ],
)  # fmt: skip
def test_no_numbers(text: str) -> None:
    assert number(text) is None
    assert plain(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "2001-01-01", "2001-1-2", "2001-12-14t21:59:43.10-05:00", "2001-1-2T3:4:5Z", "2001-12-14 21:59:43.10",
        "2001-12-14   21:59:43", "2024-02-29", "2001-12-14 21:59:43,5",
    ],
)  # fmt: skip
def test_timestamps(text: str) -> None:
    assert is_timestamp(text)


@pytest.mark.parametrize(
    "text",
    [
        "2001", "2001-", "2001-13-01", "2001-02-29", "2001-04-31", "2001-00-01", "2001-01-00", "2001-01-01x",
        "2001-01-01T", "2001-01-01T24:00:00Z", "2001-01-01T00:60:00Z", "2001-01-01T00:00:60Z", "20010101",
        "2001-01-01T00:00Z", "2001-01-01T00:00:00", "2001-01-01 00:00:00Z", "2001-01-01T00:00:00+1:00",
        "2001-01-01T00:00:00+01:60", "2001-01-01T00:00:00.", "01-01-2001", "2001-x-01", "1900-02-29",
    ],
)  # fmt: skip
def test_no_timestamps(text: str) -> None:
    assert not is_timestamp(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1:30", True), ("-1:30", True), ("+190:20:30.15", True),
        ("1_0:5", True), ("1:30.", True), ("1:5._", True),
        ("1:60", False), ("1:300", False), (":30", False), ("1:", False), ("1:a", False), ("1", False),
        ("1:30.a", False), ("_1:30", False),
    ],
)  # fmt: skip
def test_numbers_of_base_sixty(text: str, value: bool) -> None:
    assert is_base60(text) is value
