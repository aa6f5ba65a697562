"""An object as somebody wrote it: without what the server and controllers added."""

from __future__ import annotations

from hivehelm.platform.export.defaults import without_defaults
from hivehelm.platform.export.managed import Owners, kept, merged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Object = dict[str, Any]

_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_SERVER_METADATA = frozenset(
    {
        "uid",
        "resourceVersion",
        "generation",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "managedFields",
        "ownerReferences",
        "selfLink",
        "generateName",
        "labels",
        "annotations",
        "finalizers",
    }
)
_SERVER_FINALIZERS = frozenset(
    {
        "foregroundDeletion",
        "orphan",
        "kubernetes",
        "kubernetes.io/pvc-protection",
        "kubernetes.io/pv-protection",
        "service.kubernetes.io/load-balancer-cleanup",
        "batch.kubernetes.io/job-tracking",
    }
)
_ANNOTATIONS = frozenset(
    {
        _LAST_APPLIED,
        "meta.helm.sh/release-name",
        "meta.helm.sh/release-namespace",
        "deployment.kubernetes.io/revision",
        "deprecated.daemonset.template.generation",
        "kubectl.kubernetes.io/restartedAt",
        "pv.kubernetes.io/bind-completed",
        "pv.kubernetes.io/bound-by-controller",
        "volume.beta.kubernetes.io/storage-provisioner",
        "volume.kubernetes.io/storage-provisioner",
        "volume.kubernetes.io/selected-node",
        "endpoints.kubernetes.io/last-change-trigger-time",
        "control-plane.alpha.kubernetes.io/leader",
        "kubernetes.io/service-account.uid",
    }
)
_WHOLE = frozenset({"apiVersion", "kind", "metadata"})


def cleaned(live: Object, wanted: Object | None = None) -> Object:
    """Return an object of the cluster as one would write it.

    What tells is who set each field (its managedFields); where that is not known, fields that are at the
    API's defaults are left out. `wanted` is the manifest that the object was made of, where there is one:
    what it says stays.
    """
    metadata = live.get("metadata") or {}
    owners = Owners(metadata.get("managedFields") or (), str(live.get("apiVersion")))
    plain = {key: value for key, value in live.items() if key != "status"}
    if live.get("kind") == "Secret":
        owners.applied = _with_data(owners.applied)
    wanted = wanted or _last_applied(metadata)
    if owners.applied is not None and owners.complete:
        found = _selected(plain, owners.applied)
        if owners.written is not None:
            written = _selected(without_defaults(plain), owners.written)
            found = _joined(found, written, plain)
    else:
        found = without_defaults(plain)
        if wanted is not None:
            found = _joined(found, _shaped(plain, wanted), plain)
    found["metadata"] = _metadata(metadata, found.get("metadata") or {})
    return found


def _with_data(fields: dict[str, Any] | None) -> dict[str, Any] | None:
    # What was applied as stringData is data by now.
    return fields if fields is None else merged(fields, {"f:data": {}})


def _selected(obj: Object, fields: dict[str, Any]) -> Object:
    chosen = kept({key: value for key, value in obj.items() if key not in _WHOLE}, fields)
    metadata = kept(obj.get("metadata") or {}, fields.get("f:metadata") or {".": {}})
    return {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "metadata": metadata, **chosen}


def _joined(one: Any, other: Any, order: Any) -> Any:
    """Return what is in one of two parts of an object, which `order` is all of."""
    if isinstance(one, dict) and isinstance(other, dict) and isinstance(order, dict):
        found = {}
        for key, whole in order.items():
            if key in one and key in other:
                found[key] = _joined(one[key], other[key], whole)
            elif key in one or key in other:
                found[key] = one[key] if key in one else other[key]
        return found
    if isinstance(one, list) and isinstance(other, list) and isinstance(order, list):
        return _joined_lists(one, other, order)
    return one


def _joined_lists(one: list[Any], other: list[Any], order: list[Any]) -> list[Any]:
    """Return the items that are in one of two lists, both of which have kept `order` and may lack items."""
    if len(one) == len(other) == len(order):
        return [_joined(*items) for items in zip(one, other, order, strict=True)]
    found: list[Any] = []
    first, second = list(reversed(one)), list(reversed(other))
    for whole in order:
        parts = [rest.pop() for rest in (first, second) if rest and _part_of(rest[-1], whole)]
        if parts:
            found.append(_joined(parts[0], parts[-1], whole))
    return found


def _part_of(part: Any, whole: Any) -> bool:
    """Tell whether `part` is `whole`, or what is left of it."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(key in whole and _part_of(item, whole[key]) for key, item in part.items())
    if isinstance(part, list) and isinstance(whole, list):
        return all(any(_part_of(item, candidate) for candidate in whole) for item in part)
    return bool(part == whole)


def _shaped(value: Any, shape: Any) -> Any:
    """Return of `value` what `shape`, the manifest it was made of, speaks of."""
    if isinstance(value, dict) and isinstance(shape, dict):
        return {key: _shaped(item, shape[key]) for key, item in value.items() if key in shape}
    if isinstance(value, list) and isinstance(shape, list):
        return [_shaped(item, _counterpart(item, index, shape)) for index, item in enumerate(value)]
    return value


def _counterpart(item: Any, index: int, shape: list[Any]) -> Any:
    """Return the item of the manifest's list that an item of the cluster's comes from."""
    for key in ("name", "mountPath", "containerPort", "port"):
        if isinstance(item, dict) and key in item:
            for one in shape:
                if isinstance(one, dict) and one.get(key) == item[key]:
                    return one
    return shape[index] if index < len(shape) else {}


def _last_applied(metadata: Object) -> Object | None:
    """Return what `kubectl apply` was given last."""
    import json

    text = (metadata.get("annotations") or {}).get(_LAST_APPLIED)
    if not isinstance(text, str):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _metadata(live: Object, found: Object) -> Object:
    """Return an object's own metadata: name, namespace, labels, annotations."""
    shown: Object = {"name": live.get("name", "")}
    if live.get("namespace"):
        shown["namespace"] = live["namespace"]
    labels = found.get("labels") or {}
    annotations = {
        key: value for key, value in (found.get("annotations") or {}).items() if key not in _ANNOTATIONS
    }
    if labels:
        shown["labels"] = labels
    if annotations:
        shown["annotations"] = annotations
    finalizers = [one for one in found.get("finalizers") or () if one not in _SERVER_FINALIZERS]
    if finalizers:
        shown["finalizers"] = finalizers
    for key, value in found.items():
        if key not in shown and key not in _SERVER_METADATA:
            shown[key] = value
    return shown
