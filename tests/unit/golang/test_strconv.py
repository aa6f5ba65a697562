from __future__ import annotations

import pytest

from hivehelm.golang.strconv import NumberError, parse_float, parse_int, parse_uint


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
