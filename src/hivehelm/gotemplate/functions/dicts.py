"""Sprig's functions on maps.

Rules: sprig v3.3.0's dict.go. Go visits maps in random order; here `keys` and `values` go by insertion.
"""

from __future__ import annotations

from hivehelm.golang.kinds import NilMap, StringSlice, type_name
from hivehelm.golang.views import put, remove
from hivehelm.gotemplate.functions.signature import FunctionError, go
from hivehelm.gotemplate.functions.strings import strval

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def dict_(*pairs: Any) -> dict[str, Any]:
    """`dict`: keys as text, each followed by its value; a key without value has ""."""
    result: dict[str, Any] = {}
    for i in range(0, len(pairs) - 1, 2):
        key = pairs[i]
        result[key if key.__class__ is str else strval(key)] = pairs[i + 1]
    if len(pairs) % 2:
        result[strval(pairs[-1])] = ""
    return result


@go("map[string]any, string")
def get(mapping: dict[str, Any] | None, key: str) -> Any:
    """`get`: the value of a key, "" where there is none."""
    return mapping[key] if mapping is not None and key in mapping else ""


@go("map[string]any, string, any")
def set_(mapping: dict[str, Any] | None, key: str, value: Any) -> dict[str, Any]:
    """`set`: the map itself, with `key` set to `value`."""
    if mapping is None:
        raise FunctionError("assignment to entry in nil map")
    put(mapping, key, value)
    return mapping


@go("map[string]any, string")
def unset(mapping: dict[str, Any] | None, key: str) -> dict[str, Any]:
    """`unset`: the map itself, without `key`."""
    if mapping is None:
        return NilMap()
    remove(mapping, key)
    return mapping


@go("map[string]any, string")
def has_key(mapping: dict[str, Any] | None, key: str) -> bool:
    """`hasKey`."""
    return mapping is not None and key in mapping


@go("string, ...map[string]any")
def pluck(key: str, *mappings: dict[str, Any] | None) -> list[Any]:
    """`pluck`: the values of `key` in the maps that have it."""
    return [mapping[key] for mapping in mappings if mapping is not None and key in mapping]


@go("...map[string]any")
def keys(*mappings: dict[str, Any] | None) -> StringSlice:
    """`keys`: the keys of all the maps, one after the other."""
    return StringSlice(key for mapping in mappings if mapping is not None for key in mapping)


@go("map[string]any")
def values(mapping: dict[str, Any] | None) -> list[Any]:
    """`values`."""
    return list(mapping.values()) if mapping is not None else []


@go("map[string]any, ...string")
def pick(mapping: dict[str, Any] | None, *chosen: str) -> dict[str, Any]:
    """`pick`: a new map of the chosen keys that there are."""
    return {key: mapping[key] for key in chosen if key in mapping} if mapping is not None else {}


@go("map[string]any, ...string")
def omit(mapping: dict[str, Any] | None, *omitted: str) -> dict[str, Any]:
    """`omit`: a new map without the given keys."""
    return {key: value for key, value in mapping.items() if key not in omitted} if mapping is not None else {}


def dig(*path: Any) -> Any:
    """`dig`: the value at the end of a path of keys; the arguments are the keys, a default, and the map."""
    if len(path) < 3:
        raise FunctionError("dig needs at least three arguments")
    value = _mapping(path[-1])
    steps = [_text(step) for step in path[:-2]]
    for step in steps[:-1]:
        if step not in value:
            return path[-2]
        value = _mapping(value[step])
    return value[steps[-1]] if steps[-1] in value else path[-2]


def _mapping(value: Any) -> dict[str, Any]:
    if value.__class__ is not dict and type_name(value) != "map[string]interface {}":
        raise FunctionError(_conversion(value, "map[string]interface {}"))
    mapping: dict[str, Any] = value
    return mapping


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise FunctionError(_conversion(value, "string"))
    return value


def _conversion(value: Any, wanted: str) -> str:
    actual = "nil" if value is None else type_name(value)
    return f"interface conversion: interface {{}} is {actual}, not {wanted}"


def deep_copy(value: Any) -> Any:
    """`deepCopy`: a copy that shares no map and no list (github.com/mitchellh/copystructure).

    Fields that Go does not export are not copied: a version becomes 0.0.0.
    """
    if value is None:
        raise FunctionError("reflect: call of reflect.Value.Type on zero Value")
    from hivehelm.gotemplate.functions.copying import copy

    return copy(value)
