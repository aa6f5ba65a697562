"""`--preflight` on a real API server: all that would be refused comes in one report, nothing is changed."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from tests.cluster.waiting import until_allowed

import hivehelm
from hivehelm.actions.errors import PreflightError
from hivehelm.chart.load import load_files
from hivehelm.chart.model import Chart, File

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cluster.cluster import Cluster

POD = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "busybox"}]}}
JOB_POD = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]}}


def make(api_version: str, kind: str, name: str, **fields: Any) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **fields}


def stateful_set(size: str) -> dict[str, Any]:
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    return make(
        "apps/v1",
        "StatefulSet",
        "set",
        spec={
            "serviceName": "set",
            "selector": {"matchLabels": {"a": "b"}},
            "template": POD,
            "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim}],
        },
    )


def deployment(label: str) -> dict[str, Any]:
    labels = {"a": label}
    template = {**POD, "metadata": {"labels": labels}}
    return make(
        "apps/v1", "Deployment", "web", spec={"selector": {"matchLabels": labels}, "template": template}
    )


def job(image: str) -> dict[str, Any]:
    template = {"spec": {**JOB_POD["spec"], "containers": [{"name": "c", "image": image}]}}
    return make("batch/v1", "Job", "job", spec={"template": template})


def service(address: str) -> dict[str, Any]:
    return make("v1", "Service", "svc", spec={"clusterIP": address, "ports": [{"port": 80}]})


def fixed(value: str) -> dict[str, Any]:
    return make("v1", "Secret", "fixed", immutable=True, stringData={"k": value})


def config_map(value: str) -> dict[str, Any]:
    return make("v1", "ConfigMap", "shared", data={"k": value})


def chart(*objects: dict[str, Any], crds: tuple[dict[str, Any], ...] = ()) -> Chart:
    text = "\n---\n".join(map(json.dumps, objects))
    files = {"Chart.yaml": "apiVersion: v2\nname: case\nversion: 0.1.0\n", "templates/x.yaml": text}
    if crds:
        files["crds/x.yaml"] = "\n---\n".join(map(json.dumps, crds))
    return load_files([File(name, content.encode()) for name, content in files.items()])


@pytest.fixture
def context(cluster: Cluster) -> hivehelm.Context:
    namespace = f"pre-{uuid4().hex[:8]}"
    made = hivehelm.connect(str(cluster.kubeconfig()), namespace=namespace)
    made.client.create(make("v1", "Namespace", namespace))
    return made


def state(context: hivehelm.Context) -> dict[str, str]:
    """Return the versions of all that an upgrade could change."""
    kinds = (
        "apps/v1 StatefulSet",
        "apps/v1 Deployment",
        "batch/v1 Job",
        "v1 Service",
        "v1 Secret",
        "v1 ConfigMap",
    )
    return {
        f"{kind}/{one['metadata']['name']}": str(one.get("spec") or one.get("data"))
        for version, kind in map(str.split, kinds)
        for one in context.client.list(version, kind, context.namespace)
        # It comes to a namespace some time after that was made.
        if one["metadata"]["name"] != "kube-root-ca.crt"
    }


def test_all_that_would_be_refused_comes_in_one_report(
    context: hivehelm.Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = chart(
        stateful_set("1Gi"), deployment("b"), job("busybox"), service("None"), fixed("1"), config_map("1")
    )
    hivehelm.install(context, before, {}, hivehelm.InstallOptions(name="x"))
    with monkeypatch.context() as other:
        other.setattr("hivehelm.kube.queries.FIELD_MANAGER", "somebody")
        context.client.apply(config_map("theirs"), context.namespace, force=True)
    held = state(context)
    after = chart(
        stateful_set("2Gi"),
        deployment("c"),
        job("alpine"),
        service("10.96.0.200"),
        fixed("2"),
        config_map("2"),
        make("extensions/v1beta1", "Ingress", "old"),
    )
    with pytest.raises(PreflightError) as caught:
        hivehelm.upgrade(context, "x", after, {}, hivehelm.UpgradeOptions(preflight=True))
    said = {finding.object.split("/")[-1].split()[-1]: finding for finding in caught.value.findings}
    assert said.keys() >= {"set", "web", "job", "svc", "fixed", "shared", "old"}, str(caught.value)
    assert said["shared"].field == "data.k"
    assert "somebody" in said["shared"].problem
    assert all(finding.advice for finding in said.values())
    assert state(context) == held
    assert [one.version for one in hivehelm.history(context, "x")] == [1]


def test_what_a_chart_brings_itself_is_no_reason_to_refuse(context: hivehelm.Context) -> None:
    group = f"{context.namespace}.example.com"
    spec = {
        "group": group,
        "scope": "Namespaced",
        "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
        "versions": [
            {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}
        ],
    }
    definition = make("apiextensions.k8s.io/v1", "CustomResourceDefinition", f"widgets.{group}", spec=spec)
    brought = chart(make(f"{group}/v1", "Widget", "w"), config_map("1"), crds=(definition,))
    options = hivehelm.InstallOptions(name="x", preflight=True)
    try:
        assert hivehelm.install(context, brought, {}, options).info.status == "deployed"
        assert context.client.get(f"{group}/v1", "Widget", "w", context.namespace)
        hivehelm.upgrade(context, "x", brought, {}, hivehelm.UpgradeOptions(preflight=True))
        hivehelm.rollback(context, "x", hivehelm.RollbackOptions(preflight=True))
    finally:
        context.client.delete("apiextensions.k8s.io/v1", "CustomResourceDefinition", f"widgets.{group}")


def test_who_may_not_write_is_told_before_anything_is_written(
    cluster: Cluster, context: hivehelm.Context
) -> None:
    role = make(
        "rbac.authorization.k8s.io/v1",
        "Role",
        "some",
        rules=[
            {"apiGroups": [""], "resources": ["secrets", "configmaps"], "verbs": ["*"]},
            {
                "apiGroups": ["", "apps"],
                "resources": ["services", "deployments"],
                "verbs": ["get", "list", "watch"],
            },
        ],
    )
    context.client.create(role, context.namespace)
    binding = make(
        "rbac.authorization.k8s.io/v1",
        "RoleBinding",
        "some",
        roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "some"},
        subjects=[{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "bob"}],
    )
    context.client.create(binding, context.namespace)
    until_allowed(context.client, "bob", "list", "secrets", context.namespace)
    from hivehelm.kube.kubeconfig import Overrides

    bob = hivehelm.connect(
        str(cluster.kubeconfig()), namespace=context.namespace, overrides=Overrides(as_user="bob")
    )
    wanted = chart(config_map("1"), service("None"), deployment("b"))
    with pytest.raises(PreflightError) as caught:
        hivehelm.install(bob, wanted, {}, hivehelm.InstallOptions(name="x", preflight=True))
    assert len(caught.value.findings) == 2, str(caught.value)
    assert all('"bob"' in finding.problem for finding in caught.value.findings)
    assert state(context) == {}
