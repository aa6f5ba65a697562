from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from hivehelm.actions.context import Context
from hivehelm.actions.errors import (
    ActionError,
    CRDError,
    ExistingResourceError,
    InstallError,
    InvalidNameError,
    LostRaceError,
    NameInUseError,
    NoClusterError,
    PreflightError,
    ReservedLabelsError,
    UnbuildableError,
    UnreachableClusterError,
)
from hivehelm.actions.events import Event
from hivehelm.actions.install import InstallOptions, install
from hivehelm.actions.plan import PlanError
from hivehelm.chart.model import Chart
from hivehelm.errors import HivehelmError
from hivehelm.kube.errors import ApiError
from hivehelm.release.claim import Claim
from hivehelm.release.drivers.memory import Memory
from hivehelm.release.model import Info, Release
from hivehelm.release.storage import Storage
from hivehelm.testing import FakeCluster

MakeChart = Callable[..., Chart]
ConfigMap = Callable[..., str]
Logs = list[tuple[str, str, dict[str, object]]]

CRD = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
"""
WIDGET = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n"


def options(name: str = "web", **more: Any) -> InstallOptions:
    return InstallOptions(name=name, **more)


def refused(cluster: FakeCluster, method: str = "PATCH", plural: str = "configmaps") -> None:
    cluster.refuse(method, plural, ApiError(403, "Forbidden", "no, you may not"))


@pytest.fixture
def chart(make_chart: MakeChart, config_map: ConfigMap) -> Chart:
    return make_chart(
        {
            "templates/cm.yaml": config_map("{{ .Release.Name }}-cm"),
            "templates/NOTES.txt": "installed {{ .Values.who }}",
            "values.yaml": "who: me\n",
        }
    )


class TestSuccess:
    def test_objects_and_the_record_are_there(
        self, context: Context, cluster: FakeCluster, chart: Chart
    ) -> None:
        release = install(context, chart, {"who": "you"}, options(labels={"team": "a"}))
        assert release == context.storage.get("web", 1)
        assert release.info == Info(
            first_deployed=context.now(),
            last_deployed=context.now(),
            description="Install complete",
            status="deployed",
            notes="installed you",
        )
        assert (release.namespace, release.version, release.apply_method) == ("default", 1, "ssa")
        assert (release.config, release.labels) == ({"who": "you"}, {"team": "a"})
        assert release.chart_metadata["name"] == "web"
        made = cluster.get("v1", "ConfigMap", "web-cm", "default")
        assert made is not None
        assert made["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "Helm"}
        assert made["metadata"]["annotations"] == {
            "meta.helm.sh/release-name": "web",
            "meta.helm.sh/release-namespace": "default",
        }
        assert [entry["manager"] for entry in made["metadata"]["managedFields"]] == ["helm"]

    def test_the_pending_record_is_there_before_any_object(
        self, context: Context, cluster: FakeCluster, chart: Chart
    ) -> None:
        install(context, chart, {}, options())
        wrote = [request for request in cluster.requests if request[0] not in ("GET",)]
        assert wrote == [
            ("POST", "/api/v1/namespaces/default/secrets"),
            ("PATCH", "/api/v1/namespaces/default/configmaps/web-cm"),
            ("PUT", "/api/v1/namespaces/default/secrets/sh.helm.release.v1.web.v1"),
        ]

    def test_the_marks_are_not_in_the_recorded_manifest(self, context: Context, chart: Chart) -> None:
        assert "meta.helm.sh" not in install(context, chart, {}, options()).manifest

    def test_a_description_of_ones_own(self, context: Context, chart: Chart) -> None:
        assert install(context, chart, {}, options(description="why")).info.description == "why"

    def test_client_side_objects_are_posted(
        self, context: Context, cluster: FakeCluster, chart: Chart
    ) -> None:
        assert install(context, chart, {}, options(server_side=False)).apply_method == "csa"
        assert ("POST", "/api/v1/namespaces/default/configmaps") in cluster.requests

    def test_the_stages_are_told(self, context: Context, chart: Chart, events: list[Event]) -> None:
        install(context, chart, {}, options())
        assert [(event.stage, event.subject) for event in events] == [
            ("plan", ""),
            ("record", ""),
            ("apply", "1"),
            ("wait", "hookOnly"),
            ("done", ""),
        ]

    def test_a_chart_without_objects_is_a_release_all_the_same(
        self, context: Context, make_chart: MakeChart
    ) -> None:
        assert install(context, make_chart({}), {}, options()).manifest == ""

    def test_the_namespace_is_made_where_asked_for(
        self, make_context: Callable[[str], Context], cluster: FakeCluster, chart: Chart
    ) -> None:
        context = make_context("fresh")
        for name in ("one", "two"):
            install(context, chart, {}, options(name, create_namespace=True))
        made = cluster.get("v1", "Namespace", "fresh")
        assert made is not None
        assert made["metadata"]["labels"]["name"] == "fresh"

    def test_a_namespace_that_is_there_client_side_is_fine(self, context: Context, chart: Chart) -> None:
        install(context, chart, {}, options(create_namespace=True, server_side=False))

    def test_without_its_namespace_nothing_is_installed(
        self, make_context: Callable[[str], Context], chart: Chart
    ) -> None:
        with pytest.raises(HivehelmError, match='create: failed to create: namespaces "fresh" not found'):
            install(make_context("fresh"), chart, {}, options())


class TestNames:
    def test_a_name_that_cannot_be(self, context: Context, chart: Chart, logs: Logs) -> None:
        with pytest.raises(InvalidNameError) as caught:
            install(context, chart, {}, options("Bad_Name"))
        assert str(caught.value).startswith('release name check failed: release name "Bad_Name": invalid')
        assert logs[0][:2] == ("ERROR", "release name check failed")

    @pytest.mark.parametrize("status", ["deployed", "failed", "uninstalled", "pending-install"])
    def test_a_name_in_use(self, context: Context, chart: Chart, status: str) -> None:
        context.storage.create(Release(name="web", version=1, info=Info(status=status)))
        with pytest.raises(NameInUseError) as caught:
            install(context, chart, {}, options())
        assert str(caught.value) == "release name check failed: cannot reuse a name that is still in use"

    @pytest.mark.parametrize(("status", "after"), [("failed", "failed"), ("uninstalled", "superseded")])
    def test_a_name_reused_on_purpose(self, context: Context, chart: Chart, status: str, after: str) -> None:
        context.storage.create(Release(name="web", version=4, info=Info(status=status)))
        assert install(context, chart, {}, options(reuse_name=True)).version == 5
        assert context.storage.get("web", 4).info.status == after

    def test_a_new_name_needs_no_history_to_reuse(self, context: Context, chart: Chart) -> None:
        assert install(context, chart, {}, options(reuse_name=True)).version == 1

    def test_a_deployed_name_is_not_reused(self, context: Context, chart: Chart) -> None:
        context.storage.create(Release(name="web", version=1, info=Info(status="deployed")))
        with pytest.raises(NameInUseError):
            install(context, chart, {}, options(reuse_name=True))


class TestNothingHalfWritten:
    """What is refused before the record is written leaves the cluster as it was."""

    @pytest.fixture(autouse=True)
    def untouched(self, cluster: FakeCluster) -> Any:
        before = cluster.objects()
        yield
        assert cluster.objects() == before

    def test_an_unreachable_cluster(
        self, context: Context, cluster: FakeCluster, chart: Chart, logs: Logs
    ) -> None:
        cluster.reachable = False
        with pytest.raises(UnreachableClusterError) as caught:
            install(context, chart, {}, options())
        text = "cluster reachability check failed: kubernetes cluster unreachable: Get"
        assert str(caught.value).startswith(text)
        assert logs[0][0] == "ERROR"

    def test_secrets_can_only_be_hidden_in_a_rehearsal(self, context: Context, chart: Chart) -> None:
        with pytest.raises(ActionError, match=r"^hiding Kubernetes secrets requires a dry-run mode$"):
            install(context, chart, {}, options(hide_secret=True))

    def test_labels_of_the_store(self, context: Context, chart: Chart) -> None:
        with pytest.raises(ReservedLabelsError) as caught:
            install(context, chart, {}, options(labels={"owner": "me"}))
        assert str(caught.value) == (
            "user supplied labels contains system reserved label name. "
            "System labels: [name owner status version createdAt modifiedAt]"
        )

    def test_a_chart_for_another_kubernetes(self, context: Context, make_chart: MakeChart) -> None:
        chart = make_chart({}, kubeVersion="'>=99'")
        with pytest.raises(PlanError) as caught:
            install(context, chart, {}, options())
        assert str(caught.value) == (
            "chart requires kubeVersion: >=99 which is incompatible with Kubernetes v1.35.4"
        )

    def test_a_kind_that_the_cluster_lacks(self, context: Context, make_chart: MakeChart) -> None:
        chart = make_chart({"templates/w.yaml": WIDGET})
        with pytest.raises(UnbuildableError) as caught:
            install(context, chart, {}, options())
        assert str(caught.value) == (
            "unable to build kubernetes objects from release manifest: resource mapping not found for "
            'name: "w" namespace: "" from "": no matches for kind "Widget" in version "example.com/v1"\n'
            "ensure CRDs are installed first"
        )

    def test_templates_that_fail(self, context: Context, make_chart: MakeChart) -> None:
        chart = make_chart({"templates/a.yaml": '{{ fail "no" }}'})
        with pytest.raises(HivehelmError, match="no"):
            install(context, chart, {}, options())

    def test_a_caller_who_gave_up(self, context: Context, chart: Chart) -> None:
        cancel = threading.Event()
        cancel.set()
        with pytest.raises(ActionError, match=r"^context canceled$"):
            install(context, chart, {}, options(cancel=cancel))

    def test_a_deadline_that_has_passed(self, context: Context, chart: Chart) -> None:
        with pytest.raises(ActionError, match=r"^context deadline exceeded$"):
            install(context, chart, {}, options(deadline=time.monotonic()))

    @pytest.mark.parametrize("mode", ["client", "server"])
    def test_a_rehearsal(self, context: Context, chart: Chart, mode: str) -> None:
        release = install(context, chart, {}, options(dry_run=mode, hide_secret=True))
        assert (release.info.status, release.info.description) == ("pending-install", "Dry run complete")
        assert "name: web-cm" in release.manifest

    def test_a_rehearsal_for_a_name_in_use_is_fine(self, context: Context, chart: Chart) -> None:
        install(context, chart, {}, options(dry_run="server"))

    def test_a_rehearsal_makes_no_crds(self, context: Context, make_chart: MakeChart, logs: Logs) -> None:
        install(context, make_chart({"crds/w.yaml": CRD}), {}, options(dry_run="server"))
        text = "This chart or one of its subcharts contains CRDs. Rendering may fail or contain inaccuracies."
        assert ("WARN", text, {}) in logs

    def test_a_trial_on_the_server_tells_of_all_that_would_fail(
        self, context: Context, cluster: FakeCluster, make_chart: MakeChart, config_map: ConfigMap
    ) -> None:
        refused(cluster)
        chart = make_chart(
            {"crds/w.yaml": CRD, "templates/a.yaml": f"{config_map('a')}---\n{config_map('b')}"}
        )
        with pytest.raises(PreflightError) as caught:
            install(context, chart, {}, options(preflight=True))
        assert len(caught.value.findings) == 2

    def test_a_trial_of_templates_that_fail(self, context: Context, make_chart: MakeChart) -> None:
        chart = make_chart({"templates/a.yaml": '{{ fail "no" }}'})
        with pytest.raises(HivehelmError, match="no"):
            install(context, chart, {}, options(preflight=True))

    def test_a_record_that_cannot_be_written(
        self, context: Context, cluster: FakeCluster, chart: Chart
    ) -> None:
        refused(cluster, "POST", "secrets")
        with pytest.raises(HivehelmError, match=r"^create: failed to create: no, you may not$"):
            install(context, chart, {}, options())


class TestExisting:
    def put(self, cluster: FakeCluster, owner: str = "", **more: Any) -> None:
        metadata: dict[str, Any] = {"name": "web-cm", "namespace": "default", **more}
        if owner:
            metadata["labels"] = {"app.kubernetes.io/managed-by": "Helm"}
            metadata["annotations"] = {
                "meta.helm.sh/release-name": owner,
                "meta.helm.sh/release-namespace": "default",
            }
        cluster.client().create(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": "old", "b": "x"}}
        )

    def test_what_belongs_to_nobody_is_left_alone(
        self, context: Context, cluster: FakeCluster, chart: Chart
    ) -> None:
        self.put(cluster)
        with pytest.raises(ExistingResourceError) as caught:
            install(context, chart, {}, options())
        assert str(caught.value).startswith(
            'unable to continue with install: ConfigMap "web-cm" in namespace "default" exists and cannot be '
            "imported into the current release: invalid ownership metadata; label validation error: "
        )

    @pytest.mark.parametrize("owner", ["web", "other"])
    def test_what_may_be_taken_over_is_applied(
        self, context: Context, cluster: FakeCluster, chart: Chart, owner: str
    ) -> None:
        self.put(cluster, owner)
        install(context, chart, {}, options(take_ownership=owner != "web", force_conflicts=owner != "web"))
        made = cluster.get("v1", "ConfigMap", "web-cm", "default")
        assert made is not None
        assert made["data"]["a"] == "b"
        assert made["metadata"]["annotations"]["meta.helm.sh/release-name"] == "web"

    def test_what_is_taken_over_client_side_is_replaced(
        self, context: Context, cluster: FakeCluster, make_chart: MakeChart, config_map: ConfigMap
    ) -> None:
        self.put(cluster, "web")
        chart = make_chart({"templates/a.yaml": f"{config_map('web-cm')}---\n{config_map('new')}"})
        install(context, chart, {}, options(server_side=False, force_replace=True))
        made = cluster.get("v1", "ConfigMap", "web-cm", "default")
        assert made is not None
        assert made["data"] == {"a": "b"}
        assert cluster.get("v1", "ConfigMap", "new", "default") is not None

    @pytest.mark.parametrize(
        ("flags", "text"),
        [
            (
                {"force_replace": True},
                "invalid operation: cannot use server-side apply and force replace together",
            ),
            (
                {"server_side": False, "force_conflicts": True},
                "invalid client update option(s): forceConflicts enabled when serverSideApply disabled",
            ),
        ],
    )
    def test_contradictions_are_refused(
        self, context: Context, cluster: FakeCluster, chart: Chart, flags: dict[str, Any], text: str
    ) -> None:
        self.put(cluster, "web")
        with pytest.raises(InstallError) as caught:
            install(context, chart, {}, options(**flags))
        assert str(caught.value) == text

    def test_what_cannot_be_asked_about_stops_it(
        self, context: Context, cluster: FakeCluster, chart: Chart
    ) -> None:
        refused(cluster, "GET")
        with pytest.raises(ExistingResourceError) as caught:
            install(context, chart, {}, options())
        assert str(caught.value) == (
            "unable to continue with install: could not get information about the resource "
            'ConfigMap "web-cm" in namespace "default": no, you may not'
        )

    def test_names_made_by_the_server_are_never_taken(
        self, context: Context, cluster: FakeCluster, make_chart: MakeChart
    ) -> None:
        manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: x-}\n"
        chart = make_chart({"templates/a.yaml": manifest})
        install(context, chart, {}, options(server_side=False))
        assert [one["metadata"]["name"][:2] for one in cluster.objects("ConfigMap")] == ["x-"]

    def test_two_kinds_of_names_are_one_too_many(self, context: Context, make_chart: MakeChart) -> None:
        manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: x-, name: x}\n"
        with pytest.raises(ExistingResourceError, match=r"generateName cannot both be set$"):
            install(context, make_chart({"templates/a.yaml": manifest}), {}, options())


class TestCRDs:
    def test_they_come_first_and_their_kinds_are_known(
        self, context: Context, cluster: FakeCluster, make_chart: MakeChart
    ) -> None:
        gate = '{{ if .Capabilities.APIVersions.Has "example.com/v1/Widget" }}' + WIDGET + "{{ end }}"
        chart = make_chart({"crds/w.yaml": CRD, "templates/w.yaml": gate})
        install(context, chart, {}, options())
        assert cluster.objects("Widget")

    @pytest.mark.parametrize("server_side", [True, False])
    def test_those_that_are_there_stay(
        self, context: Context, cluster: FakeCluster, make_chart: MakeChart, server_side: bool
    ) -> None:
        chart = make_chart({"crds/w.yaml": CRD})
        for name in ("one", "two"):
            install(context, chart, {}, options(name, server_side=server_side, force_conflicts=server_side))
        assert len(cluster.objects("CustomResourceDefinition")) == 1

    def test_a_trial_takes_them_to_be_there(
        self, context: Context, cluster: FakeCluster, make_chart: MakeChart
    ) -> None:
        gate = '{{ if not (.Capabilities.APIVersions.Has "example.com/v1/Widget") }}{{ fail "no" }}{{ end }}'
        chart = make_chart({"crds/w.yaml": CRD, "templates/w.yaml": gate + WIDGET})
        install(context, chart, {}, options(preflight=True))
        assert cluster.objects("Widget")

    def test_they_can_be_skipped(self, context: Context, cluster: FakeCluster, make_chart: MakeChart) -> None:
        install(context, make_chart({"crds/w.yaml": CRD}), {}, options(skip_crds=True))
        assert cluster.objects("CustomResourceDefinition") == []

    @pytest.mark.parametrize(
        ("text", "flags", "error"),
        [
            ("# nothing\n", {}, "failed to install CRD crds/w.yaml: resources are empty"),
            ("a: [\n", {}, "failed to install CRD crds/w.yaml: "),
            (
                CRD,
                {"force_conflicts": True, "server_side": False},
                (
                    "failed to install CRD crds/w.yaml: invalid client create option(s): "
                    "forceConflicts enabled when serverSideApply disabled"
                ),
            ),
        ],
    )
    def test_what_is_none_is_refused(
        self, context: Context, make_chart: MakeChart, text: str, flags: dict[str, Any], error: str
    ) -> None:
        with pytest.raises(CRDError) as caught:
            install(context, make_chart({"crds/w.yaml": text}), {}, options(**flags))
        assert str(caught.value).startswith(error)

    def test_a_refusal_is_told(self, context: Context, cluster: FakeCluster, make_chart: MakeChart) -> None:
        refused(cluster, "PATCH", "customresourcedefinitions")
        with pytest.raises(CRDError, match=r"^failed to install CRD crds/w.yaml: server-side apply failed"):
            install(context, make_chart({"crds/w.yaml": CRD}), {}, options())


class TestFailure:
    def test_it_is_noted_on_the_record(
        self, context: Context, cluster: FakeCluster, chart: Chart, events: list[Event]
    ) -> None:
        refused(cluster)
        with pytest.raises(InstallError) as caught:
            install(context, chart, {"who": "x"}, options())
        text = "server-side apply failed for object default/web-cm /v1, Kind=ConfigMap: no, you may not"
        assert str(caught.value) == text
        stored = context.storage.get("web", 1)
        assert stored == caught.value.release
        assert (stored.info.status, stored.info.description) == ("failed", f'Release "web" failed: {text}')
        assert (events[-1].stage, events[-1].subject) == ("failed", text)

    def test_a_failure_to_note_it_hides_nothing(
        self, context: Context, cluster: FakeCluster, chart: Chart
    ) -> None:
        refused(cluster)
        refused(cluster, "PUT", "secrets")
        with pytest.raises(InstallError, match="server-side apply failed"):
            install(context, chart, {}, options())

    def test_a_success_that_cannot_be_recorded_is_a_success(
        self, context: Context, cluster: FakeCluster, chart: Chart, logs: Logs
    ) -> None:
        refused(cluster, "PUT", "secrets")
        assert install(context, chart, {}, options()).info.status == "deployed"
        assert [log[:2] for log in logs if log[0] == "ERROR"] == [("ERROR", "failed to record the release")]

    def test_what_does_not_get_ready_in_time(self, make_chart: MakeChart) -> None:
        cluster = FakeCluster(settle=False)
        client = cluster.client()
        context = Context(Storage(Memory()), client)
        manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {selector: {}}\n"
        chart = make_chart({"templates/d.yaml": manifest})
        with pytest.raises(InstallError, match="resource Deployment/default/d not ready"):
            install(context, chart, {}, options(wait="watcher", timeout=0.3))
        assert context.storage.get("web", 1).info.status == "failed"

    def test_an_interrupt_is_noted_and_goes_on(
        self, context: Context, chart: Chart, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("hivehelm.kube.apply.create", interrupt)
        with pytest.raises(KeyboardInterrupt):
            install(context, chart, {}, options())
        stored = context.storage.get("web", 1)
        assert (stored.info.status, stored.info.description) == (
            "failed",
            'Release "web" failed: context canceled',
        )

    def test_a_caller_who_gives_up_is_noted(
        self, context: Context, make_chart: MakeChart, config_map: ConfigMap
    ) -> None:
        cancel = threading.Event()
        seen = Context(context.storage, context.client, on_event=lambda event: self.stop(event, cancel))
        chart = make_chart({"templates/a.yaml": config_map("a")})
        with pytest.raises(InstallError, match=r"^context canceled$"):
            install(seen, chart, {}, options(cancel=cancel))
        assert context.storage.get("web", 1).info.description == 'Release "web" failed: context canceled'

    def test_a_caller_who_gives_up_waiting_is_told_just_that(self, make_chart: MakeChart) -> None:
        cancel = threading.Event()

        def heard(event: Event) -> None:
            if event.stage == "waiting":
                cancel.set()

        context = Context(Storage(Memory()), FakeCluster(settle=False).client(), on_event=heard)
        manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {selector: {}}\n"
        with pytest.raises(InstallError, match=r"^context canceled$"):
            install(
                context,
                make_chart({"templates/d.yaml": manifest}),
                {},
                options(wait="watcher", cancel=cancel),
            )
        assert context.storage.get("web", 1).info.description == 'Release "web" failed: context canceled'

    @staticmethod
    def stop(event: Event, cancel: threading.Event) -> None:
        if event.stage == "record":
            cancel.set()

    @pytest.mark.parametrize(("error", "text"), [(ValueError("odd"), "odd"), (MemoryError(), "MemoryError")])
    def test_a_defect_is_noted_too(
        self, context: Context, chart: Chart, monkeypatch: pytest.MonkeyPatch, error: Exception, text: str
    ) -> None:
        def break_down(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setattr("hivehelm.kube.apply.create", break_down)
        with pytest.raises(type(error)):
            install(context, chart, {}, options())
        assert context.storage.get("web", 1).info.description == f'Release "web" failed: {text}'


class TestRollback:
    def test_a_failure_undoes_everything(
        self, context: Context, cluster: FakeCluster, make_chart: MakeChart, config_map: ConfigMap
    ) -> None:
        refused(cluster, "PATCH", "services")
        service = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n"
        chart = make_chart({"templates/a.yaml": f"{config_map('a')}---\n{service}"})
        with pytest.raises(InstallError) as caught:
            install(context, chart, {}, options(rollback_on_failure=True))
        assert str(caught.value) == (
            "release web failed, and has been uninstalled due to rollback-on-failure being set: "
            "server-side apply failed for object default/s /v1, Kind=Service: no, you may not"
        )
        assert caught.value.rolled_back
        assert cluster.objects("ConfigMap") == []
        assert cluster.objects("Secret") == []

    def test_a_failure_to_undo_is_told_as_well(
        self, context: Context, cluster: FakeCluster, chart: Chart
    ) -> None:
        refused(cluster)
        refused(cluster, "DELETE", "secrets")
        with pytest.raises(InstallError) as caught:
            install(context, chart, {}, options(rollback_on_failure=True))
        assert str(caught.value).startswith(
            "an error occurred while uninstalling the release. original install error: server-side apply"
        )
        assert caught.value.rollback_error is not None

    def test_it_implies_waiting(self, context: Context, chart: Chart, events: list[Event]) -> None:
        install(context, chart, {}, options(rollback_on_failure=True))
        assert [event.subject for event in events if event.stage == "wait"] == ["watcher"]


def test_without_a_cluster_there_is_nothing_to_install_into(chart: Chart) -> None:
    with pytest.raises(NoClusterError):
        install(Context(Storage(Memory())), chart, {}, options())


def test_without_a_cluster_there_can_be_a_rehearsal(chart: Chart) -> None:
    release = install(Context(Storage(Memory())), chart, {}, options(dry_run="client"))
    assert release.manifest.startswith("---\n# Source: web/templates/cm.yaml\n")


def test_two_installs_at_once_do_not_share_a_record(
    context: Context, chart: Chart, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one to write its record loses, and touches nothing of the first."""
    real = context.storage.create

    def overtaken(release: Release, claim: Claim) -> None:
        real(release.replace(manifest="theirs"))
        real(release, claim)

    monkeypatch.setattr(context.storage, "create", overtaken)
    with pytest.raises(LostRaceError):
        install(context, chart, {}, options())
    assert context.storage.get("web", 1).manifest == "theirs"
