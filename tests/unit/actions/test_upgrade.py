from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.actions.outcome import names, statuses

from hivehelm.actions.context import Context
from hivehelm.actions.errors import (
    ActionError,
    ExistingResourceError,
    InvalidNameError,
    PendingError,
    PreflightError,
    ReservedLabelsError,
    UnbuildableError,
)
from hivehelm.actions.events import Event
from hivehelm.actions.install import InstallOptions, install
from hivehelm.actions.upgrade import UpgradeOptions, upgrade
from hivehelm.chart.model import Chart
from hivehelm.errors import HivehelmError
from hivehelm.kube.errors import ApiError, UnreachableError
from hivehelm.release.errors import NoDeployedReleasesError
from hivehelm.release.model import Info, Release
from hivehelm.testing import FakeCluster

MakeChart = Callable[..., Chart]
ConfigMap = Callable[..., str]
Logs = list[tuple[str, str, dict[str, object]]]


def go(context: Context, chart: Chart, values: dict[str, Any] | None = None, **options: Any) -> Release:
    return upgrade(context, "web", chart, values or {}, UpgradeOptions(**options))


@pytest.fixture
def chart(make_chart: MakeChart, config_map: ConfigMap) -> Chart:
    """A ConfigMap for each of the values' names."""
    each = "{{ range .Values.names }}---\n" + config_map("{{ . }}") + "{{ end }}"
    return make_chart(
        {
            "templates/cm.yaml": each,
            "templates/NOTES.txt": "revision {{ .Release.Revision }} upgrade {{ .Release.IsUpgrade }}",
            "values.yaml": "names: [a, b]\n",
        }
    )


@pytest.fixture
def installed(context: Context, chart: Chart) -> Release:
    return install(context, chart, {}, InstallOptions(name="web", labels={"team": "x", "old": "1"}))


