"""Upgrades and rollbacks on a real API server: through the library, across tools, and after a kill.

What they look like beside the real Helm's, step by step, is in `scenarios`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.cluster.waiting import until

import hivehelm
from hivehelm.actions.errors import UpgradeError
from hivehelm.chart.load import load
from hivehelm.chart.model import Chart

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cluster.cluster import Cluster

OBJECTS = """{{- range .Values.names }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ . }}}
data: {{ $.Values.data | toJson }}
{{- end }}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}, annotations: {hivehelm.dev/simulate: {{ .Values.simulate | quote }}}}
    spec: {containers: [{name: c, image: busybox}]}
"""
VALUES = "names: [a]\ndata: {k: '1', l: '1'}\nreplicas: 1\nsimulate: ''\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The directory of a chart."""
    (tmp_path / "case" / "templates").mkdir(parents=True)
    (tmp_path / "case" / "Chart.yaml").write_text("apiVersion: v2\nname: case\nversion: 0.1.0\n")
    (tmp_path / "case" / "values.yaml").write_text(VALUES)
    (tmp_path / "case" / "templates" / "objects.yaml").write_text(OBJECTS)
    return tmp_path / "case"


@pytest.fixture
def chart(place: Path) -> Chart:
    return load(str(place))


@pytest.fixture
def context(cluster: Cluster) -> hivehelm.Context:
    namespace = f"up-{uuid4().hex[:8]}"
    made = hivehelm.connect(str(cluster.kubeconfig()), namespace=namespace)
    made.client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    return made


@pytest.fixture
def run(cluster: Cluster, context: hivehelm.Context) -> Callable[..., str]:
    """Runs a program on a release of the namespace."""

    def ran(*command: str | Path) -> str:
        environment = {
            **os.environ,
            "KUBECONFIG": str(cluster.kubeconfig()),
            "HELM_NAMESPACE": context.namespace,
        }
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout

    return ran


def get(context: hivehelm.Context, kind: str, name: str) -> dict[str, Any]:
    version = "apps/v1" if kind == "Deployment" else "v1"
    return context.client.get(version, kind, name, context.namespace)


def config_maps(context: hivehelm.Context) -> set[str]:
    found = context.client.list("v1", "ConfigMap", context.namespace)
    return {one["metadata"]["name"] for one in found} - {"kube-root-ca.crt"}


def history(context: hivehelm.Context) -> list[tuple[int, str]]:
    return [(one.version, one.info.status) for one in hivehelm.history(context, "x")]


def test_from_client_side_to_server_side_and_back(context: hivehelm.Context, chart: Chart) -> None:
    """No field is left behind, and nobody else's is touched."""
    hivehelm.install(context, chart, {}, hivehelm.InstallOptions(name="x", server_side=False))
    context.client.patch(
        "v1", "ConfigMap", "a", {"data": {"mine": "1"}}, context.namespace, patch_type="merge"
    )
    for mode, data in (("false", {"k": "2"}), ("true", {"l": "3"}), ("false", {"k": "4"})):
        options = hivehelm.UpgradeOptions(server_side=mode, values_from="reset", wait="watcher")
        values = {"data": {"k": None, "l": None, **data}}
        release = hivehelm.upgrade(context, "x", chart, values, options)
        assert release.apply_method == ("ssa" if mode == "true" else "csa")
        assert get(context, "ConfigMap", "a")["data"].keys() >= data.keys()
    assert hivehelm.rollback(context, "x", hivehelm.RollbackOptions(revision=3)).apply_method == "ssa"
    assert get(context, "ConfigMap", "a")["data"]["l"] == "3"


def test_a_failure_is_rolled_back(context: hivehelm.Context, chart: Chart) -> None:
    hivehelm.install(context, chart, {}, hivehelm.InstallOptions(name="x", wait="watcher"))
    options = hivehelm.UpgradeOptions(rollback_on_failure=True, cleanup_on_fail=True, timeout=10)
    with pytest.raises(UpgradeError) as caught:
        hivehelm.upgrade(context, "x", chart, {"names": ["b"], "simulate": "unready"}, options)
    assert caught.value.rolled_back
    assert history(context) == [(1, "superseded"), (2, "failed"), (3, "deployed")]
    assert config_maps(context) == {"a"}
    template = get(context, "Deployment", "d")["spec"]["template"]
    assert template["metadata"]["annotations"]["hivehelm.dev/simulate"] == ""


def test_across_tools(
    context: hivehelm.Context, place: Path, chart: Chart, helm: Path, helm3: Path, run: Callable[..., str]
) -> None:
    run(helm3, "install", "x", place)
    hivehelm.upgrade(context, "x", chart, {"replicas": 2})
    run(helm, "rollback", "x", "1")
    hivehelm.upgrade(context, "x", chart, {"replicas": 3}, hivehelm.UpgradeOptions(server_side="true"))
    run(helm3, "upgrade", "x", place, "--set", "replicas=4")
    hivehelm.rollback(context, "x", hivehelm.RollbackOptions(revision=4))
    run(helm, "upgrade", "x", place, "--reuse-values", "--set", "names={a,b}")
    assert get(context, "Deployment", "d")["spec"]["replicas"] == 3
    assert config_maps(context) == {"a", "b"}
    assert history(context) == [(version, "superseded") for version in range(1, 7)] + [(7, "deployed")]
    hivehelm.uninstall(context, "x")
    assert config_maps(context) == set()


def test_after_a_kill_the_next_upgrade_works(
    cluster: Cluster, context: hivehelm.Context, place: Path, chart: Chart
) -> None:
    hivehelm.install(context, chart, {"names": ["a", "b"]}, hivehelm.InstallOptions(name="x"))
    command = [sys.executable, "-m", "hivehelm.cli.hivehelm", "upgrade", "x", str(place), "--wait"]
    environment = {**os.environ, "KUBECONFIG": str(cluster.kubeconfig()), "HELM_NAMESPACE": context.namespace}
    flags = ["--set", "simulate=unready,names={a,new}"]
    with subprocess.Popen(command + flags, env=environment) as process:
        until(lambda: "new" in config_maps(context))
        process.send_signal(signal.SIGKILL)
    assert history(context) == [(1, "deployed"), (2, "pending-upgrade")]
    hivehelm.upgrade(context, "x", chart, {"names": ["a"]})
    assert history(context) == [(1, "superseded"), (2, "failed"), (3, "deployed")]
    assert config_maps(context) == {"a"}
