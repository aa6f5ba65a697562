"""Equality and copies of values as Go's reflection sees them."""

from __future__ import annotations

from hivehelm.golang.kinds import Struct, type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PLAIN = frozenset((str, int, float, bool, type(None), bytes))


def deep_equal(left: Any, right: Any) -> bool:
    """Return `reflect.DeepEqual`: the same type all the way down, and equal.

    An int64 never equals an int, nor a nil slice an empty one. Raises RecursionError for values that contain
    themselves.
    """
    kind = left.__class__
    if kind is not right.__class__:
        return False
    if kind in _PLAIN:
        return bool(left == right)
    if left is right:
        return not isinstance(left, float) or left == left
    if isinstance(left, dict):
        return len(left) == len(right) and all(
            key in right and deep_equal(value, right[key]) for key, value in left.items()
        )
    if isinstance(left, list):
        return len(left) == len(right) and all(map(deep_equal, left, right))
    if isinstance(left, Struct):
        return type_name(left) == type_name(right) and all(
            deep_equal(getattr(left, slot), getattr(right, slot)) for slot in slots(left)
        )
    return bool(left == right)


def slots(value: Struct) -> list[str]:
    """Return the names of a struct's Python attributes."""
    names = [name for cls in type(value).__mro__ for name in getattr(cls, "__slots__", ())]
    return names or list(vars(value))
