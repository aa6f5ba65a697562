"""What JSON values are to each other: their types, when they are the same, how numbers compare."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def kind_of(value: Any) -> str | None:
    """Return the JSON type of a value, None for what JSON does not have."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, dict):
        return "object"
    if isinstance(value, list):
        return "array"
    return "number" if isinstance(value, int) or (value == value and abs(value) != float("inf")) else None


def equal(left: Any, right: Any) -> bool:
    """Tell whether two values are the same JSON: 1 and 1.0 are, 1 and true are not."""
    if kind_of(left) != kind_of(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(equal, left, right))
    return bool(left == right)


def twins(value: list[Any]) -> tuple[int, int] | None:
    """Return the positions of the first two items that are the same."""
    seen: dict[object, int] = {}
    for index, item in enumerate(value):
        first = seen.setdefault(_frozen(item), index)
        if first != index:
            return first, index
    return None


def _frozen(value: Any) -> object:
    if isinstance(value, dict):
        return "object", frozenset((key, _frozen(item)) for key, item in value.items())
    if isinstance(value, list):
        return "array", tuple(map(_frozen, value))
    return kind_of(value), value


def is_integer(value: float) -> bool:
    """Tell whether a number has no fraction."""
    return isinstance(value, int) or value.is_integer()


def at_least(value: float, bound: float) -> bool:
    """The test of `minimum`."""
    return value >= bound


def at_most(value: float, bound: float) -> bool:
    """The test of `maximum`."""
    return value <= bound


def more_than(value: float, bound: float) -> bool:
    """The test of `exclusiveMinimum`."""
    return value > bound


def less_than(value: float, bound: float) -> bool:
    """The test of `exclusiveMaximum`."""
    return value < bound


def is_multiple(value: float, of: float) -> bool:
    """The test of `multipleOf`, in exact decimals."""
    if of.is_integer() and is_integer(value):
        return int(value) % int(of) == 0
    from fractions import Fraction

    return (Fraction(repr(value)) / Fraction(getattr(of, "text", repr(of)))).denominator == 1


def alike(left: Any, right: Any) -> bool:
    """Tell whether two values are one, down to their types: what is said of one holds for the other."""
    if left is right:
        return True
    if type(left) is not type(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(map(alike, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(alike(left[key], right[key]) for key in left)
    return bool(left == right)
