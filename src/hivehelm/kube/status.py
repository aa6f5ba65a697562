"""Whether an object has become what its spec asks for, judged from the object alone, as Helm 4 does.

The rules, their order and their messages are those of fluxcd/cli-utils' `pkg/kstatus/status`, with the two of
Helm's `internal/statusreaders` for Jobs and Pods that are waited for to the end.
"""

from __future__ import annotations

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    Object = Mapping[str, Any]

CURRENT = "Current"
IN_PROGRESS = "InProgress"
FAILED = "Failed"
TERMINATING = "Terminating"
NOT_FOUND = "NotFound"
UNKNOWN = "Unknown"

# How long a pod may wait for a node before that counts as a failure.
SCHEDULE_SECONDS = 15.0


class Status(Record):
    """`state` is one of this module's constants; `message` and `reason` are kstatus's.

    `recheck_after` is in seconds, where time alone may change the state.
    """

    state: str
    message: str = ""
    reason: str = ""
    recheck_after: float | None = None


MISSING = Status(state=NOT_FOUND, message="Resource not found")


def compute(obj: Object, now: float | None = None) -> Status:
    """Return the status of an object as the cluster holds it; `now` is seconds since the epoch.

    An object of an unknown kind without a Ready condition is current. Malformed objects are Unknown.
    """
    try:
        return _compute(obj, now)
    except (AttributeError, TypeError, ValueError) as error:
        return Status(state=UNKNOWN, message=str(error))


def compute_job(obj: Object) -> Status:
    """Return the status of a Job that is waited for to its end (Helm's `--wait-for-jobs` and hooks)."""
    succeeded, failed = _number(obj, "status.succeeded", 0), _number(obj, "status.failed", 0)
    completions = _number(obj, "spec.completions", _number(obj, "spec.parallelism", 1))
    for condition in _conditions(obj):
        if condition.get("status") != "True":
            continue
        if condition.get("type") == "Complete":
            return _current(f"Job Completed. succeeded: {succeeded}/{completions}")
        if condition.get("type") == "Failed":
            return _failed("JobFailed", f"Job Failed. failed: {failed}/{completions}")
    return _progress("JobInProgress", "Job in progress")


def compute_hook_pod(obj: Object) -> Status:
    """Return the status of a Pod that is a hook: it has to run to its end."""
    name, phase = _text(obj, "metadata.name"), _text(obj, "status.phase")
    if phase == "Succeeded":
        return _current(f"pod {name} succeeded")
    if phase == "Failed":
        return _failed("PodFailed", f"pod {name} failed")
    return _progress("PodInProgress", "Pod in progress")


def compute_hook(obj: Object, now: float | None = None) -> Status:
    """Return the status of a hook: Jobs and Pods have to run to their end, anything else is there or not."""
    kind = (_group(obj), obj.get("kind"))
    if kind == ("batch", "Job"):
        return compute_job(obj)
    return compute_hook_pod(obj) if kind == ("", "Pod") else _current("Resource is current")


def compute_with_jobs(obj: Object, now: float | None = None) -> Status:
    """Return the status of an object, where Jobs have to run to their end."""
    return compute_job(obj) if (_group(obj), obj.get("kind")) == ("batch", "Job") else compute(obj, now)


def always_current(group: str, kind: str) -> bool:
    """Tell whether objects of a kind are current as soon as they are there, and stay so."""
    return (group, kind) in _ALWAYS


def pod_failed_for_good(pod: Object, now: float | None = None) -> bool:
    """Tell whether a pod's failure is one that its controller cannot be expected to get over by itself."""
    if _text(pod, "metadata.deletionTimestamp") or _unschedulable(pod) is not None:
        return False
    return compute(pod, now).state == FAILED


