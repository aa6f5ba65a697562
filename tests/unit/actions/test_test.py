from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hivehelm.actions import test as verb
from hivehelm.actions.context import Context
from hivehelm.actions.errors import FailedTestError, InvalidNameError, PodLogsError
from hivehelm.actions.install import InstallOptions, install
from hivehelm.chart.model import Chart
from hivehelm.kube.errors import ApiError
from hivehelm.release.errors import ReleaseNotFoundError
from hivehelm.release.model import Release
from hivehelm.testing import FakeCluster

MakeChart = Callable[..., Chart]
Options = verb.TestOptions


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster(settle=False)


@pytest.fixture
def make(context: Context, make_chart: MakeChart) -> Callable[..., Release]:
    """Installs a release with these tests: names, and what else they are annotated with."""

    def made(**tests: dict[str, str]) -> Release:
        documents = []
        for name, more in tests.items():
            lines = "".join(f'    helm.sh/hook-{key}: "{value}"\n' for key, value in more.items())
            documents.append(
                f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  annotations:\n"
                f"    helm.sh/hook: test\n{lines}"
                "spec: {initContainers: [{name: first, image: i}], containers: [{name: main, image: i}]}\n"
            )
        chart = make_chart({"templates/tests.yaml": "---\n".join(documents)})
        return install(context, chart, {}, InstallOptions(name="release-name"))

    return made


