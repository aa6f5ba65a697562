"""Releases that somebody else is at work on, or was until it was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from tests.cluster.waiting import make_namespace, until

from hivehelm.actions.connect import connect
from hivehelm.actions.context import Context
from hivehelm.actions.errors import LockedError
from hivehelm.actions.history import history
from hivehelm.actions.lock import Lock, Pace
from hivehelm.release.claim import Claim
from hivehelm.release.errors import ReleaseError
from hivehelm.release.model import Info, Release, Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cluster.cluster import Cluster

POD = """apiVersion: v1
kind: Pod
metadata:
  # Another pod for each: one that is ready stays so.
  name: {{ .Release.Name }}-{{ .Values.simulate }}
  annotations: {hivehelm.dev/simulate: {{ .Values.simulate }}}
spec: {containers: [{name: main, image: example.com/main}]}
"""


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    directory = tmp_path / "web"
    (directory / "templates").mkdir(parents=True)
    (directory / "Chart.yaml").write_text("apiVersion: v2\nname: web\nversion: 1.0.0\n")
    (directory / "values.yaml").write_text("simulate: run\n")
    (directory / "templates" / "pod.yaml").write_text(POD)
    return directory


@pytest.fixture(params=["secret", "configmap", "sql"])
def context(
    request: pytest.FixtureRequest, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Context]:
    namespace = f"lock-{uuid4().hex[:8]}"
    if request.param == "sql":
        url = request.getfixturevalue("postgres").emptied()
        monkeypatch.setenv("HELM_DRIVER_SQL_CONNECTION_STRING", url)
    monkeypatch.setenv("HELM_DRIVER", request.param)
    monkeypatch.setenv("HELM_NAMESPACE", namespace)
    monkeypatch.setenv("KUBECONFIG", str(cluster.kubeconfig()))
    made = connect(str(cluster.kubeconfig()), namespace=namespace, driver=request.param)
    make_namespace(made.client, namespace)
    yield made
    made.client.delete("v1", "Namespace", namespace)


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "hivehelm.cli.hivehelm", *arguments],
        env=os.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*arguments: str) -> tuple[int, str]:
    """Return the exit code and what was said on standard error."""
    process = start(*arguments)
    _, err = process.communicate()
    return process.returncode, err


def claimed(context: Context, by: subprocess.Popen[str], version: int = 1) -> None:
    """Wait until a process works on a revision."""

    def is_claimed() -> bool:
        assert by.poll() is None, by.communicate()
        try:
            return context.storage.get("web", version).claim is not None
        except ReleaseError:
            return False

    until(is_claimed, lambda: "nobody works on the release")


def states(context: Context) -> list[tuple[int, str]]:
    return [(one.version, one.info.status) for one in history(context, "web")]


def test_a_killed_install_is_recovered_from_by_the_next(context: Context, chart: Path, helm: Path) -> None:
    first = start("install", "web", str(chart), "--set", "simulate=unready", "--wait")
    claimed(context, first)
    code, err = run("upgrade", "web", str(chart))
    assert code == 1
    assert "is in progress: install by " in err
    assert f", process {first.pid}" in err
    code, err = run("uninstall", "web")
    assert (code, f", process {first.pid}" in err) == (1, True)
    real = subprocess.run([helm, "upgrade", "web", str(chart)], capture_output=True, text=True)
    # Before it comes what its client library has to say where a machine is busy.
    assert real.stderr.endswith(
        "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress\n"
    )
    first.send_signal(signal.SIGKILL)
    first.wait()
    code, err = run("upgrade", "--install", "web", str(chart), "--force-conflicts")
    assert code == 0, err
    assert "recovered a release whose process is gone" in err
    assert states(context) == [(1, "superseded"), (2, "deployed")]
    lost = context.storage.get("web", 1)
    assert lost.info.description.startswith('Release "web" failed: the process is gone that worked on it')
    assert lost.claim is None
    real = subprocess.run([helm, "upgrade", "web", str(chart)], capture_output=True, text=True)
    assert real.returncode == 0, real.stderr
    assert states(context) == [(1, "superseded"), (2, "superseded"), (3, "deployed")]


def test_a_killed_upgrade_is_recovered_from_by_a_rollback(context: Context, chart: Path) -> None:
    assert run("install", "web", str(chart))[0] == 0
    first = start(
        "upgrade", "web", str(chart), "--set", "simulate=unready", "--wait", "--force-replace=false"
    )
    claimed(context, first, 2)
    first.send_signal(signal.SIGKILL)
    first.wait()
    code, err = run("rollback", "web", "1")
    assert code == 0, err
    assert states(context)[1:] == [(2, "failed"), (3, "deployed")]


def test_actions_wait_for_each_other_if_told_to(context: Context, chart: Path) -> None:
    assert run("install", "web", str(chart))[0] == 0
    processes = [
        start("upgrade", "web", str(chart), "--set", f"n={number}", "--wait-lock", "10m")
        for number in range(3)
    ]
    for process in processes:
        _, err = process.communicate()
        assert process.returncode == 0, err
    assert states(context) == [(1, "superseded"), (2, "superseded"), (3, "superseded"), (4, "deployed")]


def test_of_actions_that_do_not_wait_those_that_come_late_change_nothing(
    context: Context, chart: Path
) -> None:
    assert run("install", "web", str(chart))[0] == 0
    processes = [start("upgrade", "web", str(chart), "--set", f"n={number}") for number in range(3)]
    good = 0
    for process in processes:
        _, err = process.communicate()
        good += process.returncode == 0
        assert process.returncode == 0 or "is in progress" in err
    assert good >= 1
    assert states(context) == [*((n, "superseded") for n in range(1, good + 1)), (good + 1, "deployed")]


def test_a_process_on_another_machine_is_judged_by_the_stores_clock(context: Context) -> None:
    """Of a heartbeat's own time nothing is believed: that machine's clock is a day late."""
    elsewhere = Claim(holder="upgrade by me@there", token="x/y/1/1", heartbeat="2001-01-01T00:00:00Z")  # noqa: S106
    lost = Release(
        name="web", version=1, info=Info(status=Status.PENDING_INSTALL), namespace=context.namespace
    )
    context.storage.create(lost, elsewhere)
    pace = Pace(lost=3.0, grace=1.0, poll=0.1)
    with pytest.raises(LockedError, match=r"upgrade by me@there, last heard of \d+s ago$"):
        Lock(context, "web", "upgrade", pace=pace.replace(lost=600.0)).last()
    second = Lock(context, "web", "upgrade", pace=pace, wait=240.0)
    began = time.monotonic()
    assert second.last().info.status == Status.FAILED
    assert 1.0 <= time.monotonic() - began < 120
    assert second.recovered is not None
    context.storage.delete("web", 1)
