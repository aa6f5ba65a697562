"""What is deployed, exported as a chart, gives the same objects back, and installs anywhere.

The comparison knows nothing of how a chart is made: it asks the API server, which is shown what the real Helm
renders of the chart, once over the objects that are there and once as if they were new.
"""

from __future__ import annotations

import contextlib
import copy
import json
import secrets
import subprocess
from pathlib import Path

import pytest

from hivehelm.actions.connect import connect
from hivehelm.actions.install import InstallOptions, install
from hivehelm.actions.uninstall import UninstallOptions, uninstall
from hivehelm.chart.load import load
from hivehelm.cli.hivemind.entry import main
from hivehelm.cluster.demo import CHART as DEMO
from hivehelm.kube.resources import build
from hivehelm.platform.apps import deploy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from hivehelm.actions.context import Context
    from hivehelm.cluster.cluster import Cluster
    from hivehelm.kube.resources import Resource

    Object = dict[str, Any]

# Cheap to install, and unlike each other: deployments, stateful sets, jobs, webhooks, roles, claims.
PUBLISHED = (
    "bitnami--charts__nginx",
    "bitnami--charts__memcached",
    "bitnami--charts__minio",
    "bitnami--charts__mongodb",
    "bitnami--charts__wordpress",
    "bitnami--charts__cassandra",
    "bitnami--charts__redis",
    "bitnami--charts__metrics-server",
    "prometheus-community--helm-charts__kube-state-metrics",
    "prometheus-community--helm-charts__alertmanager",
)


@pytest.fixture
def place(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Context]:
    """A namespace of a test's own; what is installed there goes when the test is over."""
    monkeypatch.setenv("KUBECONFIG", str(cluster.kubeconfig()))
    context = connect(str(cluster.kubeconfig()), namespace=f"export-{secrets.token_hex(3)}")
    yield context
    for name in ("shop", "other"):
        with contextlib.suppress(Exception):
            uninstall(context, name, UninstallOptions(no_hooks=True))


def hivemind(*arguments: str) -> None:
    assert main(arguments) == 0


