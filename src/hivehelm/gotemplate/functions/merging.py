"""Sprig's merging of maps: dario.cat/mergo v1.0.1, with the options that sprig uses.

The destination is changed in place, and what it did not have it shares with the sources.
"""

from __future__ import annotations

from hivehelm.golang.kinds import NilMap, StringMap, Struct, TypedMap, kind_name, type_name
from hivehelm.golang.reflect import slots
from hivehelm.golang.views import put
from hivehelm.gotemplate.functions.signature import FunctionError, go

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class MergeError(FunctionError):
    """What mergo returns as an error; `merge` and `mergeOverwrite` give "" instead of it."""


@go("map[string]any, ...map[string]any")
def merge(target: dict[str, Any] | None, *sources: dict[str, Any] | None) -> Any:
    """`merge`: `target` with what is missing or empty in it taken from the sources; the first source wins."""
    try:
        return _merge_all(target, sources, overwrite=False)
    except MergeError:
        return ""


@go("map[string]any, ...map[string]any")
def must_merge(target: dict[str, Any] | None, *sources: dict[str, Any] | None) -> Any:
    """`mustMerge`: `merge`, with its errors."""
    return _merge_all(target, sources, overwrite=False)


@go("map[string]any, ...map[string]any")
def merge_overwrite(target: dict[str, Any] | None, *sources: dict[str, Any] | None) -> Any:
    """`mergeOverwrite`: `target` overridden by the sources, empty values among them; the last source wins."""
    try:
        return _merge_all(target, sources, overwrite=True)
    except MergeError:
        return ""


@go("map[string]any, ...map[string]any")
def must_merge_overwrite(target: dict[str, Any] | None, *sources: dict[str, Any] | None) -> Any:
    """`mustMergeOverwrite`: `mergeOverwrite`, with its errors."""
    return _merge_all(target, sources, overwrite=True)


def _merge_all(
    target: dict[str, Any] | None, sources: tuple[dict[str, Any] | None, ...], *, overwrite: bool
) -> dict[str, Any]:
    for source in sources:
        if source is not None:
            if target is None:
                target = {}
            _merge_maps(target, source, overwrite)
    return NilMap() if target is None else target


def _merge_maps(target: dict[str, Any], source: dict[str, Any], overwrite: bool) -> None:
    # A snapshot: a map merged into itself, or into one that holds it, changes while it is visited.
    for key, value in list(source.items()):
        if value is None:
            if overwrite:
                _put(target, key, None)
            continue
        present = key in target
        if isinstance(value, list) or value.__class__ is bytes:
            if present and isinstance(target, TypedMap):
                raise FunctionError(f"reflect: call of reflect.Value.IsNil on {target.ELEMENT} Value")
            if overwrite or not present or not target[key]:
                _put(target, key, value, type_name(value))
            continue
        current = target[key] if present else None
        if isinstance(value, (dict, Struct)) and current is not None:
            _merge_values(current, value, overwrite)
            if isinstance(value, dict) and isinstance(current, dict) and current:
                continue
        if overwrite or not present or not current:
            _put(target, key, value, "string" if isinstance(source, StringMap) else "interface {}")


def _merge_values(current: Any, value: Any, overwrite: bool) -> None:
    """Merge a map or struct into what the target has in its place, where the two go together."""
    if isinstance(current, dict):
        if isinstance(value, dict):
            _merge_maps(current, value, overwrite)
        return
    if not isinstance(current, Struct):
        return
    pointer = type_name(current).startswith("*")
    if not pointer and current.FIELDS and not (isinstance(value, Struct) and not _is_pointer(value)):
        raise FunctionError(f"reflect: call of reflect.Value.Field on {kind_name(value)} Value")
    if pointer and type_name(current) == type_name(value) and overwrite:
        # What the pointer points to is overwritten, for everyone who has it.
        for slot in slots(current):
            setattr(current, slot, getattr(value, slot))
    elif pointer and not _is_pointer(value) and not overwrite:
        raise MergeError("src and dst must be of same type")


def _is_pointer(value: Any) -> bool:
    return isinstance(value, Struct) and type_name(value).startswith("*")


def _put(target: dict[str, Any], key: str, value: Any, spelt: str = "interface {}") -> None:
    if isinstance(target, TypedMap) and spelt != target.ELEMENT:
        raise FunctionError(
            f"reflect.Value.SetMapIndex: value of type {spelt} is not assignable to type {target.ELEMENT}"
        )
    put(target, key, value)