def _compute(obj: Object, now: float | None) -> Status:
    if (generic := _generic(obj)) is not None:
        return generic
    group, kind = _group(obj), obj.get("kind")
    if (rule := _RULES.get((group, str(kind)))) is not None:
        return rule(obj)
    if (group, kind) == ("", "Pod"):
        return _pod(obj, now)
    for condition in _conditions(obj):
        if condition.get("type") != "Ready":
            continue
        if condition.get("status") == "True":
            return _current("Resource is Ready")
        if condition.get("status") in ("False", "Unknown"):
            return _progress(condition.get("reason") or "", condition.get("message") or "")
    return _current("Resource is current")


def _generic(obj: Object) -> Status | None:
    if _text(obj, "metadata.deletionTimestamp"):
        return Status(state=TERMINATING, message="Resource scheduled for deletion")
    generation, observed = _field(obj, "metadata.generation"), _field(obj, "status.observedGeneration")
    if generation is not None and observed is not None and generation != observed:
        message = (
            f"{obj.get('kind')} generation is {generation}, but latest observed generation is {observed}"
        )
        return _progress("LatestGenerationNotObserved", message)
    for condition in _conditions(obj):
        if condition.get("status") == "True":
            reason, message = condition.get("reason") or "", condition.get("message") or ""
            if condition.get("type") == "Reconciling":
                return _progress(reason, message)
            if condition.get("type") == "Stalled":
                return _failed(reason, message)
    return None


def _deployment(obj: Object) -> Status:
    never = 2**31 - 1
    progressing = _number(obj, "spec.progressDeadlineSeconds", never) == never
    available = False
    for condition in _conditions(obj):
        reason, holds = condition.get("reason"), condition.get("status") == "True"
        if condition.get("type") == "Progressing":
            if reason == "ProgressDeadlineExceeded":
                return _failed(str(reason), "Progress deadline exceeded")
            progressing = progressing or (holds and reason == "NewReplicaSetAvailable")
        elif condition.get("type") == "Available":
            available = available or holds
    wanted = _number(obj, "spec.replicas", 1)
    there, updated, ready, usable = (
        _number(obj, f"status.{name}", 0)
        for name in ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
    )
    if wanted > there:
        return _progress("LessReplicas", f"Replicas: {there}/{wanted}")
    if wanted > updated:
        return _progress("LessUpdated", f"Updated: {updated}/{wanted}")
    if there > wanted:
        return _progress("ExtraPods", f"Pending termination: {there - wanted}")
    if updated > usable:
        return _progress("LessAvailable", f"Available: {usable}/{updated}")
    if wanted > ready:
        return _progress("LessReady", f"Ready: {ready}/{wanted}")
    if not progressing:
        return _progress("ReplicaSetNotAvailable", "ReplicaSet not Available")
    if not available:
        return _progress("DeploymentNotAvailable", "Deployment not Available")
    return _current(f"Deployment is available. Replicas: {there}")


def _stateful_set(obj: Object) -> Status:
    if _text(obj, "spec.updateStrategy.type") == "OnDelete":
        return _current("StatefulSet is using the ondelete update strategy")
    wanted = _number(obj, "spec.replicas", 1)
    there, ready, current, updated = (
        _number(obj, f"status.{name}", 0)
        for name in ("replicas", "readyReplicas", "currentReplicas", "updatedReplicas")
    )
    partition = _number(obj, "spec.updateStrategy.rollingUpdate.partition", -1)
    if wanted > there:
        return _progress("LessReplicas", f"Replicas: {there}/{wanted}")
    if wanted > ready:
        return _progress("LessReady", f"Ready: {ready}/{wanted}")
    if there > wanted:
        return _progress("ExtraPods", f"Pending termination: {there - wanted}")
    if partition != -1:
        if updated < wanted - partition:
            return _progress("PartitionRollout", f"updated: {updated}/{wanted - partition}")
        return _current(f"Partition rollout complete. updated: {updated}")
    if wanted > current:
        return _progress("LessCurrent", f"current: {current}/{wanted}")
    if _text(obj, "status.currentRevision") != _text(obj, "status.updateRevision"):
        return _progress("RevisionMismatch", "Waiting for updated revision to match current")
    return _current(f"All replicas scheduled as expected. Replicas: {there}")


