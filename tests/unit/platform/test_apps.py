"""Apps on a cluster in memory."""

from __future__ import annotations

import pytest

from hivehelm.actions.context import Context
from hivehelm.actions.errors import InstallError
from hivehelm.actions.install import InstallOptions, install
from hivehelm.actions.list import ListOptions, list_releases
from hivehelm.chart.load import load_files
from hivehelm.chart.model import Chart, File
from hivehelm.kube.errors import ApiError, UnreachableError
from hivehelm.platform.apps import (
    DeployOptions,
    NotAnAppError,
    UnknownAppError,
    apps,
    delete,
    deploy,
    status,
)
from hivehelm.release.drivers.secret import Secrets
from hivehelm.release.storage import Storage
from hivehelm.testing import FakeCluster

CONFIG = """apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}-config", annotations: {helm.sh/resource-policy: "{{ .Values.policy }}"}}
data: {level: "{{ .Values.level }}"}
"""


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


def context(cluster: FakeCluster, namespace: str = "shop") -> Context:
    client = cluster.client(namespace or "default")
    return Context(Storage(Secrets(client, namespace)), client, namespace=namespace)


def chart(version: str = "1.0.0") -> Chart:
    files = {
        "Chart.yaml": f"apiVersion: v2\nname: web\nversion: {version}\nappVersion: '7'\n",
        "values.yaml": "level: info\npolicy: delete\n",
        "templates/config.yaml": CONFIG,
        "templates/NOTES.txt": "level is {{ .Values.level }}\n",
    }
    return load_files(File(path, text.encode()) for path, text in files.items())


def test_an_app_is_deployed_and_deployed_again(cluster: FakeCluster) -> None:
    here = context(cluster)
    first = deploy(here, "my-app", chart(), {"level": "debug"})
    assert (first.version, first.labels) == (1, {"hivemind.dev/app": "my-app"})
    assert cluster.get("v1", "Namespace", "shop") is not None
    again = deploy(here, "my-app", chart("1.1.0"), {})
    assert (again.version, again.labels["hivemind.dev/app"]) == (2, "my-app")
    config = cluster.get("v1", "ConfigMap", "my-app-config", "shop")
    assert config is not None
    # The new values over the chart's own: what was given before is forgotten.
    assert config["data"] == {"level": "info"}
    marked = list_releases(here, ListOptions(selector="hivemind.dev/app=my-app"))
    assert [release.version for release in marked] == [2]


def test_apps_are_listed_and_nothing_else(cluster: FakeCluster) -> None:
    for namespace in ("shop", "lab"):
        deploy(context(cluster, namespace), "my-app", chart(), {})
    install(context(cluster), chart(), {}, InstallOptions(name="plain"))
    found = apps(context(cluster))
    assert [(app.name, app.namespace, app.status, app.chart, app.app_version) for app in found] == [
        ("my-app", "shop", "deployed", "web-1.0.0", "7")
    ]
    assert found[0].to_document()["revision"] == 1
    assert [app.namespace for app in apps(context(cluster, ""))] == ["lab", "shop"]


def test_a_status_has_every_object(cluster: FakeCluster) -> None:
    here = context(cluster)
    deploy(here, "my-app", chart(), {})
    found = status(here, "my-app")
    assert found.ready
    assert found.notes == "level is info\n"
    assert [(part.kind, part.name, part.state) for part in found.parts] == [
        ("ConfigMap", "my-app-config", "Current")
    ]
    here.client.delete("v1", "ConfigMap", "my-app-config", "shop")
    document = status(here, "my-app").to_document()
    assert document["ready"] is False
    assert document["objects"] == [
        {
            "kind": "ConfigMap",
            "name": "my-app-config",
            "namespace": "shop",
            "state": "Missing",
            "message": 'configmaps "my-app-config" not found',
        }
    ]


def test_an_app_is_deleted_with_its_records(cluster: FakeCluster) -> None:
    here = context(cluster)
    deploy(here, "my-app", chart(), {"policy": "keep"})
    left = list(delete(here, "my-app"))
    assert left == [
        "These resources were kept due to the resource policy:",
        "[ConfigMap] my-app-config",
    ]
    assert apps(here) == []
    with pytest.raises(UnknownAppError, match='app "my-app" not found in namespace "shop"'):
        delete(here, "my-app")
    with pytest.raises(UnknownAppError):
        status(here, "my-app")


def test_a_release_becomes_an_app_only_on_purpose(cluster: FakeCluster) -> None:
    here = context(cluster)
    cluster.client().create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    install(here, chart(), {}, InstallOptions(name="plain"))
    with pytest.raises(NotAnAppError, match='release "plain" in namespace "shop" is not a Hivemind app'):
        deploy(here, "plain", chart(), {})
    with pytest.raises(NotAnAppError):
        delete(here, "plain")
    assert deploy(here, "plain", chart(), {}, DeployOptions(adopt=True)).version == 2
    assert [app.name for app in apps(here)] == ["plain"]


def test_what_failed_at_first_starts_over(cluster: FakeCluster) -> None:
    here = context(cluster)
    cluster.refuse("PATCH", "configmaps", ApiError(403, "Forbidden", "no"), times=1)
    with pytest.raises(InstallError):
        deploy(here, "my-app", chart(), {})
    assert [app.status for app in apps(here)] == ["failed"]
    assert deploy(here, "my-app", chart(), {}).info.status == "deployed"
    assert [app.status for app in apps(here)] == ["deployed"]


def test_a_dry_run_changes_nothing(cluster: FakeCluster) -> None:
    here = context(cluster)
    cluster.client().create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    shown = deploy(here, "my-app", chart(), {}, DeployOptions(dry_run=True, wait=True))
    assert "my-app-config" in shown.manifest
    assert apps(here) == []
    assert cluster.objects("ConfigMap") == []


def test_a_cluster_that_does_not_answer_is_told_of(cluster: FakeCluster) -> None:
    cluster.reachable = False
    here = context(cluster)
    for call in (lambda: apps(here), lambda: status(here, "x"), lambda: deploy(here, "x", chart(), {})):
        with pytest.raises(UnreachableError, match="kubernetes cluster unreachable"):
            call()
