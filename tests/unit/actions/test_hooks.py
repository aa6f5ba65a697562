from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hivehelm.actions.context import Context
from hivehelm.actions.errors import HookError, InstallError
from hivehelm.actions.install import InstallOptions, install
from hivehelm.actions.journal import Journal
from hivehelm.chart.model import Chart
from hivehelm.kube.errors import ApiError
from hivehelm.release.model import HookExecution
from hivehelm.testing import FakeCluster

MakeChart = Callable[..., Chart]
Outputs = list[tuple[str, str, str, bytes]]


def hook(name: str, events: str = "pre-install", kind: str = "ConfigMap", **more: str) -> str:
    names = {"weight": "helm.sh/hook-weight", "policy": "helm.sh/hook-delete-policy"}
    names["logs"] = "helm.sh/hook-output-log-policy"
    annotations = {"helm.sh/hook": events, **{names[key]: f'"{value}"' for key, value in more.items()}}
    lines = "".join(f"    {key}: {value}\n" for key, value in annotations.items())
    versions = {"Job": "batch/v1", "CustomResourceDefinition": "apiextensions.k8s.io/v1"}
    version = versions.get(kind, "v1")
    return f"apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: {name}\n  annotations:\n{lines}"


def pod(name: str, **more: str) -> str:
    return f"{hook(name, kind='Pod', **more)}spec: {{containers: [{{name: main, image: i}}]}}\n"


@pytest.fixture
def run(context: Context, make_chart: MakeChart) -> Callable[..., Any]:
    """Installs a chart that has these hooks, and returns the release."""

    def installed(*hooks: str, **flags: Any) -> Any:
        chart = make_chart({"templates/hooks.yaml": "---\n".join(hooks)})
        return install(context, chart, {}, InstallOptions(name="web", **flags))

    return installed


def made(cluster: FakeCluster, plural: str = "configmaps") -> list[str]:
    """Return the names of objects in the order in which they were applied."""
    return [
        path.rpartition("/")[2]
        for method, path in cluster.requests
        if method == "PATCH" and f"/{plural}/" in path
    ]


def left(cluster: FakeCluster, kind: str = "ConfigMap") -> list[str]:
    return [found["metadata"]["name"] for found in cluster.objects(kind)]


def test_hooks_run_by_weight_then_by_name(run: Callable[..., Any], cluster: FakeCluster) -> None:
    run(
        hook("z", weight="-1"),
        hook("b"),
        hook("a"),
        hook("heavy", weight="10"),
        hook("light", weight="-10"),
        hook("after", events="post-install", weight="-99"),
        hook("never", events="pre-upgrade"),
    )
    assert made(cluster) == ["light", "z", "a", "b", "heavy", "after"]


def test_a_hook_may_run_at_several_events(run: Callable[..., Any], cluster: FakeCluster) -> None:
    run(hook("h", events="pre-install,post-install"))
    assert made(cluster) == ["h", "h"]
    assert left(cluster) == ["h"]


def test_the_record_tells_when_and_how_a_hook_ran(run: Callable[..., Any], context: Context) -> None:
    release = run(hook("h"), hook("later", events="post-delete"))
    now = context.now()
    assert [(one.last_run, one.delete_policies) for one in release.hooks] == [
        (
            HookExecution(started_at=now, completed_at=now, phase="Succeeded"),
            ("before-hook-creation",),
        ),
        (HookExecution(), ()),
    ]
    assert context.storage.get("web", 1).hooks == release.hooks


def test_while_a_hook_runs_the_record_says_so(
    context: Context, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    phases: list[str] = []
    write = Journal.write

    def watched(self: Journal, *given: str) -> None:
        phases.append(self.release.hooks[0].last_run.phase)
        write(self, *given)

    monkeypatch.setattr(Journal, "write", watched)
    run(hook("h"))
    assert phases == ["Running", "Succeeded"]


def test_without_hooks_none_run(run: Callable[..., Any], cluster: FakeCluster) -> None:
    run(hook("h"), no_hooks=True)
    assert made(cluster) == []


@pytest.mark.parametrize(
    ("policy", "remaining"),
    [("before-hook-creation", ["h"]), ("hook-succeeded", []), ("hook-failed", ["h"])],
)
def test_what_succeeded_is_deleted_where_the_policy_says_so(
    run: Callable[..., Any], cluster: FakeCluster, policy: str, remaining: list[str]
) -> None:
    run(hook("h", policy=policy))
    assert left(cluster) == remaining


def test_what_is_left_of_the_last_time_goes_first(run: Callable[..., Any], cluster: FakeCluster) -> None:
    cluster.client().create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "h"}}, "default")
    run(hook("h"))
    deletes = [path for method, path in cluster.requests if method == "DELETE"]
    assert deletes == ["/api/v1/namespaces/default/configmaps/h"]


