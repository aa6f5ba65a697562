# ruff: noqa: E501
# Error texts and tables of cases stay in one piece.
from __future__ import annotations

from typing import Any

import pytest

from hivehelm.kube import ready
from hivehelm.kube.errors import ApiError, KubeError, WaitError
from hivehelm.kube.ready import is_ready
from hivehelm.kube.resources import Resource
from hivehelm.kube.selectors import selector_text
from hivehelm.testing import FakeCluster


def live(spec: Any = None, status: Any = None, **metadata: Any) -> dict[str, Any]:
    return {"metadata": {"generation": 2, **metadata}, "spec": spec or {}, "status": status or {}}


SEEN = {"observedGeneration": 2}


@pytest.mark.parametrize(
    ("spec", "status", "expected"),
    [
        ({"type": "ExternalName"}, {}, True),
        ({}, {}, False),
        ({"clusterIP": "None"}, {}, True),
        ({"clusterIP": "1", "type": "LoadBalancer", "externalIPs": ["x"]}, {}, True),
        ({"clusterIP": "1", "type": "LoadBalancer"}, {}, False),
        ({"clusterIP": "1", "type": "LoadBalancer"}, {"loadBalancer": {"ingress": [{}]}}, True),
    ],
)
def test_services(spec: Any, status: Any, expected: bool) -> None:
    assert ready.service_ready(live(spec, status)) is expected


ROLLING = {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "50%"}}}


@pytest.mark.parametrize(
    ("spec", "status", "expected"),
    [
        (ROLLING, {}, False),
        ({"updateStrategy": {"type": "OnDelete"}}, SEEN, True),
        (ROLLING, {**SEEN, "desiredNumberScheduled": 4, "updatedNumberScheduled": 3}, False),
        (
            ROLLING,
            {**SEEN, "desiredNumberScheduled": 4, "updatedNumberScheduled": 4, "numberReady": 1},
            False,
        ),
        (ROLLING, {**SEEN, "desiredNumberScheduled": 4, "updatedNumberScheduled": 4, "numberReady": 2}, True),
        (
            {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "x"}}},
            {**SEEN, "desiredNumberScheduled": 4, "updatedNumberScheduled": 4},
            True,
        ),
    ],
)
def test_daemon_sets(spec: Any, status: Any, expected: bool) -> None:
    assert ready.daemon_set_ready(live(spec, status)) is expected


@pytest.mark.parametrize(
    ("spec", "status", "expected"),
    [
        (ROLLING, {}, False),
        ({}, SEEN, True),
        ({**ROLLING, "replicas": 2}, {**SEEN, "updatedReplicas": 1}, False),
        ({**ROLLING, "replicas": 2}, {**SEEN, "updatedReplicas": 2, "readyReplicas": 1}, False),
        ({**ROLLING, "replicas": 2}, {**SEEN, "updatedReplicas": 2, "readyReplicas": 2}, True),
        (
            {**ROLLING, "replicas": 1},
            {**SEEN, "updatedReplicas": 1, "readyReplicas": 1, "currentRevision": "a"},
            False,
        ),
        (
            {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}, "replicas": 2},
            {**SEEN, "updatedReplicas": 1, "readyReplicas": 2, "currentRevision": "a"},
            True,
        ),
    ],
)
def test_stateful_sets(spec: Any, status: Any, expected: bool) -> None:
    assert ready.stateful_set_ready(live(spec, status)) is expected


@pytest.mark.parametrize(
    ("spec", "replicas_ready", "expected"),
    [
        ({"replicas": 4}, 3, False),
        ({"replicas": 4, "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%"}}}, 3, True),
        ({"replicas": 4, "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 9}}}, 0, True),
        ({"replicas": 4, "strategy": {"type": "RollingUpdate"}}, 3, True),
        ({"replicas": 4, "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "10%"}}}, 3, False),
        ({"replicas": 0, "strategy": {"type": "RollingUpdate"}}, 0, True),
    ],
)  # fmt: skip
def test_deployments(spec: Any, replicas_ready: int, expected: bool) -> None:
    newest = live(status={**SEEN, "readyReplicas": replicas_ready})
    assert ready.deployment_ready(live(spec, SEEN), newest) is expected
    assert not ready.deployment_ready(live(spec), newest)


def test_jobs() -> None:
    assert ready.job_ready(live({"completions": 1}, {"succeeded": 1}))
    assert ready.job_ready(live())
    assert not ready.job_ready(live({"completions": 2}, {"succeeded": 1}))
    with pytest.raises(WaitError, match=r"^job is failed: n/j$"):
        ready.job_ready(live({"backoffLimit": 0}, {"failed": 1}, namespace="n", name="j"))


def test_definitions() -> None:
    def crd(kind: str, holds: str) -> dict[str, Any]:
        return live(status={"conditions": [{"type": kind, "status": holds}]})

    assert ready.definition_ready(crd("Established", "True"))
    assert ready.definition_ready(crd("NamesAccepted", "False"))
    assert not ready.definition_ready(crd("Established", "False"))


def resource(cluster: FakeCluster, api_version: str, kind: str, spec: Any = None, **more: Any) -> Resource:
    client = cluster.client()
    obj = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}, "spec": spec or {}, **more}
    made = client.create(obj, "default")
    known = client.resource_type(api_version, kind)
    return Resource(known, "x", "default" if known.namespaced else "", made)


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("v1", "Pod"),
        ("v1", "PersistentVolumeClaim"),
        ("v1", "Service"),
        ("apps/v1", "DaemonSet"),
        ("apps/v1", "StatefulSet"),
        ("v1", "ConfigMap"),
        ("batch/v1", "Job"),
    ],
)
def test_what_is_settled_is_ready(api_version: str, kind: str) -> None:
    cluster = FakeCluster()
    spec = {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}}}
    assert is_ready(cluster.client(), resource(cluster, api_version, kind, spec), jobs=True)


