"""Bad luck: the process killed, the API server gone, the network broken, at any moment of an action.

After each, the next command works, the record tells the truth, nothing is orphaned and nothing is gone that
should stay. How often each is tried: HIVEHELM_KILLS, HIVEHELM_RESTARTS, HIVEHELM_BROKEN (a few without them);
moments are drawn from HIVEHELM_SEED and the number of the try, which is in the test's name.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from tests.cluster.scenarios.model import chart
from tests.cluster.scenarios.objects import config_map, deployment, hook, job, kept, service
from tests.cluster.scenarios.side import environment
from tests.cluster.scenarios.truth import lies, marked, records
from tests.cluster.waiting import make_namespace

from hivehelm.cluster.processes import this
from hivehelm.kube.client import Client
from hivehelm.kube.kubeconfig import Config
from hivehelm.testing import Fault, FaultProxy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hivehelm.cluster.cluster import Cluster

SEED = os.environ.get("HIVEHELM_SEED", "1")
KILLS = int(os.environ.get("HIVEHELM_KILLS", "8"))
RESTARTS = int(os.environ.get("HIVEHELM_RESTARTS", "2"))
BROKEN = int(os.environ.get("HIVEHELM_BROKEN", "8"))
HOOK = hook(job("h"), "pre-install,pre-upgrade,post-rollback,pre-delete", policy="before-hook-creation")
CHARTS = {
    "one": chart(
        *(config_map(f"one-{number}", k="1") for number in range(6)),
        config_map("both", k="1"),
        kept(config_map("kept")),
        deployment("d"),
        service("s"),
        HOOK,
    ),
    "two": chart(
        *(config_map(f"two-{number}", k="2") for number in range(6)),
        config_map("both", k="2"),
        kept(config_map("kept")),
        deployment("d", replicas=2),
        service("t"),
        HOOK,
        version="0.2.0",
    ),
}
KEPT = ("ConfigMap/kept",)
# What is disturbed, what was done before, and what may come next.
ACTIONS = {
    "install": ((), "install x ./one", ("upgrade x ./two --install", "upgrade x ./one --install")),
    "upgrade": (
        ("install x ./one",),
        "upgrade x ./two",
        ("upgrade x ./two", "upgrade x ./one", "rollback x 1"),
    ),
    "rollback": (
        ("install x ./one", "upgrade x ./two"),
        "rollback x 1",
        ("rollback x 1", "rollback x 2", "upgrade x ./two", "upgrade x ./one"),
    ),
    "uninstall": (("install x ./one", "upgrade x ./two"), "uninstall x", ("uninstall x",)),
}


class Place:
    """A namespace, two charts, and our tool at work there."""

    def __init__(self, kubeconfig: Path, top: Path) -> None:
        self.namespace = f"fault-{uuid4().hex[:8]}"
        self.top = top
        self.home = top / "home"
        self.kubeconfig = kubeconfig
        self.client = Client(Config.load(str(kubeconfig)), cache_dir=None)
        make_namespace(self.client, self.namespace)
        self.client.create(config_map("mine"), self.namespace)
        for name, files in CHARTS.items():
            for path, text in files.items():
                file = top / name / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)

    def start(self, line: str, kubeconfig: Path | None = None) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "hivehelm.cli.hivehelm", *line.split()],
            cwd=self.top,
            env={
                **environment(kubeconfig or self.kubeconfig, self.home),
                "HELM_NAMESPACE": self.namespace,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, line: str) -> None:
        """Run a command that has to work."""
        with self.start(line) as process:
            _, told = process.communicate(timeout=400)
        assert process.returncode == 0, (line, told)

    def check(self, action: str, following: str) -> None:
        """Go on after a disturbed action, and see whether everything is as it should be."""
        before = records(self.client, self.namespace, "x")
        versions = [one["version"] for one in before]
        if action == "uninstall":
            # They go from the oldest on: the last to go tells what is under way.
            assert versions in ([1, 2], [2], []), "a revision is lost"
            if before:
                self.run(following)
            assert records(self.client, self.namespace, "x") == []
            assert marked(self.client, self.namespace, "x") == set(KEPT)
        else:
            assert versions == list(range(1, len(before) + 1)), "a revision is lost"
            if following.startswith("rollback x 2") and len(before) < 2:
                following = "rollback x 1"
            self.run(following)
            assert lies(self.client, self.namespace, "x", kept=KEPT) == []
            self.run("uninstall x")
            assert marked(self.client, self.namespace, "x") == set(KEPT)
        assert self.client.get("v1", "ConfigMap", "mine", self.namespace)["data"] == {"k": "1"}


def drawn(kind: str, number: int) -> tuple[random.Random, str, tuple[str, ...], str, str]:
    """Return chance itself, and an action with what is before and after it."""
    chance = random.Random(f"{SEED} {kind} {number}")  # noqa: S311
    action = list(ACTIONS)[number % len(ACTIONS)]
    before, disturbed, after = ACTIONS[action]
    return chance, action, before, disturbed, chance.choice(after)


@pytest.fixture(scope="module")
def took(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """How long each action takes when nothing goes wrong."""
    place = Place(cluster.kubeconfig(), tmp_path_factory.mktemp("undisturbed"))
    found = {}
    for action in ("install", "upgrade", "rollback", "uninstall"):
        started = time.monotonic()
        place.run(ACTIONS[action][1])
        found[action] = time.monotonic() - started
    return found


@pytest.mark.parametrize("number", range(KILLS))
def test_killed(number: int, cluster: Cluster, took: dict[str, float], tmp_path: Path) -> None:
    chance, action, before, disturbed, following = drawn("killed", number)
    moment = chance.uniform(0.0, 1.0) * took[action]
    hit = False
    while not hit:
        place = Place(cluster.kubeconfig(), tmp_path)
        for line in before:
            place.run(line)
        with place.start(disturbed) as process:
            time.sleep(moment)
            process.send_signal(signal.SIGKILL)
            process.communicate()
        hit = process.returncode == -signal.SIGKILL
        # Where it was over before, it is hit earlier the next time.
        moment *= 0.7
    place.check(action, following)


@pytest.mark.parametrize("gone", range(3))
def test_killed_while_records_go(gone: int, cluster: Cluster, tmp_path: Path) -> None:
    place = Place(cluster.kubeconfig(), tmp_path)
    before, disturbed, (following,) = ACTIONS["uninstall"]
    for line in before:
        place.run(line)
    started: list[subprocess.Popen[str]] = []
    is_known = threading.Event()
    revisions = (f"/secrets/sh.helm.release.v1.x.v{number}" for number in (1, 2))
    awaited = list(revisions)[gone:]

    def choose(method: str, path: str) -> Fault | None:
        if method == "DELETE" and awaited and path.split("?")[0].endswith(awaited[0]):
            assert is_known.wait(60)
            started[0].kill()
            return Fault(drop=True)
        return None

    with FaultProxy(place.client.transport, choose) as proxy:
        started.append(place.start(disturbed, proxy.write_kubeconfig(tmp_path / "proxy.json")))
        is_known.set()
        started[0].communicate(timeout=400)
    assert started[0].returncode == (-signal.SIGKILL if awaited else 0)
    left = records(place.client, place.namespace, "x")
    assert [one["version"] for one in left] == [1, 2][gone:]
    assert [one["info"]["status"] for one in left][-1:] == ["uninstalling"][: len(left)]
    place.check("uninstall", following)


@pytest.fixture(scope="module")
def restarted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A control plane of these tests' own."""
    from hivehelm.cluster.cluster import Cluster

    made = Cluster("restarted", root=tmp_path_factory.mktemp("clusters"), owner=this())
    made.up()
    yield made
    made.reset()


