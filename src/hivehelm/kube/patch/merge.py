"""One strategic merge patch made of two (apimachinery's `mergeMap`, its parallel lists kept)."""

from __future__ import annotations

from hivehelm.kube.errors import PatchError
from hivehelm.kube.patch import order
from hivehelm.kube.patch.diff import DELETE_FROM, RETAIN_KEYS, SET_ORDER, strategy
from hivehelm.kube.patch.json_types import same, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.kube.patch.types import Field, GoType

    Map = dict[str, Any]
    Items = list[Any]

_BAD_ORDER = "invalid patch format of setElementOrder list"


def merge(one: Map, other: Map, go_type: GoType) -> Map:
    """Return the patch that does what `one` does and then `other`; both are used up.

    Raises:
        PatchError: they do not go together.
    """
    if order.DIRECTIVE in other:
        directive = other[order.DIRECTIVE]
        if same(directive, order.REPLACE):
            del other[order.DIRECTIVE]
            return other
        if same(directive, order.DELETE):
            return {}
        raise _bad_directive(directive, other)
    _retain_keys(one, other)
    for key in [key for key in other if key.startswith(SET_ORDER)]:
        _set_order(key, one, other, go_type)
    for key, value in other.items():
        if key.startswith(DELETE_FROM):
            one[key] = value
        elif value is None:
            one[key] = None
        elif key not in one or one[key].__class__ is not value.__class__:
            kept, keep = _without_directives(value)
            one.pop(key, None)
            if keep:
                one[key] = kept
        elif value.__class__ is dict:
            field = go_type.map_field(key)
            replaces = strategy(field)[1] == order.REPLACE
            one[key] = value if replaces else merge(one[key], value, field.type)
        elif value.__class__ is list:
            field = go_type.list_field(key)
            one[key] = _merge_lists(one[key], value, field)
        else:
            one[key] = value
    return one


def _retain_keys(one: Map, other: Map) -> None:
    if RETAIN_KEYS not in other:
        return
    wanted = other.pop(RETAIN_KEYS)
    held = one.setdefault(RETAIN_KEYS, wanted)
    if not same(held, wanted):
        raise PatchError(
            f"{text(held)} and {text(wanted)} are not deep equal: "
            "this may happen when calculating the 3-way diff patch"
        )


def _set_order(key: str, one: Map, other: Map, go_type: GoType) -> None:
    """Merge the lists that an order is for, and put them into that order."""
    wanted = other.pop(key)
    if not same(one.setdefault(key, wanted), wanted):
        raise PatchError(_BAD_ORDER)
    if wanted.__class__ is not list:
        raise order.wrong_type([], wanted)
    prefix, slash, name = key.partition("/")
    if not slash or prefix != SET_ORDER:
        raise PatchError(_BAD_ORDER)
    for held in (one, other):
        if name in held and held[name].__class__ is not list:
            raise order.wrong_type([], held[name])
    mine: Items = one.get(name, [])
    theirs: Items = other.get(name, [])
    field = go_type.list_field(name)
    how = strategy(field)[1]
    _check_order(theirs, wanted, field.merge_key)
    if name in one and name in other:
        merged = _merge_lists(mine, theirs, field) if how == order.MERGE else theirs
    elif name in one:
        merged = mine
    elif name in other:
        merged = _without_directives(theirs)[0]
    else:
        return
    listed, rest = _parted(merged, wanted, field.merge_key)
    kind = order.element_type(mine, theirs)
    one[name] = order.interleaved(listed, rest, wanted, mine, field.merge_key, kind)
    other.pop(name, None)


def _check_order(items: Items, wanted: Items, merge_key: str) -> None:
    """Make sure that the items of a patch are in the order that it sets."""
    if not items or not wanted:
        return
    left = order.split_deleted(items)[0] if merge_key else items
    place = 0
    for item in left:
        if item.__class__ is dict and order.DIRECTIVE in item:
            continue
        while place < len(wanted) and not order.equal_by_key(item, wanted[place], merge_key):
            place += 1
        if place >= len(wanted):
            raise PatchError(
                f"The order in patch list:\n{text(items)}\n doesn't match {SET_ORDER} list:\n{text(wanted)}\n"
            )
        place += 1


def _parted(items: Items, listed: Items, merge_key: str) -> tuple[Items, Items]:
    """Return the items that a list names, and the rest."""
    found: Items = []
    rest: Items = []
    for item in items:
        if merge_key:
            named = order.find(listed, merge_key, order.merge_value(item, merge_key)) >= 0
        else:
            named = any(same(item, one) for one in listed)
        (found if named else rest).append(item)
    return found, rest


def _without_directives(value: Any) -> tuple[Any, bool]:
    """Return a value without maps that are directives, and whether it is none itself."""
    if value.__class__ is dict:
        if order.DIRECTIVE in value:
            return None, False
        for key, item in list(value.items()):
            value[key], keep = _without_directives(item)
            if not keep:
                del value[key]
    elif value.__class__ is list:
        return [kept for kept, keep in map(_without_directives, value) if keep], True
    return value, True


def _merge_lists(one: Items, other: Items, field: Field) -> Items:
    if strategy(field)[1] != order.MERGE:
        return other
    if not one and not other:
        return one
    kind = order.element_type(one, other)
    merge_key = field.merge_key
    if kind is not dict:
        merged = order.without_duplicates([*one, *other])
    else:
        if not merge_key:
            raise PatchError(f"cannot merge lists without merge key for {field.type.kind}")
        one, other = _directed(list(one), other, merge_key)
        merged = list(one)
        for item in other:
            place = order.find(merged, merge_key, order.merge_value(item, merge_key))
            if place < 0:
                merged.append(item)
            else:
                merged[place] = merge(merged[place], item, field.type)
    listed, rest = _parted(merged, other, merge_key)
    return order.interleaved(listed, rest, other, one, merge_key, kind)


def _directed(one: Items, other: Items, merge_key: str) -> tuple[Items, Items]:
    """Do what the directives among a patch's items say; return the list, and the items that are none."""
    plain: Items = []
    replaces = False
    for item in other:
        if order.DIRECTIVE not in item:
            plain.append(item)
            continue
        directive = item[order.DIRECTIVE]
        if same(directive, order.DELETE):
            value = order.merge_value(item, merge_key)
            while (place := order.find(one, merge_key, value)) >= 0:
                del one[place]
        elif same(directive, order.REPLACE):
            replaces = True
        elif same(directive, order.MERGE):
            raise PatchError("merging lists cannot yet be specified in the patch")
        else:
            raise _bad_directive(directive, item)
    return (plain, []) if replaces else (one, plain)


def _bad_directive(directive: Any, held: Map) -> PatchError:
    from hivehelm.golang.fmt import sprintf

    return PatchError(sprintf("unknown patch type: %s in map: %v", [directive, held]))
