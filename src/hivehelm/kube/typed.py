"""Reading plain data as a Go struct would: encoding/json's complaints about values of the wrong type."""

from __future__ import annotations

from hivehelm.golang.json import kind_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    Structs = Mapping[str, Mapping[str, str]]


class TypeMismatchError(Exception):
    """A value has the wrong type; `str()` is encoding/json's text."""


def decode(
    structs: Structs,
    value: Any,
    go_type: str,
    struct: str = "",
    path: str = "",
    *,
    bytes_from: Callable[[str], bytes] = str.encode,
) -> Any:
    """Return `value` as `go_type` takes it; fields the type lacks and nulls are left out.

    `structs` maps struct names (`v1.ObjectMeta`) to their fields' types; `any` takes everything.
    `struct` and `path` say where the value is, for the error's text. `[]uint8` goes through `bytes_from`.

    Raises:
        TypeMismatchError: something in it is of another type.
    """
    if go_type == "any":
        return value
    if go_type in structs:
        if isinstance(value, dict):
            fields = structs[go_type]
            inner = go_type.rpartition(".")[2]
            return {
                name: decode(
                    structs,
                    value[name],
                    fields[name],
                    inner,
                    f"{path}.{name}" if path else name,
                    bytes_from=bytes_from,
                )
                for name in sorted(fields)
                if value.get(name) is not None
            }
    elif go_type in _SCALARS:
        if isinstance(value, _SCALARS[go_type]) and (go_type == "bool" or not isinstance(value, bool)):
            return value
    elif go_type == "[]uint8":
        if isinstance(value, str):
            return bytes_from(value)
    elif go_type.startswith("[]"):
        if isinstance(value, list):
            return [
                decode(structs, item, go_type[2:], struct, path, bytes_from=bytes_from)
                for item in value
                if item is not None
            ]
    elif isinstance(value, dict):
        inner = go_type.removeprefix("map[string]")
        return {
            str(key): decode(structs, item, inner, struct, path, bytes_from=bytes_from)
            for key, item in value.items()
            if item is not None
        }
    raise TypeMismatchError(
        f"json: cannot unmarshal {kind_name(value)} into Go struct field {struct}.{path} of type {go_type}"
    )


_SCALARS: dict[str, type] = {"string": str, "bool": bool, "int64": int}


def not_an_object(value: object) -> str:
    """Return apimachinery's complaint about a document that has no `apiVersion` and `kind` to read."""
    fields = 'APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\""'
    return (
        "couldn't get version/kind; json parse error: "
        f"json: cannot unmarshal {kind_name(value)} into Go value of type struct {{ {fields} }}"
    )