class TestSuccess:
    def test_the_cluster_and_the_records_say_so(
        self, context: Context, cluster: FakeCluster, chart: Chart, installed: Release
    ) -> None:
        values = {"names": ["b", "c"]}
        release = go(context, chart, values)
        assert names(cluster) == {"b", "c"}
        assert statuses(context) == {1: "superseded", 2: "deployed"}
        assert release == context.storage.get("web", 2).replace(labels=release.labels)
        assert release.info == Info(
            first_deployed=installed.info.first_deployed,
            last_deployed=context.now(),
            description="Upgrade complete",
            status="deployed",
            notes="revision 2 upgrade true",
        )
        assert (release.config, release.apply_method) == (values, "ssa")
        assert context.storage.get("web", 1).info.description == "Install complete"

    def test_records_are_written_around_the_objects(
        self, context: Context, cluster: FakeCluster, chart: Chart, installed: Release
    ) -> None:
        cluster.requests.clear()
        go(context, chart)
        secrets = "/api/v1/namespaces/default/secrets"
        assert [request for request in cluster.requests if request[0] not in ("GET", "PATCH")] == [
            ("POST", secrets),
            ("PUT", f"{secrets}/sh.helm.release.v1.web.v1"),
            ("PUT", f"{secrets}/sh.helm.release.v1.web.v2"),
        ]

    def test_the_stages_are_told(
        self, context: Context, chart: Chart, installed: Release, events: list[Event]
    ) -> None:
        events.clear()
        go(context, chart)
        assert [(event.action, event.stage, event.subject) for event in events] == [
            ("upgrade", "plan", ""),
            ("upgrade", "record", ""),
            ("upgrade", "apply", "2"),
            ("upgrade", "wait", "hookOnly"),
            ("upgrade", "done", ""),
        ]

    def test_a_trial_that_finds_nothing_leaves_no_trace(
        self, context: Context, cluster: FakeCluster, chart: Chart, installed: Release
    ) -> None:
        go(context, chart, {"names": ["b", "c"]}, preflight=True)
        assert names(cluster) == {"b", "c"}

    def test_labels_are_merged(self, context: Context, chart: Chart, installed: Release) -> None:
        go(context, chart, labels={"team": "y", "old": "null", "new": "1"}, description="why")
        stored = context.storage.get("web", 2)
        assert stored.labels == {"team": "y", "new": "1"}
        assert stored.info.description == "why"

    def test_what_is_to_be_kept_stays(
        self, context: Context, cluster: FakeCluster, make_chart: MakeChart, config_map: ConfigMap
    ) -> None:
        kept = config_map("kept", **{"helm.sh/resource-policy": "keep"})
        chart = make_chart({"templates/a.yaml": f"{kept}---\n{config_map('gone')}"})
        install(context, chart, {}, InstallOptions(name="web"))
        go(context, make_chart({}))
        assert names(cluster) == {"kept"}

    def test_history_is_kept_short(self, context: Context, chart: Chart, installed: Release) -> None:
        for _ in range(3):
            go(context, chart, history_max=2)
        assert statuses(context) == {3: "superseded", 4: "deployed"}

    def test_reusing_nothing_leaves_an_empty_table(self, context: Context, make_chart: MakeChart) -> None:
        chart = make_chart({})
        first = install(context, chart, {}, InstallOptions(name="web"))
        assert first.chart_document is not None
        assert first.chart_document["values"] is None
        document = go(context, chart, values_from="reuse").chart_document
        assert document is not None
        assert document["values"] == {}

    @pytest.mark.parametrize(("flag", "method"), [("auto", "csa"), ("false", "csa"), ("true", "ssa")])
    def test_who_merges_goes_by_the_last_revision(
        self, context: Context, cluster: FakeCluster, chart: Chart, flag: str, method: str
    ) -> None:
        install(context, chart, {}, InstallOptions(name="web", server_side=False))
        cluster.requests.clear()
        assert go(context, chart, {"names": ["a", "d"]}, server_side=flag).apply_method == method
        # Applying what was written client-side begins with taking its fields over.
        patched = cluster.requests.count(("PATCH", "/api/v1/namespaces/default/configmaps/a"))
        assert patched == (2 if method == "ssa" else 0)

    @pytest.mark.parametrize(
        ("missed", "after"),
        [(("write", "save"), "failed"), (("save",), "superseded")],
        ids=["before the old record", "before the new record"],
    )
    def test_what_a_lost_process_had_made_goes(
        self,
        context: Context,
        cluster: FakeCluster,
        chart: Chart,
        installed: Release,
        monkeypatch: pytest.MonkeyPatch,
        missed: tuple[str, ...],
        after: str,
    ) -> None:
        """Killed after its objects were there, and before the records said so."""
        for name in missed:
            monkeypatch.setattr(f"hivehelm.actions.journal.Journal.{name}", lambda _: None)
        go(context, chart, {"names": ["a", "b", "orphan"]})
        monkeypatch.undo()
        monkeypatch.setattr("hivehelm.actions.process.gone", lambda _: True)
        assert statuses(context)[2] == "pending-upgrade"
        go(context, chart, {"names": ["a"]})
        assert statuses(context) == {1: "superseded", 2: after, 3: "deployed"}
        assert names(cluster) == {"a"}

    def test_it_goes_even_if_the_next_action_comes_to_nothing(
        self,
        context: Context,
        cluster: FakeCluster,
        chart: Chart,
        make_chart: MakeChart,
        installed: Release,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        for name in ("write", "save"):
            monkeypatch.setattr(f"hivehelm.actions.journal.Journal.{name}", lambda _: None)
        go(context, chart, {"names": ["a", "b", "orphan"]})
        monkeypatch.undo()
        monkeypatch.setattr("hivehelm.actions.process.gone", lambda _: True)
        with pytest.raises(HivehelmError, match="no"):
            go(context, make_chart({"templates/a.yaml": '{{ fail "no" }}'}))
        assert statuses(context) == {1: "deployed", 2: "failed"}
        go(context, chart, {"names": ["a"]})
        assert names(cluster) == {"a"}


class TestWhichRevision:
    @pytest.mark.parametrize(
        ("history", "current"),
        [
            (("superseded", "deployed"), 2),
            (("deployed", "failed"), 1),
            (("superseded", "failed"), 2),
            (("failed", "superseded"), 2),
            (("deployed", "uninstalled"), 1),
        ],
    )
    def test_the_cluster_is_taken_to_hold(
        self,
        context: Context,
        cluster: FakeCluster,
        make_chart: MakeChart,
        config_map: ConfigMap,
        history: tuple[str, ...],
        current: int,
    ) -> None:
        client = cluster.client()
        for version, status in enumerate(history, 1):
            client.create(
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"of-{version}"}}, "default"
            )
            context.storage.create(
                Release(
                    name="web",
                    namespace="default",
                    version=version,
                    info=Info(status=status, first_deployed=f"2020-01-0{version}T00:00:00Z"),
                    manifest=config_map(f"of-{version}"),
                )
            )
        release = go(context, make_chart({}))
        assert release.version == 3
        assert release.info.first_deployed == f"2020-01-0{current}T00:00:00Z"
        assert names(cluster) == {"of-1", "of-2"} - {f"of-{current}"}

    @pytest.mark.parametrize("status", ["", "uninstalled", "uninstalling", "unknown"])
    def test_there_is_none(self, context: Context, chart: Chart, status: str) -> None:
        if status:
            context.storage.create(Release(name="web", version=1, info=Info(status=status)))
        with pytest.raises(NoDeployedReleasesError) as caught:
            go(context, chart)
        assert str(caught.value) == '"web" has no deployed releases'

    @pytest.mark.parametrize("action", ["install", "upgrade", "rollback"])
    def test_one_is_under_way(self, context: Context, chart: Chart, action: str) -> None:
        context.storage.create(Release(name="web", version=1, info=Info(status=f"pending-{action}")))
        with pytest.raises(PendingError) as caught:
            go(context, chart)
        assert str(caught.value) == "another operation (install/upgrade/rollback) is in progress"


