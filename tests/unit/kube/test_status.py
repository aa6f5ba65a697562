# ruff: noqa: E501
# Error texts and tables of cases stay in one piece.
from __future__ import annotations

from typing import Any

import pytest

from hivehelm.kube import status
from hivehelm.kube.status import compute
from hivehelm.kube.verdict import CURRENT, FAILED, IN_PROGRESS, TERMINATING, UNKNOWN


def obj(kind: str, api_version: str = "apps/v1", **parts: Any) -> dict[str, Any]:
    metadata = {"name": "x", "generation": 1, **parts.pop("metadata", {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **parts}


def condition(kind: str, holds: str = "True", reason: str = "", message: str = "") -> dict[str, str]:
    return {"type": kind, "status": holds, "reason": reason, "message": message}


def state(subject: dict[str, Any], now: float | None = None) -> tuple[str, str]:
    found = compute(subject, now)
    return found.state, found.message


DONE = [condition("Available"), condition("Progressing", reason="NewReplicaSetAvailable")]


def counts(total: int = 1, **more: Any) -> dict[str, Any]:
    names = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "currentReplicas",
             "fullyLabeledReplicas")  # fmt: skip
    return {**dict.fromkeys(names, total), **more}


@pytest.mark.parametrize(
    ("spec", "held", "expected"),
    [
        ({"replicas": 2}, {}, (IN_PROGRESS, "Replicas: 0/2")),
        ({"replicas": 2}, counts(2, updatedReplicas=1), (IN_PROGRESS, "Updated: 1/2")),
        ({}, counts(1, replicas=2), (IN_PROGRESS, "Pending termination: 1")),
        ({}, counts(1, availableReplicas=0), (IN_PROGRESS, "Available: 0/1")),
        ({"replicas": 1}, counts(1, readyReplicas=0), (IN_PROGRESS, "Ready: 0/1")),
        (
            {"progressDeadlineSeconds": 600},
            counts(conditions=[condition("Available")]),
            (IN_PROGRESS, "ReplicaSet not Available"),
        ),
        ({}, counts(), (IN_PROGRESS, "Deployment not Available")),
        ({"progressDeadlineSeconds": 600}, counts(conditions=DONE), (CURRENT, "Deployment is available. Replicas: 1")),
        (
            {},
            counts(conditions=[condition("Progressing", "False", "ProgressDeadlineExceeded")]),
            (FAILED, "Progress deadline exceeded"),
        ),
        (
            {},
            counts(observedGeneration=0),
            (IN_PROGRESS, "Deployment generation is 1, but latest observed generation is 0"),
        ),
    ],
)  # fmt: skip
def test_deployments(spec: dict[str, Any], held: dict[str, Any], expected: tuple[str, str]) -> None:
    assert state(obj("Deployment", spec=spec, status=held)) == expected


@pytest.mark.parametrize(
    ("spec", "held", "expected"),
    [
        ({"updateStrategy": {"type": "OnDelete"}}, {}, (CURRENT, "StatefulSet is using the ondelete update strategy")),
        ({"replicas": 2}, {"replicas": 1}, (IN_PROGRESS, "Replicas: 1/2")),
        ({"replicas": 2}, counts(2, readyReplicas=0), (IN_PROGRESS, "Ready: 0/2")),
        ({}, counts(1, replicas=3), (IN_PROGRESS, "Pending termination: 2")),
        ({"replicas": 3, "updateStrategy": {"rollingUpdate": {"partition": 1}}}, counts(3, updatedReplicas=1),
         (IN_PROGRESS, "updated: 1/2")),
        ({"replicas": 3, "updateStrategy": {"rollingUpdate": {"partition": 1}}}, counts(3, updatedReplicas=2),
         (CURRENT, "Partition rollout complete. updated: 2")),
        ({}, counts(1, currentReplicas=0), (IN_PROGRESS, "current: 0/1")),
        ({}, counts(1, currentRevision="a", updateRevision="b"),
         (IN_PROGRESS, "Waiting for updated revision to match current")),
        ({}, counts(), (CURRENT, "All replicas scheduled as expected. Replicas: 1")),
    ],
)  # fmt: skip
def test_stateful_sets(spec: dict[str, Any], held: dict[str, Any], expected: tuple[str, str]) -> None:
    assert state(obj("StatefulSet", spec=spec, status=held)) == expected


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (
            {"conditions": [condition("ReplicaFailure")]},
            (IN_PROGRESS, "Replica Failure condition. Check Pods"),
        ),
        ({}, (IN_PROGRESS, "Labelled: 0/1")),
        (counts(availableReplicas=0), (IN_PROGRESS, "Available: 0/1")),
        (counts(readyReplicas=0), (IN_PROGRESS, "Ready: 0/1")),
        (counts(replicas=2), (IN_PROGRESS, "Pending termination: 1")),
        (counts(), (CURRENT, "ReplicaSet is available. Replicas: 1")),
    ],
)
def test_replica_sets(held: dict[str, Any], expected: tuple[str, str]) -> None:
    assert state(obj("ReplicaSet", status=held)) == expected


