"""Client-side updates on a real API server, and the fake cluster's idea of them."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from hivehelm.kube import apply
from hivehelm.kube.client import Client
from hivehelm.kube.kubeconfig import Config, Overrides
from hivehelm.kube.resources import build
from hivehelm.testing import FakeCluster

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.cluster.cluster import Cluster

# Processes that share the tests of this file share a cluster.
NAMESPACE = f"client-side-{os.getpid()}"
Object = dict[str, Any]


def workload(*containers: Object, **spec: Any) -> Object:
    """Return a Deployment of no pods."""
    pods = {"metadata": {"labels": {"app": "d"}}, "spec": {"containers": list(containers), **spec}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "d"},
        "spec": {"replicas": 0, "selector": {"matchLabels": {"app": "d"}}, "template": pods},
    }


def container(name: str = "c", *env: str, **more: Any) -> Object:
    """Return a container with variables."""
    variables = [{"name": one, "value": one.lower()} for one in env]
    return {"name": name, "image": "busybox", **({"env": variables} if env else {}), **more}


def service(*ports: int, **spec: Any) -> Object:
    """Return a Service without an address."""
    listed = [{"name": f"p{port}", "port": port, "targetPort": port} for port in ports]
    held = {"clusterIP": "None", "selector": {"app": "d"}, "ports": listed, **spec}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": held}


def config(name: str = "a", **data: str) -> Object:
    """Return a ConfigMap."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def pods(**spec: Any) -> Object:
    """Return a merge patch of what a Deployment's pods are to be."""
    return {"spec": {"template": {"spec": spec}}}


# What is there, what another program makes of it, what is wanted next.
CASES: dict[str, tuple[Object, Object, Object]] = {
    "a key of another stays": (config(a="1", b="1"), {"data": {"c": "3"}}, config(a="2")),
    "what another changed is changed back": (config(a="1"), {"data": {"a": "5"}}, config(a="1")),
    "variables by name": (workload(container("c", "A", "B")), {}, workload(container("c", "C", "A"))),
    "a sidecar of another": (
        workload(container("c", "A")),
        pods(containers=[container("c", "A"), container("sidecar")]),
        workload(container("c", "B"), container("d")),
    ),
    "a container goes": (workload(container("c"), container("d")), {}, workload(container("d"))),
    "replicas of another": (
        workload(container()),
        {"spec": {"replicas": 3}, "metadata": {"annotations": {"x": "y"}}},
        {**workload(container("c", "A")), "metadata": {"name": "d", "labels": {"l": "1"}}},
    ),
    "a volume of another source": (
        workload(container(), volumes=[{"name": "v", "emptyDir": {}}]),
        {},
        workload(container(), volumes=[{"name": "v", "configMap": {"name": "a"}}]),
    ),
    "lists that are replaced": (
        workload(container(command=["a", "b"]), tolerations=[{"key": "a", "operator": "Exists"}]),
        {},
        workload(container(command=["c"]), tolerations=[{"key": "b", "operator": "Exists"}]),
    ),
    "another strategy": (
        {
            **workload(container()),
            "spec": {**workload(container())["spec"], "strategy": {"type": "RollingUpdate"}},
        },
        {},
        {
            **workload(container()),
            "spec": {**workload(container())["spec"], "strategy": {"type": "Recreate"}},
        },
    ),
    "ports by number": (service(80, 81), {"metadata": {"labels": {"x": "y"}}}, service(81, 82)),
    "a selector goes": (service(80, selector={"a": "1", "b": "2"}), {}, service(80, selector={"a": "1"})),
    "finalizers of another": (
        config(a="1"),
        {"metadata": {"finalizers": ["example.com/x"]}},
        {**config(a="2"), "metadata": {"name": "a", "finalizers": ["example.com/y"]}},
    ),
}


@pytest.fixture(scope="session")
def real(cluster: Cluster) -> Iterator[Client]:
    """A client of a namespace of this module's own."""
    client = Client(Config.load(str(cluster.kubeconfig()), Overrides(namespace=NAMESPACE)), cache_dir=None)
    client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    yield client
    client.delete("v1", "Namespace", NAMESPACE)


def updated(client: Client, case: tuple[Object, Object, Object]) -> Object:
    """Return an object that was made, changed by another, and updated client-side; it is deleted after."""
    first, change, second = case
    # Updates write into what they are given.
    one = build(client, json.dumps(first))
    apply.create(client, one, server_side=False)
    place = one[0].type.api_version, one[0].type.kind, one[0].name
    if change:
        client.patch(*place, change, client.namespace)
    try:
        apply.update(
            client, build(client, json.dumps(first)), build(client, json.dumps(second)), server_side=False
        )
        return client.get(*place, client.namespace)
    finally:
        client.patch(*place, {"metadata": {"finalizers": None}}, client.namespace)
        client.delete(*place, client.namespace)


def covered(held: Any, wanted: Any) -> bool:
    """Tell whether `held` is `wanted`, but for fields that only the server fills in."""
    if isinstance(wanted, dict) and isinstance(held, dict):
        return all(covered(held.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list) and isinstance(held, list):
        return len(held) == len(wanted) and all(map(covered, held, wanted))
    return bool(held == wanted)


@pytest.mark.parametrize("name", CASES)
def test_updates_come_to_the_same_on_both(real: Client, name: str) -> None:
    held = updated(real, CASES[name])
    fake = updated(FakeCluster().client(), CASES[name])
    assert covered(held.get("spec"), fake.get("spec")), (held, fake)
    assert held.get("data") == fake.get("data")
    for field in ("labels", "annotations", "finalizers"):
        own = {
            key: value
            for key, value in dict.fromkeys(held["metadata"].get(field) or ()).items()
            if not key.startswith("deployment.kubernetes.io/")
        }
        assert list(own) == list(fake["metadata"].get(field) or ())


def test_what_another_added_stays(real: Client) -> None:
    held = updated(real, CASES["a sidecar of another"])
    listed = held["spec"]["template"]["spec"]["containers"]
    assert [one["name"] for one in listed] == ["c", "d", "sidecar"]
    assert [one["name"] for one in listed[0]["env"]] == ["B"]


def test_what_nobody_changed_is_not_written(real: Client) -> None:
    once = updated(real, (config(a="1"), {}, config(a="1")))
    assert [entry["operation"] for entry in once["metadata"]["managedFields"]] == ["Update"]
    assert once["data"] == {"a": "1"}
