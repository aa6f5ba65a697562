"""Fields that Helm once wrote itself become fields that it applies (client-go's csaupgrade, Helm's Update).

Without it, applying would find the values of an earlier `helm --server-side=false`, or of Helm 3, owned by
another manager of the same name, and conflict with them.
"""

from __future__ import annotations

import time

from hivehelm.kube.errors import ApiError, ApplyError
from hivehelm.kube.queries import FIELD_MANAGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from hivehelm.kube.client import Client
    from hivehelm.kube.resources import Resource

_ATTEMPTS = 5
_RETRY_SECONDS = 0.01


def take_over(
    client: Client,
    resource: Resource,
    *,
    manager: str = FIELD_MANAGER,
    live: dict[str, Any] | None = None,
    dry_run: bool = False,
) -> bool:
    """Make the fields that `manager` wrote into an object of the cluster fields that it applied.

    Returns whether there was something to do. `live` is the object as it was read just now, if it was.

    Raises:
        ApplyError: the object cannot be read or changed.
    """
    known = resource.type
    named = f"object {resource.namespace}/{resource.name} {known}"
    for attempt in range(_ATTEMPTS):
        if live is None:
            try:
                live = client.get(known.api_version, known.kind, resource.name, resource.namespace)
            except ApiError as error:
                raise ApplyError(f"failed to get {named}: {error}", error) from error
        metadata = live.get("metadata") or {}
        held = metadata.get("managedFields") or []
        wanted = upgraded(held, manager)
        if wanted == held:
            return False
        patch = [
            {"op": "replace", "path": "/metadata/managedFields", "value": wanted},
            # Makes the server refuse when somebody wrote in between.
            {"op": "replace", "path": "/metadata/resourceVersion", "value": metadata.get("resourceVersion")},
        ]
        try:
            client.patch(
                known.api_version,
                known.kind,
                resource.name,
                patch,
                resource.namespace,
                patch_type="json",
                dry_run=dry_run,
                field_validation="Strict",
            )
        except ApiError as error:
            if not error.conflict:
                text = f"failed to patch object to upgrade CSA field manager {named.removeprefix('object ')}"
                raise ApplyError(f"{text}: {error}", error) from error
            if attempt == _ATTEMPTS - 1:
                raise ApplyError(str(error), error) from error
            live = None
            time.sleep(_RETRY_SECONDS)
        else:
            return True
    return False


def upgraded(entries: Sequence[dict[str, Any]], manager: str) -> list[dict[str, Any]]:
    """Return an object's managedFields with the entries that `manager` wrote merged into an applied one."""
    kept = [dict(entry) for entry in entries]
    target = _first(kept, manager, "Apply") or _first(kept, manager, "Update")
    if target is None:
        return kept
    twin = _first(kept, manager, "Update", target.get("apiVersion"))
    target["operation"] = "Apply"
    if twin is not None and twin is not target:
        target["fieldsV1"] = _union(target.get("fieldsV1") or {}, twin.get("fieldsV1") or {})
    return [entry for entry in kept if entry is target or not _is(entry, manager, "Update")]


def _first(
    entries: Sequence[dict[str, Any]], manager: str, operation: str, api_version: str | None = None
) -> dict[str, Any] | None:
    for entry in entries:
        if _is(entry, manager, operation) and api_version in (None, entry.get("apiVersion")):
            return entry
    return None


def _is(entry: dict[str, Any], manager: str, operation: str) -> bool:
    return (
        entry.get("manager") == manager
        and entry.get("operation") == operation
        and not entry.get("subresource")
    )


def _union(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    union = dict(one)
    for key, value in other.items():
        union[key] = _union(union.get(key) or {}, value or {})
    return union
