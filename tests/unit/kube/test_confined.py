"""A client that stays in its namespaces."""

from __future__ import annotations

import pytest

from hivehelm.actions.context import Context
from hivehelm.actions.namespace import make_namespace
from hivehelm.kube.confined import Confined
from hivehelm.kube.errors import ApiError
from hivehelm.release.drivers.memory import Memory
from hivehelm.release.storage import Storage
from hivehelm.testing.fake_cluster import FakeCluster

CONFIG = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}


@pytest.fixture
def cluster() -> FakeCluster:
    made = FakeCluster()
    for name in ("shop", "pay"):
        made.client().create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    made.client().create(CONFIG, "pay")
    return made


def test_it_works_inside(cluster: FakeCluster) -> None:
    client = cluster.client("shop").within(["shop", "other"])
    assert client.create(CONFIG, "shop")["metadata"]["namespace"] == "shop"
    assert client.get("v1", "ConfigMap", "a", "shop")["metadata"]["name"] == "a"
    assert len(client.list("v1", "ConfigMap", "shop")) == 1
    assert client.get("v1", "Namespace", "shop")["metadata"]["name"] == "shop"
    client.apply({**CONFIG, "data": {"x": "y"}}, "shop")
    client.delete("v1", "ConfigMap", "a", "shop")
    assert client.version()["gitVersion"] == "v1.35.4"
    assert client.resource_type("apps/v1", "Deployment").plural == "deployments"


def test_it_is_refused_outside(cluster: FakeCluster) -> None:
    client = cluster.client("shop").within(["shop"])
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "x"}}
    for attempt in (
        lambda: client.get("v1", "ConfigMap", "a", "pay"),
        lambda: client.create(CONFIG, "pay"),
        lambda: client.apply(CONFIG, "pay"),
        lambda: client.delete("v1", "ConfigMap", "a", "pay"),
        lambda: client.list("v1", "ConfigMap", ""),
        lambda: client.list("v1", "Namespace"),
        lambda: client.get("v1", "Namespace", "pay"),
        lambda: client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "new"}}),
        lambda: client.delete("v1", "Namespace", "shop"),
        lambda: client.patch("v1", "Namespace", "shop", {"metadata": {"labels": {"a": "b"}}}),
        lambda: client.create(role),
        lambda: client.watch("v1", "Secret", "pay"),
        lambda: next(client.logs("p", "pay")),
        lambda: client.until(None).within(["shop"]).get("v1", "ConfigMap", "a", "pay"),
    ):
        with pytest.raises(ApiError, match="is forbidden") as raised:
            attempt()
        assert raised.value.forbidden
    assert cluster.get("v1", "ConfigMap", "a", "pay") is not None


@pytest.mark.parametrize("server_side", [True, False])
def test_its_own_namespace_may_be_made_with_nothing_but_its_name(server_side: bool) -> None:
    cluster = FakeCluster()
    client = cluster.client("new").within(["new"])
    context = Context(Storage(Memory("new")), client, namespace="new")
    for _ in range(2):
        make_namespace(context, server_side=server_side)
    assert cluster.get("v1", "Namespace", "new") is not None
    for metadata in (
        {"name": "new", "labels": {"name": "new", "pod-security.kubernetes.io/enforce": "privileged"}},
        {"name": "new", "annotations": {"a": "b"}},
        {"name": "another", "labels": {"name": "another"}},
    ):
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata, "spec": {}, "status": {}}
        with pytest.raises(ApiError, match="is forbidden"):
            client.create(namespace)
        with pytest.raises(ApiError, match="is forbidden"):
            client.apply(namespace)


def test_the_refusal_says_what_and_where(cluster: FakeCluster) -> None:
    client = cluster.client("shop").within(["shop", "a"])
    with pytest.raises(ApiError) as raised:
        client.get("apps/v1", "Deployment", "web", "pay")
    assert str(raised.value) == (
        'deployments.apps "web" is forbidden: the caller cannot read it in the namespace "pay": '
        "only what is in namespaces a, shop"
    )


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/namespaces/shop/../pay/secrets",
        "/api/v1/namespaces/shop%2F..%2Fpay/secrets",
        "/api/v1/namespaces//secrets",
        "/api/v1/namespaces/shop/secrets/",
        "/api/v1/secrets",
        "/logs/kubelet",
        "/metrics",
        "/",
    ],
)
def test_no_path_leads_out(cluster: FakeCluster, path: str) -> None:
    with pytest.raises(ApiError, match="is forbidden"):
        Confined(cluster, ["shop"]).request("GET", path)
    with pytest.raises(ApiError, match="is forbidden"):
        Confined(cluster, ["shop"]).stream("GET", path)


def test_questions_about_oneself_may_be_asked(cluster: FakeCluster) -> None:
    confined = Confined(cluster, ["shop"])
    confined.request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body=b"{}")
    with pytest.raises(ApiError):
        confined.request("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", body=b"{}")
    with pytest.raises(ApiError):
        confined.request("POST", "/api")
    confined.close()
