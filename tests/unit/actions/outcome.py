"""What an action comes to in a cluster in memory, and what keeps it from that."""

from __future__ import annotations

from hivehelm.actions.context import Context
from hivehelm.kube.errors import ApiError
from hivehelm.testing import FakeCluster


def statuses(context: Context) -> dict[int, str]:
    """Return what became of each revision of the release `web`."""
    return {one.version: one.info.status for one in context.storage.history("web")}


def names(cluster: FakeCluster, kind: str = "ConfigMap") -> set[str]:
    """Return the names of the objects of a kind."""
    return {one["metadata"]["name"] for one in cluster.objects(kind)}


def refuse(cluster: FakeCluster, method: str, plural: str) -> None:
    """Let nobody do that."""
    cluster.refuse(method, plural, ApiError(403, "Forbidden", "no, you may not"))