def _wait_for_end(cluster: Cluster, pid: int) -> None:
    """Wait until a part is gone; it is given three of the sixty seconds that it would take to say goodbye."""
    patience = time.monotonic() + 3.0
    while any(part.state == "running" for part in cluster.status().parts if part.pid == pid):
        if time.monotonic() > patience:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


@pytest.mark.parametrize("number", range(RESTARTS))
def test_api_server_restarted(
    number: int, restarted: Cluster, took: dict[str, float], tmp_path: Path
) -> None:
    chance, action, before, disturbed, following = drawn("restarted", number + 1)
    moment = chance.uniform(0.1, 0.9) * took[action]
    hit = False
    while not hit:
        place = Place(restarted.kubeconfig(), tmp_path)
        for line in before:
            place.run(line)
        [server] = [part for part in restarted.status().parts if part.name == "kube-apiserver"]
        with place.start(disturbed) as process:
            time.sleep(moment)
            hit = process.poll() is None
            if hit:
                os.kill(server.pid, chance.choice((signal.SIGTERM, signal.SIGKILL)))
                _wait_for_end(restarted, server.pid)
                restarted.up()
            process.communicate(timeout=400)
        moment *= 0.7
    place.check(action, following)


FAULTS = {
    "429": Fault(status=429, retry_after=1),
    "429 without a time": Fault(status=429),
    "500": Fault(status=500),
    "503": Fault(status=503),
    "dropped": Fault(drop=True),
    "dropped late": Fault(drop=True, late=True),
    "slow": Fault(delay=0.5),
    "a mess": None,
}


@pytest.mark.parametrize("number", range(BROKEN))
def test_broken_network(number: int, cluster: Cluster, tmp_path: Path) -> None:
    chance, action, before, disturbed, following = drawn("broken", number // len(FAULTS) + number)
    kind = list(FAULTS)[number % len(FAULTS)]
    place = Place(cluster.kubeconfig(), tmp_path)
    for line in before:
        place.run(line)
    share = chance.choice((0.1, 0.3))

    def choose(_method: str, _path: str) -> Fault | None:
        if chance.random() >= share:
            return None
        return FAULTS[kind] or chance.choice([one for one in FAULTS.values() if one])

    with FaultProxy(place.client.transport, choose) as proxy:
        through = proxy.write_kubeconfig(tmp_path / "proxy.json")
        with place.start(f"{disturbed} --timeout 30s", through) as process:
            _, told = process.communicate(timeout=400)
    assert "Traceback" not in told, told
    place.check(action, following)
