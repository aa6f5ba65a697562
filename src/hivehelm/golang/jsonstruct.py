"""Structs from JSON and from YAML: what encoding/json's Unmarshal, and sigs.k8s.io/yaml on top of it, accept.

A shape says what a Go type is like; `decode` reads a value into it, as plain maps and lists with Go's names.
"""

from __future__ import annotations

from hivehelm.golang.json import JSONError, kind_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Shape:
    """Go's `string`, and the base of the others; `go_type` is the name of the type in errors."""

    __slots__ = ("go_type",)
    go_type: str

    def __init__(self, go_type: str = "string") -> None:
        self.go_type = go_type


class Struct(Shape):
    """A struct: `fields` are shapes under the names that errors use; `name` is "" for one without a name."""

    __slots__ = ("fields", "name")

    def __init__(self, name: str, go_type: str, fields: Mapping[str, Shape]) -> None:
        super().__init__(go_type)
        self.name = name
        self.fields = {fold(field): (field, shape) for field, shape in fields.items()}


class Slice(Shape):
    """A slice of `element`s."""

    __slots__ = ("element",)

    def __init__(self, element: Shape) -> None:
        super().__init__(f"[]{element.go_type}")
        self.element = element


class Map(Shape):
    """A map from strings to `element`s."""

    __slots__ = ("element",)

    def __init__(self, element: Shape) -> None:
        super().__init__(f"map[string]{element.go_type}")
        self.element = element


STRING = Shape()


def fold(key: str) -> str:
    """Return a key as encoding/json compares it with the names of fields: in any case."""
    return key.lower() if key.isascii() else key.replace("\u212a", "k").replace("\u017f", "s").lower()


def spell(value: Any, shape: Shape) -> Any:
    """Return `value` with texts for the numbers and booleans that stand where `shape` has strings.

    Maps and lists are changed in place. Source: sigs.k8s.io/yaml, `convertToJSONableObject`.
    """
    if isinstance(value, dict):
        if isinstance(shape, Struct):
            for key, item in value.items():
                if (field := shape.fields.get(fold(key))) is not None:
                    value[key] = spell(item, field[1])
        elif isinstance(shape, Map):
            for key, item in value.items():
                value[key] = spell(item, shape.element)
    elif isinstance(value, list):
        if isinstance(shape, Slice):
            value[:] = [spell(item, shape.element) for item in value]
    elif shape is STRING:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, float):
            from hivehelm.golang.yaml.decode import float_text

            return float_text(value)
        if isinstance(value, int):
            return str(value)
    return value


def decode(value: Any, shape: Shape, *, ordered: bool = False) -> Any:
    """Return what `value` leaves in a new variable of `shape`: fields that it does not mention are missing.

    Keys are read in byte order, as sigs.k8s.io/yaml writes them; with `ordered` in their own.

    Raises:
        JSONError: a value is of another type; like Go, about the first such.
    """
    reader = _Reader(ordered)
    result = reader.read(value, shape, None, "", ())
    if reader.problem:
        raise JSONError(reader.problem)
    return result


def fitting(value: Any, shape: Shape) -> Any:
    """Return what `value` leaves in a variable of `shape` where errors are not looked at: what fits."""
    return _Reader(ordered=True).read(value, shape, None, "", ())


class _Reader:
    """encoding/json goes on after a value of a wrong type, and reports the first."""

    def __init__(self, ordered: bool) -> None:
        self.ordered = ordered
        self.problem = ""

    def read(self, value: Any, shape: Shape, before: Any, struct: str, path: tuple[str, ...]) -> Any:
        """Return `value` as `shape`; null leaves what was there `before`, and so does what does not fit."""
        if value is None:
            return before if shape is STRING or isinstance(shape, Struct) else None
        if isinstance(shape, Struct) and isinstance(value, dict):
            found = {} if before is None else before
            for key in self.keys(value):
                if (field := shape.fields.get(fold(key))) is not None:
                    name, inner = field
                    read = self.read(value[key], inner, found.get(name), shape.name, (*path, name))
                    found[name] = read
            return found
        if isinstance(shape, Map) and isinstance(value, dict):
            return (before or {}) | {
                key: self.read(value[key], shape.element, None, struct, path) for key in self.keys(value)
            }
        if isinstance(shape, Slice) and isinstance(value, list):
            return [self.read(item, shape.element, None, struct, path) for item in value]
        if shape is STRING and isinstance(value, str):
            return value
        if not self.problem:
            place = f"struct field {struct}.{'.'.join(path)}" if path else "value"
            self.problem = (
                f"json: cannot unmarshal {kind_name(value)} into Go {place} of type {shape.go_type}"
            )
        return before

    def keys(self, value: dict[str, Any]) -> list[str]:
        return list(value) if self.ordered else sorted(value)
