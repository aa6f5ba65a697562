"""Strategic merge patches on a fake cluster, as an API server applies them."""

from __future__ import annotations

import copy

from hivehelm.kube.errors import ApiError, PatchError
from hivehelm.kube.patch import order
from hivehelm.kube.patch.diff import DELETE_FROM, RETAIN_KEYS, SET_ORDER, strategy
from hivehelm.kube.patch.types import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.kube.patch.types import Field, GoType

    Object = dict[str, Any]
    Items = list[Any]


def strategic(live: Object, patch: Object) -> Object:
    """Return `live` changed by a strategic merge patch (apimachinery's `StrategicMergePatch`).

    Raises:
        ApiError: the kind takes no such patches, as custom resources; or the patch does not fit it.
    """
    go_type = find(live["apiVersion"], live["kind"])
    if go_type is None:
        text = (
            "the body of the request was in an unknown format - accepted media types include: "
            "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
        )
        raise ApiError(415, "UnsupportedMediaType", text)
    try:
        return _map(live, copy.deepcopy(patch), go_type)
    except PatchError as error:
        raise ApiError(400, "BadRequest", str(error)) from None


def _map(live: Object, patch: Object, go_type: GoType) -> Object:
    directive = patch.pop(order.DIRECTIVE, order.MERGE)
    if directive == order.DELETE:
        return {}
    if directive == order.REPLACE:
        return patch
    result = dict(live)
    if RETAIN_KEYS in patch:
        kept = patch.pop(RETAIN_KEYS)
        result = {key: value for key, value in result.items() if key in kept}
    orders = {key: patch.pop(key) for key in list(patch) if key.startswith(f"{SET_ORDER}/")}
    for key, value in patch.items():
        if key.startswith(f"{DELETE_FROM}/"):
            name = key.partition("/")[2]
            result[name] = [item for item in result.get(name) or () if item not in value]
        elif value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            field = go_type.map_field(key)
            held = {} if strategy(field)[1] == order.REPLACE else result.get(key) or {}
            result[key] = _map(held, value, field.type)
        elif isinstance(value, list):
            result[key] = _list(result.get(key) or [], value, go_type.list_field(key))
        else:
            result[key] = value
    for key, wanted in orders.items():
        name = key.partition("/")[2]
        if result.get(name):
            result[name] = _in_order(result[name], wanted, live.get(name) or [], go_type.list_field(name))
    return result


def _list(live: Items, patch: Items, field: Field) -> Items:
    if strategy(field)[1] != order.MERGE:
        return patch
    merge_key = field.merge_key
    if not merge_key:
        return live + [item for item in patch if item not in live]
    result = [] if any(item.get(order.DIRECTIVE) == order.REPLACE for item in patch) else list(live)
    for item in patch:
        directive = item.get(order.DIRECTIVE)
        if directive == order.REPLACE:
            continue
        place = order.find(result, merge_key, order.merge_value(item, merge_key))
        if directive == order.DELETE:
            if place >= 0:
                del result[place]
        elif place < 0:
            result.append(_map({}, item, field.type))
        else:
            result[place] = _map(result[place], item, field.type)
    return result


def _in_order(items: Items, wanted: Items, live: Items, field: Field) -> Items:
    """Put the items that a patch names into its order, the others among them where they were."""
    named: Items = []
    rest: Items = []
    for item in items:
        is_named = any(order.equal_by_key(item, one, field.merge_key) for one in wanted)
        (named if is_named else rest).append(item)
    return order.interleaved(named, rest, wanted, live, field.merge_key, items[0].__class__)
