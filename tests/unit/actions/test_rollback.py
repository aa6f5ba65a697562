from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.actions.outcome import names, refuse, statuses

from hivehelm.actions.context import Context
from hivehelm.actions.errors import ActionError, InvalidNameError, PendingError, PreflightError, RollbackError
from hivehelm.actions.events import Event
from hivehelm.actions.install import InstallOptions, install
from hivehelm.actions.rollback import RollbackOptions, rollback
from hivehelm.actions.upgrade import UpgradeOptions, upgrade
from hivehelm.chart.model import Chart
from hivehelm.kube.errors import ApiError, UnreachableError
from hivehelm.release.errors import LockLostError, ReleaseNotFoundError, StorageError
from hivehelm.release.model import Info, Release
from hivehelm.testing import FakeCluster

MakeChart = Callable[..., Chart]
ConfigMap = Callable[..., str]
Logs = list[tuple[str, str, dict[str, object]]]

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n"
REFUSED = (
    "failed to create resource: server-side apply failed for object default/s /v1, Kind=Service: "
    "no, you may not"
)


def go(context: Context, **options: Any) -> Release:
    return rollback(context, "web", RollbackOptions(**options))


def failure(context: Context, **options: Any) -> RollbackError:
    with pytest.raises(RollbackError) as caught:
        go(context, **options)
    return caught.value


@pytest.fixture
def chart(make_chart: MakeChart, config_map: ConfigMap) -> Chart:
    """A ConfigMap that the values name."""
    return make_chart(
        {"templates/cm.yaml": config_map("{{ .Values.name }}"), "templates/NOTES.txt": "{{ .Values.name }}"}
    )


@pytest.fixture
def upgraded(context: Context, chart: Chart) -> Release:
    """Revision 1 has ConfigMap `a`, revision 2 has `b` in its place."""
    install(context, chart, {"name": "a"}, InstallOptions(name="web", labels={"of": "1"}))
    return upgrade(context, "web", chart, {"name": "b"}, UpgradeOptions(labels={"of": "2"}))


