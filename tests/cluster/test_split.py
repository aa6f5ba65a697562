"""Releases whose records are over 1 MiB, beside the real Helm."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from hashlib import shake_128
from pathlib import Path
from uuid import uuid4

import pytest

from hivehelm.actions.connect import connect
from hivehelm.actions.context import Context
from hivehelm.actions.get import get, get_values
from hivehelm.actions.history import history
from hivehelm.actions.install import InstallOptions, install
from hivehelm.actions.list import list_releases
from hivehelm.actions.rollback import RollbackOptions, rollback
from hivehelm.actions.uninstall import uninstall
from hivehelm.actions.upgrade import UpgradeOptions, upgrade
from hivehelm.chart.load import load
from hivehelm.release.errors import RecordTooLargeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cluster.cluster import Cluster

TEMPLATE = """\
{{- range $i := list 1 2 3 }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ $.Release.Name }}-{{ $i }}"}
data: {a: "{{ $.Values.a }}", b: {{ $.Files.Get (printf "files/%d" $i) }}}
{{- end }}
"""


@pytest.fixture(params=["secret", "configmap"])
def driver(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def context(cluster: Cluster, driver: str) -> Context:
    made = connect(str(cluster.kubeconfig()), namespace=f"split-{uuid4().hex[:8]}", driver=driver)
    made.client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": made.namespace}})
    return made


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    """A chart whose objects alone are over 1 MiB when packed."""
    made = tmp_path / "web"
    (made / "files").mkdir(parents=True)
    (made / "templates").mkdir()
    (made / "Chart.yaml").write_text("{apiVersion: v2, name: web, version: 1.0.0}")
    (made / "values.yaml").write_text("{a: 1, b: 2}")
    (made / "templates" / "all.yaml").write_text(TEMPLATE)
    for number in (1, 2, 3):
        (made / "files" / str(number)).write_text(shake_128(bytes([number])).hexdigest(300_000))
    return made


def kept(context: Context, driver: str, owner: str = "helm") -> list[str]:
    kind = {"secret": "Secret", "configmap": "ConfigMap"}[driver]
    found = context.client.list("v1", kind, context.namespace, label_selector=f"owner={owner}")
    return sorted(one["metadata"]["name"] for one in found)


def environment(cluster: Cluster, context: Context, driver: str) -> dict[str, str]:
    own = {
        "KUBECONFIG": str(cluster.kubeconfig()),
        "HELM_NAMESPACE": context.namespace,
        "HELM_DRIVER": driver,
    }
    return {**os.environ, **own}


def test_a_whole_life_in_parts(
    cluster: Cluster, context: Context, driver: str, chart: Path, helm: Path, helm3: Path
) -> None:
    loaded = load(str(chart))
    with pytest.raises(
        RecordTooLargeError, match=r"(?s)(large|long): .*\nthe record .*chart files.*manifest"
    ):
        install(context, loaded, {}, InstallOptions(name="web"))
    assert not kept(context, driver)

    install(context, loaded, {"a": 5.0}, InstallOptions(name="web", split_records=True))
    parts = kept(context, driver, "hivehelm")
    assert parts
    release = get(context, "web")
    assert (release.info.status, release.claim) == ("deployed", None)
    assert get_values(context, "web", all=True) == {"a": 5.0, "b": 2.0}
    assert [one.name for one in list_releases(context)] == ["web"]

    upgrade(context, "web", loaded, {"b": 3.0}, UpgradeOptions(values_from="reuse", split_records=True))
    assert get_values(context, "web", all=True) == {"a": 5.0, "b": 3.0}
    rollback(context, "web", RollbackOptions(split_records=True, history_max=2))
    assert [(one.version, one.info.status) for one in history(context, "web")] == [
        (2, "superseded"),
        (3, "deployed"),
    ]
    assert get(context, "web").manifest == release.manifest

    small = load(str(chart))
    small.templates[0].data = b"{apiVersion: v1, kind: ConfigMap, metadata: {name: web-1}}"
    upgrade(context, "web", small, {}, UpgradeOptions(split_records=True))
    for program in (helm, helm3):
        done = subprocess.run(
            [program, "history", "web", "--output=json"],
            env=environment(cluster, context, driver),
            capture_output=True,
            text=True,
            check=True,
        )
        assert '"revision":4' in done.stdout
        assert '"revision":3' not in done.stdout
    uninstall(context, "web")
    assert kept(context, driver) == kept(context, driver, "hivehelm") == []


@pytest.mark.parametrize("following", ["install", "uninstall"])
def test_what_a_killed_process_left_goes_with_the_next_action(
    cluster: Cluster, context: Context, driver: str, chart: Path, following: str
) -> None:
    install(context, load(str(chart)), {}, InstallOptions(name="other", split_records=True))
    others = kept(context, driver, "hivehelm")
    # A process that ends as the first part is about to be written.
    script = (
        "import os, signal, sys\n"
        "from hivehelm.release.drivers.objects import ObjectDriver as D\n"
        "D._object = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from hivehelm.cli.hivehelm import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    command = [sys.executable, "-c", script, "install", "web", str(chart), "--split-records"]
    done = subprocess.run(command, env=environment(cluster, context, driver), capture_output=True)
    assert done.returncode == -signal.SIGKILL
    left = set(kept(context, driver, "hivehelm")) - set(others)
    assert left
    assert kept(context, driver) == ["sh.helm.release.v1.other.v1"]
    # What was left is of another moment than what comes now.
    time.sleep(0.01)
    splits = following == "install"
    if not splits:
        (chart / "templates" / "all.yaml").write_text(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"
        )
    install(context, load(str(chart)), {}, InstallOptions(name="web", split_records=True))
    if splits:
        assert left.isdisjoint(kept(context, driver, "hivehelm"))
    uninstall(context, "web")
    assert kept(context, driver, "hivehelm") == others
