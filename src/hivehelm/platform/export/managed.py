"""What was set of an object, and what the API server and controllers added: its managedFields tell.

`metadata.managedFields` says of every field who set it (server-side apply's FieldsV1): `f:NAME` is a member,
`k:{…}` an item of a list by its keys, `v:…` an item by its value, `i:N` by its place, `.` the thing itself;
what has nothing below it was set as a whole.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Fields = dict[str, Any]

#: Who writes what nobody asked for: parts of Kubernetes, and controllers that fill objects in.
_CONTROLLERS = (
    "kube-controller-manager",
    "kube-scheduler",
    "kube-apiserver",
    "kubelet",
    "kwok",
    "cloud-controller-manager",
    "cainjector",
    "cert-manager-cainjector",
    "vpa-",
    "cluster-autoscaler",
    "pv-controller",
)
_MISSING = object()


class Owners:
    """Which fields of an object were set: `applied` by server-side apply, `written` by updates of others.

    What was written includes the defaults that the server filled in at the time; what was applied does not.
    """

    def __init__(self, entries: Iterable[dict[str, Any]], api_version: str) -> None:
        self.applied: Fields | None = None
        self.written: Fields | None = None
        self.complete = True
        for entry in entries:
            fields = entry.get("fieldsV1")
            if entry.get("subresource") or not isinstance(fields, dict):
                continue
            manager = str(entry.get("manager") or "")
            if manager.startswith(_CONTROLLERS):
                continue
            if entry.get("apiVersion") != api_version:
                # Written in another version of the API, whose fields may be called otherwise.
                self.complete = False
                continue
            if entry.get("operation") == "Apply":
                self.applied = merged(self.applied, fields)
            else:
                self.written = merged(self.written, fields)


def merged(one: Fields | None, other: Fields) -> Fields:
    """Return the fields that are in one of two sets."""
    if one is None:
        return other
    if not one or not other:
        return {}  # set as a whole
    found = dict(one)
    for key, below in other.items():
        found[key] = merged(found[key], below) if key in found else below
    return found


def kept(value: Any, fields: Fields) -> Any:
    """Return of `value` what is in the set."""
    below = {key: inner for key, inner in fields.items() if key != "."}
    if not below:
        # A lone dot is what the set holds of the thing itself: an item or a map without any of its members.
        return value if "." not in fields else _empty(value)
    if isinstance(value, dict):
        return {key: kept(item, below[f"f:{key}"]) for key, item in value.items() if f"f:{key}" in below}
    if isinstance(value, list):
        items = [_item(item, index, below) for index, item in enumerate(value)]
        return [item for item in items if item is not _MISSING]
    return value


def _empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {}
    return [] if isinstance(value, list) else value


def _item(item: Any, index: int, fields: Fields) -> Any:
    import json

    for key, inner in fields.items():
        kind, _, text = key.partition(":")
        if kind == "k":
            keys = json.loads(text)
            if isinstance(item, dict) and all(item.get(name) == wanted for name, wanted in keys.items()):
                found = kept(item, inner)
                # The keys make the item what it is, and may be defaults.
                return {name: found.get(name, item[name]) for name in item if name in found or name in keys}
        elif (kind == "v" and json.loads(text) == item) or (kind == "i" and int(text) == index):
            return item
    return _MISSING
