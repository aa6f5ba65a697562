from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hivehelm.cluster import processes
from hivehelm.cluster.processes import Process

_STUBBORN = "trap '' TERM; echo up; while :; do sleep 0.05; done"


def _start(tmp_path: Path, script: str) -> Process:
    return processes.start(["/bin/sh", "-c", script], tmp_path / "log", tmp_path, {"PATH": os.defpath})


def test_a_process_is_alive_until_it_is_stopped(tmp_path: Path) -> None:
    started = _start(tmp_path, "echo out; echo err >&2; exec sleep 600")
    while (tmp_path / "log").read_text() != "out\nerr\n":
        time.sleep(0.01)
    assert processes.alive(started)
    assert processes.of(started.pid) == started
    assert os.getsid(started.pid) == started.pid  # a session of its own
    processes.stop([started])
    assert not processes.alive(started)


def test_a_process_that_ended_is_not_alive(tmp_path: Path) -> None:
    started = _start(tmp_path, "exit 3")
    for _ in range(200):
        if not processes.alive(started):
            break
        time.sleep(0.01)
    assert not processes.alive(started)
    processes.stop([started])


def test_one_that_will_not_end_is_ended(tmp_path: Path) -> None:
    started = _start(tmp_path, _STUBBORN)
    while not (tmp_path / "log").read_text():
        time.sleep(0.01)
    processes.stop([started], grace=0.1)
    assert not processes.alive(started)


def test_a_strangers_process_with_the_same_id_is_left_alone() -> None:
    with subprocess.Popen(["/bin/sleep", "600"]) as stranger:
        remembered = Process(pid=stranger.pid, born="the boot before:1")
        assert not processes.alive(remembered)
        processes.stop([remembered])
        assert stranger.poll() is None
        stranger.kill()


def test_an_id_that_nobody_has_is_not_alive() -> None:
    with subprocess.Popen(["/bin/true"]) as gone:
        pass
    assert not processes.alive(processes.of(gone.pid))
    processes._signal(Process(pid=gone.pid, born=""), signal.SIGTERM)


def test_this_process_is_alive_and_of_this_boot() -> None:
    assert processes.alive(processes.this())
    assert processes.this_boot(processes.this())


@pytest.mark.skipif(sys.platform != "linux", reason="others do not say when they were booted")
def test_a_process_of_another_boot_is_told() -> None:
    assert not processes.this_boot(Process(pid=1, born="another:12"))


@pytest.mark.parametrize(("state", "expected"), [("S", "boot:777"), ("Z", None), ("X", None)])
def test_what_is_left_of_a_process_is_none(tmp_path: Path, state: str, expected: str | None) -> None:
    (tmp_path / "sys/kernel/random").mkdir(parents=True)
    (tmp_path / "sys/kernel/random/boot_id").write_text("boot\n")
    (tmp_path / "42").mkdir()
    # The command may hold anything, parentheses and blanks too.
    middle = " ".join(str(n) for n in range(4, 22))
    (tmp_path / "42/stat").write_text(f"42 (a) Z (b) {state} {middle} 777 0\n")
    assert processes._born_by_proc(42, tmp_path) == expected
    assert processes._born_by_proc(43, tmp_path) is None


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("S    Fri Nov 21 12:00:00 2026\n", "Fri Nov 21 12:00:00 2026"),
        ("Z+   Fri Nov 21 12:00:00 2026\n", None),
        ("", None),
    ],
)
def test_ps_says_it_elsewhere(monkeypatch: pytest.MonkeyPatch, printed: str, expected: str | None) -> None:
    def ran(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        assert command[-2:] == ["-p", "42"]
        return subprocess.CompletedProcess(command, 0, stdout=printed)

    monkeypatch.setattr(subprocess, "run", ran)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert processes._born(42) == expected