def _replica_set(obj: Object) -> Status:
    for condition in _conditions(obj):
        if condition.get("type") == "ReplicaFailure" and condition.get("status") == "True":
            return _progress("ReplicaFailure", "Replica Failure condition. Check Pods")
    wanted = _number(obj, "spec.replicas", 1)
    there, ready, usable, labelled = (
        _number(obj, f"status.{name}", 0)
        for name in ("replicas", "readyReplicas", "availableReplicas", "fullyLabeledReplicas")
    )
    if wanted > labelled:
        return _progress("LessLabelled", f"Labelled: {labelled}/{wanted}")
    if wanted > usable:
        return _progress("LessAvailable", f"Available: {usable}/{wanted}")
    if wanted > ready:
        return _progress("LessReady", f"Ready: {ready}/{wanted}")
    if there > wanted:
        return _progress("ExtraPods", f"Pending termination: {there - wanted}")
    return _current(f"ReplicaSet is available. Replicas: {there}")


def _daemon_set(obj: Object) -> Status:
    if _field(obj, "metadata.generation") is None:
        return _progress("NoGeneration", "DaemonSet metadata.generation not found")
    if _field(obj, "status.observedGeneration") is None:
        return _progress("NoObservedGeneration", "DaemonSet status.observedGeneration not found")
    wanted = _number(obj, "status.desiredNumberScheduled", -1)
    there, updated, usable, ready = (
        _number(obj, f"status.{name}", 0)
        for name in ("currentNumberScheduled", "updatedNumberScheduled", "numberAvailable", "numberReady")
    )
    if wanted == -1:
        return _progress("NoDesiredNumber", "Missing .status.desiredNumberScheduled")
    if wanted > there:
        return _progress("LessCurrent", f"Current: {there}/{wanted}")
    if wanted > updated:
        return _progress("LessUpdated", f"Updated: {updated}/{wanted}")
    if wanted > usable:
        return _progress("LessAvailable", f"Available: {usable}/{wanted}")
    if wanted > ready:
        return _progress("LessReady", f"Ready: {ready}/{wanted}")
    return _current(f"All replicas scheduled as expected. Replicas: {wanted}")


def _claim(obj: Object) -> Status:
    phase = _text(obj, "status.phase") or "unknown"
    if phase != "Bound":
        return _progress("NotBound", f"PVC is not Bound. phase: {phase}")
    return _current("PVC is Bound")


def _pod(obj: Object, now: float | None) -> Status:
    phase = _text(obj, "status.phase")
    if phase == "Succeeded":
        return _current("Pod has completed successfully")
    if phase == "Failed":
        return _current("Pod has completed, but not successfully")
    if phase == "Running":
        if any(c.get("type") == "Ready" and c.get("status") == "True" for c in _conditions(obj)):
            return _current("Pod is Ready")
        if looping := _crash_looping(obj):
            return _failed("ContainerCrashLooping", f"Containers in CrashLoop state: {','.join(looping)}")
        return _progress("PodRunningNotReady", "Pod is running but is not Ready")
    if phase == "Pending":
        if (since := _unschedulable(obj)) is None:
            return _progress("PodPending", "Pod is in the Pending phase")
        if now is None:
            import time

            now = time.time()
        left = since + SCHEDULE_SECONDS - now
        if left > 0:
            return Status(
                state=IN_PROGRESS,
                message="Pod has not been scheduled",
                reason="PodNotScheduled",
                recheck_after=left,
            )
        return _failed("PodUnschedulable", "Pod could not be scheduled")
    if phase:
        return Status(state=UNKNOWN, message=f"unknown phase {phase}")
    return _progress("PodNotObserved", "Pod phase not available")


