from __future__ import annotations

import math

import pytest

from hivehelm.golang.strconv import NumberError, parse_float, parse_int, parse_uint, unescape


def test_unsigned() -> None:
    assert parse_uint("18446744073709551615") == (1 << 64) - 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("-1", 'strconv.ParseUint: parsing "-1": invalid syntax'),
        ("", 'strconv.ParseUint: parsing "": invalid syntax'),
        ("256", 'strconv.ParseUint: parsing "256": value out of range'),
    ],
)
def test_unsigned_errors(text: str, message: str) -> None:
    with pytest.raises(NumberError) as caught:
        parse_uint(text, bits=8)
    assert str(caught.value) == message


def test_signed_errors_name_the_function() -> None:
    with pytest.raises(NumberError, match=r'^strconv.Atoi: parsing "x": invalid syntax$') as caught:
        parse_int("x", function="Atoi")
    assert not caught.value.overflow
    with pytest.raises(NumberError, match=r"value out of range$"):
        parse_int("128", bits=8)
    assert parse_int("-128", bits=8) == -128


@pytest.mark.parametrize("text", ["1e400", "-1e400", "0x1p99999"])
def test_floats_overflow(text: str) -> None:
    with pytest.raises(NumberError, match=r"value out of range$"):
        parse_float(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0x1F", 31), ("0b11", 3), ("0o17", 15), ("017", 15), ("0", 0), ("1_000", 1000), ("0x_1f", 31),
        ("0_7", 7), ("-0X10", -16), ("+5", 5),
    ],
)  # fmt: skip
def test_prefixes_and_underscores(text: str, number: int) -> None:
    assert parse_int(text, 0) == number


@pytest.mark.parametrize(
    "text",
    ["1__0", "_1", "1_", "0x", "08", "0_x1", "é", "1_x", "0b2", "0x1_g", "", "-", "99999999999999999999x"],
)
def test_what_is_no_integer(text: str) -> None:
    with pytest.raises(NumberError) as caught:
        parse_int(text, 0)
    # An overflow comes first.
    problem = "value out of range" if text.startswith("9") else "invalid syntax"
    assert str(caught.value) == f'strconv.ParseInt: parsing "{text}": {problem}'


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.5", 1.5), ("+inf", math.inf), ("-Infinity", -math.inf), ("0x1p4", 16.0), ("0x1.8p1", 3.0),
        ("1_0.5", 10.5), ("0x_1p0", 1.0), (".5", 0.5), ("5.", 5.0), ("1e5_0", 1e50), ("0x1P-2", 0.25),
        ("0x1_fp1", 62.0),
    ],
)  # fmt: skip
def test_floats(text: str, number: float) -> None:
    assert parse_float(text) == number
    assert math.isnan(parse_float("NaN"))


@pytest.mark.parametrize(
    "text",
    ["+nan", "0x1", "1__0", "1e", "", ".", "_1", "1_e5", "infin", "0x.p1", "1.5.5", "1_.5", "e5", "é", " 1"],
)
def test_what_is_no_float(text: str) -> None:
    with pytest.raises(NumberError, match=r"^strconv\.ParseFloat: parsing .*: invalid syntax$"):
        parse_float(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"a\n\t\\", "a\n\t\\"), (r"\"", '"'), (r"\x41\xff", "A\udcff"), (r"\u00e9", "é"),
        (r"\U0001F600", "\U0001f600"), (r"\101", "A"), ("é", "é"),
        *((text, None) for text in ('"', r"\'", r"\x4", r"\xg0", r"\ud800", r"\U00110000", r"\400")),
        *((text, None) for text in (r"\18", r"\q", "\\", r"\10")),
    ],
)  # fmt: skip
def test_escapes_are_undone(text: str, plain: str | None) -> None:
    assert unescape(text, '"') == plain
