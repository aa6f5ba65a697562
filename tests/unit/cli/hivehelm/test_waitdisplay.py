from __future__ import annotations

import io
import re
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from rich.console import Console

from hivehelm.actions.context import Context
from hivehelm.actions.events import Event
from hivehelm.cli.hivehelm import waitdisplay
from hivehelm.cli.hivehelm.waitdisplay import WaitDisplay
from hivehelm.kube.errors import KubeError
from hivehelm.kube.verdict import IN_PROGRESS, Status
from hivehelm.kube.wait import Progress
from hivehelm.release.drivers.memory import Memory
from hivehelm.release.storage import Storage
from hivehelm.testing import FakeCluster

NAME = "Deployment/default/web"


def event(stage: str, subject: str = "", lacking: int = 1) -> Event:
    waits = Status(state=IN_PROGRESS, message="Available: 0/2")
    names = [NAME, *(f"Job/default/j{n}" for n in range(lacking - 1))]
    progress = Progress(
        done=1, total=lacking + 1, waiting_for=NAME, lacking=tuple((name, waits) for name in names)
    )
    told = progress if stage == "waiting" else None
    return Event(action="install", release="web", stage=stage, subject=subject, progress=told)


class Screen(io.StringIO):
    """A terminal that counts what is written."""

    def until(self, text: str) -> str:
        end = time.monotonic() + 60
        while text not in self.getvalue():
            assert time.monotonic() < end, self.getvalue()
            time.sleep(0.01)
        return self.getvalue()


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def make(screen: Screen) -> Callable[..., WaitDisplay]:
    def made(patience: float = 0.0) -> WaitDisplay:
        return WaitDisplay(lambda: Console(file=screen, force_terminal=True, width=100), patience)

    return made


@pytest.fixture
def context() -> Context:
    return Context(Storage(Memory("default")), FakeCluster().client())


def test_what_is_waited_for_is_shown_and_then_erased(
    make: Callable[..., WaitDisplay], screen: Screen, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hivehelm.actions.reasons.reasons", lambda *_: ["web-1 (c): ErrImagePull: nope"])
    display = make()
    display.context = context
    display(event("waiting"))
    display(event("waiting"))
    shown = screen.until("ErrImagePull")
    assert re.search(r"Waiting: 1 of 2 ready \(\d+ s\)", shown)
    assert f"  {NAME}  InProgress: Available: 0/2" in shown
    display(event("waited"))
    assert screen.getvalue().endswith("\x1b[2K")


def test_a_failure_leaves_the_reasons(make: Callable[..., WaitDisplay], screen: Screen) -> None:
    display = make()
    display(event("waiting", lacking=10))
    screen.until("and 2 more")
    display(event("waited", "context deadline exceeded"))
    assert screen.getvalue().rstrip().endswith("and 2 more")
    assert "\x1b" not in screen.getvalue().rpartition("Waiting")[2]


def test_what_takes_no_time_is_not_shown(
    make: Callable[..., WaitDisplay], screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        assert over.wait(60)

    monkeypatch.setattr(waitdisplay, "time", SimpleNamespace(sleep=sleep, monotonic=time.monotonic))
    display = make(0.05)
    display(event("waiting"))
    display(event("waited"))
    display(event("applied"))
    over.set()
    for thread in threading.enumerate():
        if thread.name == "wait-display":
            thread.join(60)
    assert screen.getvalue() == ""
    assert slept == [0.05]


def test_reasons_that_cannot_be_had_are_left_out(
    make: Callable[..., WaitDisplay], screen: Screen, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = threading.Event()

    def refuse(*_: object) -> list[str]:
        asked.set()
        raise KubeError("no")

    monkeypatch.setattr("hivehelm.actions.reasons.reasons", refuse)
    display = make()
    display.context = context
    display(event("waiting"))
    assert asked.wait(60)
    assert "Available: 0/2" in screen.until("Available")
    display.hide()