class TestNothingTouched:
    @pytest.fixture(autouse=True)
    def untouched(self, installed: Release, cluster: FakeCluster) -> Any:
        before = cluster.objects()
        yield
        assert cluster.objects() == before

    def test_an_unreachable_cluster(
        self, make_context: Callable[[str], Context], cluster: FakeCluster, chart: Chart
    ) -> None:
        cluster.reachable = False
        with pytest.raises(UnreachableError, match=r"^kubernetes cluster unreachable: Get"):
            go(make_context("default"), chart)

    def test_a_name_that_cannot_be(self, context: Context, chart: Chart) -> None:
        with pytest.raises(InvalidNameError) as caught:
            upgrade(context, "Bad_Name", chart, {})
        assert str(caught.value) == "release name is invalid: Bad_Name"

    def test_secrets_can_only_be_hidden_in_a_rehearsal(self, context: Context, chart: Chart) -> None:
        with pytest.raises(ActionError, match=r"^hiding Kubernetes secrets requires a dry-run mode$"):
            go(context, chart, hide_secret=True)

    def test_labels_of_the_store(self, context: Context, chart: Chart) -> None:
        with pytest.raises(ReservedLabelsError):
            go(context, chart, labels={"owner": "me"})

    def test_an_unknown_way_to_apply(self, context: Context, chart: Chart) -> None:
        with pytest.raises(ActionError, match=r"^invalid/unknown release server-side apply method: no$"):
            go(context, chart, server_side="no")

    def test_templates_that_fail(self, context: Context, make_chart: MakeChart) -> None:
        with pytest.raises(HivehelmError, match="no"):
            go(context, make_chart({"templates/a.yaml": '{{ fail "no" }}'}))

    def test_a_kind_that_the_cluster_lacks(self, context: Context, make_chart: MakeChart) -> None:
        manifest = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n"
        with pytest.raises(HivehelmError, match=r'^resource mapping not found for name: "w"'):
            go(context, make_chart({"templates/a.yaml": manifest}))

    def test_what_belongs_to_nobody(self, context: Context, chart: Chart, cluster: FakeCluster) -> None:
        other = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "c", "namespace": "kube-system"},
        }
        cluster.client().create(other)
        with pytest.raises(ExistingResourceError) as caught:
            go(context, chart, {"names": ["a", "c\n  namespace: kube-system"]})
        assert str(caught.value).startswith(
            'unable to continue with update: ConfigMap "c" in namespace "kube-system" exists and cannot be '
            "imported into the current release: invalid ownership metadata; "
        )
        cluster.client().delete("v1", "ConfigMap", "c", "kube-system")

    def test_a_trial_on_the_server_tells_of_all_that_would_fail(
        self, context: Context, cluster: FakeCluster, chart: Chart, events: list[Event]
    ) -> None:
        cluster.refuse("PATCH", "configmaps", ApiError(403, "Forbidden", "no, you may not"))
        with pytest.raises(PreflightError) as caught:
            go(context, chart, {"names": ["c", "d"]}, preflight=True)
        assert len(caught.value.findings) == 2
        assert [event.stage for event in events][-2:] == ["plan", "preflight"]

    @pytest.mark.parametrize("mode", ["client", "server"])
    def test_a_rehearsal(self, context: Context, chart: Chart, mode: str) -> None:
        release = go(context, chart, {"names": ["z"]}, dry_run=mode, hide_secret=True)
        assert (release.info.status, release.info.description) == ("pending-upgrade", "Dry run complete")
        assert "name: z" in release.manifest
        assert go(context, chart, dry_run=mode, description="try").info.description == "try"

    def test_only_a_rehearsal_with_the_server_looks_things_up(
        self, context: Context, make_chart: MakeChart
    ) -> None:
        look = 'found: {{ (lookup "v1" "ConfigMap" "default" "a").kind }}'
        chart = make_chart({"templates/NOTES.txt": look})
        assert go(context, chart, dry_run="server").info.notes == "found: ConfigMap"
        assert go(context, chart, dry_run="client").info.notes == "found: "


def test_a_current_manifest_that_cannot_be_built(context: Context, make_chart: MakeChart) -> None:
    manifest = "apiVersion: old.io/v1\nkind: Old\nmetadata: {name: o}\n"
    context.storage.create(
        Release(name="web", version=1, namespace="default", info=Info(status="deployed"), manifest=manifest)
    )
    with pytest.raises(UnbuildableError) as caught:
        go(context, make_chart({}))
    assert str(caught.value).startswith(
        "unable to build kubernetes objects from current release manifest: resource mapping not found for "
    )
    assert statuses(context) == {1: "deployed"}


def test_what_belongs_to_nobody_can_be_taken(
    context: Context, cluster: FakeCluster, chart: Chart, installed: Release
) -> None:
    cluster.client().create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}, "default")
    go(context, chart, {"names": ["c"]}, take_ownership=True)
    made = cluster.get("v1", "ConfigMap", "c", "default")
    assert made is not None
    assert made["metadata"]["annotations"]["meta.helm.sh/release-name"] == "web"
    assert names(cluster) == {"c"}
