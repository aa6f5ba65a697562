from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hivehelm.actions.context import Context
from hivehelm.actions.install import InstallOptions, install
from hivehelm.actions.status import status
from hivehelm.chart.model import Chart
from hivehelm.kube.errors import ApiError
from hivehelm.release.drivers.memory import Memory
from hivehelm.release.errors import ReleaseNotFoundError
from hivehelm.release.model import Release
from hivehelm.release.storage import Storage
from hivehelm.testing import FakeCluster

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME}
spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}}}
"""


@pytest.fixture
def installed(
    context: Context, cluster: FakeCluster, make_chart: Callable[..., Chart], config_map: Callable[..., str]
) -> Context:
    documents = [config_map("cm"), DEPLOYMENT.replace("NAME", "one"), DEPLOYMENT.replace("NAME", "two")]
    install(
        context, make_chart({"templates/a.yaml": "---\n".join(documents)}), {}, InstallOptions(name="web")
    )
    for name, label in (("mine", "web"), ("other", "db")):
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": label}}}
        cluster.client().create(pod, "default")
    return context


def named(resources: dict[str, list[dict[str, Any]]]) -> dict[str, list[str]]:
    return {
        kind: [one["metadata"]["name"] for each in found for one in each.get("items", [each])]
        for kind, found in resources.items()
    }


def test_objects_come_with_the_pods_of_workloads_once(installed: Context) -> None:
    assert named(status(installed, "web").info.resources) == {
        "v1/ConfigMap": ["cm"],
        "v1/Deployment": ["one", "two"],
        "v1/Pod(related)": ["mine"],
    }


def test_tables_are_the_servers(installed: Context) -> None:
    resources = status(installed, "web", table=True).info.resources
    assert [one["kind"] for one in resources["v1/ConfigMap"]] == ["Table"]
    assert [one["kind"] for one in resources["v1/Deployment"]] == ["Table", "Table"]
    # One answer for all pods of a selector, whatever form it takes.
    assert len(resources["v1/Pod(related)"]) == 1


def test_what_is_gone_is_left_out(installed: Context, cluster: FakeCluster) -> None:
    cluster.client().delete("v1", "ConfigMap", "cm", "default")
    cluster.client().delete("v1", "Pod", "mine", "default")
    assert named(status(installed, "web").info.resources) == {
        "v1/Deployment": ["one", "two"],
        "v1/Pod(related)": [],
    }


def test_pods_come_in_one_list_for_each_selector(installed: Context) -> None:
    (pods,) = status(installed, "web").info.resources["v1/Pod(related)"]
    assert (pods["kind"], pods["apiVersion"]) == ("PodList", "v1")
    assert [(pod["kind"], pod["apiVersion"]) for pod in pods["items"]] == [("Pod", "v1")]


@pytest.mark.parametrize("table", [True, False])
def test_pods_that_may_not_be_seen_are_only_logged(
    installed: Context, cluster: FakeCluster, logs: list[tuple[str, str, dict[str, object]]], table: bool
) -> None:
    cluster.refuse("GET", "pods", ApiError(403, "Forbidden", "no"))
    assert "v1/Pod(related)" not in status(installed, "web", table=table).info.resources
    assert [log[:2] for log in logs if log[0] == "WARN"] == [("WARN", "get the relation pod is failed")]


def test_without_a_cluster_there_are_no_objects() -> None:
    context = Context(Storage(Memory()))
    context.storage.create(Release(name="web", version=1, namespace="default"))
    assert status(context, "web").info.resources == {}
    with pytest.raises(ReleaseNotFoundError):
        status(context, "web", 2)