class TestSuccess:
    @pytest.mark.parametrize("revision", [0, 1])
    def test_it_is_as_it_was(
        self, context: Context, cluster: FakeCluster, upgraded: Release, revision: int
    ) -> None:
        release = go(context, revision=revision)
        assert names(cluster) == {"a"}
        assert statuses(context) == {1: "superseded", 2: "superseded", 3: "deployed"}
        assert release == context.storage.get("web", 3)
        first = context.storage.get("web", 1)
        assert release == first.replace(
            version=3,
            info=Info(
                first_deployed=first.info.first_deployed,
                last_deployed=context.now(),
                description="Rollback to 1",
                status="deployed",
                notes="a",
                rollback_revision=1,
            ),
        )

    def test_the_stages_are_told(self, context: Context, upgraded: Release, events: list[Event]) -> None:
        events.clear()
        go(context, description="why")
        assert [(event.action, event.stage, event.subject) for event in events] == [
            ("rollback", "record", ""),
            ("rollback", "apply", "1"),
            ("rollback", "wait", "hookOnly"),
            ("rollback", "done", ""),
        ]
        assert context.storage.get("web", 3).info.description == "why"

    def test_a_rehearsal_changes_nothing(
        self, context: Context, cluster: FakeCluster, upgraded: Release
    ) -> None:
        before = cluster.objects()
        assert go(context, dry_run=True).info.status == "pending-rollback"
        assert cluster.objects() == before

    def test_a_trial_that_finds_nothing_leaves_no_trace(
        self, context: Context, cluster: FakeCluster, upgraded: Release
    ) -> None:
        go(context, preflight=True)
        assert names(cluster) == {"a"}

    def test_history_is_kept_short(self, context: Context, upgraded: Release) -> None:
        go(context, history_max=2)
        assert statuses(context) == {2: "superseded", 3: "deployed"}

    @pytest.mark.parametrize("status", ["pending-upgrade", "failed", "uninstalled"])
    def test_whatever_became_of_the_newest(
        self, context: Context, cluster: FakeCluster, upgraded: Release, status: str
    ) -> None:
        context.storage.update(upgraded.with_status(status, ""))
        assert go(context).version == 3
        assert statuses(context) == {1: "superseded", 2: status, 3: "deployed"}
        assert names(cluster) == {"a"}

    @pytest.mark.parametrize(("flag", "method"), [("auto", "ssa"), ("false", "csa")])
    def test_who_merges_goes_by_the_revision_that_comes_back(
        self, context: Context, upgraded: Release, flag: str, method: str
    ) -> None:
        assert go(context, server_side=flag).apply_method == method

    def test_what_a_lost_process_left_goes(
        self,
        context: Context,
        cluster: FakeCluster,
        chart: Chart,
        upgraded: Release,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Killed when it had made what is new, and before it deleted what was there."""
        monkeypatch.setattr("hivehelm.actions.journal.Journal.save", lambda _: None)
        monkeypatch.setattr("hivehelm.actions.journal.Journal.write", lambda _: None)
        upgrade(context, "web", chart, {"name": "c"}, UpgradeOptions())
        old = upgraded.manifest
        cluster.client().create(
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {
                    "name": "b",
                    "labels": {"app.kubernetes.io/managed-by": "Helm"},
                    "annotations": {
                        "meta.helm.sh/release-name": "web",
                        "meta.helm.sh/release-namespace": "default",
                    },
                },
            },
            "default",
        )
        assert "name: b" in old
        monkeypatch.undo()
        monkeypatch.setattr("hivehelm.actions.process.gone", lambda _: True)
        assert statuses(context) == {1: "superseded", 2: "deployed", 3: "pending-upgrade"}
        go(context, revision=1)
        assert statuses(context) == {1: "superseded", 2: "superseded", 3: "failed", 4: "deployed"}
        assert names(cluster) == {"a"}


class TestRefused:
    def test_an_unreachable_cluster(
        self, make_context: Callable[[str], Context], cluster: FakeCluster
    ) -> None:
        cluster.reachable = False
        with pytest.raises(UnreachableError, match=r"^kubernetes cluster unreachable: Get"):
            go(make_context("default"))

    def test_a_name_that_cannot_be(self, context: Context) -> None:
        with pytest.raises(InvalidNameError) as caught:
            rollback(context, "Bad_Name")
        assert str(caught.value) == "prepareRollback: Release name is invalid: Bad_Name"

    def test_no_release(self, context: Context) -> None:
        with pytest.raises(ReleaseNotFoundError, match=r"^release: not found$"):
            go(context)

    @pytest.mark.parametrize(
        ("options", "text"),
        [
            ({"revision": -1}, "invalid release revision"),
            ({"revision": 9}, "release has no 9 version"),
            ({"server_side": "no"}, "invalid/unknown release server-side apply method: no"),
            ({"description": "x" * 257}, "description must be 256 characters or less, got 257"),
        ],
    )
    def test_what_cannot_be(
        self, context: Context, upgraded: Release, options: dict[str, Any], text: str
    ) -> None:
        with pytest.raises(ActionError) as caught:
            go(context, **options)
        assert str(caught.value) == text
        assert statuses(context) == {1: "superseded", 2: "deployed"}

    def test_the_first_revision_has_none_before(self, context: Context, chart: Chart) -> None:
        install(context, chart, {"name": "a"}, InstallOptions(name="web"))
        with pytest.raises(ActionError, match=r"^release has no 0 version$"):
            go(context)

    def test_a_trial_on_the_server_tells_of_all_that_would_fail(
        self, context: Context, cluster: FakeCluster, upgraded: Release
    ) -> None:
        refuse(cluster, "PATCH", "configmaps")
        with pytest.raises(PreflightError):
            go(context, preflight=True)
        assert statuses(context) == {1: "superseded", 2: "deployed"}


class TestFailure:
    @pytest.fixture
    def broken(
        self, context: Context, cluster: FakeCluster, upgraded: Release, config_map: ConfigMap
    ) -> None:
        """Revision 1 has a ConfigMap `c` and a Service that may not be made."""
        refuse(cluster, "PATCH", "services")
        first = context.storage.get("web", 1)
        context.storage.update(first.replace(manifest=f"{config_map('c')}---\n{SERVICE}"))

    @pytest.mark.usefixtures("broken")
    def test_it_is_noted_on_both_records(self, context: Context, cluster: FakeCluster, logs: Logs) -> None:
        error = failure(context)
        assert str(error) == REFUSED
        assert error.release == context.storage.get("web", 3)
        assert error.release.info.description == f'Rollback "web" failed: {REFUSED}'
        assert statuses(context) == {1: "superseded", 2: "superseded", 3: "failed"}
        assert ("WARN", f'Rollback "web" failed: {REFUSED}', {}) in logs
        assert names(cluster) == {"b", "c"}

    @pytest.mark.usefixtures("broken")
    def test_what_was_made_is_cleaned_up(self, context: Context, cluster: FakeCluster) -> None:
        assert str(failure(context, cleanup_on_fail=True)) == REFUSED
        assert names(cluster) == {"b"}

    @pytest.mark.usefixtures("broken")
    def test_a_failure_to_clean_up_is_told(self, context: Context, cluster: FakeCluster) -> None:
        refuse(cluster, "DELETE", "configmaps")
        assert str(failure(context, cleanup_on_fail=True)) == (
            "an error occurred while cleaning up resources. original rollback error: "
            "unable to cleanup resources: no, you may not"
        )

    def test_nothing_made_cannot_be_cleaned_up(
        self, context: Context, chart: Chart, cluster: FakeCluster, upgraded: Release
    ) -> None:
        """Helm's, word for word."""
        upgrade(context, "web", chart, {"name": "b"}, UpgradeOptions())
        refuse(cluster, "PATCH", "configmaps")
        assert str(failure(context, cleanup_on_fail=True)) == (
            "an error occurred while cleaning up resources. original rollback error: "
            "unable to cleanup resources: object not found, skipping delete: no objects visited"
        )

    @pytest.mark.parametrize(
        ("revision", "which"), [(2, "current"), (1, "new")], ids=["what is there", "what is wanted"]
    )
    def test_manifests_that_cannot_be_built_leave_it_pending(
        self, context: Context, upgraded: Release, revision: int, which: str
    ) -> None:
        manifest = "apiVersion: old.io/v1\nkind: Old\nmetadata: {name: o}\n"
        context.storage.update(context.storage.get("web", revision).replace(manifest=manifest))
        text = f"unable to build kubernetes objects from {which} release manifest: resource mapping not found"
        assert str(failure(context)).startswith(text)
        assert statuses(context)[3] == "pending-rollback"

    @pytest.mark.parametrize("event", ["pre-rollback", "post-rollback"])
    def test_hooks_that_fail_leave_it_pending(
        self, context: Context, cluster: FakeCluster, make_chart: MakeChart, event: str
    ) -> None:
        hook = (
            "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: h\n"
            f"  annotations: {{helm.sh/hook: {event}}}\n"
        )
        install(context, make_chart({"templates/h.yaml": hook}), {}, InstallOptions(name="web"))
        upgrade(context, "web", make_chart({}), {})
        refuse(cluster, "PATCH", "jobs")
        assert str(failure(context)) == (
            f"warning: Hook {event} web/templates/h.yaml failed: "
            "server-side apply failed for object default/h batch/v1, Kind=Job: no, you may not"
        )
        assert statuses(context) == {1: "superseded", 2: "deployed", 3: "pending-rollback"}
        with pytest.raises(PendingError):
            upgrade(context, "web", make_chart({}), {})

    def test_what_was_cut_off_is_recovered(
        self, context: Context, cluster: FakeCluster, make_chart: MakeChart
    ) -> None:
        hook = (
            "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: h\n"
            "  annotations: {helm.sh/hook: pre-rollback}\n"
        )
        install(context, make_chart({"templates/h.yaml": hook}), {}, InstallOptions(name="web"))
        upgrade(context, "web", make_chart({}), {})
        cluster.refuse("PATCH", "jobs", ApiError(500, "InternalError", "gone away"))
        assert "gone away" in str(failure(context))
        assert statuses(context)[3] == "pending-rollback"
        upgrade(context, "web", make_chart({}), {})
        assert statuses(context)[3] == "failed"

    def test_what_does_not_get_ready_in_time(
        self, context: Context, upgraded: Release, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def late(*_: object, **__: object) -> None:
            raise ActionError("not ready")

        monkeypatch.setattr("hivehelm.kube.wait.wait_ready", late)
        assert str(failure(context)) == "release web failed: not ready"
        stored = context.storage.get("web", 3)
        assert (stored.info.status, stored.info.description) == (
            "failed",
            'Release "web" failed: not ready',
        )
        assert statuses(context)[2] == "deployed"

    def test_a_caller_who_gives_up_is_noted(self, context: Context, upgraded: Release) -> None:
        cancel = threading.Event()
        seen = Context(context.storage, context.client, on_event=lambda _: cancel.set())
        assert str(failure(seen, cancel=cancel)) == "context canceled"
        stored = context.storage.get("web", 3)
        assert (stored.info.status, stored.info.description) == (
            "failed",
            'Rollback "web" failed: context canceled',
        )

    def test_a_deadline_that_has_passed_touches_nothing(self, context: Context, upgraded: Release) -> None:
        with pytest.raises(ActionError, match=r"^context deadline exceeded$"):
            go(context, deadline=time.monotonic())
        assert statuses(context) == {1: "superseded", 2: "deployed"}

    def test_who_lost_the_release_leaves_it_alone(
        self, context: Context, upgraded: Release, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def taken_over(*_: object, **__: object) -> None:
            raise LockLostError("web", 3)

        monkeypatch.setattr("hivehelm.kube.wait.wait_ready", taken_over)
        with pytest.raises(LockLostError):
            go(context)
        assert statuses(context)[3] == "pending-rollback"

    def test_a_success_that_cannot_be_recorded_is_told(
        self, context: Context, cluster: FakeCluster, upgraded: Release
    ) -> None:
        refuse(cluster, "PUT", "secrets")
        with pytest.raises(StorageError, match=r"^update: failed to update: no, you may not$"):
            go(context)
