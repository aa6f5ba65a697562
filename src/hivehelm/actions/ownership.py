"""Whose an object is: the label and annotations that Helm marks its objects with (pkg/action/validate.go)."""

from __future__ import annotations

from hivehelm.actions.errors import OwnershipError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MANAGED_BY = "app.kubernetes.io/managed-by"
RELEASE_NAME = "meta.helm.sh/release-name"
RELEASE_NAMESPACE = "meta.helm.sh/release-namespace"


def mark(obj: dict[str, Any], name: str, namespace: str) -> None:
    """Mark `obj`, in place, as belonging to a release; marks of others are overwritten."""
    metadata = obj.setdefault("metadata", {})
    metadata["labels"] = {**(metadata.get("labels") or {}), MANAGED_BY: "Helm"}
    metadata["annotations"] = {
        **(metadata.get("annotations") or {}),
        RELEASE_NAME: name,
        RELEASE_NAMESPACE: namespace,
    }


def check(live: dict[str, Any], name: str, namespace: str) -> None:
    """Make sure that an object of the cluster belongs to a release.

    Raises:
        OwnershipError: it does not.
    """
    metadata = live.get("metadata") or {}
    labels = metadata.get("labels") or {}
    annotations = metadata.get("annotations") or {}
    wanted = (
        ("label", labels, MANAGED_BY, "Helm"),
        ("annotation", annotations, RELEASE_NAME, name),
        ("annotation", annotations, RELEASE_NAMESPACE, namespace),
    )
    faults = [
        f"{what} validation error: {fault}"
        for what, found, key, value in wanted
        if (fault := _fault(found, key, value))
    ]
    if faults:
        raise OwnershipError(faults)


def _fault(found: dict[str, Any], key: str, value: str) -> str:
    from hivehelm.golang.fmt import quote

    if key not in found:
        return f"missing key {quote(key)}: must be set to {quote(value)}"
    if found[key] != value:
        return f"key {quote(key)} must equal {quote(value)}: current value is {quote(found[key])}"
    return ""