def test_a_crd_is_never_deleted(run: Callable[..., Any], cluster: FakeCluster) -> None:
    crd = hook("widgets.example.com", kind="CustomResourceDefinition", policy="hook-succeeded") + (
        "spec:\n  group: example.com\n  scope: Namespaced\n"
        "  names: {plural: widgets, kind: Widget}\n"
        "  versions: [{name: v1, served: true, storage: true}]\n"
    )
    run(crd)
    assert left(cluster, "CustomResourceDefinition") == ["widgets.example.com"]


class TestFailure:
    @pytest.fixture
    def cluster(self) -> FakeCluster:
        return FakeCluster(settle=False)

    @pytest.fixture
    def fail(self, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch) -> None:
        """Pods called bad fail as soon as they are there."""
        write = FakeCluster.request

        def request(self: FakeCluster, method: str, path: str, **more: Any) -> Any:
            answer = write(self, method, path, **more)
            name = path.rpartition("/")[2]
            if method == "PATCH" and "/pods/" in path:
                phase = "Failed" if name == "bad" else "Succeeded"
                self.set_status("v1", "Pod", name, "default", {"phase": phase})
            return answer

        monkeypatch.setattr(FakeCluster, "request", request)

    @pytest.mark.usefixtures("fail")
    def test_hooks_after_it_do_not_run_and_policies_hold(
        self, run: Callable[..., Any], context: Context, cluster: FakeCluster
    ) -> None:
        with pytest.raises(InstallError) as caught:
            run(
                pod("good", policy="hook-succeeded", weight="-1"),
                pod("bad", policy="hook-failed"),
                pod("late", weight="1"),
            )
        text = (
            "failed pre-install: resource Pod/default/bad not ready. status: Failed, message: pod bad failed"
        )
        assert str(caught.value) == text
        assert isinstance(caught.value.cause, HookError)
        assert left(cluster, "Pod") == []
        assert made(cluster, "pods") == ["good", "bad"]
        phases = {one.name: one.last_run.phase for one in context.storage.get("web", 1).hooks}
        assert phases == {"good": "Succeeded", "bad": "Failed", "late": ""}

    @pytest.mark.usefixtures("fail")
    def test_the_legacy_waiter_logs_it(
        self, run: Callable[..., Any], logs: list[tuple[str, str, dict[str, object]]]
    ) -> None:
        with pytest.raises(InstallError, match=r"^failed pre-install: pod bad failed$"):
            run(pod("bad"), wait="legacy")
        assert ("ERROR", "pod failed", {"pod": "bad"}) in logs

    @pytest.mark.usefixtures("fail")
    def test_what_failed_stays_without_a_policy_for_it(
        self, run: Callable[..., Any], cluster: FakeCluster
    ) -> None:
        with pytest.raises(InstallError):
            run(pod("bad"))
        assert left(cluster, "Pod") == ["bad"]

    @pytest.mark.usefixtures("fail")
    def test_what_cannot_be_deleted_is_logged_and_the_failure_told(
        self,
        run: Callable[..., Any],
        cluster: FakeCluster,
        logs: list[tuple[str, str, dict[str, object]]],
    ) -> None:
        cluster.refuse("DELETE", "pods", ApiError(403, "Forbidden", "no"))
        with pytest.raises(InstallError, match="pod bad failed"):
            run(pod("bad", policy="hook-failed"))
        assert ("INFO", "error deleting the hook resource on hook failure: no", {}) in logs

    @pytest.mark.usefixtures("fail")
    def test_logs_are_shown_where_the_policy_says_so(
        self, run: Callable[..., Any], cluster: FakeCluster, outputs: Outputs
    ) -> None:
        for name in ("bad", "good", "quiet"):
            cluster.set_logs(name, "default", name.encode())
        with pytest.raises(InstallError):
            run(
                pod("good", logs="hook-succeeded", weight="-1"),
                pod("quiet", weight="-1"),
                pod("bad", logs="hook-failed"),
            )
        assert outputs == [("default", "bad", "main", b"bad")]

    @pytest.mark.usefixtures("fail")
    def test_logs_of_what_succeeded_come_when_all_has(
        self, run: Callable[..., Any], cluster: FakeCluster, outputs: Outputs
    ) -> None:
        cluster.set_logs("good", "default", b"well")
        run(pod("good", logs="hook-succeeded"))
        assert outputs == [("default", "good", "main", b"well")]

    @pytest.mark.usefixtures("fail")
    def test_logs_that_cannot_be_had_change_nothing(
        self,
        run: Callable[..., Any],
        cluster: FakeCluster,
        logs: list[tuple[str, str, dict[str, object]]],
        outputs: Outputs,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise ApiError(403, "Forbidden", "no logs")

        monkeypatch.setattr("hivehelm.kube.client.Client.logs", refuse)
        run(pod("good", logs="hook-succeeded"))
        assert outputs == []
        text = (
            "error outputting logs for hook failure: failed to stream pod logs for pod: good, container: main"
        )
        assert ("INFO", text, {}) in logs

    @pytest.mark.usefixtures("fail")
    def test_pods_that_cannot_be_listed_change_nothing(
        self,
        run: Callable[..., Any],
        logs: list[tuple[str, str, dict[str, object]]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise ApiError(403, "Forbidden", "no pods")

        monkeypatch.setattr("hivehelm.kube.client.Client.list", refuse)
        run(pod("good", logs="hook-succeeded"))
        (message,) = [message for level, message, _ in logs if level == "INFO"]
        assert "FieldSelector:metadata.name=good Watch:false" in message
        assert message.endswith(" with error: no pods")


def test_logs_of_a_job_are_those_of_its_pods(
    run: Callable[..., Any], cluster: FakeCluster, outputs: Outputs
) -> None:
    cluster.client().create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "jobs"}})
    cluster.client().create(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "j-1", "labels": {"job-name": "j"}},
            "spec": {"containers": [{"name": "one"}, {"name": "two"}]},
        },
        "jobs",
    )
    cluster.set_logs("j-1", "jobs", b"x")
    job = hook("j", kind="Job", logs="hook-succeeded").replace(
        "  name: j\n", "  name: j\n  namespace: jobs\n"
    )
    run(job)
    assert outputs == [("jobs", "j-1", "one", b"x"), ("jobs", "j-1", "two", b"x")]