@pytest.fixture(autouse=True)
def end_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pods called bad fail, others succeed."""
    write = FakeCluster.request

    def request(self: FakeCluster, method: str, path: str, **more: Any) -> Any:
        answer = write(self, method, path, **more)
        name = path.rpartition("/")[2]
        if method == "PATCH" and "/pods/" in path and answer.status < 300:
            phase = "Failed" if name == "bad" else "Succeeded"
            self.set_status("v1", "Pod", name, "default", {"phase": phase})
        return answer

    monkeypatch.setattr(FakeCluster, "request", request)


def phases(release: Release) -> dict[str, str]:
    return {hook.name: hook.last_run.phase for hook in release.hooks}


def test_tests_run_and_the_record_says_so(make: Callable[..., Release], context: Context) -> None:
    name = make(a={}, b={"weight": "-1"}).name
    release = verb.test(context, name)
    assert phases(release) == {"a": "Succeeded", "b": "Succeeded"}
    assert context.storage.last(name).hooks == release.hooks


@pytest.mark.parametrize(
    ("options", "ran", "order"),
    [
        (Options(include=("b",)), {"b"}, ["a", "c", "b"]),
        (Options(exclude=("b",)), {"a", "c"}, ["b", "a", "c"]),
        (Options(include=("a", "b"), exclude=("b",)), {"a"}, ["b", "c", "a"]),
        (Options(include=("none",)), set(), ["a", "b", "c"]),
    ],
)
def test_those_that_are_chosen_run(
    make: Callable[..., Release], context: Context, options: Options, ran: set[str], order: list[str]
) -> None:
    release = verb.test(context, make(a={}, b={}, c={}).name, options)
    assert {name for name, phase in phases(release).items() if phase} == ran
    assert [hook.name for hook in context.storage.last(release.name).hooks] == order


def test_the_first_failure_ends_it(make: Callable[..., Release], context: Context) -> None:
    make(bad={}, late={"weight": "1"}, early={"weight": "-1"})
    with pytest.raises(FailedTestError, match="pod bad failed") as caught:
        verb.test(context, "release-name")
    assert phases(caught.value.release) == {"bad": "Failed", "late": "", "early": "Succeeded"}
    assert phases(context.storage.last("release-name"))["bad"] == "Failed"


@pytest.mark.parametrize("name", ["good", "bad"])
def test_a_report_comes_before_the_cleaning(
    make: Callable[..., Release], context: Context, cluster: FakeCluster, name: str
) -> None:
    make(**{name: {"delete-policy": "hook-succeeded,hook-failed"}})
    seen: list[int] = []
    options = Options(report=lambda _: seen.append(len(cluster.objects("Pod"))))
    if name == "bad":
        with pytest.raises(FailedTestError):
            verb.test(context, "release-name", options)
    else:
        verb.test(context, "release-name", options)
    assert (seen, cluster.objects("Pod")) == ([1], [])


def test_what_the_report_raises_is_told_and_does_not_keep_from_cleaning(
    make: Callable[..., Release], context: Context, cluster: FakeCluster
) -> None:
    make(good={"delete-policy": "hook-succeeded"})

    def report(_: Release) -> None:
        raise PodLogsError("no logs", [])

    with pytest.raises(PodLogsError, match="no logs"):
        verb.test(context, "release-name", Options(report=report))
    assert cluster.objects("Pod") == []
    make_bad = Options(report=report, include=("good",))
    cluster.refuse("PATCH", "pods", ApiError(403, "Forbidden", "no pods"))
    with pytest.raises(FailedTestError, match=r"(?s)no pods.*\nno logs"):
        verb.test(context, "release-name", make_bad)


def test_what_cannot_be_deleted_is_told_last(
    make: Callable[..., Release], context: Context, cluster: FakeCluster
) -> None:
    make(good={"delete-policy": "hook-succeeded"})
    cluster.refuse("DELETE", "pods", ApiError(403, "Forbidden", "may not delete"))
    with pytest.raises(Exception, match="may not delete"):
        verb.test(context, "release-name")
    assert phases(context.storage.last("release-name")) == {"good": "Succeeded"}


def test_a_record_that_cannot_be_written_is_a_failure(
    make: Callable[..., Release], context: Context, cluster: FakeCluster
) -> None:
    make(good={})
    cluster.refuse("PUT", "secrets", ApiError(403, "Forbidden", "read only"))
    with pytest.raises(FailedTestError, match="read only"):
        verb.test(context, "release-name")


def test_names(context: Context) -> None:
    with pytest.raises(InvalidNameError, match=r"^releaseTest: Release name is invalid: A_b$"):
        verb.test(context, "A_b")
    with pytest.raises(ReleaseNotFoundError):
        verb.test(context, "nobody")


class TestLogs:
    @pytest.fixture
    def shown(self) -> list[tuple[str, str, bytes | None]]:
        return []

    def test_of_all_containers(
        self,
        make: Callable[..., Release],
        context: Context,
        cluster: FakeCluster,
        shown: list[tuple[str, str, bytes | None]],
    ) -> None:
        make(b={}, a={"weight": "5"}, skipped={})
        options = Options(exclude=("skipped",))
        release = verb.test(context, "release-name", options)
        cluster.set_logs("b", "default", b"x")
        verb.test_logs(context, release, lambda *given: shown.append(given), options)
        assert [one for one in shown if one[2] != b""] == [
            ("b", "first", b"x"),
            ("b", "first", None),
            ("b", "main", b"x"),
            ("b", "main", None),
            ("a", "first", None),
            ("a", "main", None),
        ]

    def test_of_a_pod_that_is_gone(self, make: Callable[..., Release], context: Context) -> None:
        release = make(a={})
        with pytest.raises(PodLogsError, match=r'^unable to get pod a: pods "a" not found$'):
            verb.test_logs(context, release, lambda *_: None)

    def test_that_cannot_be_had(
        self, make: Callable[..., Release], context: Context, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make(a={})
        release = verb.test(context, "release-name")

        def refuse(*_: object, **__: object) -> None:
            raise ApiError(403, "Forbidden", "no logs")

        monkeypatch.setattr("hivehelm.kube.client.Client.logs", refuse)
        with pytest.raises(PodLogsError) as caught:
            verb.test_logs(context, release, lambda *_: None)
        assert str(caught.value) == (
            "unable to get logs for pod a, container first: no logs\n"
            "unable to get logs for pod a, container main: no logs"
        )