def scheduled(**more: int) -> dict[str, int]:
    names = ("desiredNumberScheduled", "currentNumberScheduled", "updatedNumberScheduled", "numberAvailable",
             "numberReady", "observedGeneration")  # fmt: skip
    return {**dict.fromkeys(names, 1), **more}


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ({}, (IN_PROGRESS, "DaemonSet status.observedGeneration not found")),
        ({"observedGeneration": 1}, (IN_PROGRESS, "Missing .status.desiredNumberScheduled")),
        (scheduled(currentNumberScheduled=0), (IN_PROGRESS, "Current: 0/1")),
        (scheduled(updatedNumberScheduled=0), (IN_PROGRESS, "Updated: 0/1")),
        (scheduled(numberAvailable=0), (IN_PROGRESS, "Available: 0/1")),
        (scheduled(numberReady=0), (IN_PROGRESS, "Ready: 0/1")),
        (scheduled(), (CURRENT, "All replicas scheduled as expected. Replicas: 1")),
    ],
)
def test_daemon_sets(held: dict[str, Any], expected: tuple[str, str]) -> None:
    assert state(obj("DaemonSet", status=held)) == expected


def test_daemon_sets_without_a_generation() -> None:
    bare = {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {}}
    assert state(bare) == (IN_PROGRESS, "DaemonSet metadata.generation not found")


UNSCHEDULABLE = {"phase": "Pending", "conditions": [condition("PodScheduled", "False", "Unschedulable")]}
LOOPING = {
    "phase": "Running",
    "containerStatuses": [
        {"name": "a", "state": {"waiting": {"reason": "CrashLoopBackOff"}}},
        {"name": "b", "state": {"running": {}}},
    ],
}


@pytest.mark.parametrize(
    ("held", "now", "expected"),
    [
        ({"phase": "Succeeded"}, 0, (CURRENT, "Pod has completed successfully")),
        ({"phase": "Failed"}, 0, (CURRENT, "Pod has completed, but not successfully")),
        ({"phase": "Running", "conditions": [condition("Ready")]}, 0, (CURRENT, "Pod is Ready")),
        (LOOPING, 0, (FAILED, "Containers in CrashLoop state: a")),
        ({"phase": "Running"}, 0, (IN_PROGRESS, "Pod is running but is not Ready")),
        ({"phase": "Pending"}, 0, (IN_PROGRESS, "Pod is in the Pending phase")),
        ({"phase": "Pending", "conditions": [condition("PodScheduled", "False", "Other")]}, 0,
         (IN_PROGRESS, "Pod is in the Pending phase")),
        (UNSCHEDULABLE, 14.9, (IN_PROGRESS, "Pod has not been scheduled")),
        (UNSCHEDULABLE, 15.1, (FAILED, "Pod could not be scheduled")),
        (UNSCHEDULABLE, None, (FAILED, "Pod could not be scheduled")),
        ({"phase": "Odd"}, 0, (UNKNOWN, "unknown phase Odd")),
        ({}, 0, (IN_PROGRESS, "Pod phase not available")),
    ],
)  # fmt: skip
def test_pods(held: dict[str, Any], now: float | None, expected: tuple[str, str]) -> None:
    pod = obj("Pod", "v1", status=held, metadata={"creationTimestamp": "1970-01-01T00:00:00Z"})
    assert state(pod, now) == expected


