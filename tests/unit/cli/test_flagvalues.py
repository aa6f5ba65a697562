"""How text becomes a value; the expected values and messages are those of pflag and of Go's packages."""

from __future__ import annotations

import pytest

from hivehelm.cli import flagvalues


@pytest.mark.parametrize("text", ["1", "t", "T", "TRUE", "true", "True"])
def test_what_is_true(text: str) -> None:
    assert flagvalues.parse_bool(text) is True


@pytest.mark.parametrize("text", ["0", "f", "F", "FALSE", "false", "False"])
def test_what_is_false(text: str) -> None:
    assert flagvalues.parse_bool(text) is False


def test_what_is_neither() -> None:
    with pytest.raises(ValueError, match=r'^strconv.ParseBool: parsing "yes": invalid syntax$'):
        flagvalues.parse_bool("yes")


@pytest.mark.parametrize(
    ("text", "number"),
    [("10", 10), ("-7", -7), ("0x1f", 31), ("0b11", 3), ("0o17", 15), ("010", 8), ("1_0", 10)],
)
def test_integers_in_any_base(text: str, number: int) -> None:
    assert flagvalues.parse_int(text) == number


@pytest.mark.parametrize("text", ["", "x", "1.5", " 1", "1__0", "0x"])
def test_what_is_no_integer(text: str) -> None:
    with pytest.raises(ValueError, match="invalid syntax"):
        flagvalues.parse_int(text)


def test_integers_have_64_bits() -> None:
    with pytest.raises(ValueError, match="value out of range"):
        flagvalues.parse_int(str(1 << 63))


def test_floats_have_32_bits() -> None:
    assert flagvalues.parse_float32("1.5") == 1.5
    assert flagvalues.parse_float32("0.1") == 0.10000000149011612
    with pytest.raises(ValueError, match=r'^strconv.ParseFloat: parsing "1e39": value out of range$'):
        flagvalues.parse_float32("1e39")
    with pytest.raises(ValueError, match=r'^strconv.ParseFloat: parsing "x": invalid syntax$'):
        flagvalues.parse_float32("x")


def test_durations_are_nanoseconds() -> None:
    assert flagvalues.parse_duration("5m0s") == 300_000_000_000
    with pytest.raises(ValueError, match=r'^time: missing unit in duration "5"$'):
        flagvalues.parse_duration("5")


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("a", ["a"]),
        ("a,b", ["a", "b"]),
        ("a,,b,", ["a", "", "b", ""]),
        ('"a,b",c', ["a,b", "c"]),
        ('"a""b"', ['a"b']),
        ('""', [""]),
        ("a\nb", ["a"]),
        ("\n\na,b\r\nc", ["a", "b"]),
        ('"a\nb",c', ["a\nb", "c"]),
    ],
)
def test_csv(text: str, fields: list[str]) -> None:
    assert flagvalues.split_csv(text) == fields


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("\n", "EOF"),
        ('a"b', 'parse error on line 1, column 2: bare " in non-quoted-field'),
        ('x,é"', 'parse error on line 1, column 5: bare " in non-quoted-field'),
        ('"a', 'parse error on line 1, column 3: extraneous or missing " in quoted-field'),
        ('"a"b', 'parse error on line 1, column 3: extraneous or missing " in quoted-field'),
        (
            '"a\nb"c',
            'record on line 1; parse error on line 2, column 2: extraneous or missing " in quoted-field',
        ),
    ],
)
def test_csv_that_is_not_well_formed(text: str, problem: str) -> None:
    with pytest.raises(ValueError) as raised:
        flagvalues.split_csv(text)
    assert str(raised.value) == problem


def test_slices_split_and_replace_their_default() -> None:
    assert flagvalues.set_slice(["default"], False, "a,b") == ["a", "b"]
    assert flagvalues.set_slice(["a"], True, "b,c") == ["a", "b", "c"]
    assert flagvalues.set_slice(["default"], False, "") == []


def test_arrays_do_not_split() -> None:
    assert flagvalues.set_array(["default"], False, "a,b") == ["a,b"]
    assert flagvalues.set_array(["a"], True, "b") == ["a", "b"]


def test_maps_merge() -> None:
    assert flagvalues.set_map({"d": "x"}, False, "a=1") == {"a": "1"}
    assert flagvalues.set_map({"a": "1"}, True, "a=2,b=3") == {"a": "2", "b": "3"}
    assert flagvalues.set_map({}, False, '"a=1,2"') == {"a": "1,2"}
    for text, wrong in (("a", "a"), ("a=1,b=2,c", "c")):
        with pytest.raises(ValueError, match=f"^{wrong} must be formatted as key=value$"):
            flagvalues.set_map({}, False, text)


def test_uint() -> None:
    assert flagvalues.set_uint(0, False, "0x10") == 16
    for text in ("-1", "x", ""):
        with pytest.raises(ValueError, match=r"^strconv\.ParseUint: parsing .*: invalid syntax$"):
            flagvalues.set_uint(0, False, text)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("1000", 1000),
        ("2k", 2000),
        ("2Ki", 2048),
        ("1.5MB", 1_500_000),
        ("512MiB", 512 << 20),
        ("3B", 3),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert flagvalues.set_size(7, True, text) == size


@pytest.mark.parametrize("text", ["", "x", "-1", "1e3", "Mi", "1Xi", "1Mii", "1.2.3", "inf", "1 M", "٣"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(ValueError, match="a number of bytes is wanted, such as 512Mi"):
        flagvalues.set_size(7, True, text)
