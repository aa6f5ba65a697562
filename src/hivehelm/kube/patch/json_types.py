"""Values as Go's JSON has them: what equals what, and what type each is."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NAMES: dict[type, str] = {
    dict: "map[string]interface {}",
    list: "[]interface {}",
    str: "string",
    bool: "bool",
    int: "int64",
    float: "float64",
    type(None): "%!s(<nil>)",
}


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are equal and of the same types: 1 is not 1.0 and not true."""
    kind = one.__class__
    if kind is not other.__class__:
        return False
    if kind is dict:
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if kind is list:
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def type_name(value: Any) -> str:
    """Return the name of a value's Go type, as `%s` prints it."""
    return _NAMES[value.__class__]


def text(value: Any) -> str:
    """Return a value as `%v` prints it."""
    if value.__class__ is str:
        return str(value)
    from hivehelm.golang.fmt import default

    return default(value)