def test_pods_without_a_node_are_looked_at_again() -> None:
    pod = obj("Pod", "v1", status=UNSCHEDULABLE, metadata={"creationTimestamp": "1970-01-01T00:00:00Z"})
    assert compute(pod, 5.0).recheck_after == 10.0


def test_failures_that_pass() -> None:
    assert status.pod_failed_for_good(obj("Pod", "v1", status=LOOPING))
    assert not status.pod_failed_for_good(obj("Pod", "v1", status=UNSCHEDULABLE))
    dying = obj("Pod", "v1", status=LOOPING, metadata={"deletionTimestamp": "2026-01-01T00:00:00Z"})
    assert not status.pod_failed_for_good(dying)


@pytest.mark.parametrize(
    ("held", "plain", "to_the_end"),
    [
        ({}, (IN_PROGRESS, "Job not started"), (IN_PROGRESS, "Job in progress")),
        (
            {"startTime": "t", "active": 1},
            (CURRENT, "Job in progress. success:0, active: 1, failed: 0"),
            (IN_PROGRESS, "Job in progress"),
        ),
        (
            {"succeeded": 2, "conditions": [condition("SuccessCriteriaMet"), condition("Complete")]},
            (CURRENT, "Job Completed. succeeded: 2/2"),
            (CURRENT, "Job Completed. succeeded: 2/2"),
        ),
        (
            {"failed": 1, "conditions": [condition("Complete", "False"), condition("Failed")]},
            (FAILED, "Job Failed. failed: 1/2"),
            (FAILED, "Job Failed. failed: 1/2"),
        ),
    ],
)
def test_jobs(held: dict[str, Any], plain: tuple[str, str], to_the_end: tuple[str, str]) -> None:
    job = obj("Job", "batch/v1", spec={"parallelism": 2}, status=held)
    assert state(job) == plain
    for judge in (status.compute_with_jobs, status.compute_hook):
        found = judge(job)
        assert (found.state, found.message) == to_the_end


@pytest.mark.parametrize(
    ("phase", "expected"),
    [
        ("Succeeded", (CURRENT, "pod x succeeded")),
        ("Failed", (FAILED, "pod x failed")),
        ("Running", (IN_PROGRESS, "Pod in progress")),
    ],
)
def test_hook_pods(phase: str, expected: tuple[str, str]) -> None:
    found = status.compute_hook(obj("Pod", "v1", status={"phase": phase}))
    assert (found.state, found.message) == expected


def test_other_hooks_only_have_to_be_there() -> None:
    assert status.compute_hook(obj("Deployment")).state == CURRENT
    assert status.compute_with_jobs(obj("Deployment")).state == IN_PROGRESS


