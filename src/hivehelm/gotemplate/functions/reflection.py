"""Sprig's functions on the types of values.

Rules: sprig v3.3.0's reflect.go; names of types and kinds are `%T`'s and reflect's.
"""

from __future__ import annotations

from hivehelm.golang.kinds import kind_name, type_name
from hivehelm.golang.reflect import deep_equal as go_deep_equal
from hivehelm.gotemplate.functions.signature import go

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def type_of(value: Any) -> str:
    """`typeOf`: the name of the value's Go type."""
    return type_name(value)


@go("string, any")
def type_is(name: str, value: Any) -> bool:
    """`typeIs`: whether the value's type has this name."""
    return name == type_name(value)


@go("string, any")
def type_is_like(name: str, value: Any) -> bool:
    """`typeIsLike`: whether the value's type, or what it points to, has this name."""
    actual = type_name(value)
    return actual in (name, "*" + name)


def kind_of(value: Any) -> str:
    """`kindOf`: the value's kind in reflection."""
    return kind_name(value)


@go("string, any")
def kind_is(kind: str, value: Any) -> bool:
    """`kindIs`: whether the value is of this kind."""
    return kind == kind_name(value)


def deep_equal(left: Any, right: Any) -> bool:
    """`deepEqual`: whether two values have the same type and content all the way down."""
    return go_deep_equal(left, right)
