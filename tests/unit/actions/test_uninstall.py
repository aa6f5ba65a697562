from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from hivehelm.actions.context import Context
from hivehelm.actions.errors import ActionError, InvalidNameError, UninstallError
from hivehelm.actions.events import Event
from hivehelm.actions.install import InstallOptions, install
from hivehelm.actions.uninstall import UninstallOptions, check_cascade, uninstall
from hivehelm.chart.model import Chart
from hivehelm.kube.errors import ApiError, UnreachableError
from hivehelm.release.errors import ReleaseNotFoundError
from hivehelm.release.model import Info, Release
from hivehelm.testing import FakeCluster

MakeChart = Callable[..., Chart]
ConfigMap = Callable[..., str]
Logs = list[tuple[str, str, dict[str, object]]]

KEPT = "These resources were kept due to the resource policy:\n[ConfigMap] kept\n"


def names(cluster: FakeCluster, kind: str = "ConfigMap") -> list[str]:
    # Neighbours are made side by side, in any order.
    return sorted(found["metadata"]["name"] for found in cluster.objects(kind))


def disown(cluster: FakeCluster, name: str) -> None:
    patch = {"metadata": {"annotations": {"meta.helm.sh/release-name": "other"}}}
    cluster.client().patch("v1", "ConfigMap", name, patch, "default")


@pytest.fixture
def installed(
    context: Context, make_chart: MakeChart, config_map: ConfigMap, logs: Logs, events: list[Event]
) -> Release:
    chart = make_chart(
        {
            "templates/a.yaml": "---\n".join(
                [config_map("gone"), config_map("kept", **{"helm.sh/resource-policy": "' Keep'"})]
            ),
            "templates/h.yaml": config_map(
                "hook", **{"helm.sh/hook": "pre-delete,post-delete", "helm.sh/hook-weight": "'1'"}
            ),
        }
    )
    release = install(context, chart, {}, InstallOptions(name="web"))
    logs.clear()
    events.clear()
    return release