CRD = ("CustomResourceDefinition", "apiextensions.k8s.io/v1")


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (obj("Secret", "v1"), (CURRENT, "Resource is always ready")),
        (obj("ConfigMap", "v1"), (CURRENT, "Resource is always ready")),
        (obj("CronJob", "batch/v1"), (CURRENT, "Resource is always ready")),
        (obj("PodDisruptionBudget", "policy/v1"), (CURRENT, "AllowedDisruptions has been computed.")),
        (obj("PersistentVolumeClaim", "v1"), (IN_PROGRESS, "PVC is not Bound. phase: unknown")),
        (obj("PersistentVolumeClaim", "v1", status={"phase": "Bound"}), (CURRENT, "PVC is Bound")),
        (obj("Service", "v1"), (CURRENT, "Service is ready")),
        (
            obj("Service", "v1", spec={"type": "LoadBalancer"}),
            (IN_PROGRESS, "ClusterIP not set. Service type: LoadBalancer"),
        ),
        (obj(*CRD), (IN_PROGRESS, "Install in progress")),
        (
            obj(*CRD, status={"conditions": [condition("NamesAccepted", "False", "a", "taken")]}),
            (FAILED, "taken"),
        ),
        (
            obj(*CRD, status={"conditions": [condition("Established", "False", "Installing")]}),
            (IN_PROGRESS, "Install in progress"),
        ),
        (
            obj(*CRD, status={"conditions": [condition("Established", "False", "Other", "bad")]}),
            (FAILED, "bad"),
        ),
        (obj(*CRD, status={"conditions": [condition("Established")]}), (CURRENT, "CRD is established")),
        (obj("Foo", "x/v1"), (CURRENT, "Resource is current")),
        (obj("Foo", "x/v1", status={"conditions": [condition("Ready")]}), (CURRENT, "Resource is Ready")),
        (
            obj("Foo", "x/v1", status={"conditions": [condition("Ready", "False", "r", "m")]}),
            (IN_PROGRESS, "m"),
        ),
        (
            obj("Foo", "x/v1", status={"conditions": [condition("Ready", "Unknown", "r", "m")]}),
            (IN_PROGRESS, "m"),
        ),
        (
            obj("Foo", "x/v1", status={"conditions": [condition("Other"), condition("Ready", "Odd")]}),
            (CURRENT, "Resource is current"),
        ),
        (
            obj("Foo", "x/v1", status={"conditions": [condition("Reconciling", message="m")]}),
            (IN_PROGRESS, "m"),
        ),
        (obj("Foo", "x/v1", status={"conditions": [condition("Stalled", message="m")]}), (FAILED, "m")),
        (
            obj("Secret", "v1", metadata={"deletionTimestamp": "t"}),
            (TERMINATING, "Resource scheduled for deletion"),
        ),
        (obj("Foo", "x/v1", status={"conditions": 5}), (UNKNOWN, "")),
        (obj("Foo", "x/v1", status={"conditions": ["x"]}), (UNKNOWN, "")),
        (obj("Foo", "x/v1", status={"conditions": [{"type": 1}]}), (UNKNOWN, "")),
        (obj("Foo", "x/v1", status={"conditions": [None]}), (CURRENT, "Resource is current")),
        (obj("Foo", "x/v1", status={"conditions": None}), (CURRENT, "Resource is current")),
        (obj("Foo", "x/v1", status="fine"), (UNKNOWN, "")),
        ({"kind": "Foo", "status": "fine"}, (UNKNOWN, "")),
        ({"kind": "Foo", "status": {"observedGeneration": "one"}}, (CURRENT, "Resource is current")),
        (obj("Foo", "x/v1", status={"observedGeneration": "one"}), (UNKNOWN, "")),
        (obj("Foo", "x/v1", status={"observedGeneration": True}), (UNKNOWN, "")),
        ({"kind": "Foo"}, (CURRENT, "Resource is current")),
    ],
)
def test_other_kinds(subject: dict[str, Any], expected: tuple[str, str]) -> None:
    assert state(subject) == expected


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (obj("Deployment", status={**counts(), "conditions": [condition("Odd"), *DONE]}), CURRENT),
        (
            obj("ReplicaSet", status={**counts(), "conditions": [condition("ReplicaFailure", "False")]}),
            CURRENT,
        ),
        (obj(*CRD, status={"conditions": [condition("Odd"), condition("Established")]}), CURRENT),
        (obj(*CRD, status={"conditions": [condition("Established", "Unknown")]}), IN_PROGRESS),
        (
            obj(
                "Pod",
                "v1",
                status={"phase": "Pending", "conditions": [condition("Odd"), condition("PodScheduled")]},
            ),
            IN_PROGRESS,
        ),
    ],
)
def test_conditions_that_say_nothing(subject: dict[str, Any], expected: str) -> None:
    assert compute(subject).state == expected


def test_kinds_that_need_no_watching() -> None:
    assert status.always_current("", "ConfigMap")
    assert not status.always_current("apps", "Deployment")


def test_a_malformed_job_is_unknown_however_it_is_waited_for() -> None:
    job = obj("Job", "batch/v1", status={"conditions": "none"})
    assert {
        rule(job).state for rule in (status.compute_job, status.compute_hook, status.compute_with_jobs)
    } == {UNKNOWN}
