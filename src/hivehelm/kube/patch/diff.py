"""Strategic merge patches from one map to another (apimachinery's `strategicpatch`, its `diffMaps`)."""

from __future__ import annotations

from hivehelm.kube.errors import PatchError
from hivehelm.kube.patch import order
from hivehelm.kube.patch.json_types import same, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.kube.patch.types import Field, GoType

    Map = dict[str, Any]
    Items = list[Any]

RETAIN_KEYS = "$retainKeys"
SET_ORDER = "$setElementOrder"
DELETE_FROM = "$deleteFromPrimitiveList"


def strategy(field: Field) -> tuple[bool, str]:
    """Return whether a field's keys are retained, and its other strategy: `merge`, `replace` or none.

    Raises:
        PatchError: they are none that belong together.
    """
    found = list(field.strategies)
    if len(found) == 1:
        return (True, "") if found == ["retainKeys"] else (False, found[0])
    if len(found) == 2 and "retainKeys" in found:
        return True, found[1 if found[0] == "retainKeys" else 0]
    raise PatchError(f"unexpected patch strategy: {text(found)}")


class Diff:
    """What makes one map into another: its changes and additions, or its deletions.

    The maps are left as they are but for lists of scalars of the first, which get sorted: what is compared
    after that, apimachinery compares so too. The patch shares values with the second map.
    """

    def __init__(self, *, changes: bool = True, deletions: bool = True) -> None:
        self._changes = changes
        self._deletions = deletions

    def maps(self, old: Map, new: Map, go_type: GoType, *, retain: bool = False) -> Map:
        """Return the patch from `old` to `new`, maps of `go_type`; with `$retainKeys` where `retain`.

        Raises:
            PatchError: there is no such patch.
        """
        patch: Map = {}
        for key, value in new.items():
            if key not in old:
                if self._changes:
                    patch[key] = value
                continue
            before = old[key]
            if key == order.DIRECTIVE:
                if not (isinstance(before, str) and isinstance(value, str)):
                    raise PatchError(f"invalid value for special key: {key}")
                if before != value:
                    patch[key] = value
            elif before.__class__ is not value.__class__:
                if self._changes:
                    patch[key] = value
            elif value.__class__ is dict:
                self._map(key, before, value, patch, go_type)
            elif value.__class__ is list:
                self._list(key, before, value, patch, go_type)
            else:
                self._replace(key, before, value, patch)
        if self._deletions:
            patch.update((key, None) for key in old if key not in new)
        if retain:
            kept: Items = [key for key, value in new.items() if value is not None]
            if kept and (patch or any(value is not None and key not in new for key, value in old.items())):
                order.sort_by_text(kept)
                patch[RETAIN_KEYS] = kept
        return patch

    def _replace(self, key: str, old: Any, new: Any, patch: Map) -> None:
        if self._changes and not same(old, new):
            patch[key] = new

    def _map(self, key: str, old: Map, new: Map, patch: Map, go_type: GoType) -> None:
        try:
            field = go_type.map_field(key)
        except PatchError:
            if same(old, new):
                return
            raise
        retain, how = strategy(field)
        if how == order.REPLACE:
            if self._changes:
                patch[key] = new
        elif found := self.maps(old, new, field.type, retain=retain):
            patch[key] = found

    def _list(self, key: str, old: Items, new: Items, patch: Map, go_type: GoType) -> None:
        try:
            field = go_type.list_field(key)
        except PatchError:
            if same(old, new):
                return
            raise
        retain, how = strategy(field)
        if how != order.MERGE:
            self._replace(key, old, new, patch)
            return
        added, deleted, ordering = self._lists(old, new, field, retain)
        if added:
            patch[key] = added
        if deleted:
            patch[f"{DELETE_FROM}/{key}"] = deleted
        if ordering:
            patch[f"{SET_ORDER}/{key}"] = ordering

    def _lists(self, old: Items, new: Items, field: Field, retain: bool) -> tuple[Items, Items, Items]:
        """Return what is added or changed, the scalars that are deleted, and the order of all."""
        if not old:
            return (new if self._changes else []), [], []
        kind = order.element_type(old, new)
        if kind is not dict:
            added, deleted = self._scalars(old, new)
            added = order.ordered(added, new, field.merge_key, kind)
            changed = (self._deletions and bool(deleted)) or (self._changes and not same(old, new))
            return added, deleted, new if changed else []
        found, gone = self._items(old, new, field, retain)
        patch = order.ordered(found, new, field.merge_key, kind)
        moved = len(old) != len(new) or not all(
            order.equal_by_key(one, other, field.merge_key) for one, other in zip(old, new, strict=True)
        )
        patch += gone
        if (self._changes and (patch or moved)) or (self._deletions and patch):
            return patch, [], [{field.merge_key: item.get(field.merge_key)} for item in new]
        return patch, [], []

    def _scalars(self, old: Items, new: Items) -> tuple[Items, Items]:
        order.sort_by_text(old)
        new = list(new)
        order.sort_by_text(new)
        added: Items = []
        deleted: Items = []
        i = j = 0
        while i < len(old) or j < len(new):
            here = text(old[i]) if i < len(old) else None
            there = text(new[j]) if j < len(new) else None
            if here == there:
                i, j = i + 1, j + 1
            elif here is None or (there is not None and here > there):
                if self._changes:
                    added.append(new[j])
                j += 1
            else:
                if self._deletions:
                    deleted.append(old[i])
                i += 1
        return added, order.without_duplicates(deleted)

    def _items(self, old: Items, new: Items, field: Field, retain: bool) -> tuple[Items, Items]:
        merge_key = field.merge_key
        patch: Items = []
        deleted: Items = []
        old, new = list(old), list(new)
        order.sort_by_text(old, merge_key)
        order.sort_by_text(new, merge_key)
        i = j = 0
        while i < len(old) or j < len(new):
            here = there = None
            if i < len(old):
                here = text(order.merge_value(old[i], merge_key))
            if j < len(new):
                there = text(order.merge_value(new[j], merge_key))
            if here == there:
                found = self.maps(old[i], new[j], field.type, retain=retain)
                if found:
                    found[merge_key] = new[j][merge_key]
                    patch.append(found)
                i, j = i + 1, j + 1
            elif here is None or (there is not None and here > there):
                if self._changes:
                    patch.append(new[j])
                j += 1
            else:
                if self._deletions:
                    deleted.append({merge_key: old[i][merge_key], order.DIRECTIVE: order.DELETE})
                i += 1
        return patch, deleted
