"""No request of an action outlasts its deadline; what became of it is written down all the same."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from hivehelm.actions import context as contexts
from hivehelm.actions.context import Context
from hivehelm.actions.install import InstallOptions, install
from hivehelm.actions.rollback import RollbackOptions, rollback
from hivehelm.actions.test import TestOptions, test
from hivehelm.actions.uninstall import UninstallOptions, uninstall
from hivehelm.actions.upgrade import UpgradeOptions, upgrade
from hivehelm.chart.model import Chart
from hivehelm.errors import HivehelmError
from hivehelm.http.errors import DialError
from hivehelm.kube.errors import RequestError
from hivehelm.kube.transport import Response
from hivehelm.release.drivers.memory import Memory
from hivehelm.release.drivers.secret import Secrets
from hivehelm.release.model import Status
from hivehelm.release.storage import Storage
from hivehelm.testing import FakeCluster

SECONDS = 100.0
GRACE = 20.0
PATIENCE = 1000.0


class Clock:
    """A clock that is put forward by what is waited for: nobody waits, and slow machines are not late."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self._monotonic = time.monotonic

    def __call__(self) -> float:
        return self._monotonic() + self.ahead


class Stalling(FakeCluster):
    """A cluster that does not answer what `stalls` says: who asks waits for as long as he is ready to."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.stalls: Callable[[str, str], bool] = lambda method, path: False
        self.waited: list[float] = []

    def request(self, method: str, path: str, *, timeout: float | None = None, **asked: Any) -> Response:
        if self.stalls(method, path):
            seconds = PATIENCE if timeout is None else min(PATIENCE, timeout)
            self.waited.append(seconds)
            self._clock.ahead += seconds
            raise RequestError(method, path, DialError("context deadline exceeded"))
        return super().request(method, path, timeout=timeout, **asked)


@pytest.fixture
def stalling(monkeypatch: pytest.MonkeyPatch) -> Stalling:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    return Stalling(clock)


@pytest.fixture
def here(stalling: Stalling) -> Context:
    client = stalling.client()
    return Context(Storage(Secrets(client, "default")), client)


@pytest.fixture
def chart(make_chart: Callable[..., Chart], config_map: Callable[..., str]) -> Chart:
    return make_chart({"templates/a.yaml": config_map("a")})


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contexts, "GRACE", GRACE)


def soon() -> float:
    return time.monotonic() + SECONDS


@pytest.mark.parametrize("plural", ["version", "secrets", "configmaps"])
@pytest.mark.parametrize("verb", ["install", "upgrade", "rollback", "uninstall", "test"])
def test_a_server_that_stops_answering(
    here: Context, stalling: Stalling, chart: Chart, verb: str, plural: str
) -> None:
    actions: dict[str, Callable[[], Any]] = {
        "install": lambda: install(here, chart, {}, InstallOptions(name="new", deadline=soon())),
        "upgrade": lambda: upgrade(here, "web", chart, {}, UpgradeOptions(deadline=soon())),
        "rollback": lambda: rollback(here, "web", RollbackOptions(deadline=soon())),
        "uninstall": lambda: uninstall(here, "web", UninstallOptions(deadline=soon())),
        "test": lambda: test(here, "web", TestOptions(deadline=soon())),
    }
    install(here, chart, {}, InstallOptions(name="web"))
    upgrade(here, "web", chart, {}, UpgradeOptions())
    # A cluster that has answered once is not asked for its version again.
    here.client._version = None
    stalling.stalls = lambda _, path: plural in path.split("/")
    started = time.monotonic()
    if (verb, plural) == ("test", "configmaps"):
        actions[verb]()
    else:
        with pytest.raises(HivehelmError):
            actions[verb]()
        assert stalling.waited
    assert time.monotonic() - started < SECONDS + 8 * GRACE


def test_what_ran_out_of_time_is_on_record(here: Context, stalling: Stalling, chart: Chart) -> None:
    stalling.stalls = lambda method, path: method == "PATCH" and "configmaps" in path
    with pytest.raises(HivehelmError):
        install(here, chart, {}, InstallOptions(name="web", deadline=soon()))
    assert here.storage.last("web").info.status == Status.FAILED


def test_what_ran_out_of_time_is_undone(here: Context, stalling: Stalling, chart: Chart) -> None:
    stalling.stalls = lambda method, path: method == "PATCH" and path.endswith("/a")
    with pytest.raises(HivehelmError, match="uninstalled due to rollback-on-failure being set"):
        install(here, chart, {}, InstallOptions(name="web", deadline=soon(), rollback_on_failure=True))
    assert not stalling.objects("Secret")


def test_an_upgrade_that_ran_out_of_time_is_undone(
    here: Context,
    stalling: Stalling,
    chart: Chart,
    make_chart: Callable[..., Chart],
    config_map: Callable[..., str],
) -> None:
    install(here, chart, {}, InstallOptions(name="web"))
    more = make_chart({"templates/a.yaml": config_map("a"), "templates/z.yaml": config_map("z")})
    stalling.stalls = lambda method, path: (
        method in ("POST", "PATCH") and path.endswith(("/z", "/configmaps"))
    )
    with pytest.raises(HivehelmError, match="has been rolled back due to rollback-on-failure being set"):
        upgrade(
            here,
            "web",
            more,
            {},
            UpgradeOptions(deadline=soon(), rollback_on_failure=True, cleanup_on_fail=True),
        )
    assert here.storage.last("web").info.status == Status.DEPLOYED


def test_without_a_deadline_there_is_nothing_to_do() -> None:
    here = Context(Storage(Memory()))
    assert here.until(None) is here
    assert here.afresh(5) is here
    bounded = here.until(soon())
    assert not bounded.has_cluster
    assert bounded.afresh(5) is not bounded
    assert bounded.afresh(5).afresh(5) is not here
