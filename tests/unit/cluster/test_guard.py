from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from hivehelm.cluster import guard, processes
from hivehelm.cluster import state as states
from hivehelm.cluster.parts import Ports
from hivehelm.cluster.processes import Process
from hivehelm.cluster.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

GONE = Process(pid=1, born="the boot before:1")


def _sleeper(tmp_path: Path) -> Process:
    return processes.start(["/bin/sleep", "600"], tmp_path / "log", tmp_path, {})


def _soon(done: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while not done() and time.monotonic() < deadline:
        time.sleep(0.05)
    return done()


def _task(owner: Process, ends: list[Process], removes: list[Path], clusters: list[Path]) -> str:
    return json.dumps(
        {
            "owner": [owner.pid, owner.born],
            "ends": [[process.pid, process.born] for process in ends],
            "removes": [str(path) for path in removes],
            "clusters": [str(path) for path in clusters],
        }
    )


def test_what_a_dead_process_left_is_cleared_away(tmp_path: Path) -> None:
    left = _sleeper(tmp_path)
    directory = tmp_path / "directory"
    directory.mkdir()
    cluster = tmp_path / "clusters" / "one"
    cluster.mkdir(parents=True)
    part = _sleeper(tmp_path)
    ports = Ports(etcd=1, peer=2, api=3, kubelet=4)
    states.save(cluster / "cluster.json", State(ports=ports, owner=GONE, processes={"etcd": part}))
    guard.keep(_task(GONE, [left], [directory], [cluster]))
    assert not processes.alive(left)
    assert not processes.alive(part)
    assert not directory.exists()
    assert not cluster.exists()


def test_a_guard_with_nothing_to_guard_goes(tmp_path: Path) -> None:
    guard.keep(_task(processes.this(), [GONE], [tmp_path / "absent"], []))


def test_a_guard_waits_for_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = tmp_path / "directory"
    directory.mkdir()
    waited: list[float] = []
    answers = iter([True, True, False])
    monkeypatch.setattr(processes, "alive", lambda _process: next(answers, False))
    monkeypatch.setattr(time, "sleep", waited.append)
    guard.keep(_task(GONE, [], [directory], []))
    assert len(waited) == 2
    assert not directory.exists()


def test_the_guard_is_a_process_that_outlives_its_owner(tmp_path: Path) -> None:
    directory = tmp_path / "directory"
    directory.mkdir()
    left = _sleeper(tmp_path)
    with subprocess.Popen(["/bin/sleep", "600"]) as owner:
        guard.watch(processes.of(owner.pid), ends=[left], removes=[directory])
        time.sleep(0.3)
        assert processes.alive(left)
        os.kill(owner.pid, signal.SIGKILL)
    assert _soon(lambda: not processes.alive(left) and not directory.exists())
