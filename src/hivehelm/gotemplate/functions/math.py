"""Sprig's arithmetic.

Rules: sprig v3.3.0's numeric.go and functions.go. Integers are int64 and overflow as Go's do; `addf` and its
kin compute in decimals (github.com/shopspring/decimal v1.4.0).
"""

from __future__ import annotations

from hivehelm.golang.kinds import Int64, SizedInt
from hivehelm.gotemplate.functions.conversion import floating, integer
from hivehelm.gotemplate.functions.signature import FunctionError, go

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    # So many units, of so many places behind the point.
    Decimal: TypeAlias = tuple[int, int]

_INFINITY = float("inf")
_DIVIDED_BY_ZERO = "runtime error: integer divide by zero"


def add(*values: Any) -> SizedInt:
    """`add`: the sum."""
    return Int64.wrap(sum(map(integer, values)))


def add1(value: Any) -> SizedInt:
    """`add1`: one more."""
    return Int64.wrap(integer(value) + 1)


def sub(left: Any, right: Any) -> SizedInt:
    """`sub`: the difference."""
    return Int64.wrap(integer(left) - integer(right))


def mul(first: Any, *values: Any) -> SizedInt:
    """`mul`: the product."""
    product = integer(first)
    for value in values:
        product = Int64.wrap(product * integer(value))
    return Int64(product)


def div(left: Any, right: Any) -> SizedInt:
    """`div`: the quotient, cut towards zero."""
    a, b = integer(left), integer(right)
    if b == 0:
        raise FunctionError(_DIVIDED_BY_ZERO)
    quotient = abs(a) // abs(b)
    return Int64.wrap(-quotient if (a < 0) != (b < 0) else quotient)


def mod(left: Any, right: Any) -> SizedInt:
    """`mod`: the remainder, with the sign of the dividend."""
    a, b = integer(left), integer(right)
    if b == 0:
        raise FunctionError(_DIVIDED_BY_ZERO)
    remainder = abs(a) % abs(b)
    return Int64(-remainder if a < 0 else remainder)


@go("any, ...any")
def max_(first: Any, *values: Any) -> Int64:
    """`max`, `biggest`: the greatest, as int64."""
    return Int64(max(map(integer, (first, *values))))


@go("any, ...any")
def min_(first: Any, *values: Any) -> Int64:
    """`min`: the least, as int64."""
    return Int64(min(map(integer, (first, *values))))


@go("any, ...any")
def maxf(first: Any, *values: Any) -> float:
    """`maxf`: the greatest, as float64."""
    greatest = floating(first)
    for value in map(floating, values):
        if _INFINITY in (greatest, value):
            greatest = _INFINITY
        elif greatest != greatest or value != value:
            greatest = float("nan")
        elif value > greatest or (value == greatest == 0 and repr(greatest)[0] == "-"):
            greatest = value
    return greatest


@go("any, ...any")
def minf(first: Any, *values: Any) -> float:
    """`minf`: the least, as float64."""
    least = floating(first)
    for value in map(floating, values):
        if -_INFINITY in (least, value):
            least = -_INFINITY
        elif least != least or value != value:
            least = float("nan")
        elif value < least or (value == least == 0 and repr(value)[0] == "-"):
            least = value
    return least


def floor(value: Any) -> float:
    """`floor`: the greatest integer not above, as float64."""
    return _floor(floating(value))


def ceil(value: Any) -> float:
    """`ceil`: the least integer not below, as float64."""
    return -_floor(-floating(value))


def _floor(number: float) -> float:
    # What is larger has no fraction; zero and the special values stay as they are.
    if number != number or abs(number) >= 1 << 53 or number == 0:
        return number
    return float(number // 1)


@go("any, int, ...float64")
def round_(value: Any, places: int, *half: float) -> float:
    """`round`: rounded to `places` decimals, up where the rest is at least `half` (0.5)."""
    power = _power_of_ten(places)
    digits = power * floating(value)
    finite = abs(digits) < _INFINITY
    fraction = digits - int(digits) if finite else float("nan")
    rounded = -_floor(-digits) if fraction >= (half[0] if half else 0.5) else _floor(digits)
    try:
        return rounded / power
    except ZeroDivisionError:
        return float("nan") if rounded == 0 or rounded != rounded else rounded * _INFINITY


def _power_of_ten(exponent: int) -> float:
    """Return `math.Pow(10, exponent)` with the rounding of Go's own algorithm."""
    from math import frexp, ldexp

    if exponent > 400 or exponent < -400:
        return _INFINITY if exponent > 0 else 0.0
    result, scale = 1.0, 0
    square, shift = frexp(10.0)
    remaining = abs(exponent)
    while remaining:
        if remaining & 1:
            result *= square
            scale += shift
        square *= square
        shift <<= 1
        if square < 0.5:
            square += square
            shift -= 1
        remaining >>= 1
    if exponent < 0:
        result, scale = 1 / result, -scale
    try:
        return ldexp(result, scale)
    except OverflowError:
        return _INFINITY


def _decimal(value: Any) -> Decimal:
    number = floating(value)
    if number != number or abs(number) == _INFINITY:
        shown = "NaN" if number != number else "+Inf" if number > 0 else "-Inf"
        raise FunctionError(f"Cannot create a Decimal from {shown}")
    # The decimal that a float's shortest spelling means, not the float's own binary value.
    digits, _, exponent = repr(number).partition("e")
    whole, _, fraction = digits.partition(".")
    places = len(fraction) - int(exponent or 0)
    return (int(whole + fraction), places) if places >= 0 else (int(whole + fraction) * 10**-places, 0)


def _compute(first: Any, values: tuple[Any, ...], step: Callable[[Decimal, Decimal], Decimal]) -> float:
    total = _decimal(first)
    for value in values:
        total = step(total, _decimal(value))
    units, places = total
    try:
        result: float = units / 10**places
    except OverflowError:
        return _INFINITY if units > 0 else -_INFINITY
    return result


def addf(*values: Any) -> float:
    """`addf`: the sum, in decimals."""
    return _compute(0.0, values, _add)


def add1f(value: Any) -> float:
    """`add1f`: one more, in decimals."""
    return _compute(value, (1,), _add)


def subf(first: Any, *values: Any) -> float:
    """`subf`: the first without all the others, in decimals."""
    return _compute(first, values, lambda left, right: _add(left, (-right[0], right[1])))


def mulf(first: Any, *values: Any) -> float:
    """`mulf`: the product, in decimals."""
    return _compute(first, values, lambda left, right: (left[0] * right[0], left[1] + right[1]))


def divf(first: Any, *values: Any) -> float:
    """`divf`: the first divided by all the others in turn, each time rounded to 16 decimals."""
    return _compute(first, values, _divide)


def _add(left: Decimal, right: Decimal) -> Decimal:
    (a, places), (b, others) = left, right
    if places < others:
        return a * 10 ** (others - places) + b, others
    return a + b * 10 ** (places - others), places


def _divide(left: Decimal, right: Decimal) -> Decimal:
    (a, places), (b, others) = left, right
    if b == 0:
        raise FunctionError("decimal division by 0")
    # Half is rounded away from zero.
    dividend, divisor = abs(a) * 10 ** (16 + others), abs(b) * 10**places
    quotient = (2 * dividend + divisor) // (2 * divisor)
    return quotient if (a < 0) == (b < 0) else -quotient, 16
