from __future__ import annotations

import pytest

from hivehelm.golang import floats


@pytest.mark.parametrize(
    ("value", "general", "exponential", "fixed"),
    [
        (0.0, "0", "0e+00", "0"),
        (-0.0, "-0", "-0e+00", "-0"),
        (1.0, "1", "1e+00", "1"),
        (-2.5, "-2.5", "-2.5e+00", "-2.5"),
        (100000.0, "100000", "1e+05", "100000"),
        (1000000.0, "1e+06", "1e+06", "1000000"),
        (123456789.0, "1.23456789e+08", "1.23456789e+08", "123456789"),
        (0.0001, "0.0001", "1e-04", "0.0001"),
        (0.00001, "1e-05", "1e-05", "0.00001"),
        (1.2345678901234567e19, "1.2345678901234567e+19", "1.2345678901234567e+19", "12345678901234567000"),
        (5e-324, "5e-324", "5e-324", "0." + "0" * 323 + "5"),
        (1e100, "1e+100", "1e+100", "1" + "0" * 100),
    ],
)
def test_floats_have_the_fewest_digits(value: float, general: str, exponential: str, fixed: str) -> None:
    assert floats.general(value) == general
    assert floats.exponential(value) == exponential
    assert floats.fixed(value) == fixed


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"), (16777217.0, "1.6777216e+07"), (3.14159265358979, "3.1415927"), (1e50, "+Inf"),
        (-1e50, "-Inf"), (1e-50, "0"), (-1e-50, "-0"), (1e-45, "1e-45"), (0.3, "0.3"),
    ],
)  # fmt: skip
def test_float32_needs_fewer(value: float, text: str) -> None:
    assert floats.general(value, 32) == text


def test_the_exponent_can_wait() -> None:
    assert floats.general(1e20, limit=21) == "100000000000000000000"
    assert floats.general(1e21, limit=21) == "1e+21"


def test_what_is_not_a_number() -> None:
    assert [floats.general(float(text)) for text in ("nan", "inf", "-inf")] == ["NaN", "+Inf", "-Inf"]
