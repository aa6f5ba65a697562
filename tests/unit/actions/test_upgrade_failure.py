"""Upgrades that had begun and failed: what is on record, what is undone, what is said."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.actions.outcome import names, refuse, statuses

from hivehelm.actions.context import Context
from hivehelm.actions.errors import UpgradeError
from hivehelm.actions.events import Event
from hivehelm.actions.install import InstallOptions, install
from hivehelm.actions.upgrade import UpgradeOptions, upgrade
from hivehelm.chart.model import Chart
from hivehelm.errors import HivehelmError
from hivehelm.kube.errors import ApiError
from hivehelm.release.drivers.memory import Memory
from hivehelm.release.errors import LockLostError, StorageError
from hivehelm.release.model import Release
from hivehelm.release.storage import Storage
from hivehelm.testing import FakeCluster

MakeChart = Callable[..., Chart]
ConfigMap = Callable[..., str]
Logs = list[tuple[str, str, dict[str, object]]]

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n"
REFUSED = (
    "failed to create resource: server-side apply failed for object default/s /v1, Kind=Service: "
    "no, you may not"
)
DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {selector: {}}\n"


def go(context: Context, chart: Chart, **options: Any) -> Release:
    return upgrade(context, "web", chart, {}, UpgradeOptions(**options))


def failure(context: Context, chart: Chart, **options: Any) -> UpgradeError:
    with pytest.raises(UpgradeError) as caught:
        go(context, chart, **options)
    return caught.value


@pytest.fixture(autouse=True)
def installed(context: Context, make_chart: MakeChart, config_map: ConfigMap) -> None:
    """Revision 1 has ConfigMap `a`."""
    install(context, make_chart({"templates/a.yaml": config_map("a")}), {}, InstallOptions(name="web"))


@pytest.fixture
def broken(cluster: FakeCluster, make_chart: MakeChart, config_map: ConfigMap) -> Chart:
    """Makes ConfigMap `b`, but may not make its Service."""
    refuse(cluster, "PATCH", "services")
    return make_chart({"templates/b.yaml": f"{config_map('b')}---\n{SERVICE}"})


def test_it_is_noted_on_the_record(
    context: Context, cluster: FakeCluster, broken: Chart, logs: Logs, events: list[Event]
) -> None:
    cluster.requests.clear()
    error = failure(context, broken)
    assert str(error) == REFUSED
    stored = context.storage.get("web", 2)
    assert stored.info == error.release.info
    assert (stored.info.status, stored.info.description) == ("failed", f'Upgrade "web" failed: {REFUSED}')
    assert statuses(context) == {1: "deployed", 2: "failed"}
    assert [(level, text, str(more["error"])) for level, text, more in logs if level == "WARN"] == [
        ("WARN", "upgrade failed", REFUSED)
    ]
    assert (events[-1].stage, events[-1].subject) == ("failed", REFUSED)
    # Nothing was deleted; and Helm writes the revision that stays once more, as it was.
    assert names(cluster) == {"a", "b"}
    written = [path.rpartition(".")[2] for method, path in cluster.requests if method == "PUT"]
    assert written == ["v1", "v2"]


def test_the_next_upgrade_takes_over_what_is_there(
    context: Context, cluster: FakeCluster, broken: Chart, make_chart: MakeChart, config_map: ConfigMap
) -> None:
    failure(context, broken)
    assert go(context, make_chart({"templates/b.yaml": config_map("b")})).version == 3
    assert statuses(context) == {1: "superseded", 2: "failed", 3: "deployed"}
    assert names(cluster) == {"b"}


class TestCleaningUp:
    def test_what_was_made_goes(self, context: Context, cluster: FakeCluster, broken: Chart) -> None:
        assert str(failure(context, broken, cleanup_on_fail=True)) == REFUSED
        assert names(cluster) == {"a"}

    def test_a_failure_to_is_told(self, context: Context, cluster: FakeCluster, broken: Chart) -> None:
        refuse(cluster, "DELETE", "configmaps")
        error = failure(context, broken, cleanup_on_fail=True, rollback_on_failure=True)
        assert str(error) == (
            f"an error occurred while cleaning up resources. original upgrade error: {REFUSED}: "
            "unable to cleanup resources: no, you may not"
        )
        assert error.clean_up_error is not None
        assert statuses(context) == {1: "deployed", 2: "failed"}

    def test_nothing_made_is_nothing_to_delete(
        self, context: Context, cluster: FakeCluster, make_chart: MakeChart, config_map: ConfigMap
    ) -> None:
        refuse(cluster, "PATCH", "configmaps")
        chart = make_chart({"templates/a.yaml": config_map("a")})
        assert str(failure(context, chart, cleanup_on_fail=True)).startswith("server-side apply failed")


class TestRollingBack:
    def test_the_last_good_revision_comes_back(
        self, context: Context, cluster: FakeCluster, broken: Chart, events: list[Event]
    ) -> None:
        error = failure(context, broken, rollback_on_failure=True)
        assert str(error) == (
            f"release web failed, and has been rolled back due to rollback-on-failure being set: {REFUSED}"
        )
        assert error.rolled_back
        assert statuses(context) == {1: "superseded", 2: "failed", 3: "deployed"}
        assert context.storage.get("web", 3).info.description == "Rollback to 1"
        assert names(cluster) == {"a"}
        assert {event.subject for event in events if event.stage == "wait"} >= {"watcher"}

    def test_a_failure_to_is_told(
        self, context: Context, cluster: FakeCluster, broken: Chart, config_map: ConfigMap
    ) -> None:
        stored = context.storage.get("web", 1)
        context.storage.update(stored.replace(manifest=f"{config_map('a')}---\n{SERVICE}"))
        error = failure(context, broken, rollback_on_failure=True)
        assert str(error) == (
            f"an error occurred while rolling back the release. original upgrade error: {REFUSED}: {REFUSED}"
        )
        assert error.rollback_error is not None
        assert statuses(context) == {1: "deployed", 2: "superseded", 3: "failed"}

    def test_there_may_be_nowhere_to_go(self, context: Context, broken: Chart) -> None:
        context.storage.update(context.storage.get("web", 1).with_status("failed", ""))
        assert str(failure(context, broken, rollback_on_failure=True)) == (
            "unable to find a previously successful release when attempting to rollback. "
            f"original upgrade error: {REFUSED}"
        )

    def test_the_history_may_be_out_of_reach(
        self, context: Context, broken: Chart, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def lost(*_: object) -> None:
            raise HivehelmError("gone")

        monkeypatch.setattr("hivehelm.actions.history.history", lost)
        assert str(failure(context, broken, rollback_on_failure=True)) == (
            "an error occurred while finding last successful release. "
            f"original upgrade error: {REFUSED}: gone"
        )


def job(name: str, event: str) -> str:
    return (
        f"apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: {name}\n"
        f"  annotations: {{helm.sh/hook: {event}}}\n"
    )


@pytest.mark.parametrize("event", ["pre-upgrade", "post-upgrade"])
def test_hooks_that_fail(
    context: Context,
    cluster: FakeCluster,
    make_chart: MakeChart,
    config_map: ConfigMap,
    event: str,
) -> None:
    refuse(cluster, "PATCH", "jobs")
    chart = make_chart({"templates/h.yaml": job("h", event), "templates/b.yaml": config_map("b")})
    assert str(failure(context, chart, cleanup_on_fail=True)) == (
        f"{event} hooks failed: warning: Hook {event} web/templates/h.yaml failed: "
        "server-side apply failed for object default/h batch/v1, Kind=Job: no, you may not"
    )
    # What left the chart is gone by the time that hooks run after all; what is new was cleaned up.
    assert names(cluster) == ({"a"} if event == "pre-upgrade" else set())
    assert statuses(context) == {1: "deployed", 2: "failed"}
    assert go(context, chart, no_hooks=True).info.status == "deployed"


class TestWaiting:
    @pytest.fixture
    def waiting(self, make_chart: MakeChart) -> Context:
        context = Context(Storage(Memory()), FakeCluster(settle=False).client())
        install(context, make_chart({}), {}, InstallOptions(name="web"))
        return context

    def test_what_does_not_get_ready_in_time(self, waiting: Context, make_chart: MakeChart) -> None:
        chart = make_chart({"templates/d.yaml": DEPLOYMENT})
        error = failure(waiting, chart, wait="watcher", timeout=0.3, cleanup_on_fail=True)
        assert str(error).startswith("resource Deployment/default/d not ready")
        assert statuses(waiting) == {1: "deployed", 2: "failed"}
        with pytest.raises(ApiError):
            waiting.client.get("apps/v1", "Deployment", "d", "default")

    def test_a_caller_who_gives_up(self, waiting: Context, make_chart: MakeChart) -> None:
        cancel = threading.Event()

        def heard(event: Event) -> None:
            if event.stage == "waiting":
                cancel.set()

        seen = Context(waiting.storage, waiting.client, on_event=heard)
        chart = make_chart({"templates/d.yaml": DEPLOYMENT})
        assert str(failure(seen, chart, wait="watcher", cancel=cancel)) == "context canceled"
        description = waiting.storage.get("web", 2).info.description
        assert description == 'Upgrade "web" failed: context canceled'


@pytest.mark.parametrize(
    ("error", "text"),
    [(KeyboardInterrupt(), "context canceled"), (ValueError("odd"), "odd"), (MemoryError(), "MemoryError")],
)
def test_whatever_happens_is_noted(
    context: Context, broken: Chart, monkeypatch: pytest.MonkeyPatch, error: BaseException, text: str
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("hivehelm.actions.updating.update", break_down)
    with pytest.raises(type(error)):
        go(context, broken)
    assert context.storage.get("web", 2).info.description == f'Upgrade "web" failed: {text}'


def test_who_lost_the_release_leaves_it_alone(
    context: Context, make_chart: MakeChart, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken_over(*_: object, **__: object) -> None:
        raise LockLostError("web", 2)

    monkeypatch.setattr("hivehelm.kube.wait.wait_ready", taken_over)
    with pytest.raises(LockLostError):
        go(context, make_chart({}), rollback_on_failure=True)
    assert statuses(context) == {1: "deployed", 2: "pending-upgrade"}


def test_a_success_that_cannot_be_recorded_is_told(
    context: Context, cluster: FakeCluster, make_chart: MakeChart
) -> None:
    refuse(cluster, "PUT", "secrets")
    with pytest.raises(StorageError, match=r"^update: failed to update: no, you may not$"):
        go(context, make_chart({}))
    assert statuses(context) == {1: "deployed", 2: "pending-upgrade"}
