"""The orders in which Helm applies and deletes kinds (releaseutil's kind_sorter)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Final, TypeVar

    Item = TypeVar("Item")

INSTALL_ORDER: Final[tuple[str, ...]] = (
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
)
"""Kinds in the order in which they are made."""

UNINSTALL_ORDER: Final[tuple[str, ...]] = (
    # Validation goes before mutation, so that webhooks do not stand in the way of what they watch.
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
    *reversed(INSTALL_ORDER[:-2]),
)
"""Kinds in the order in which they are deleted."""


def sort(
    items: Iterable[Item], kind_of: Callable[[Item], str], order: Sequence[str] = INSTALL_ORDER
) -> list[Item]:
    """Return `items` by the place of their kind in `order`, unknown kinds last and by name.

    Items of one kind keep their order.
    """
    places = {kind: place for place, kind in enumerate(order)}
    last = len(order)

    def key(item: Item) -> tuple[int, str]:
        kind = kind_of(item)
        place = places.get(kind, last)
        return place, "" if place < last else kind

    return sorted(items, key=key)
