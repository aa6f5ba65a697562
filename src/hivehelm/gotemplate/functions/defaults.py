"""Sprig's functions on empty values: false, zero, nil, and whatever has no length.

Rules: sprig v3.3.0's defaults.go. Python's truth of a value is Go's; a struct is never empty.
"""

from __future__ import annotations

from hivehelm.gotemplate.functions.signature import go

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def default(substitute: Any, *given: Any) -> Any:
    """`default`: the given value, or `substitute` where it is empty or missing."""
    return given[0] if given and given[0] else substitute


def empty(value: Any) -> bool:
    """`empty`: whether a value is false, zero, nil or without elements."""
    return not value


def coalesce(*values: Any) -> Any:
    """`coalesce`: the first value that is not empty, else nil."""
    for value in values:
        if value:
            return value
    return None


def all_(*values: Any) -> bool:
    """`all`: whether no value is empty."""
    return all(values)


def any_(*values: Any) -> bool:
    """`any`: whether some value is not empty."""
    return any(values)


@go("any, any, bool")
def ternary(yes: Any, no: Any, condition: bool) -> Any:
    """`ternary`: the first value where the condition holds, else the second."""
    return yes if condition else no