def drawn(helm: Path, context: Context, chart: Path, *arguments: str) -> dict[tuple[str, ...], Resource]:
    """Return what the real Helm renders of a chart, by group, kind and name."""
    command = [
        str(helm),
        "template",
        "shop",
        str(chart),
        "--namespace",
        context.namespace,
        "--no-hooks",
        *arguments,
    ]
    made = subprocess.run(command, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    found = build(context.client, made.stdout, context.namespace, validate=False)
    return {resource.key: resource for resource in found}


def same_as_live(context: Context, resource: Resource) -> None:
    """Make sure that an object is what the cluster holds: applied over it, and made anew."""
    kind = resource.type
    live = context.client.get(kind.api_version, kind.kind, resource.name, resource.namespace)
    mine = copy.deepcopy(resource.object)
    notes = mine["metadata"].setdefault("annotations", {})
    notes |= {"meta.helm.sh/release-name": "shop", "meta.helm.sh/release-namespace": context.namespace}
    applied = context.client.apply(mine, resource.namespace, force=True, dry_run=True)
    assert seen(applied) == seen(live)
    assert applied["metadata"].get("generation") == live["metadata"].get("generation")
    if kind.kind in ("CustomResourceDefinition", "APIService"):
        return  # whose names are what they are of
    fresh = copy.deepcopy(mine)
    fresh["metadata"]["name"] = f"{resource.name}-anew"
    if kind.kind == "Service":
        for port in fresh["spec"].get("ports") or ():
            port.pop("nodePort", None)
    made = context.client.create(fresh, resource.namespace, dry_run=True)
    made["metadata"]["name"] = resource.name
    assert seen(made) == seen(live)


def seen(obj: Object) -> Object:
    """Return an object without what the server gives to each one."""
    shown = copy.deepcopy(obj)
    shown.pop("status", None)
    metadata = shown["metadata"]
    for field in ("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "finalizers"):
        metadata.pop(field, None)
    notes = metadata.get("annotations") or {}
    for note in list(notes):
        if note.startswith(
            ("deployment.kubernetes.io/", "deprecated.daemonset", "pv.kubernetes.io", "volume.")
        ):
            del notes[note]
    if not notes:
        metadata.pop("annotations", None)
    spec = shown.get("spec") or {}
    if shown["kind"] == "Service":
        if spec.get("clusterIP") != "None":
            spec.pop("clusterIP", None)
            spec.pop("clusterIPs", None)
        for port in spec.get("ports") or ():
            port.pop("nodePort", None)
    elif shown["kind"] == "PersistentVolumeClaim":
        spec.pop("volumeName", None)
    elif shown["kind"] == "Job":
        spec.pop("selector", None)
        for labels in (metadata.get("labels"), spec["template"]["metadata"].get("labels")):
            for label in [one for one in labels or {} if one.endswith(("controller-uid", "job-name"))]:
                del (labels or {})[label]
    return shown


def check(helm: Path, context: Context, source: Path, output: Path) -> None:
    """Deploy a chart, export it, compare what comes of the export, and install it elsewhere."""
    release = deploy(context, "shop", load(str(source)), {})
    where = ("--namespace", context.namespace)
    hivemind("app", "export-helm", "--name", "shop", "--output", str(output), "--include-secrets", *where)
    linted = subprocess.run([helm, "lint", "--strict", output], capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout
    wanted = build(context.client, release.manifest, context.namespace, validate=False)
    found = drawn(helm, context, output)
    assert set(found) == {resource.key for resource in wanted}
    for resource in found.values():
        same_as_live(context, resource)
    uninstall(context, "shop")
    elsewhere = connect_again(context)
    try:
        options = InstallOptions(name="other", create_namespace=True, wait="watcher", timeout=300)
        again = install(elsewhere, load(str(output)), {}, options)
        assert again.info.status == "deployed"
    finally:
        uninstall(elsewhere, "other", UninstallOptions(no_hooks=True))


def connect_again(context: Context) -> Context:
    """Return the same cluster, in another namespace."""
    from hivehelm.actions.context import Context
    from hivehelm.release.drivers.secret import Secrets
    from hivehelm.release.storage import Storage

    namespace = f"{context.namespace}-2"
    return Context(Storage(Secrets(context.client, namespace)), context.client, namespace=namespace)


@pytest.mark.parametrize("stem", PUBLISHED)
def test_a_published_chart_comes_back(
    stem: str, charts: Path, helm: Path, place: Context, tmp_path: Path
) -> None:
    check(helm, place, charts / f"{stem}.tgz", tmp_path / "shop")


def test_our_own_chart_comes_back(helm: Path, place: Context, tmp_path: Path) -> None:
    check(helm, place, DEMO, tmp_path / "shop")


def test_any_objects_become_a_chart(
    helm: Path, place: Context, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Made by hand, as `kubectl create` does it: nothing tells what was set and what was filled in."""
    client, namespace = place.client, place.namespace
    client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    labels = {"app": "web"}
    objects: list[Object] = [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "web-config"},
            "data": {"greeting": "{{ hello }}\n", "upstream": "http://web:80/"},
        },
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web"},
            "spec": {
                "replicas": 2,
                "selector": {"matchLabels": labels},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {
                        "containers": [
                            {
                                "name": "web",
                                "image": "nginx:1.27",
                                "envFrom": [{"configMapRef": {"name": "web-config"}}],
                                "readinessProbe": {"httpGet": {"port": 80}},
                                "ports": [{"containerPort": 80}],
                            }
                        ],
                        "volumes": [{"name": "config", "configMap": {"name": "web-config"}}],
                    },
                },
            },
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "web"},
            "spec": {"type": "NodePort", "selector": labels, "ports": [{"port": 80, "targetPort": 80}]},
        },
        {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": "web-seed"},
            "spec": {
                "template": {
                    "spec": {
                        "restartPolicy": "Never",
                        "containers": [{"name": "seed", "image": "busybox", "args": ["true"]}],
                    }
                }
            },
        },
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": "web-data"},
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
        },
    ]
    for obj in objects:
        obj["metadata"]["labels"] = labels
        client.create(obj, namespace)
    output = tmp_path / "front"
    hivemind(
        *("app", "export-helm", "--name", "front", "--output", str(output)),
        *("--selector", "app=web", "--namespace", namespace, "-o", "json"),
    )
    told = json.loads(capsys.readouterr().out)
    assert sorted((one["kind"], one["name"]) for one in told["objects"]) == sorted(
        (str(obj["kind"]), str(obj["metadata"]["name"])) for obj in objects
    )
    everything = "".join(file.read_text() for file in output.rglob("*") if file.is_file())
    for added in (
        "uid",
        "resourceVersion",
        "managedFields",
        "clusterIP",
        "nodePort",
        "volumeName",
        "status:",
    ):
        assert added not in everything
    assert "terminationMessagePath" not in everything
    found = drawn(helm, place, output)
    assert len(found) == len(objects)
    for resource in found.values():
        kind = resource.type
        live = client.get(kind.api_version, kind.kind, resource.name, namespace)
        fresh = copy.deepcopy(resource.object)
        fresh["metadata"]["name"] = f"{resource.name}-anew"
        made = client.create(fresh, namespace, dry_run=True)
        made["metadata"]["name"] = resource.name
        assert seen(made) == seen(live)


def test_what_is_wrong_is_said_in_a_line(
    place: Context, tmp_path: Path, cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy(place, "shop", load(str(DEMO)), {})
    where = ("--namespace", place.namespace)
    output = ("--output", str(tmp_path / "out"))

    def refused(*arguments: str) -> str:
        assert main(["app", *arguments]) == 1
        return capsys.readouterr().err.strip().removeprefix("Error: ")

    assert refused("status", "--name", "none", *where).startswith('app "none" not found in namespace')
    assert refused("delete", "--name", "none", *where).startswith('app "none" not found in namespace')
    assert refused("export-helm", "--name", "none", *output, *where).startswith('app "none" not found')
    nothing = ("export-helm", "--name", "shop", *output, *where, "--selector", "app=nothing")
    assert refused(*nothing) == f"nothing in namespace {place.namespace} has labels app=nothing"
    broken = ("export-helm", "--name", "shop", *output, *where, "--selector", "app in web")
    assert refused(*broken) == "unable to parse requirement: found 'web' expected: '('"
    kinds = ("export-helm", "--name", "shop", *output, *where, "--kinds", "Gadget")
    assert refused(*kinds) == "the cluster has no kind called gadget"
    bad = ("export-helm", "--name", "shop", *output, *where, "--chart-name", "Not A Name")
    assert refused(*bad).startswith('"Not A Name" cannot be a chart\'s name')
    assert not (tmp_path / "out").exists()
    viewer = str(cluster.kubeconfig("nobody", f"{place.namespace}-none", "view"))
    assert "forbidden" in refused(
        "export-helm", "--name", "shop", *output, *where, "--selector", "x=y", "--kubeconfig", viewer
    )
    assert "forbidden" in refused("list", *where, "--kubeconfig", viewer)
    install(place, load(str(DEMO)), {}, InstallOptions(name="other", no_hooks=True))
    assert refused("status", "--name", "other", *where) == (
        f'release "other" in namespace "{place.namespace}" is not a Hivemind app; '
        "'hivemind app deploy --adopt' makes it one"
    )
    hivemind("app", "deploy", "--name", "other", "--helm-chart", str(DEMO), "--adopt", *where)
    capsys.readouterr()
    hivemind("app", "list", "-o", "json", *where)
    listed = json.loads(capsys.readouterr().out)
    assert [(app["name"], app["revision"], app["status"]) for app in listed] == [
        ("other", 2, "deployed"),
        ("shop", 1, "deployed"),
    ]
    hivemind("app", "delete", "--name", "other", *where)
    assert f'app "other" deleted from namespace "{place.namespace}"' in capsys.readouterr().out
