"""Go's types of the kinds that Kubernetes defines: what a strategic merge patch goes by.

Which lists are merged, and by which key, is said in the tags of client-go's structs (`patchStrategy`,
`patchMergeKey`). `types.txt` has them, of the version Helm 4.3.1 is built with; it is read when first asked.
"""

from __future__ import annotations

import os

from hivehelm.kube.errors import PatchError
from hivehelm.kube.patch.unmarshal import unmarshals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

_WHOLE = frozenset(f"{sign}int{size}" for sign in ("", "u") for size in ("", "8", "16", "32", "64"))


class Field:
    """A struct's field as a patch sees it: its type, strategies, and the key that tells its items apart."""

    __slots__ = ("merge_key", "strategies", "type")

    def __init__(self, type_: GoType, strategies: Sequence[str] = (), merge_key: str = "") -> None:
        self.type = type_
        self.strategies = tuple(strategies)
        self.merge_key = merge_key


class GoType:
    """A type, spelled: a struct's number, a basic kind, or `*T`, `[]T`, `{}T` of another."""

    __slots__ = ("_spelled", "_table")

    def __init__(self, table: Table, spelled: str) -> None:
        self._table = table
        self._spelled = spelled

    @property
    def kind(self) -> str:
        """The name of its kind (Go's `reflect.Kind`): struct, ptr, slice, map, string…"""
        spelled = self._spelled
        if spelled.isdigit():
            return "struct"
        return {"*": "ptr", "[": "slice", "{": "map"}.get(spelled[0], spelled)

    @property
    def element(self) -> GoType:
        """What a pointer, slice or map is of."""
        return GoType(self._table, self._spelled[1 if self._spelled[0] == "*" else 2 :])

    @property
    def fields(self) -> Mapping[str, Field]:
        """A struct's fields by their JSON names."""
        return self._table.struct(self._spelled)[1]

    def map_field(self, key: str) -> Field:
        """Return the field of that JSON name, whose value is a map (`LookupPatchMetadataForStruct`).

        Raises:
            PatchError: this is no struct, or it has no such field.
        """
        inner = self.element if self.kind == "ptr" else self
        if inner.kind != "struct":
            text = f"merging an object in json but data type is not struct, instead is: {inner.kind}"
            raise PatchError(text)
        name, fields = self._table.struct(inner._spelled)
        found = fields.get(key)
        if found is None:
            folded = key.casefold()
            found = next((field for own, field in fields.items() if own.casefold() == folded), None)
        if found is None:
            from hivehelm.golang.fmt import quote

            name = name.partition("!")[0]
            text = f"unable to find api field in struct {name} for the json field {quote(key)}"
            raise PatchError(text)
        return found

    def list_field(self, key: str) -> Field:
        """Return the field of that JSON name, whose value is a list, with the type of its items.

        Raises:
            PatchError: there is no such field, or it is no list.
        """
        found = self.map_field(key)
        inner = found.type
        if inner.kind == "slice":
            inner = inner.element
            if inner.kind == "slice":
                raise PatchError("unexpected slice of slice")
        elif inner.kind == "ptr":
            inner = inner.element
            if inner.kind == "slice":
                inner = inner.element
        else:
            raise PatchError(f"expected slice or array type, but got: {self.kind}")
        return Field(inner, found.strategies, found.merge_key)

    def fits(self, value: Any) -> bool:
        """Tell whether a value as JSON has it can be made one of this type (`FromUnstructured`)."""
        kind = self.kind
        if value is None or kind == "interface":
            return True
        if kind == "string":
            return isinstance(value, str)
        if kind == "bool":
            return isinstance(value, bool)
        if kind == "float64":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        if kind in _WHOLE:
            return isinstance(value, int) and not isinstance(value, bool)
        inner = self.element if kind != "struct" else self
        if kind == "ptr":
            return inner.fits(value)
        if kind == "map":
            return isinstance(value, dict) and all(map(inner.fits, value.values()))
        if kind == "slice":
            if isinstance(value, str):
                return inner.kind == "uint8" and unmarshals("[]uint8", value, self)
            return isinstance(value, list) and all(map(inner.fits, value))
        name, fields = self._table.struct(self._spelled)
        if custom := name.partition("!")[2]:
            return unmarshals(custom, value, self)
        if not isinstance(value, dict):
            return False
        return all(field.type.fits(value.get(own)) for own, field in fields.items())


class Table:
    """All types of a file."""

    def __init__(self, text: str) -> None:
        head, _, body = text.partition("\n\n")
        self._kinds = dict(line.split("=") for line in head.split("\n")[1:])
        self._lines = body.split("\n")
        self._structs: dict[str, tuple[str, dict[str, Field]]] = {}

    def find(self, api_version: str, kind: str) -> GoType | None:
        """Return the type of a kind, None where Kubernetes defines no such."""
        spelled = self._kinds.get(f"{api_version} {kind}")
        return None if spelled is None else GoType(self, spelled)

    def struct(self, number: str) -> tuple[str, dict[str, Field]]:
        """Return the name and fields of a struct; after a `!` in the name, how it reads JSON of its own."""
        found = self._structs.get(number)
        if found is None:
            name, *rest = self._lines[int(number)].split(" ")
            fields = {}
            for text in rest:
                own, spelled, *tags = text.split(":")
                strategies, merge_key = tags or ("", "")
                fields[own] = Field(GoType(self, spelled), strategies.split(","), merge_key)
            # Two threads that come here at once make the same.
            self._structs[number] = found = (name, fields)
        return found


_table: Table | None = None


def find(api_version: str, kind: str) -> GoType | None:
    """Return the Go type of a kind, None where Kubernetes defines no such: custom resources."""
    global _table
    if _table is None:
        with open(os.path.join(os.path.dirname(__file__), "types.txt"), encoding="ascii") as file:
            _table = Table(file.read())
    return _table.find(api_version, kind)
