"""The functions that text/template itself has (funcs.go)."""

from __future__ import annotations

from hivehelm.golang.fmt import default, sprint, sprintf, sprintln
from hivehelm.golang.kinds import SizedInt, Struct, TypedMap, TypedSlice, Uint8, kind_name, type_name
from hivehelm.golang.unicode import is_print
from hivehelm.gotemplate.functions.signature import FunctionError, can_be_nil, go, integer, signature

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@go("reflect.Value, ...reflect.Value")
def and_(*values: Any) -> Any:
    """Return the first false argument, else the last. Compiled templates do not come here."""
    return next((value for value in values if not value), values[-1])


@go("reflect.Value, ...reflect.Value")
def or_(*values: Any) -> Any:
    """Return the first true argument, else the last. Compiled templates do not come here."""
    return next((value for value in values if value), values[-1])


@go("reflect.Value")
def not_(value: Any) -> bool:
    """Return whether the argument is false. Compiled templates do not come here."""
    return not value


# --- comparisons

_BASIC = {str: "string", int: "int", float: "float", bool: "bool", type(None): ""}


def _kind(value: Any) -> str:
    """Return what basicKind calls the value's kind; empty for what is not basic."""
    cls = value.__class__
    if (known := _BASIC.get(cls)) is not None:
        return known
    if isinstance(value, SizedInt):
        return "int" if value.SIGNED else "uint"
    if isinstance(value, float):
        return "float"
    if isinstance(value, complex):
        return "complex"
    return "string" if isinstance(value, str) else ""


def _incompatible(left: Any, right: Any) -> FunctionError:
    return FunctionError(f"incompatible types for comparison: {type_name(left)} and {type_name(right)}")


@go("reflect.Value, ...reflect.Value")
def eq(first: Any, *others: Any) -> bool:
    """Return whether the first argument equals one of the others."""
    if not others:
        raise FunctionError("missing argument for comparison")
    cls = first.__class__
    for other in others:
        if other.__class__ is cls and (cls is str or cls is int or cls is float or cls is bool):
            if first == other:
                return True
        elif _equal(first, other):
            return True
    return False


def _equal(left: Any, right: Any) -> bool:
    kind = _kind(left)
    other = _kind(right)
    if kind != other:
        if {kind, other} == {"int", "uint"}:
            return bool(left == right)
        if left is not None and right is not None:
            raise _incompatible(left, right)
        return False
    if kind:
        return bool(left == right)
    if left is None or right is None:
        return left is right
    if kind_name(left) != kind_name(right):
        raise FunctionError(
            f"non-comparable types {sprintf('%s', [left])}: {type_name(left)}, "
            f"{type_name(right)}: {default(right)}"
        )
    if isinstance(right, Struct):
        return bool(left is right or (type_name(right)[:1] != "*" and left == right))
    raise FunctionError(f"non-comparable type {sprintf('%s', [right])}: {type_name(right)}")


@go("reflect.Value, reflect.Value")
def ne(left: Any, right: Any) -> bool:
    """Return whether the arguments differ."""
    return not eq(left, right)


@go("reflect.Value, reflect.Value")
def lt(left: Any, right: Any) -> bool:
    """Return whether the first argument is less than the second."""
    kind = _kind(left)
    other = _kind(right)
    if not kind or not other:
        raise FunctionError("invalid type for comparison")
    if kind != other and {kind, other} != {"int", "uint"}:
        raise _incompatible(left, right)
    if kind in ("bool", "complex"):
        raise FunctionError("invalid type for comparison")
    if kind == "string" and not (left.isascii() and right.isascii()):
        return bool(_octets(left) < _octets(right))
    return bool(left < right)


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


@go("reflect.Value, reflect.Value")
def le(left: Any, right: Any) -> bool:
    """Return whether the first argument is at most the second."""
    return lt(left, right) or eq(left, right)


@go("reflect.Value, reflect.Value")
def gt(left: Any, right: Any) -> bool:
    """Return whether the first argument is not at most the second."""
    return not le(left, right)


@go("reflect.Value, reflect.Value")
def ge(left: Any, right: Any) -> bool:
    """Return whether the first argument is not less than the second."""
    return not lt(left, right)


# --- parts


def _position(index: Any, limit: int) -> int:
    if index is None:
        raise FunctionError("cannot index slice/array with nil")
    if not isinstance(index, int) or isinstance(index, bool):
        raise FunctionError(f"cannot index slice/array with type {type_name(index)}")
    shown = index if index < 1 << 63 else index - (1 << 64)
    if shown < 0 or shown > limit:
        raise FunctionError(f"index out of range: {int(shown)}")
    return int(shown)


@go("reflect.Value, ...reflect.Value")
def index(item: Any, *indexes: Any) -> Any:
    """Return the item's element under the first index, of that the one under the second, and so on."""
    if item is None:
        raise FunctionError("index of untyped nil")
    for key in indexes:
        if item is None:
            raise FunctionError("index of nil pointer")
        if isinstance(item, dict):
            item = _entry(item, key)
        elif isinstance(item, (list, bytes, str)):
            data = _octets(item) if isinstance(item, str) else item
            position = _position(key, len(data))
            if position == len(data):
                kind = "string" if isinstance(item, str) else "slice"
                raise FunctionError(f"reflect: {kind} index out of range")
            item = data[position]
            if data.__class__ is bytes:
                item = Uint8(item)
        else:
            raise FunctionError(f"can't index item of type {type_name(item).removeprefix('*')}")
    return item