def test_jobs_count_only_where_asked() -> None:
    cluster = FakeCluster(settle=False)
    job = resource(cluster, "batch/v1", "Job", {"completions": 1})
    assert is_ready(cluster.client(), job)
    assert not is_ready(cluster.client(), job, jobs=True)
    definition = {
        "group": "g",
        "names": {"kind": "K", "plural": "ks"},
        "versions": [],
    }
    crd = resource(cluster, "apiextensions.k8s.io/v1", "CustomResourceDefinition", definition)
    assert not is_ready(cluster.client(), crd)


def test_deployments_are_judged_by_their_newest_replica_set() -> None:
    cluster = FakeCluster(settle=False)
    client = cluster.client()
    template = {"metadata": {"labels": {"app": "x"}}, "spec": {}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "x"}}, "template": template}
    deployment = resource(cluster, "apps/v1", "Deployment", spec)
    assert not is_ready(client, deployment)
    owner = {"uid": deployment.object["metadata"]["uid"], "controller": True}
    for name, hashed in (("x-old", {"old": "1"}), ("x-new", {})):
        labels = {"app": "x", "pod-template-hash": "1", **hashed}
        client.create(
            {
                "apiVersion": "apps/v1",
                "kind": "ReplicaSet",
                "metadata": {"name": name, "labels": labels, "ownerReferences": [owner]},
                "spec": {"template": {"metadata": {"labels": labels}, "spec": {}}},
            },
            "default",
        )
    for name in ("x-old", "x-new"):
        status = {"observedGeneration": 1, "readyReplicas": int(name == "x-new")}
        cluster.set_status("apps/v1", "ReplicaSet", name, "default", status)
    cluster.set_status("apps/v1", "Deployment", "x", "default", {"observedGeneration": 1})
    assert is_ready(client, deployment)
    cluster.set_status("apps/v1", "ReplicaSet", "x-new", "default", {"observedGeneration": 1})
    assert not is_ready(client, deployment)
    client.patch("apps/v1", "Deployment", "x", {"spec": {"paused": True}}, "default")
    assert is_ready(client, deployment)


@pytest.mark.parametrize(
    ("api_version", "kind", "selector"),
    [
        ("apps/v1", "ReplicaSet", {"matchLabels": {"app": "x"}}),
        ("v1", "ReplicationController", {"app": "x"}),
    ],
)
def test_pods_decide_for_their_controllers(api_version: str, kind: str, selector: Any) -> None:
    cluster = FakeCluster(settle=False)
    client = cluster.client()
    owner = resource(cluster, api_version, kind, {"selector": selector})
    assert not is_ready(client, owner)
    cluster.set_status(api_version, kind, "x", "default", {"observedGeneration": 1})
    assert is_ready(client, owner)
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "labels": {"app": "x"}}}
    client.create(pod, "default")
    assert not is_ready(client, owner)
    cluster.refuse("GET", "pods", ApiError(403, "Forbidden", "no"))
    with pytest.raises(KubeError, match=r"^failed to list pods: no$"):
        is_ready(client, owner)


@pytest.mark.parametrize(
    ("selector", "text"),
    [
        ({}, ""),
        ({"matchLabels": {"b": "2", "a": "1"}}, "a=1,b=2"),
        (
            {
                "matchExpressions": [
                    {"key": "k", "operator": "In", "values": ["y", "x"]},
                    {"key": "l", "operator": "NotIn", "values": ["z"]},
                    {"key": "m", "operator": "Exists"},
                    {"key": "n", "operator": "DoesNotExist"},
                    {"key": "o", "operator": "Odd"},
                ]
            },
            "!n,k in (x,y),l notin (z),m",
        ),
    ],
)
def test_selectors(selector: Any, text: str) -> None:
    assert selector_text(selector) == text
