"""The server's models of objects, and what of an object does not fit them (kube-openapi's `util/proto`).

Servers validate what they are sent, so this is only for what they are not sent as it stands: lists.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    Schema = Mapping[str, Any]

_REFERENCE = "#/definitions/"


class Models:
    """The definitions of a server's OpenAPI v2 document."""

    def __init__(self, definitions: Mapping[str, Schema]) -> None:
        self._definitions = definitions
        self._names: dict[tuple[str, str], str] | None = None

    def faults(self, api_version: str, kind: str, value: Any) -> list[str]:
        """Return what of an object does not fit its model; nothing where there is no model of its kind."""
        if self._names is None:
            self._names = {
                (f"{known['group']}/{known['version']}".lstrip("/"), known["kind"]): name
                for name, schema in self._definitions.items()
                for known in schema.get("x-kubernetes-group-version-kind") or ()
            }
        if (name := self._names.get((api_version, kind))) is None:
            return []
        return list(self._check(value, kind, self._definitions[name], name))

    def _check(self, value: Any, path: str, schema: Schema, model: str) -> Iterator[str]:
        """Yield what is wrong with the value at `path`, whose schema is at `model`."""
        while (reference := schema.get("$ref")) is not None:
            model = reference.removeprefix(_REFERENCE)
            schema = self._definitions[model]
        wanted, properties = schema.get("type"), schema.get("properties")
        if wanted is None and properties is None:
            return
        kind = _kind(value)
        if wanted in (None, "object"):
            if kind != "map":
                yield _mistyped(path, model, kind, "map")
            elif properties is None:
                yield from self._map(value, path, schema.get("additionalProperties"), model)
            else:
                yield from self._fields(value, path, schema, model)
        elif wanted == "array":
            if kind != "array":
                yield _mistyped(path, model, kind, "array")
                return
            for number, item in enumerate(value):
                place = f"{path}[{number}]"
                if item is None:
                    yield f'ValidationError({path}): unknown object type "nil" in {place}'
                else:
                    yield from self._check(item, place, schema["items"], model)
        elif kind in ("map", "array") or not (wanted == "string" or kind in _FITTING[wanted]):
            yield _mistyped(path, model, kind, wanted)

    def _map(self, value: dict[str, Any], path: str, schema: Any, model: str) -> Iterator[str]:
        for key in sorted(value):
            place = f"{path}.{key}"
            if value[key] is None:
                yield f'unknown object type "nil" in {place}'
            elif isinstance(schema, dict):
                yield from self._check(value[key], place, schema, model)

    def _fields(self, value: dict[str, Any], path: str, schema: Schema, model: str) -> Iterator[str]:
        known = schema["properties"]
        for key in sorted(value):
            if value[key] is None:
                continue
            if key in known:
                yield from self._check(value[key], f"{path}.{key}", known[key], f"{model}.{key}")
            else:
                yield f'ValidationError({path}): unknown field "{key}" in {model}'
        for key in schema.get("required") or ():
            if value.get(key) is None:
                yield f'ValidationError({path}): missing required field "{key}" in {model}'


_FITTING: dict[str, tuple[str, ...]] = {
    "boolean": ("boolean",),
    "integer": ("integer", "number"),
    "number": ("integer", "number"),
}


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "map"
    if isinstance(value, list):
        return "array"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    return "integer" if isinstance(value, int) else "number"


def _mistyped(path: str, model: str, kind: str, wanted: str) -> str:
    return f'ValidationError({path}): invalid type for {model}: got "{kind}", expected "{wanted}"'
