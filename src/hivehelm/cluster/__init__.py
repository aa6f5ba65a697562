"""The embedded control plane: real Kubernetes, built from source, on loopback; only the node is simulated."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cluster.cluster import Cluster

__all__ = ["Cluster"]


def __getattr__(name: str) -> object:
    """Load `Cluster` when it is first used: its imports are not needed to build or to find a binary."""
    if name == "Cluster":
        from hivehelm.cluster.cluster import Cluster

        return Cluster
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
