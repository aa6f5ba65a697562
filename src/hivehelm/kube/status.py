"""Whether an object has become what its spec asks for, judged from the object alone, as Helm 4 does.

The rules, their order and their messages are those of fluxcd/cli-utils' `pkg/kstatus/status`, with the two of
Helm's `internal/statusreaders` for Jobs and Pods that are waited for to the end.
"""

from __future__ import annotations

from hivehelm.kube.fields import conditions, field, group, number, text
from hivehelm.kube.rollout import daemon_set, deployment, replica_set, stateful_set
from hivehelm.kube.verdict import (
    FAILED,
    IN_PROGRESS,
    TERMINATING,
    UNKNOWN,
    Status,
    current,
    failed,
    progress,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    Object = Mapping[str, Any]

# How long a pod may wait for a node before that counts as a failure.
SCHEDULE_SECONDS = 15.0


def compute(obj: Object, now: float | None = None) -> Status:
    """Return the status of an object as the cluster holds it; `now` is seconds since the epoch.

    An object of an unknown kind without a Ready condition is current. Malformed objects are Unknown.
    """
    return _or_unknown(_compute, obj, now)


def compute_job(obj: Object) -> Status:
    """Return the status of a Job that is waited for to its end (Helm's `--wait-for-jobs` and hooks)."""
    return _or_unknown(_ended_job, obj, None)


def compute_hook_pod(obj: Object) -> Status:
    """Return the status of a Pod that is a hook: it has to run to its end."""
    name, phase = text(obj, "metadata.name"), text(obj, "status.phase")
    if phase == "Succeeded":
        return current(f"pod {name} succeeded")
    if phase == "Failed":
        return failed("PodFailed", f"pod {name} failed")
    return progress("PodInProgress", "Pod in progress")


def compute_hook(obj: Object, now: float | None = None) -> Status:
    """Return the status of a hook: Jobs and Pods have to run to their end, anything else is there or not."""
    kind = (group(obj), obj.get("kind"))
    if kind == ("batch", "Job"):
        return compute_job(obj)
    return compute_hook_pod(obj) if kind == ("", "Pod") else current("Resource is current")


def compute_with_jobs(obj: Object, now: float | None = None) -> Status:
    """Return the status of an object, where Jobs have to run to their end."""
    return compute_job(obj) if (group(obj), obj.get("kind")) == ("batch", "Job") else compute(obj, now)


def always_current(api_group: str, kind: str) -> bool:
    """Tell whether objects of a kind are current as soon as they are there, and stay so."""
    return (api_group, kind) in _ALWAYS


def pod_failed_for_good(pod: Object, now: float | None = None) -> bool:
    """Tell whether a pod's failure is one that its controller cannot be expected to get over by itself."""
    if text(pod, "metadata.deletionTimestamp") or _unschedulable(pod) is not None:
        return False
    return compute(pod, now).state == FAILED


def _or_unknown(rule: Callable[[Object, float | None], Status], obj: Object, now: float | None) -> Status:
    try:
        return rule(obj, now)
    except (AttributeError, TypeError, ValueError):
        return Status(state=UNKNOWN)


def _ended_job(obj: Object, _: float | None = None) -> Status:
    done, lost = number(obj, "status.succeeded", 0), number(obj, "status.failed", 0)
    completions = number(obj, "spec.completions", number(obj, "spec.parallelism", 1))
    for condition in conditions(obj):
        if condition.get("status") != "True":
            continue
        if condition.get("type") == "Complete":
            return current(f"Job Completed. succeeded: {done}/{completions}")
        if condition.get("type") == "Failed":
            return failed("JobFailed", f"Job Failed. failed: {lost}/{completions}")
    return progress("JobInProgress", "Job in progress")


def _compute(obj: Object, now: float | None) -> Status:
    if (generic := _generic(obj)) is not None:
        return generic
    key = (group(obj), str(obj.get("kind")))
    if (rule := _RULES.get(key)) is not None:
        return rule(obj)
    if key == ("", "Pod"):
        return _pod(obj, now)
    for condition in conditions(obj):
        if condition.get("type") != "Ready":
            continue
        if condition.get("status") == "True":
            return current("Resource is Ready")
        if condition.get("status") in ("False", "Unknown"):
            return progress(condition.get("reason") or "", condition.get("message") or "")
    return current("Resource is current")


def _generic(obj: Object) -> Status | None:
    if text(obj, "metadata.deletionTimestamp"):
        return Status(state=TERMINATING, message="Resource scheduled for deletion")
    generation = field(obj, "metadata.generation")
    observed = None if generation is None else _observed(obj)
    if observed is not None and generation != observed:
        message = (
            f"{obj.get('kind')} generation is {generation}, but latest observed generation is {observed}"
        )
        return progress("LatestGenerationNotObserved", message)
    for condition in conditions(obj):
        if condition.get("status") == "True":
            reason, message = condition.get("reason") or "", condition.get("message") or ""
            if condition.get("type") == "Reconciling":
                return progress(reason, message)
            if condition.get("type") == "Stalled":
                return failed(reason, message)
    return None


def _observed(obj: Object) -> int | None:
    """Return which generation the object's controller has seen, if it says."""
    status = obj.get("status")
    if not isinstance(status, dict):
        if status is None:
            return None
        raise ValueError("a status of another shape")
    observed = status.get("observedGeneration", 0)
    if not isinstance(observed, int) or isinstance(observed, bool):
        raise ValueError("an observed generation of another shape")
    return observed if "observedGeneration" in status else None


def _claim(obj: Object) -> Status:
    phase = text(obj, "status.phase") or "unknown"
    if phase != "Bound":
        return progress("NotBound", f"PVC is not Bound. phase: {phase}")
    return current("PVC is Bound")


def _pod(obj: Object, now: float | None) -> Status:
    phase = text(obj, "status.phase")
    if phase == "Succeeded":
        return current("Pod has completed successfully")
    if phase == "Failed":
        return current("Pod has completed, but not successfully")
    if phase == "Running":
        if any(c.get("type") == "Ready" and c.get("status") == "True" for c in conditions(obj)):
            return current("Pod is Ready")
        if looping := _crash_looping(obj):
            return failed("ContainerCrashLooping", f"Containers in CrashLoop state: {','.join(looping)}")
        return progress("PodRunningNotReady", "Pod is running but is not Ready")
    if phase == "Pending":
        if (since := _unschedulable(obj)) is None:
            return progress("PodPending", "Pod is in the Pending phase")
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
        return failed("PodUnschedulable", "Pod could not be scheduled")
    if phase:
        return Status(state=UNKNOWN, message=f"unknown phase {phase}")
    return progress("PodNotObserved", "Pod phase not available")


def _crash_looping(pod: Object) -> list[str]:
    return [
        str(container.get("name"))
        for container in field(pod, "status.containerStatuses") or ()
        if text(container, "state.waiting.reason") == "CrashLoopBackOff"
    ]


def _unschedulable(pod: Object) -> float | None:
    """Return when a pod that no node has room for was created, None for any other."""
    for condition in conditions(pod):
        if (condition.get("type"), condition.get("status")) == ("PodScheduled", "False"):
            if condition.get("reason") != "Unschedulable":
                return None
            from datetime import datetime

            created = text(pod, "metadata.creationTimestamp")
            return datetime.fromisoformat(created).timestamp() if created else 0.0
    return None


def _job(obj: Object) -> Status:
    done = _ended_job(obj)
    if done.state != IN_PROGRESS:
        return done
    if not text(obj, "status.startTime"):
        return progress("JobNotStarted", "Job not started")
    succeeded, active, lost = (number(obj, f"status.{name}", 0) for name in ("succeeded", "active", "failed"))
    return current(f"Job in progress. success:{succeeded}, active: {active}, failed: {lost}")


def _service(obj: Object) -> Status:
    if text(obj, "spec.type") == "LoadBalancer" and not text(obj, "spec.clusterIP"):
        return progress("NoIPAssigned", "ClusterIP not set. Service type: LoadBalancer")
    return current("Service is ready")


def _definition(obj: Object) -> Status:
    for condition in conditions(obj):
        reason, message = condition.get("reason") or "", condition.get("message") or ""
        kind, holds = condition.get("type"), condition.get("status")
        if kind == "NamesAccepted" and holds == "False":
            return failed(reason, message)
        if kind == "Established":
            if holds == "False" and reason != "Installing":
                return failed(reason, message)
            if holds == "True":
                return current("CRD is established")
    return progress("Installing", "Install in progress")


def _disruption_budget(_: Object) -> Status:
    return current("AllowedDisruptions has been computed.")


def _always(_: Object) -> Status:
    return current("Resource is always ready")


_RULES: dict[tuple[str, str], Callable[[Object], Status]] = {
    ("", "Service"): _service,
    ("", "Secret"): _always,
    ("", "ConfigMap"): _always,
    ("", "PersistentVolumeClaim"): _claim,
    ("apps", "StatefulSet"): stateful_set,
    ("apps", "DaemonSet"): daemon_set,
    ("extensions", "DaemonSet"): daemon_set,
    ("apps", "Deployment"): deployment,
    ("extensions", "Deployment"): deployment,
    ("apps", "ReplicaSet"): replica_set,
    ("extensions", "ReplicaSet"): replica_set,
    ("policy", "PodDisruptionBudget"): _disruption_budget,
    ("batch", "CronJob"): _always,
    ("batch", "Job"): _job,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): _definition,
}
_ALWAYS = {("", "Secret"), ("", "ConfigMap"), ("batch", "CronJob")}
