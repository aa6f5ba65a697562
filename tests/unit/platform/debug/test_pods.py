from __future__ import annotations

from typing import Any

import pytest

from hivehelm.kube.errors import ApiError
from hivehelm.platform.debug.events import events
from hivehelm.platform.debug.facts import ObjectState
from hivehelm.platform.debug.objects import Found, objects
from hivehelm.platform.debug.pods import hooks, pods
from hivehelm.platform.mask import Mask
from hivehelm.release.model import Hook, HookExecution
from hivehelm.testing import FakeCluster

MASK = Mask("")
NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}


def pod(name: str = "web-1", phase: str = "Running", conditions: Any = (), **status: Any) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "shop", "labels": {"app": "web"}}
    said = {"phase": phase, "conditions": list(conditions), **status}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {}, "status": said}


def container(ready: bool = False, **more: Any) -> dict[str, Any]:
    return {"name": "app", "ready": ready, "restartCount": 2, **more}


def condition(kind: str, status: str, reason: str = "", message: str = "") -> dict[str, Any]:
    return {"type": kind, "status": status, "reason": reason, "message": message}


def troubles(one: dict[str, Any]) -> list[tuple[str, str, int]]:
    state = ObjectState(api_version="v1", kind="Pod", namespace="shop", name="web-1", state="")
    found = list(pods(FakeCluster().client(), [Found(state, one, one)], MASK))
    return [(each.container, each.reason, each.exit_code) for state in found for each in state.troubles]


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (
            pod(
                conditions=[condition("Ready", "True")],
                containerStatuses=[container(True, state={"running": {}})],
            ),
            [],
        ),
        (pod(phase="Succeeded", conditions=[condition("Ready", "False")]), []),
        (
            pod(phase="Pending", conditions=[condition("PodScheduled", "False", "Unschedulable", "no room")]),
            [("", "Unschedulable", 0)],
        ),
        (
            pod(containerStatuses=[container(state={"waiting": {"reason": "ImagePullBackOff"}})]),
            [("app", "ImagePullBackOff", 0)],
        ),
        (
            pod(
                containerStatuses=[
                    container(
                        state={"waiting": {"reason": "CrashLoopBackOff"}},
                        lastState={"terminated": {"reason": "OOMKilled", "exitCode": 137}},
                    )
                ]
            ),
            [("app", "CrashLoopBackOff", 0), ("app", "OOMKilled", 137)],
        ),
        (
            pod(initContainerStatuses=[container(state={"terminated": {"reason": "Error", "exitCode": 3}})]),
            [("app", "Error", 3)],
        ),
        (pod(containerStatuses=[container(state={"running": {}})]), [("app", "ContainersNotReady", 0)]),
        (
            pod(conditions=[condition("Ready", "False", "ReadinessGatesNotReady")]),
            [("", "ReadinessGatesNotReady", 0)],
        ),
        (pod(phase="Failed", reason="Evicted", message="disk"), [("", "Evicted", 0), ("", "Failed", 0)]),
        (
            pod(
                phase="Pending",
                containerStatuses=[container(state={"waiting": {"reason": "ContainerCreating"}})],
            ),
            [("", "Pending", 0)],
        ),
    ],
)
def test_what_a_pod_is_in(one: dict[str, Any], found: list[tuple[str, str, int]]) -> None:
    assert troubles(one) == found


def test_pods_are_those_of_workloads_with_their_last_words() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": {}},
    }
    for one in (NAMESPACE, deployment, pod("web-1"), pod("web-2")):
        client.create(one, "" if one is NAMESPACE else "shop")
    status = {"phase": "Running", "containerStatuses": [container(state={"running": {}})]}
    cluster.set_status("v1", "Pod", "web-1", "shop", status)
    cluster.set_logs("web-1", "shop", b"one\ntwo\nlogin http://bob:hunter2@db\n")
    manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {}\n"
    found = list(objects(client, manifest, "shop", MASK))
    states = {state.name: state for state in pods(client, found, MASK, 2)}
    state = states["web-1"]
    assert (state.owner, state.phase, state.restarts) == ("Deployment/web", "Running", 2)
    assert state.logs == {"app": "two\nlogin http://********@db"}
    assert next(iter(pods(client, found, MASK, 0))).logs == {}
    cluster.refuse("LIST", "pods", ApiError(403, "Forbidden", "no"))
    assert list(pods(client, found, MASK)) == []


def test_objects_may_be_of_any_shape() -> None:
    client = FakeCluster().client()
    texts = [
        "kind: Widget\napiVersion: a/v1\nmetadata: {name: w}",
        "a: [",
        "- 1",
        "apiVersion: v1\nkind: ConfigMap",
    ]
    manifest = "\n---\n".join(texts)
    found = [one.state for one in objects(client, manifest, "shop", MASK)]
    assert found[0].state == "unknown kind"
    assert all(one.state in ("unknown kind", "unreadable") and one.problem for one in found)


def test_hooks_and_what_they_said() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    client.create(NAMESPACE)
    client.create(pod("init"), "shop")
    status = {"phase": "Failed", "containerStatuses": [container(state={"terminated": {"exitCode": 1}})]}
    cluster.set_status("v1", "Pod", "init", "shop", status)
    cluster.set_logs("init", "shop", b"no database\n")
    ran = HookExecution(phase="Failed")
    known = [
        Hook(name="init", kind="Pod", events=("pre-install",), last_run=ran),
        Hook(name="gone", kind="Pod", events=("pre-install",), last_run=ran),
        Hook(name="job", kind="Job", events=("pre-install",), last_run=ran),
        Hook(name="map", kind="ConfigMap", events=("pre-install",), last_run=ran),
        Hook(name="never", kind="Pod"),
    ]
    found = list(hooks(client, known, "shop", MASK))
    assert [(one.name, one.logs) for one in found] == [
        ("init", {"init (app)": "no database"}),
        ("gone", {}),
        ("job", {}),
        ("map", {}),
    ]


def test_events_are_of_objects_and_of_what_they_made() -> None:
    client = FakeCluster().client()
    client.create(NAMESPACE)

    def event(name: str, kind: str, subject: str, type: str = "Warning", **more: Any) -> None:  # noqa: A002
        said = {
            "involvedObject": {"kind": kind, "name": subject},
            "type": type,
            "message": "m\n m",
            "reason": "R",
        }
        metadata = {"name": name, "namespace": "shop"}
        client.create({"apiVersion": "v1", "kind": "Event", "metadata": metadata, **said, **more}, "shop")

    event("a", "Pod", "web-1", lastTimestamp="2026-01-02T00:00:00Z", count=3)
    event("b", "Deployment", "web", eventTime="2026-01-01T00:00:00Z")
    event("c", "Pod", "other-1")
    event("d", "Service", "web", "Normal")
    event("e", "Node", "web-1")
    known = [
        ObjectState(api_version="apps/v1", kind="Deployment", namespace="shop", name="web", state=""),
        ObjectState(api_version="v1", kind="Service", namespace="shop", name="web", state=""),
    ]
    found = events(client, known, MASK)
    assert [(one.subject, one.count, one.message) for one in found] == [
        ("Deployment/web", 1, "m m"),
        ("Pod/web-1", 3, "m m"),
        ("Service/web", 1, "m m"),
    ]