def _entry(item: dict[Any, Any], key: Any) -> Any:
    if key is None:
        raise FunctionError("value is nil; should be of type string")
    if not isinstance(key, str):
        raise FunctionError(f"value has type {type_name(key)}; should be string")
    if key in item:
        return item[key]
    return item.ZERO if isinstance(item, TypedMap) else None


@go("reflect.Value, ...reflect.Value")
def slice_(item: Any, *indexes: Any) -> Any:
    """Return the item's part from the first index to before the second; strings count bytes."""
    if item is None:
        raise FunctionError("slice of untyped nil")
    if len(indexes) > 3:
        raise FunctionError(f"too many slice indexes: {len(indexes)}")
    if isinstance(item, str):
        if len(indexes) == 3:
            raise FunctionError("cannot 3-index slice a string")
        data: Any = _octets(item)
    elif isinstance(item, (list, bytes)):
        data = item
    else:
        raise FunctionError(f"can't slice item of type {type_name(item).removeprefix('*')}")
    bounds = [_position(key, len(data)) for key in indexes]
    start, end = (*bounds[:2], *(0, len(data))[len(bounds) :])[:2]
    if start > end:
        raise FunctionError(f"invalid slice index: {start} > {end}")
    if len(bounds) == 3 and end > bounds[2]:
        raise FunctionError(f"invalid slice index: {end} > {bounds[2]}")
    part = data[start:end]
    if isinstance(item, str):
        return part.decode("utf-8", "surrogateescape")
    return type(item)(part) if isinstance(item, TypedSlice) else part


@go("reflect.Value")
def length(item: Any) -> int:
    """Return how many elements or bytes the item has."""
    if isinstance(item, str):
        return len(item) if item.isascii() else len(_octets(item))
    if isinstance(item, (list, dict, bytes)):
        return len(item)
    if item is None:
        raise FunctionError("len of nil pointer")
    raise FunctionError(f"len of type {type_name(item).removeprefix('*')}")


@go("reflect.Value, ...reflect.Value")
def call(function: Any, *given: Any) -> Any:
    """Return what a function that is a value returns for the other arguments.

    The messages name the function by the text of the first argument, which only the caller knows. In place of
    it they have, between NULs, what names a function that is piped in.
    """
    if function is None:
        raise FunctionError("call of nil")
    shown = f"\0{function if isinstance(function, str) else f'<{type_name(function)} Value>'}\0"
    if not callable(function) or isinstance(function, Struct):
        raise FunctionError(f"non-function {shown} of type {type_name(function)}")
    declared = signature(function)
    want = len(declared.kinds) - declared.variadic
    if len(given) < want or (len(given) > want and not declared.variadic):
        least = "at least " if declared.variadic else ""
        raise FunctionError(f"wrong number of args for {shown}: got {len(given)} want {least}{want}")
    prepared = [_prepared(value, declared.kind(position), position) for position, value in enumerate(given)]
    return function(*prepared)


def _prepared(value: Any, kind: str, position: int) -> Any:
    """Return an argument as prepareArg does: unlike other calls, this one converts integers."""
    if value is None:
        if can_be_nil(kind):
            return None
        problem = f"value is nil; should be of type {kind}"
        raise FunctionError(f"arg {position}: {problem}", FunctionError(problem))
    actual = type_name(value)
    if kind in (actual, "interface {}", "reflect.Value"):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and (sized := integer(kind)) is not None:
        return sized(value)
    problem = f"value has type {actual}; should be {kind}"
    raise FunctionError(f"arg {position}: {problem}", FunctionError(problem))


# --- text


def _text(values: tuple[Any, ...]) -> str:
    """Return the arguments as evalArgs joins them."""
    from hivehelm.gotemplate.runtime import text

    if len(values) == 1:
        return text(values[0])
    return sprint(*("<no value>" if value is None else value for value in values))


@go("...any")
def print_(*values: Any) -> str:
    """Return fmt.Sprint of the arguments."""
    return sprint(*values)


@go("string, ...any")
def printf(form: str, *values: Any) -> str:
    """Return fmt.Sprintf of the arguments."""
    if form == "%s" and len(values) == 1 and values[0].__class__ is str:
        return str(values[0])
    return sprintf(form, values)


@go("...any")
def println(*values: Any) -> str:
    """Return fmt.Sprintln of the arguments."""
    return sprintln(*values)


_HTML = str.maketrans({"\0": "\ufffd", '"': "&#34;", "'": "&#39;", "&": "&amp;", "<": "&lt;", ">": "&gt;"})


@go("...any")
def html(*values: Any) -> str:
    """Return the arguments' text escaped for HTML."""
    return _text(values).translate(_HTML)


_JS = {
    "\\": "\\\\",
    "'": "\\'",
    '"': '\\"',
    "<": "\\u003C",
    ">": "\\u003E",
    "&": "\\u0026",
    "=": "\\u003D",
}


@go("...any")
def js(*values: Any) -> str:
    """Return the arguments' text escaped for JavaScript."""
    out = []
    for char in _text(values):
        if (known := _JS.get(char)) is not None:
            out.append(known)
        elif char < " ":
            out.append(f"\\u{ord(char):04X}")
        elif char < "\x80" or is_print(char) or "\udc80" <= char <= "\udcff":
            # What is no UTF-8 counts as U+FFFD, which can be printed, and is written as it is.
            out.append(char)
        else:
            out.append(f"\\u{ord(char):04X}")
    return "".join(out)


@go("...any")
def urlquery(*values: Any) -> str:
    """Return the arguments' text escaped for the query of a URL."""
    from urllib.parse import quote_plus

    return quote_plus(_octets(_text(values)), safe="")
