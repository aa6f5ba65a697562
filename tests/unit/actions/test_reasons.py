from __future__ import annotations

from typing import Any

import pytest

from hivehelm.actions.reasons import reasons
from hivehelm.kube.client import Client
from hivehelm.kube.errors import ApiError
from hivehelm.testing import FakeCluster


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster(settle=False)


@pytest.fixture
def client(cluster: FakeCluster) -> Client:
    client = cluster.client("default")
    labels = {"app": "web"}
    client.create(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web"},
            "spec": {"selector": {"matchLabels": labels}},
        },
        "default",
    )
    for name in ("web-1", "web-2"):
        metadata = {"name": name, "labels": labels}
        client.create({"apiVersion": "v1", "kind": "Pod", "metadata": metadata}, "default")
    return client


def pod(cluster: FakeCluster, status: dict[str, Any], name: str = "web-1") -> None:
    cluster.set_status("v1", "Pod", name, "default", status)


def event(client: Client, name: str, reason: str, message: str, *, kind: str = "Pod", at: str = "1") -> None:
    client.create(
        {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": f"{name}.{reason}"},
            "type": "Warning",
            "reason": reason,
            "message": message,
            "lastTimestamp": f"2026-01-01T00:00:0{at}Z",
            "involvedObject": {"kind": kind, "name": name},
        },
        "default",
    )


def test_images_that_cannot_be_pulled(cluster: FakeCluster, client: Client) -> None:
    state = {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling\n image"}}
    pod(cluster, {"containerStatuses": [{"name": "c", "state": state}]})
    wanted = ["web-1 (c): ImagePullBackOff: Back-off pulling image"]
    assert reasons(client, "Deployment", "default", "web") == wanted
    assert reasons(client, "Pod", "default", "web-1") == wanted


def test_containers_that_died(cluster: FakeCluster, client: Client) -> None:
    init = {"terminated": {"exitCode": 2, "reason": "Error"}}
    main = {"waiting": {"reason": "PodInitializing"}}
    pod(
        cluster,
        {
            "initContainerStatuses": [{"name": "first", "state": init}],
            "containerStatuses": [
                {"name": "c", "state": main},
                {"name": "d", "state": {"terminated": {"exitCode": 0}}},
            ],
        },
    )
    assert reasons(client, "Deployment", "default", "web") == ["web-1 (first): Error: exit code 2"]


def test_pods_that_fit_nowhere_and_events_that_say_the_same(cluster: FakeCluster, client: Client) -> None:
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "no room"}
    pod(cluster, {"conditions": [condition]})
    pod(cluster, {"conditions": [condition]}, "web-2")
    event(client, "web-2", "FailedScheduling", "no room")
    event(client, "web", "Late", "b", kind="Deployment", at="5")
    event(client, "web-1", "Early", "a")
    event(client, "other", "Other", "c")
    assert reasons(client, "Deployment", "default", "web") == [
        "web-1: Unschedulable: no room",
        "web-1: Early: a",
        "web: Late: b",
    ]
    assert len(reasons(client, "Deployment", "default", "web", most=1)) == 1


def test_claims_have_events_only(client: Client) -> None:
    event(client, "data", "ProvisioningFailed", "x" * 300, kind="PersistentVolumeClaim")
    (line,) = reasons(client, "PersistentVolumeClaim", "default", "data")
    assert (len(line), line[-1]) == (200, "…")


def test_what_may_not_be_read_is_left_out(cluster: FakeCluster, client: Client) -> None:
    event(client, "web", "Late", "b", kind="Deployment")
    cluster.refuse("GET", "events", ApiError(403, "Forbidden", "no"))
    assert reasons(client, "Deployment", "default", "web") == []
    assert reasons(client, "Job", "default", "none") == []
    assert reasons(client, "ConfigMap", "default", "none") == []
