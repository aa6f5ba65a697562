"""`HELM_DRIVER=memory`: actions without a cluster to act on."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.actions.connect import connect
from hivehelm.actions.context import Context
from hivehelm.actions.errors import CapabilitiesError
from hivehelm.actions.get import get
from hivehelm.actions.history import history
from hivehelm.actions.imaginary import ImaginaryClient
from hivehelm.actions.install import InstallOptions, install
from hivehelm.actions.rollback import rollback
from hivehelm.actions.uninstall import uninstall
from hivehelm.actions.upgrade import upgrade
from hivehelm.chart.model import Chart, File, Metadata
from hivehelm.kube.errors import UnreachableError
from hivehelm.release.drivers.memory import Memory
from hivehelm.release.errors import ReleaseNotFoundError
from hivehelm.release.storage import Storage
from hivehelm.testing import FakeCluster

HOOK = """apiVersion: v1
kind: Pod
metadata:
  name: hook
  annotations: {helm.sh/hook: "pre-install,post-delete", helm.sh/hook-output-log-policy: hook-succeeded}
"""


@pytest.fixture
def chart() -> Chart:
    templates = [
        File("templates/cm.yaml", b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"),
        File("templates/odd.yaml", b"apiVersion: example.com/v1\nkind: Unheard\nmetadata: {name: b}\n"),
        File("templates/hook.yaml", HOOK.encode()),
    ]
    return Chart(Metadata("web", "1.0.0", "v2"), templates=templates)


def test_the_whole_life_of_a_release_leaves_no_trace_in_the_cluster(chart: Chart) -> None:
    cluster = FakeCluster()
    shown: list[bytes] = []
    context = Context(
        Storage(Memory()),
        ImaginaryClient(cluster.client),
        hook_output=lambda *args: shown.append(args[3]),
    )
    install(context, chart, {}, InstallOptions(name="web", create_namespace=True, wait="watcher"))
    upgrade(context, "web", chart, {"a": 1})
    rollback(context, "web")
    assert [one.info.status for one in history(context, "web")] == ["superseded", "superseded", "deployed"]
    assert uninstall(context, "web") is not None
    with pytest.raises(ReleaseNotFoundError):
        get(context, "web")
    assert not [path for method, path in cluster.requests if method != "GET"]
    assert not shown


def test_without_a_cluster_what_it_can_do_cannot_be_asked(chart: Chart, tmp_path: Path) -> None:
    kubeconfig = tmp_path / "config"
    kubeconfig.write_text(
        """apiVersion: v1
kind: Config
current-context: x
contexts: [{name: x, context: {cluster: x, user: x}}]
clusters: [{name: x, cluster: {server: "http://127.0.0.1:1"}}]
users: [{name: x, user: {}}]
"""
    )
    context = connect(str(kubeconfig), driver="memory")
    context.check_reachable()
    with pytest.raises(CapabilitiesError, match="could not get server version from Kubernetes: "):
        install(context, chart, {}, InstallOptions(name="web"))
    kubeconfig.write_text("{")
    context = connect(str(kubeconfig), driver="memory", memory=Memory())
    context.check_reachable()
    with pytest.raises(UnreachableError):
        install(context, chart, {}, InstallOptions(name="web"))
