"""How far the rollout of a workload has come (fluxcd/cli-utils' `pkg/kstatus/status`, core.go)."""

from __future__ import annotations

from hivehelm.kube.fields import conditions, field, number, text
from hivehelm.kube.verdict import Status, current, failed, progress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    Object = Mapping[str, Any]


def deployment(obj: Object) -> Status:
    """Judge a Deployment."""
    never = 2**31 - 1
    progressing = number(obj, "spec.progressDeadlineSeconds", never) == never
    available = False
    for condition in conditions(obj):
        reason, holds = condition.get("reason"), condition.get("status") == "True"
        if condition.get("type") == "Progressing":
            if reason == "ProgressDeadlineExceeded":
                return failed(str(reason), "Progress deadline exceeded")
            progressing = progressing or (holds and reason == "NewReplicaSetAvailable")
        elif condition.get("type") == "Available":
            available = available or holds
    wanted = number(obj, "spec.replicas", 1)
    there, updated, ready, usable = (
        number(obj, f"status.{name}", 0)
        for name in ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
    )
    if wanted > there:
        return progress("LessReplicas", f"Replicas: {there}/{wanted}")
    if wanted > updated:
        return progress("LessUpdated", f"Updated: {updated}/{wanted}")
    if there > wanted:
        return progress("ExtraPods", f"Pending termination: {there - wanted}")
    if updated > usable:
        return progress("LessAvailable", f"Available: {usable}/{updated}")
    if wanted > ready:
        return progress("LessReady", f"Ready: {ready}/{wanted}")
    if not progressing:
        return progress("ReplicaSetNotAvailable", "ReplicaSet not Available")
    if not available:
        return progress("DeploymentNotAvailable", "Deployment not Available")
    return current(f"Deployment is available. Replicas: {there}")


def stateful_set(obj: Object) -> Status:
    """Judge a StatefulSet."""
    if text(obj, "spec.updateStrategy.type") == "OnDelete":
        return current("StatefulSet is using the ondelete update strategy")
    wanted = number(obj, "spec.replicas", 1)
    there, ready, old, updated = (
        number(obj, f"status.{name}", 0)
        for name in ("replicas", "readyReplicas", "currentReplicas", "updatedReplicas")
    )
    partition = number(obj, "spec.updateStrategy.rollingUpdate.partition", -1)
    if wanted > there:
        return progress("LessReplicas", f"Replicas: {there}/{wanted}")
    if wanted > ready:
        return progress("LessReady", f"Ready: {ready}/{wanted}")
    if there > wanted:
        return progress("ExtraPods", f"Pending termination: {there - wanted}")
    if partition != -1:
        if updated < wanted - partition:
            return progress("PartitionRollout", f"updated: {updated}/{wanted - partition}")
        return current(f"Partition rollout complete. updated: {updated}")
    if wanted > old:
        return progress("LessCurrent", f"current: {old}/{wanted}")
    if text(obj, "status.currentRevision") != text(obj, "status.updateRevision"):
        return progress("RevisionMismatch", "Waiting for updated revision to match current")
    return current(f"All replicas scheduled as expected. Replicas: {there}")


def replica_set(obj: Object) -> Status:
    """Judge a ReplicaSet."""
    for condition in conditions(obj):
        if condition.get("type") == "ReplicaFailure" and condition.get("status") == "True":
            return progress("ReplicaFailure", "Replica Failure condition. Check Pods")
    wanted = number(obj, "spec.replicas", 1)
    there, ready, usable, labelled = (
        number(obj, f"status.{name}", 0)
        for name in ("replicas", "readyReplicas", "availableReplicas", "fullyLabeledReplicas")
    )
    if wanted > labelled:
        return progress("LessLabelled", f"Labelled: {labelled}/{wanted}")
    if wanted > usable:
        return progress("LessAvailable", f"Available: {usable}/{wanted}")
    if wanted > ready:
        return progress("LessReady", f"Ready: {ready}/{wanted}")
    if there > wanted:
        return progress("ExtraPods", f"Pending termination: {there - wanted}")
    return current(f"ReplicaSet is available. Replicas: {there}")


def daemon_set(obj: Object) -> Status:
    """Judge a DaemonSet."""
    if field(obj, "metadata.generation") is None:
        return progress("NoGeneration", "DaemonSet metadata.generation not found")
    if field(obj, "status.observedGeneration") is None:
        return progress("NoObservedGeneration", "DaemonSet status.observedGeneration not found")
    wanted = number(obj, "status.desiredNumberScheduled", -1)
    there, updated, usable, ready = (
        number(obj, f"status.{name}", 0)
        for name in ("currentNumberScheduled", "updatedNumberScheduled", "numberAvailable", "numberReady")
    )
    if wanted == -1:
        return progress("NoDesiredNumber", "Missing .status.desiredNumberScheduled")
    if wanted > there:
        return progress("LessCurrent", f"Current: {there}/{wanted}")
    if wanted > updated:
        return progress("LessUpdated", f"Updated: {updated}/{wanted}")
    if wanted > usable:
        return progress("LessAvailable", f"Available: {usable}/{wanted}")
    if wanted > ready:
        return progress("LessReady", f"Ready: {ready}/{wanted}")
    return current(f"All replicas scheduled as expected. Replicas: {wanted}")
