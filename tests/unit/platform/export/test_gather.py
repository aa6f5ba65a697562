"""Which objects a chart is made of, on a cluster in memory."""

from __future__ import annotations

import pytest

from hivehelm.actions.context import Context
from hivehelm.actions.install import InstallOptions, install
from hivehelm.chart.load import load_files
from hivehelm.chart.model import File
from hivehelm.kube.errors import ApiError
from hivehelm.platform.export.errors import ExportError, NothingToExportError
from hivehelm.platform.export.gather import of_release, of_selector, with_definitions
from hivehelm.release.drivers.secret import Secrets
from hivehelm.release.storage import Storage
from hivehelm.testing import FakeCluster

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LABELS = {"app": "web"}
FORBIDDEN = ApiError(403, "Forbidden", "services is forbidden")


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster(settle=False)


@pytest.fixture
def context(cluster: FakeCluster) -> Context:
    client = cluster.client("shop")
    client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    return Context(Storage(Secrets(client, "shop")), client, namespace="shop")


def make(context: Context, kind: str, name: str, api_version: str = "v1", **members: Any) -> None:
    metadata = {"name": name, "labels": LABELS, **members.pop("metadata", {})}
    context.client.create({"apiVersion": api_version, "kind": kind, "metadata": metadata, **members}, "shop")


def test_labels_choose_and_what_the_cluster_makes_stays_out(context: Context) -> None:
    make(context, "ConfigMap", "mine", data={"a": "b"})
    make(context, "ConfigMap", "other", metadata={"labels": {"app": "db"}})
    make(context, "ConfigMap", "kube-root-ca.crt")
    make(context, "ServiceAccount", "default")
    make(context, "Secret", "sh.helm.release.v1.x.v1", type="helm.sh/release.v1")
    make(
        context,
        "Secret",
        "token",
        type="kubernetes.io/service-account-token",
        metadata={"annotations": {"kubernetes.io/service-account.uid": "x"}},
    )
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "x", "uid": "y"}
    make(context, "Pod", "child", metadata={"ownerReferences": [owner]})
    template = [{"metadata": {"name": "data"}, "spec": {}}]
    make(context, "StatefulSet", "db", "apps/v1", spec={"volumeClaimTemplates": template})
    make(context, "PersistentVolumeClaim", "data-db-0", spec={})
    make(context, "PersistentVolumeClaim", "data-else", spec={})
    steps: list[str] = []
    found = of_selector(context, "app=web", tell=lambda phase, _done, _total: steps.append(phase))
    assert [(one.kind, one.name) for one in found.found] == [
        # Asked for by somebody, though it was Kubernetes that filled it in.
        ("Secret", "token"),
        ("ConfigMap", "mine"),
        ("PersistentVolumeClaim", "data-else"),
        ("StatefulSet", "db"),
    ]
    assert "looking for configmaps" in steps


def test_kinds_narrow_the_choice(context: Context) -> None:
    make(context, "ConfigMap", "mine")
    make(context, "Service", "mine", spec={})
    for kinds in (["Service"], ["services"], ["SERVICE"]):
        assert [one.kind for one in of_selector(context, "", kinds).found] == ["Service"]
    with pytest.raises(ExportError, match="the cluster has no kind called gadget, widget"):
        of_selector(context, "", ["Widget", "gadget", "service"])


def test_what_is_in_no_namespace_counts_where_it_is_asked_for(context: Context) -> None:
    make(context, "ConfigMap", "mine")
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "r", "labels": LABELS},
    }
    context.client.create(role)
    assert [one.kind for one in of_selector(context, "app=web").found] == ["ConfigMap"]
    wide = of_selector(context, "app=web", cluster_scoped=True).found
    assert [(one.kind, one.namespaced) for one in wide] == [("ConfigMap", True), ("ClusterRole", False)]
    assert [one.kind for one in of_selector(context, "app=web", ["clusterroles"]).found] == ["ClusterRole"]


def test_nothing_is_an_error(context: Context) -> None:
    with pytest.raises(NothingToExportError, match="nothing in namespace shop has labels app=none"):
        of_selector(context, "app=none")
    with pytest.raises(NothingToExportError, match="nothing to export in namespace shop"):
        of_selector(context, "")


def test_what_may_not_be_seen_is_told(context: Context, cluster: FakeCluster) -> None:
    make(context, "ConfigMap", "mine")
    cluster.refuse("GET", "services", FORBIDDEN)
    assert of_selector(context, "app=web").warnings == ["services cannot be listed: services is forbidden"]
    with pytest.raises(ApiError, match="services is forbidden"):
        of_selector(context, "app=none")
    cluster.refuse("GET", "configmaps", ApiError(500, "InternalError", "broken"))
    with pytest.raises(ApiError, match="broken"):
        of_selector(context, "app=web")


CHART = {
    "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    "templates/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: z}\n",
    "templates/hook.yaml": (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: t\n  annotations: {helm.sh/hook: test}\nspec: {}\n"
    ),
}


def test_a_release_gives_its_objects_and_hooks(context: Context) -> None:
    chart = load_files(File(path, text.encode()) for path, text in CHART.items())
    release = install(context, chart, {}, InstallOptions(name="web"))
    found = of_release(context, release)
    assert [(one.kind, one.name, one.hook) for one in found.found] == [
        ("ConfigMap", "a", False),
        ("Pod", "t", True),
    ]
    assert found.warnings == []
    context.client.delete("v1", "ConfigMap", "a", "shop")
    without = of_release(context, release)
    assert without.warnings == ["ConfigMap a is not in the cluster: exported as it is on record"]
    assert without.found[0].live["data"] == {"x": "z"}
    with pytest.raises(NothingToExportError, match="release web in namespace shop has no objects"):
        of_release(context, release.replace(manifest="", hooks=()))


def test_a_cluster_that_refuses_is_told_of(context: Context, cluster: FakeCluster) -> None:
    chart = load_files(File(path, text.encode()) for path, text in CHART.items())
    release = install(context, chart, {}, InstallOptions(name="web"))
    cluster.refuse("GET", "configmaps", ApiError(403, "Forbidden", "configmaps is forbidden"))
    with pytest.raises(ApiError, match="configmaps is forbidden"):
        of_release(context, release)


WIDGETS = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.example.com"},
    "spec": {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"kind": "Widget", "plural": "widgets"},
        "versions": [{"name": "v1", "served": True, "storage": True}],
    },
}


def test_definitions_of_custom_kinds_come_along(context: Context, cluster: FakeCluster) -> None:
    context.client.create(WIDGETS)
    make(context, "Widget", "w", "example.com/v1", spec={"a": 1})
    found = of_selector(context, "app=web")
    assert [one.kind for one in found.found] == ["Widget"]
    defined = with_definitions(context, found)
    assert [one["metadata"]["name"] for one in defined.definitions] == ["widgets.example.com"]
    assert "uid" not in defined.definitions[0]["metadata"]
    cluster.refuse("GET", "customresourcedefinitions", ApiError(403, "Forbidden", "no"))
    refused = with_definitions(context, found)
    assert refused.definitions == []
    assert refused.warnings == ["the definition of widgets.example.com is not in the chart: no"]