@pytest.mark.usefixtures("installed")
class TestRelease:
    def test_its_objects_and_records_go(self, context: Context, cluster: FakeCluster) -> None:
        result = uninstall(context, "web", UninstallOptions(no_hooks=True))
        assert result is not None
        assert result.info == KEPT
        assert (result.release.info.status, result.release.info.description) == (
            "uninstalled",
            "Uninstallation complete",
        )
        assert names(cluster) == ["kept"]
        assert names(cluster, "Secret") == []

    def test_hooks_run_before_and_after(
        self, context: Context, cluster: FakeCluster, events: list[Event]
    ) -> None:
        uninstall(context, "web")
        stages = [(event.stage, event.subject) for event in events if not event.stage.startswith("waiting")]
        assert stages == [
            ("hook", "pre-delete hook"),
            ("waited", ""),
            ("delete", ""),
            ("wait", "hookOnly"),
            ("hook", "post-delete hook"),
            ("waited", ""),
            ("done", ""),
        ]
        assert names(cluster) == ["hook", "kept"]

    def test_the_history_may_stay(self, context: Context) -> None:
        uninstall(context, "web", UninstallOptions(keep_history=True, description="why"))
        info = context.storage.get("web", 1).info
        assert (info.status, info.description, info.deleted) == ("uninstalled", "why", context.now())
        with pytest.raises(UninstallError) as caught:
            uninstall(context, "web", UninstallOptions(keep_history=True))
        assert str(caught.value) == 'the release named "web" is already deleted'
        assert uninstall(context, "web") is not None
        with pytest.raises(ReleaseNotFoundError):
            context.storage.history("web")

    def test_other_revisions_stop_being_deployed(self, context: Context) -> None:
        context.storage.create(context.storage.get("web", 1).replace(version=2))
        uninstall(context, "web", UninstallOptions(keep_history=True))
        assert context.storage.get("web", 1).info.status == "superseded"
        assert context.storage.get("web", 2).info.status == "uninstalled"

    def test_what_belongs_to_somebody_else_stays(
        self, context: Context, cluster: FakeCluster, logs: Logs
    ) -> None:
        disown(cluster, "gone")
        result = uninstall(context, "web")
        assert result is not None
        text = (
            "1 resource(s) were not deleted because they are not owned by this release:\n[ConfigMap] gone\n"
        )
        assert result.info == f"{KEPT}\n{text}"
        assert "gone" in names(cluster)
        assert [line for line in logs if line[0] != "DEBUG"] == [
            (
                "WARN",
                "skipping delete of resource not owned by this release",
                {"kind": "ConfigMap", "name": "gone", "namespace": "default", "release": "web"},
            )
        ]

    def test_what_cannot_be_asked_about_stays(
        self, context: Context, cluster: FakeCluster, logs: Logs
    ) -> None:
        cluster.refuse("GET", "configmaps", ApiError(403, "Forbidden", "no"), times=1)
        result = uninstall(context, "web", UninstallOptions(no_hooks=True))
        assert result is not None
        assert result.info.endswith(
            "1 resource(s) were not deleted because their ownership could not be verified:\n"
            "[ConfigMap] gone: no\n"
        )
        warned = [line for line in logs if line[0] == "WARN"]
        assert warned[0][1] == "skipping delete of resource because ownership could not be verified"

    def test_what_is_gone_already_is_no_matter(self, context: Context, cluster: FakeCluster) -> None:
        cluster.client().delete("v1", "ConfigMap", "gone", "default")
        assert uninstall(context, "web") is not None

    def test_a_refusal_leaves_the_record(self, context: Context, cluster: FakeCluster) -> None:
        cluster.refuse("DELETE", "configmaps", ApiError(403, "Forbidden", "no"))
        with pytest.raises(UninstallError, match=r"^failed to delete release: web$"):
            uninstall(context, "web", UninstallOptions(no_hooks=True))
        assert context.storage.get("web", 1).info.status == "uninstalling"

    def test_what_does_not_go_in_time_is_told_and_the_record_goes(
        self, context: Context, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        finalizer = {"metadata": {"finalizers": ["example.com/stay"]}}
        cluster.client().patch("v1", "ConfigMap", "gone", finalizer, "default")
        ahead = 0.0

        def heard(event: Event) -> None:
            nonlocal ahead
            if event.stage == "waiting" and event.progress and event.progress.lacking:
                ahead = 3600.0  # That it is still there has been seen: the time is over.

        clock = SimpleNamespace(monotonic=lambda: time.monotonic() + ahead)
        monkeypatch.setattr("hivehelm.kube.wait.time", clock)
        context = Context(context.storage, context.client, on_event=heard)
        with pytest.raises(UninstallError) as caught:
            uninstall(context, "web", UninstallOptions(no_hooks=True, wait="watcher", timeout=300.0))
        assert str(caught.value).startswith(
            "uninstallation completed with 1 error(s): resource ConfigMap/default/gone still exists."
        )
        assert names(cluster, "Secret") == []

    def test_what_goes_late_is_waited_for(self, context: Context, cluster: FakeCluster) -> None:
        client = cluster.client()
        stay = {"metadata": {"finalizers": ["example.com/stay"]}}
        client.patch("v1", "ConfigMap", "gone", stay, "default")
        go = {"metadata": {"finalizers": None}}
        later = threading.Timer(0.2, client.patch, ("v1", "ConfigMap", "gone", go, "default"))
        later.start()
        uninstall(context, "web", UninstallOptions(no_hooks=True, wait="watcher", timeout=300.0))
        later.join()
        assert names(cluster) == ["kept"]

    def test_errors_at_the_end_are_counted(self, context: Context, cluster: FakeCluster) -> None:
        cluster.refuse("DELETE", "secrets", ApiError(403, "Forbidden", "no"))
        cluster.refuse("PATCH", "configmaps", ApiError(403, "Forbidden", "not that"))
        with pytest.raises(UninstallError) as caught:
            uninstall(context, "web", UninstallOptions(no_hooks=True))
        assert str(caught.value) == (
            "uninstallation completed with 1 error(s): uninstall: Failed to purge the release: no"
        )

    def test_a_hook_that_fails_afterwards_is_an_error_of_the_end(
        self, context: Context, cluster: FakeCluster, installed: Release
    ) -> None:
        hook = installed.hooks[0].replace(events=("post-delete",))
        context.storage.update(installed.replace(hooks=(hook,)))
        cluster.refuse("PATCH", "configmaps", ApiError(403, "Forbidden", "no"))
        with pytest.raises(
            UninstallError, match=r"^uninstallation completed with 1 error\(s\): warning: Hook"
        ):
            uninstall(context, "web")
        assert names(cluster, "Secret") == []

    def test_a_hook_that_fails_before_stops_it(self, context: Context, cluster: FakeCluster) -> None:
        cluster.refuse("PATCH", "configmaps", ApiError(403, "Forbidden", "no"))
        with pytest.raises(ActionError, match=r"^warning: Hook pre-delete"):
            uninstall(context, "web")
        assert names(cluster) == ["gone", "kept"]

    def test_a_rehearsal_changes_nothing(self, context: Context, cluster: FakeCluster, logs: Logs) -> None:
        disown(cluster, "gone")
        before = cluster.objects()
        result = uninstall(context, "web", UninstallOptions(dry_run=True))
        assert result is not None
        assert (result.release.info.status, result.info) == ("deployed", KEPT)
        assert cluster.objects() == before
        assert [log[1] for log in logs] == [
            "dry-run: resources would be skipped because they are not owned by this release",
            "dry-run: would skip resource",
        ]

    def test_a_rehearsal_tells_of_what_it_cannot_ask(
        self, context: Context, cluster: FakeCluster, logs: Logs
    ) -> None:
        cluster.refuse("GET", "configmaps", ApiError(403, "Forbidden", "no"))
        uninstall(context, "web", UninstallOptions(dry_run=True))
        assert [log[1] for log in logs] == [
            "dry-run: resources would be skipped because their ownership could not be verified",
            "dry-run: would skip resource (ownership could not be verified)",
        ]

    def test_a_rehearsal_tells_of_what_would_go(self, context: Context, logs: Logs) -> None:
        uninstall(context, "web", UninstallOptions(dry_run=True))
        assert [log[:2] for log in logs] == [("DEBUG", "dry-run: would delete resource")]

    @pytest.mark.parametrize("cascade", ["background", "orphan", "foreground"])
    def test_the_cascade_reaches_the_server(
        self, context: Context, monkeypatch: pytest.MonkeyPatch, cascade: str
    ) -> None:
        from hivehelm.kube import apply

        asked: list[str] = []
        delete = apply.delete

        def spy(client: Any, resources: Any, *, propagation: str = "", **more: Any) -> Any:
            asked.append(propagation)
            return delete(client, resources, propagation=propagation, **more)

        monkeypatch.setattr(apply, "delete", spy)
        uninstall(context, "web", UninstallOptions(cascade=cascade, no_hooks=True))
        assert asked == [cascade.capitalize()]


def test_objects_of_unknown_kinds_stop_it(context: Context) -> None:
    manifest = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n"
    release = Release(name="web", version=1, info=Info(status="deployed"), namespace="default")
    context.storage.create(release.replace(manifest=manifest))
    with pytest.raises(UninstallError, match=r"^failed to delete release: web$"):
        uninstall(context, "web")
    result = uninstall(context, "web", UninstallOptions(dry_run=True))
    assert result is not None
    assert result.info == ""


def test_a_manifest_that_is_broken_stops_it(context: Context) -> None:
    release = Release(
        name="web", version=1, info=Info(status="deployed"), manifest="a: [", namespace="default"
    )
    context.storage.create(release)
    with pytest.raises(UninstallError, match=r"^failed to delete release: web$"):
        uninstall(context, "web")
    assert uninstall(context, "web", UninstallOptions(dry_run=True)) is not None


def test_a_policy_that_is_not_keep_neither_keeps_nor_deletes(
    context: Context, cluster: FakeCluster, make_chart: MakeChart, config_map: ConfigMap
) -> None:
    chart = make_chart({"templates/a.yaml": config_map("odd", **{"helm.sh/resource-policy": "other"})})
    install(context, chart, {}, InstallOptions(name="web"))
    result = uninstall(context, "web")
    assert result is not None
    assert result.info == ""
    assert names(cluster) == ["odd"]


class TestNoRelease:
    def test_it_is_an_error(self, context: Context) -> None:
        with pytest.raises(UninstallError) as caught:
            uninstall(context, "web")
        assert str(caught.value) == "uninstall: Release not loaded: web: release: not found"
        with pytest.raises(ReleaseNotFoundError):
            uninstall(context, "web", UninstallOptions(dry_run=True))

    @pytest.mark.parametrize("dry_run", [True, False])
    def test_it_can_be_ignored(self, context: Context, dry_run: bool) -> None:
        assert uninstall(context, "web", UninstallOptions(ignore_not_found=True, dry_run=dry_run)) is None

    def test_names_that_cannot_be_are_refused(self, context: Context) -> None:
        with pytest.raises(InvalidNameError, match=r"^uninstall: Release name is invalid: No$"):
            uninstall(context, "No")

    def test_records_that_cannot_be_read_are_no_release(self, context: Context, cluster: FakeCluster) -> None:
        labels = {"owner": "helm", "name": "web"}
        cluster.client().create(
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x", "labels": labels}}, "default"
        )
        with pytest.raises(UninstallError, match=r"^no release provided$"):
            uninstall(context, "web")

    def test_a_cluster_that_does_not_answer(self, context: Context, cluster: FakeCluster) -> None:
        cluster.reachable = False
        with pytest.raises(UnreachableError):
            uninstall(context, "web")


def test_only_helms_cascades_are_taken() -> None:
    check_cascade("orphan")
    with pytest.raises(ActionError) as caught:
        check_cascade("x")
    assert str(caught.value) == 'invalid cascade value (x). Must be "background", "foreground", or "orphan"'
