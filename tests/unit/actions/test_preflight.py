from __future__ import annotations

import copy
from typing import Any

import pytest

from hivehelm.actions import ownership
from hivehelm.actions.context import Context
from hivehelm.actions.errors import PreflightError
from hivehelm.actions.preflight import Intent, preflight
from hivehelm.kube.errors import ApiError, ApplyError, RequestError
from hivehelm.kube.resources import Resource, build
from hivehelm.release.drivers.memory import Memory
from hivehelm.release.drivers.secret import Secrets
from hivehelm.release.model import Hook, Release
from hivehelm.release.storage import Storage
from hivehelm.testing import FakeCluster

CM = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {a: b}\n"
HOOK = "apiVersion: v1\nkind: Pod\nmetadata: {name: hook}\nspec: {containers: []}\n"
CRD = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec: {group: example.com, names: {plural: widgets, kind: Widget}, scope: Namespaced, versions: []}
"""
WIDGET = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n"


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
def context(cluster: FakeCluster) -> Context:
    return Context(Storage(Memory("default")), cluster.client())


def problems(context: Context, intent: Intent) -> list[str]:
    try:
        preflight(context, intent)
    except PreflightError as error:
        return [f"{found.object}|{found.field}|{found.problem}" for found in error.findings]
    return []


def held(cluster: FakeCluster, manifest: str, release: str = "web") -> list[Resource]:
    client = cluster.client()
    made = build(client, manifest)
    for resource in made:
        ownership.mark(resource.object, release, "default")
        client.apply(copy.deepcopy(resource.object), "default")
    return made


def snapshot(cluster: FakeCluster) -> list[dict[str, Any]]:
    return copy.deepcopy(cluster.objects())


def no(method: str, plural: str, cluster: FakeCluster, message: str = "no, you cannot do that") -> None:
    cluster.refuse(method, plural, ApiError(403, "Forbidden", message))


def test_nothing_is_found_and_nothing_is_changed(cluster: FakeCluster, context: Context) -> None:
    originals = held(cluster, CM % "old")
    before = snapshot(cluster)
    hook = Hook(name="hook", kind="Pod", manifest=HOOK, events=("pre-upgrade",))
    manifest = CM % "new" + "---\n" + CM % "other"
    assert problems(context, Intent(name="web", manifest=manifest, originals=originals, hooks=(hook,))) == []
    assert snapshot(cluster) == before


def test_all_that_is_refused_comes_in_one_report(cluster: FakeCluster, context: Context) -> None:
    originals = held(cluster, CM % "old" + "---\n" + CM % "gone")
    no("PATCH", "configmaps", cluster)
    no("DELETE", "configmaps", cluster, "no deleting")
    manifest = CM % "old" + "---\n" + CM % "new"
    with pytest.raises(PreflightError) as caught:
        preflight(context, Intent(name="web", manifest=manifest, originals=originals))
    lines = str(caught.value).splitlines()
    assert lines[0] == "preflight found 3 problems, nothing has been changed:"
    assert [line.split(": ")[0] for line in lines[1:]] == [
        "  - ConfigMap default/old",
        "  - ConfigMap default/new",
        "  - ConfigMap default/gone",
    ]


def test_one_problem_is_one(cluster: FakeCluster, context: Context) -> None:
    no("PATCH", "configmaps", cluster)
    with pytest.raises(PreflightError, match=r"found 1 problem, nothing"):
        preflight(context, Intent(name="web", manifest=CM % "a"))


def test_a_kind_that_the_chart_brings_is_not_missed(context: Context) -> None:
    assert problems(context, Intent(name="web", manifest=WIDGET, crds=(CRD,))) == []
    assert problems(context, Intent(name="web", manifest=f"{CRD}---\n{WIDGET}")) == []


def test_kinds_that_nobody_serves_are_found(context: Context) -> None:
    old = "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: web}\n"
    assert problems(context, Intent(name="web", manifest=f"{old}---\n{WIDGET}")) == [
        "Ingress web|apiVersion|extensions/v1beta1 is not served by this cluster",
        "Widget w|apiVersion|example.com/v1 is not served by this cluster",
    ]


def test_a_document_that_is_no_object_is_found(context: Context) -> None:
    (found,) = problems(context, Intent(name="web", manifest="a: 1\n"))
    assert found.startswith("a document of the manifest||")
    (found,) = problems(context, Intent(name="web", manifest="- 1\n"))
    assert found.startswith("a document of the manifest||")
    (found,) = problems(context, Intent(name="web", manifest="a: [\n"))
    assert found.startswith("a document of the manifest||")


def test_an_object_of_someone_else_is_found(cluster: FakeCluster, context: Context) -> None:
    held(cluster, CM % "a", "other")
    (found,) = problems(context, Intent(name="web", manifest=CM % "a"))
    assert found.startswith("ConfigMap default/a|metadata|invalid ownership metadata;")
    assert problems(context, Intent(name="web", manifest=CM % "a", take_ownership=True)) == []


def test_objects_that_cannot_be_read_are_found(cluster: FakeCluster, context: Context) -> None:
    originals = held(cluster, CM % "old")
    no("GET", "configmaps", cluster)
    hook = Hook(name="a", kind="ConfigMap", manifest=CM % "hook", events=("pre-upgrade",))
    found = problems(context, Intent(name="web", manifest=CM % "a", originals=originals, hooks=(hook,)))
    assert [line.split("|")[0] for line in found] == [
        "ConfigMap default/a",
        "ConfigMap default/old",
        "ConfigMap default/hook",
    ]


def test_a_namespace_that_is_to_be_made_hides_nothing_else(cluster: FakeCluster) -> None:
    context = Context(Storage(Memory("fresh")), cluster.client("fresh"), namespace="fresh")
    (found,) = problems(context, Intent(name="web", manifest=CM % "a"))
    assert found.endswith('namespaces "fresh" not found')
    assert problems(context, Intent(name="web", manifest=CM % "a", create_namespace=True)) == []
    own = "apiVersion: v1\nkind: Namespace\nmetadata: {name: fresh}\n---\n" + CM % "a"
    assert problems(context, Intent(name="web", manifest=own)) == []


def test_a_namespace_that_may_not_be_read_is_taken_to_be_there(
    cluster: FakeCluster, context: Context
) -> None:
    no("GET", "namespaces", cluster)
    no("PATCH", "configmaps", cluster)
    assert problems(context, Intent(name="web", manifest=CM % "a", create_namespace=True))


def test_what_is_to_be_kept_is_not_deleted(cluster: FakeCluster, context: Context) -> None:
    kept = CM.replace("{name: %s}", "{name: %s, annotations: {helm.sh/resource-policy: keep}}") % "old"
    originals = held(cluster, kept)
    no("DELETE", "configmaps", cluster)
    assert problems(context, Intent(name="web", manifest="", originals=originals)) == []


def test_what_is_gone_already_is_not_deleted(cluster: FakeCluster, context: Context) -> None:
    originals = build(cluster.client(), CM % "old")
    no("DELETE", "configmaps", cluster)
    assert problems(context, Intent(name="web", manifest="", originals=originals)) == []


def test_a_hook_that_is_there_goes_first(cluster: FakeCluster, context: Context) -> None:
    held(cluster, HOOK)
    before = snapshot(cluster)
    hook = Hook(name="hook", kind="Pod", manifest=HOOK, events=("pre-upgrade",))
    intent = Intent(name="web", manifest="", hooks=(hook,))
    assert problems(context, intent) == []
    assert snapshot(cluster) == before
    no("DELETE", "pods", cluster)
    assert problems(context, intent) == ["Pod default/hook||no, you cannot do that"]


def test_a_hook_in_a_namespace_to_come_is_not_tried(cluster: FakeCluster) -> None:
    context = Context(Storage(Memory("fresh")), cluster.client("fresh"), namespace="fresh")
    hook = Hook(name="hook", kind="Pod", manifest=HOOK, events=("pre-install",))
    assert problems(context, Intent(name="web", manifest="", hooks=(hook,), create_namespace=True)) == []


def test_webhooks_without_dry_runs_say_nothing(cluster: FakeCluster, context: Context) -> None:
    message = "admission webhook w does not support dry run"
    cluster.refuse("PATCH", "configmaps", ApiError(400, "BadRequest", message))
    assert problems(context, Intent(name="web", manifest=CM % "a")) == []


def test_binding_a_role_of_the_chart_itself_cannot_be_tried(cluster: FakeCluster, context: Context) -> None:
    no("PATCH", "rolebindings", cluster)
    group = "rbac.authorization.k8s.io"
    role = f"apiVersion: {group}/v1\nkind: Role\nmetadata: {{name: r}}\n---\n"
    binding = (
        f"apiVersion: {group}/v1\nkind: RoleBinding\nmetadata: {{name: b}}\n"
        f"roleRef: {{apiGroup: {group}, kind: Role, name: r}}\n"
    )
    assert problems(context, Intent(name="web", manifest=role + binding)) == []
    assert problems(context, Intent(name="web", manifest=binding)) != []


def test_definitions_are_tried(cluster: FakeCluster, context: Context) -> None:
    no("PATCH", "customresourcedefinitions", cluster)
    assert problems(context, Intent(name="web", manifest="", crds=(CRD,))) == [
        "CustomResourceDefinition widgets.example.com||no, you cannot do that"
    ]


def test_contradicting_flags_and_lost_servers_are_no_findings(cluster: FakeCluster, context: Context) -> None:
    originals = held(cluster, CM % "a")
    with pytest.raises(ApplyError, match="forceConflicts enabled when serverSideApply disabled"):
        preflight(
            context,
            Intent(
                name="web",
                manifest=CM % "a",
                originals=originals,
                server_side=False,
                force_conflicts=True,
            ),
        )
    cluster.reachable = False
    with pytest.raises(RequestError):
        preflight(context, Intent(name="web", manifest=CM % "a", originals=originals))


def test_fields_written_client_side_are_no_conflict_when_taken_over(
    cluster: FakeCluster, context: Context
) -> None:
    originals = held(cluster, CM % "a")
    causes = [{"field": ".data.a", "message": 'conflict with "helm" using v1'}]
    error = ApiError(409, "Conflict", "Apply failed with 1 conflict", details={"causes": causes})
    cluster.refuse("PATCH", "configmaps", error)
    intent = Intent(name="web", manifest=CM % "a", originals=originals)
    assert problems(context, intent.replace(take_over=True)) == []
    assert problems(context, intent) == ['ConfigMap default/a|data.a|conflict with "helm" using v1']


@pytest.mark.parametrize("server_side", [True, False])
def test_several_documents_of_one_object_are_told_apart(
    cluster: FakeCluster, context: Context, server_side: bool
) -> None:
    originals = held(cluster, CM % "a" + "---\n" + CM % "b")
    manifest = CM % "a" + "---\n" + CM % "b" + "---\n" + CM % "c"
    assert (
        problems(context, Intent(name="web", manifest=manifest, originals=originals, server_side=server_side))
        == []
    )


class TestRecords:
    """Whether the record of the release could be written and changed."""

    @pytest.fixture
    def context(self, cluster: FakeCluster) -> Context:
        client = cluster.client()
        return Context(Storage(Secrets(client, "default")), client)

    def intent(self, **more: Any) -> Intent:
        release = Release(name="web", version=1, namespace="default", manifest=CM % "a")
        return Intent(name="web", manifest=release.manifest, record=release, **more)

    def test_nothing_is_kept(self, cluster: FakeCluster, context: Context) -> None:
        before = snapshot(cluster)
        assert problems(context, self.intent()) == []
        assert snapshot(cluster) == before
        record = self.intent().record
        assert record is not None
        context.storage.create(record)
        assert problems(context, self.intent()) == []

    def test_who_may_not_write_records_is_told(self, cluster: FakeCluster, context: Context) -> None:
        for method, verb in (("POST", "create"), ("PUT", "update")):
            no(method, "secrets", cluster, f'User "me" cannot {verb} resource "secrets"')
        with pytest.raises(PreflightError) as caught:
            preflight(context, self.intent())
        assert [str(found) for found in caught.value.findings] == [
            f'Secret default/sh.helm.release.v1.web.v1: User "me" cannot {verb} resource "secrets"; '
            "have that verb granted by a Role or ClusterRole"
            for verb in ("create", "update")
        ]

    def test_a_record_that_does_not_fit_is_found(self, cluster: FakeCluster, context: Context) -> None:
        cluster.refuse("POST", "secrets", ApiError(413, "RequestEntityTooLarge", "Request entity too large"))
        with pytest.raises(PreflightError) as caught:
            preflight(context, self.intent())
        (found,) = caught.value.findings
        assert found.problem.startswith("the record of revision 1 takes 1 KiB of at most 1.00 MiB")
        assert found.advice.startswith("to make it fit, ")

    def test_what_else_the_server_says_is_told(self, cluster: FakeCluster, context: Context) -> None:
        cluster.refuse("POST", "secrets", ApiError(422, "Invalid", "no such label\nmore"))
        (found,) = problems(context, self.intent())
        assert found == "Secret default/sh.helm.release.v1.web.v1||no such label"

    def test_a_namespace_that_is_yet_to_be_made_cannot_be_tried(
        self, cluster: FakeCluster, context: Context
    ) -> None:
        no("*", "secrets", cluster)
        context.namespace = "new"
        assert problems(context, self.intent(create_namespace=True)) == []
