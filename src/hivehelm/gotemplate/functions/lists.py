"""Sprig's list functions.

Rules: sprig v3.3.0's list.go. Each function without `must` panics where its twin returns an error: to a
template that is the same. Results are new `[]any`, except where said.
"""

from __future__ import annotations

from hivehelm.golang.kinds import IntSlice, NilSlice, StringSlice, TypedSlice, Uint8, kind_name
from hivehelm.golang.reflect import deep_equal
from hivehelm.golang.utf8 import encode
from hivehelm.gotemplate.functions.limits import MAX_ELEMENTS, bounded
from hivehelm.gotemplate.functions.signature import FunctionError, go
from hivehelm.gotemplate.functions.strings import strslice, strval

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

NIL_DEREFERENCE = "runtime error: invalid memory address or nil pointer dereference"


class Chunks(TypedSlice):
    """Go's [][]any."""

    __slots__ = ()
    ELEMENT: ClassVar[str] = "[]interface {}"


def elements(value: Any, refusal: str) -> list[Any]:
    """Return the elements of a slice; `refusal` says what else went wrong, before the name of the kind."""
    if isinstance(value, list):
        return value
    if isinstance(value, bytes):
        return [Uint8(byte) for byte in value]
    if value is None:
        raise FunctionError(NIL_DEREFERENCE)
    raise FunctionError(f"{refusal} {kind_name(value)}")


def list_(*values: Any) -> list[Any]:
    """`list`, `tuple`: the values as a list."""
    return list(values)


def append(values: Any, value: Any) -> list[Any]:
    """`append`, `push`: the list with `value` at its end."""
    return [*elements(values, "Cannot push on type"), value]


def prepend(values: Any, value: Any) -> list[Any]:
    """`prepend`: the list with `value` at its start."""
    return [value, *elements(values, "Cannot prepend on type")]


@go("int, any")
def chunk(size: int, values: Any) -> list[Any]:
    """`chunk`: the list in pieces of `size` elements."""
    items = elements(values, "Cannot chunk type")
    if size > 0:
        return Chunks(items[i : i + size] for i in range(0, len(items), size))
    # The number of pieces that sprig computes is negative or not a number, but for one case.
    if size == 0 or (len(items) - 1) // size != -1:
        raise FunctionError("runtime error: makeslice: len out of range")
    return Chunks()


def first(values: Any) -> Any:
    """`first`: the first element, nil of an empty list."""
    items = elements(values, "Cannot find first on type")
    return items[0] if items else None


def last(values: Any) -> Any:
    """`last`: the last element, nil of an empty list."""
    items = elements(values, "Cannot find last on type")
    return items[-1] if items else None


def rest(values: Any) -> list[Any]:
    """`rest`: all but the first element; a nil slice of an empty list."""
    items = elements(values, "Cannot find rest on type")
    return list(items[1:]) if items else NilSlice()


def initial(values: Any) -> list[Any]:
    """`initial`: all but the last element; a nil slice of an empty list."""
    items = elements(values, "Cannot find initial on type")
    return list(items[:-1]) if items else NilSlice()


def sort_alpha(values: Any) -> list[str]:
    """`sortAlpha`: the elements as text, in the order of their bytes; a `[]string` is sorted in place."""
    if not isinstance(values, (list, bytes)):
        return StringSlice([strval(values)])
    texts = strslice(values)
    texts.sort(key=encode)
    return texts


def reverse(values: Any) -> list[Any]:
    """`reverse`: the elements in reverse."""
    return list(reversed(elements(values, "Cannot find reverse on type")))


def compact(values: Any) -> list[Any]:
    """`compact`: the elements that are not empty."""
    return [item for item in elements(values, "Cannot compact on type") if item]


def uniq(values: Any) -> list[Any]:
    """`uniq`: each element once, in order of first appearance."""
    items = elements(values, "Cannot find uniq on type")
    kept: list[Any] = []
    seen: set[tuple[type, Any]] = set()
    others: list[Any] = []
    for item in items:
        if item.__class__ in _HASHABLE:
            key = (item.__class__, item)
            # A NaN equals nothing, not even itself, but a set finds the same object.
            if key in seen and item == item:
                continue
            seen.add(key)
        elif any(deep_equal(item, other) for other in others):
            continue
        else:
            others.append(item)
        kept.append(item)
    return kept


_HASHABLE = frozenset((str, int, float, bool, type(None)))


@go("any, ...any")
def without(values: Any, *omitted: Any) -> list[Any]:
    """`without`: the elements that deeply equal none of `omitted`."""
    return [
        item
        for item in elements(values, "Cannot find without on type")
        if not any(deep_equal(item, other) for other in omitted)
    ]


def has(value: Any, values: Any) -> bool:
    """`has`: whether an element deeply equals `value`; nothing is in nil."""
    if values is None:
        return False
    return any(deep_equal(value, item) for item in elements(values, "Cannot find has on type"))


@go("any, ...any")
def slice_(values: Any, *indices: Any) -> Any:
    """`slice`: the elements from the first index to the second, in a list of the same type; nil of none.

    In Go the slice shares its elements' places with the list; in a template only `sortAlpha` writes to them.
    """
    from hivehelm.gotemplate.functions.conversion import to_int

    items = elements(values, "list should be type of slice or array but")
    if not items:
        return None
    start = to_int(indices[0]) if indices else 0
    end = to_int(indices[1]) if len(indices) > 1 else len(items)
    if start < 0 or end < start or end > len(items):
        raise FunctionError("reflect.Value.Slice: slice index out of bounds")
    return type(values)(values[start:end])


def concat(*lists: Any) -> list[Any]:
    """`concat`: the elements of all the lists; a nil slice where there are none."""
    result: list[Any] = []
    for values in lists:
        if values is not None and not isinstance(values, (list, bytes)):
            raise FunctionError(f"Cannot concat type {kind_name(values)} as list")
        result.extend(elements(values, ""))
    return result or NilSlice()


@go("int")
def until(count: int) -> IntSlice:
    """`until`: the integers from 0 up or down to `count`, without it."""
    return until_step(0, count, -1 if count < 0 else 1)


@go("int, int, int")
def until_step(start: int, stop: int, step: int) -> IntSlice:
    """`untilStep`: the integers from `start` by `step` until `stop`; none if `step` leads away."""
    if step == 0 or (stop < start) != (step < 0):
        return IntSlice()
    numbers = range(start, stop, step)
    # len() of a range beyond a machine word is an error, its arithmetic is not.
    bounded((stop - start) // step, "runtime error: makeslice: len out of range", MAX_ELEMENTS)
    return IntSlice(numbers)


@go("...int")
def seq(*parameters: int) -> str:
    """`seq`: what seq(1) prints for LAST, FIRST LAST or FIRST STEP LAST, on one line."""
    if len(parameters) == 1:
        start, step, end = 1, 0, parameters[0]
    elif len(parameters) == 2:
        start, step, end = parameters[0], 0, parameters[1]
    elif len(parameters) == 3:
        start, step, end = parameters
        if end < start and step > 0:
            return ""
        return _spelt(until_step(start, end + (-1 if end < start else 1), step))
    else:
        return ""
    step = -1 if end < start else 1
    return _spelt(until_step(start, end + step, step))


def _spelt(numbers: list[int]) -> str:
    return " ".join(map(str, numbers))