def test_logs_of_other_kinds_there_are_none(run: Callable[..., Any], outputs: Outputs) -> None:
    run(hook("h", logs="hook-succeeded"))
    assert outputs == []


def test_a_hook_that_cannot_be_made_fails(run: Callable[..., Any], cluster: FakeCluster) -> None:
    cluster.refuse("PATCH", "configmaps", ApiError(403, "Forbidden", "no"))
    with pytest.raises(InstallError) as caught:
        run(hook("h"))
    assert str(caught.value) == (
        "failed pre-install: warning: Hook pre-install web/templates/hooks.yaml failed: "
        "server-side apply failed for object default/h /v1, Kind=ConfigMap: no"
    )
    assert caught.value.release.hooks[0].last_run.phase == "Failed"


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        ("before-hook-creation", "unable to build kubernetes object for deleting hook"),
        ("hook-failed", "unable to build kubernetes object for pre-install hook"),
    ],
)
def test_a_hook_of_an_unknown_kind_fails(run: Callable[..., Any], policy: str, text: str) -> None:
    with pytest.raises(InstallError) as caught:
        run(hook("h", kind="Nothing", policy=policy))
    assert str(caught.value).startswith(
        f"failed pre-install: {text} web/templates/hooks.yaml: resource mapping not found"
    )


def test_what_cannot_be_cleared_away_first_fails(run: Callable[..., Any], cluster: FakeCluster) -> None:
    cluster.refuse("DELETE", "configmaps", ApiError(403, "Forbidden", "no"))
    with pytest.raises(InstallError, match=r"^failed pre-install: no$"):
        run(hook("h"))
