"""The order of lists that are merged: who is where, by a merge key or by value."""

from __future__ import annotations

from hivehelm.golang import sort
from hivehelm.kube.errors import PatchError
from hivehelm.kube.patch.json_types import same, text, type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Items = list[Any]

DIRECTIVE = "$patch"
DELETE, REPLACE, MERGE = "delete", "replace", "merge"


def element_type(*lists: Items) -> type:
    """Return the type that all items of some lists have.

    Raises:
        PatchError: they differ, are lists themselves, or there are none.
    """
    first: type | None = None
    for item in (item for items in lists for item in items):
        kind: type = item.__class__
        if first is None:
            first = kind
            if kind is list:
                raise PatchError("lists of lists are not supported")
            if item is None:
                # Go's own program breaks down here.
                raise PatchError("lists with null are not supported")
        elif kind is not first:
            raise PatchError(f"list element types are not identical: {text(list(lists))}")
    if first is None:
        raise PatchError("no elements in any of the given slices")
    return first


def merge_value(item: Any, merge_key: str) -> Any:
    """Return what tells an item from the others of its list.

    Raises:
        PatchError: it is no map, or has no such key.
    """
    if item.__class__ is not dict:
        raise wrong_type({}, item)
    if merge_key not in item:
        raise PatchError(f"map: {text(item)} does not contain declared merge key: {merge_key}")
    return item[merge_key]


def wrong_type(wanted: Any, given: Any) -> PatchError:
    """Return the error of a value that is not of the type of `wanted`."""
    return PatchError(f"expected a {type_name(wanted)}, but received a {type_name(given)}")


def equal_by_key(one: Any, other: Any, merge_key: str) -> bool:
    """Tell whether two items are the same one: by the key, or where there is none, by value."""
    if not merge_key:
        return same(one, other)
    return same(merge_value(one, merge_key), merge_value(other, merge_key))


def find(items: Items, merge_key: str, value: Any) -> int:
    """Return the place of the first item with that merge value, -1 where there is none.

    Raises:
        PatchError: an item before it is no map.
    """
    for place, item in enumerate(items):
        if item.__class__ is not dict:
            raise PatchError(f"value for key {place} is not a map")
        if merge_key in item and same(item[merge_key], value):
            return place
    return -1


def sort_by_text(items: Items, merge_key: str = "") -> None:
    """Sort in place by what `%v` prints of each item, or of its merge value."""
    texts = {id(item): text(item.get(merge_key) if merge_key else item) for item in items}
    # apimachinery's less says true of equals too, so they change places.
    sort.sort(items, lambda one, other: texts[id(one)] <= texts[id(other)])


def without_duplicates(items: Items) -> Items:
    """Return scalars once each; the last takes the place of one that is dropped. The list is used up."""
    last = len(items) - 1
    place = 0
    while place < last:
        other = place + 1
        while other <= last:
            if same(items[place], items[other]):
                items[other] = items[last]
                last -= 1
            else:
                other += 1
        place += 1
    return items[: last + 1]


def split_deleted(items: Items) -> tuple[Items, Items]:
    """Return the items that stay and those that say `$patch: delete`."""
    kept: Items = []
    gone: Items = []
    for item in items:
        if item.__class__ is not dict:
            raise wrong_type({}, item)
        (gone if same(item.get(DIRECTIVE), DELETE) else kept).append(item)
    return kept, gone


def ordered(items: Items, order: Items, merge_key: str, kind: type) -> Items:
    """Return items in the order of others; those to delete go to the end."""
    gone: Items = []
    if kind is dict:
        for item in (*items, *order):
            merge_value(item, merge_key)
        items, gone = split_deleted(items)
    else:
        items = list(items)
    places = {id(item): _place(order, item, merge_key, kind) for item in items}

    def less(one: Any, other: Any) -> bool:
        here, there = places[id(one)], places[id(other)]
        return here < there if here >= 0 and there >= 0 else True

    sort.stable(items, less)
    return items + gone


def interleaved(
    patch: Items, kept: Items, patch_order: Items, kept_order: Items, merge_key: str, kind: type
) -> Items:
    """Return items of a patch and items only the server has, each in its order, as one list."""
    right = ordered(patch, patch_order, merge_key, kind)
    left = ordered(kept, kept_order, merge_key, kind)
    merged: Items = []
    i = j = 0
    while i < len(left) or j < len(right):
        if i >= len(left):
            take_left = False
        elif j >= len(right):
            take_left = True
        else:
            here = _place(kept_order, left[i], merge_key, kind)
            there = _place(kept_order, right[j], merge_key, kind)
            take_left = 0 <= here < there
        if take_left:
            merged.append(left[i])
            i += 1
        else:
            merged.append(right[j])
            j += 1
    return merged


def _place(order: Items, item: Any, merge_key: str, kind: type) -> int:
    def value(one: Any) -> Any:
        if kind is not dict:
            return one
        return one.get(merge_key) if one.__class__ is dict else None

    wanted = value(item)
    return next((place for place, one in enumerate(order) if same(value(one), wanted)), -1)
