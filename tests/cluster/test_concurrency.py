"""Many at once: on one release, and on many releases from one process."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from tests.cluster.scenarios.model import chart
from tests.cluster.scenarios.objects import config_map, deployment, hook, job
from tests.cluster.scenarios.side import environment
from tests.cluster.scenarios.truth import lies, marked, records

from hivehelm.actions.connect import connect
from hivehelm.actions.errors import LockedError
from hivehelm.actions.install import InstallOptions, install
from hivehelm.actions.rollback import RollbackOptions, rollback
from hivehelm.actions.uninstall import uninstall
from hivehelm.actions.upgrade import UpgradeOptions, upgrade
from hivehelm.chart.load import load

if TYPE_CHECKING:
    from pathlib import Path

    from hivehelm.actions.context import Context
    from hivehelm.chart.model import Chart
    from hivehelm.cluster.cluster import Cluster

RELEASES = int(os.environ.get("HIVEHELM_RELEASES", "50"))
ONE = chart(
    config_map("{{ .Release.Name }}-a", k="{{ .Values.k }}"),
    deployment("{{ .Release.Name }}-d"),
    hook(job("{{ .Release.Name }}-h"), "pre-upgrade", policy="before-hook-creation,hook-succeeded"),
    values="k: none\n",
)
SMALL = chart(config_map("{{ .Release.Name }}-a", k="{{ .Values.k }}"), values="k: none\n")
IN_PROGRESS = "another operation (install/upgrade/rollback) is in progress"


def write(directory: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        file = directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return directory


@pytest.fixture
def context(cluster: Cluster) -> Context:
    made = connect(str(cluster.kubeconfig()), namespace=f"many-{uuid4().hex[:8]}")
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": made.namespace}}
    made.client.create(namespace)
    return made


class Crowd:
    """Processes that do the same at the same time."""

    def __init__(self, context: Context, kubeconfig: Path, top: Path) -> None:
        self.environment = {**environment(kubeconfig, top / "home"), "HELM_NAMESPACE": context.namespace}
        self.top = top

    def run(self, *lines: str) -> list[str]:
        """Return what each command had to complain about, "" where it went well."""

        def start(line: str) -> subprocess.Popen[str]:
            return subprocess.Popen(
                [sys.executable, "-m", "hivehelm.cli.hivehelm", *line.split()],
                cwd=self.top,
                env=self.environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )

        started = [start(line) for line in lines]
        told = [process.communicate(timeout=600)[1] for process in started]
        return [text if process.returncode else "" for process, text in zip(started, told, strict=True)]


@pytest.fixture
def crowd(context: Context, cluster: Cluster, tmp_path: Path) -> Crowd:
    write(tmp_path / "one", ONE)
    return Crowd(context, cluster.kubeconfig(), tmp_path)


@pytest.mark.parametrize("count", [2, 10])
def test_one_at_a_time_on_one_release(crowd: Crowd, context: Context, count: int) -> None:
    assert crowd.run("install x ./one") == [""]
    told = crowd.run(*(f"upgrade x ./one --set k=n{number} --history-max 0" for number in range(count)))
    done = told.count("")
    assert done >= 1
    assert [text for text in told if text and IN_PROGRESS not in text] == []
    assert lies(context.client, context.namespace, "x") == []
    assert len(records(context.client, context.namespace, "x")) == 1 + done


@pytest.mark.parametrize("count", [2, 10])
def test_all_have_their_turn_who_wait(crowd: Crowd, context: Context, count: int) -> None:
    assert crowd.run("install x ./one") == [""]
    lines = [f"upgrade x ./one --set k=n{number} --history-max 0 --wait-lock 9m" for number in range(count)]
    assert crowd.run(*lines) == [""] * count
    assert lies(context.client, context.namespace, "x") == []
    found = records(context.client, context.namespace, "x")
    assert len(found) == 1 + count
    assert {one.get("config", {}).get("k") for one in found[1:]} == {f"n{number}" for number in range(count)}


def test_many_who_install_the_same_release(crowd: Crowd, context: Context) -> None:
    told = crowd.run(*("install x ./one" for _ in range(5)))
    assert told.count("") == 1
    assert lies(context.client, context.namespace, "x") == []
    assert len(records(context.client, context.namespace, "x")) == 1


def test_different_actions_on_one_release(crowd: Crowd, context: Context) -> None:
    assert crowd.run("install x ./one") == [""]
    assert crowd.run("upgrade x ./one --set k=2") == [""]
    told = crowd.run(
        "upgrade x ./one --set k=3 --wait-lock 9m",
        "rollback x 1 --wait-lock 9m",
        "upgrade x ./one --set k=4 --wait-lock 9m",
        "rollback x 2 --wait-lock 9m",
    )
    assert told == [""] * 4
    assert lies(context.client, context.namespace, "x") == []
    assert len(records(context.client, context.namespace, "x")) == 6


def test_many_releases_from_one_process(context: Context, tmp_path: Path) -> None:
    path = str(write(tmp_path / "small", SMALL))
    parsed: Chart = load(path)

    def live(number: int) -> None:
        name = f"r{number}"
        install(context, parsed, {"k": "1"}, InstallOptions(name=name))
        upgrade(context, name, parsed, {"k": "2"}, UpgradeOptions())
        rollback(context, name, RollbackOptions(revision=1))

    with ThreadPoolExecutor(RELEASES) as pool:
        list(pool.map(live, range(RELEASES)))
    for number in range(RELEASES):
        assert lies(context.client, context.namespace, f"r{number}") == []
        assert len(records(context.client, context.namespace, f"r{number}")) == 3
    with ThreadPoolExecutor(RELEASES) as pool:
        list(pool.map(lambda number: uninstall(context, f"r{number}"), range(RELEASES)))
    assert all(not marked(context.client, context.namespace, f"r{number}") for number in range(RELEASES))


def test_threads_on_one_release(context: Context, tmp_path: Path) -> None:
    parsed = load(str(write(tmp_path / "small", SMALL)))
    install(context, parsed, {}, InstallOptions(name="x"))

    def attempt(number: int) -> bool:
        try:
            upgrade(context, "x", parsed, {"k": f"n{number}"}, UpgradeOptions())
        except LockedError:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        done = list(pool.map(attempt, range(10))).count(True)
    assert done >= 1
    assert lies(context.client, context.namespace, "x") == []
    assert len(records(context.client, context.namespace, "x")) == 1 + done