def _crash_looping(pod: Object) -> list[str]:
    return [
        str(container.get("name"))
        for container in _field(pod, "status.containerStatuses") or ()
        if _text(container, "state.waiting.reason") == "CrashLoopBackOff"
    ]


def _unschedulable(pod: Object) -> float | None:
    """Return when a pod that no node has room for was created, None for any other."""
    for condition in _conditions(pod):
        if (condition.get("type"), condition.get("status")) == ("PodScheduled", "False"):
            if condition.get("reason") != "Unschedulable":
                return None
            from datetime import datetime

            created = _text(pod, "metadata.creationTimestamp")
            return datetime.fromisoformat(created).timestamp() if created else 0.0
    return None


def _job(obj: Object) -> Status:
    done = compute_job(obj)
    if done.state != IN_PROGRESS:
        return done
    if not _text(obj, "status.startTime"):
        return _progress("JobNotStarted", "Job not started")
    succeeded, active, failed = (
        _number(obj, f"status.{name}", 0) for name in ("succeeded", "active", "failed")
    )
    return _current(f"Job in progress. success:{succeeded}, active: {active}, failed: {failed}")


def _service(obj: Object) -> Status:
    if _text(obj, "spec.type") == "LoadBalancer" and not _text(obj, "spec.clusterIP"):
        return _progress("NoIPAssigned", "ClusterIP not set. Service type: LoadBalancer")
    return _current("Service is ready")


def _definition(obj: Object) -> Status:
    for condition in _conditions(obj):
        reason, message = condition.get("reason") or "", condition.get("message") or ""
        kind, holds = condition.get("type"), condition.get("status")
        if kind == "NamesAccepted" and holds == "False":
            return _failed(reason, message)
        if kind == "Established":
            if holds == "False" and reason != "Installing":
                return _failed(reason, message)
            if holds == "True":
                return _current("CRD is established")
    return _progress("Installing", "Install in progress")


def _disruption_budget(_: Object) -> Status:
    return _current("AllowedDisruptions has been computed.")


def _always(_: Object) -> Status:
    return _current("Resource is always ready")


_RULES: dict[tuple[str, str], Callable[[Object], Status]] = {
    ("", "Service"): _service,
    ("", "Secret"): _always,
    ("", "ConfigMap"): _always,
    ("", "PersistentVolumeClaim"): _claim,
    ("apps", "StatefulSet"): _stateful_set,
    ("apps", "DaemonSet"): _daemon_set,
    ("extensions", "DaemonSet"): _daemon_set,
    ("apps", "Deployment"): _deployment,
    ("extensions", "Deployment"): _deployment,
    ("apps", "ReplicaSet"): _replica_set,
    ("extensions", "ReplicaSet"): _replica_set,
    ("policy", "PodDisruptionBudget"): _disruption_budget,
    ("batch", "CronJob"): _always,
    ("batch", "Job"): _job,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): _definition,
}
_ALWAYS = {("", "Secret"), ("", "ConfigMap"), ("batch", "CronJob")}


def _current(message: str) -> Status:
    return Status(state=CURRENT, message=message)


def _progress(reason: str, message: str) -> Status:
    return Status(state=IN_PROGRESS, reason=reason, message=message)


def _failed(reason: str, message: str) -> Status:
    return Status(state=FAILED, reason=reason, message=message)


def _group(obj: Object) -> str:
    group, slash, _ = str(obj.get("apiVersion") or "").partition("/")
    return group if slash else ""


def _field(obj: Object, path: str) -> Any:
    value: Any = obj
    for name in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _text(obj: Object, path: str) -> str:
    value = _field(obj, path)
    return value if isinstance(value, str) else ""


def _number(obj: Object, path: str, default: int) -> int:
    value = _field(obj, path)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _conditions(obj: Object) -> list[dict[str, Any]]:
    return [c for c in _field(obj, "status.conditions") or () if isinstance(c, dict)]
