# ruff: noqa: E501
# Error texts and tables of cases stay in one piece.
from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from hivehelm.kube import follow, polling, status, wait
from hivehelm.kube.apply import create
from hivehelm.kube.client import Client
from hivehelm.kube.errors import ApiError, WaitError
from hivehelm.kube.resources import Resource, build
from hivehelm.kube.wait import Progress, wait_deleted, wait_hook, wait_ready
from hivehelm.testing import FakeCluster

if TYPE_CHECKING:
    from collections.abc import Callable

DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {replicas: 1, selector: {matchLabels: {a: b}}}\n"
JOB = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: {}\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {}\n"
MAPS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n"
READY = {
    "observedGeneration": 1,
    **dict.fromkeys(("replicas", "updatedReplicas", "readyReplicas", "availableReplicas"), 1),
    "conditions": [{"type": "Available", "status": "True"}],
}


def written(cluster: FakeCluster, *manifests: str) -> list[Resource]:
    resources = build(cluster.client(), "---\n".join(manifests))
    create(cluster.client(), resources)
    return resources


def later(action: Callable[[], object], seconds: float = 0.1) -> None:
    threading.Timer(seconds, action).start()


def failure(call: Callable[[], None]) -> WaitError:
    with pytest.raises(WaitError) as caught:
        call()
    return caught.value


class Clock:
    """What a wait takes for the time: the true one, until it is over."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    def over(self, state: str) -> Callable[[Progress], None]:
        """Return what ends the time once the object that is waited for is told to be in a state."""

        def told(progress: Progress) -> None:
            if progress.status.state == state:
                self.ahead = 3600.0

        return told


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(wait, "time", made)
    return made


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "POLL_SECONDS", 0.02)
    monkeypatch.setattr(polling, "_TICK_SECONDS", 0.02)
    monkeypatch.setattr(wait, "_TICK_SECONDS", 0.02)
    monkeypatch.setattr(follow, "_FIRST_PAUSE", 0.02)


@pytest.mark.parametrize("strategy", ["watcher", "legacy", "hookOnly"])
def test_what_is_ready_is_not_waited_for(strategy: str) -> None:
    cluster = FakeCluster()
    wait_ready(cluster.client(), written(cluster, MAPS, POD, JOB), 60, strategy=strategy, jobs=True)
    wait_ready(cluster.client(), [], 60, strategy=strategy)


def test_changes_are_seen_as_they_happen() -> None:
    cluster = FakeCluster(settle=False)
    resources = written(cluster, MAPS, DEPLOYMENT)
    told: list[Progress] = []

    def note(progress: Progress) -> None:
        if progress.status.state == "InProgress" and not any(p.status == progress.status for p in told):
            later(lambda: cluster.set_status("apps/v1", "Deployment", "d", "default", READY))
        told.append(progress)

    wait_ready(cluster.client(), resources, 60, on_progress=note)
    assert any(p.waiting_for == "Deployment/default/d" and p.status.state == "InProgress" for p in told)
    assert (told[-1].done, told[-1].total, told[-1].waiting_for) == (3, 3, "")


def test_less_than_no_time_is_no_limit() -> None:
    cluster = FakeCluster(settle=False)
    resources = written(cluster, DEPLOYMENT)
    later(lambda: cluster.set_status("apps/v1", "Deployment", "d", "default", READY))
    wait_ready(cluster.client(), resources, -1)
    assert polling._end(-1) == math.inf


@pytest.mark.parametrize("waiting", [wait_ready, wait_hook, wait_deleted])
def test_who_has_hardly_any_time_does_not_begin_to_watch(waiting: Callable[..., None]) -> None:
    cluster = FakeCluster()
    resources = written(cluster, MAPS)
    error = failure(lambda: waiting(cluster.client(), resources, 0.001))
    assert str(error) == "reporter failed to start: event funnel closed: context deadline exceeded"
    assert error.timed_out
    waiting(cluster.client(), [], 0.001)


def test_a_deadline_lists_what_is_not_ready(clock: Clock) -> None:
    cluster = FakeCluster(settle=False)
    resources = written(cluster, DEPLOYMENT, MAPS)

    def told(progress: Progress) -> None:
        if progress.done == 2:
            clock.over("InProgress")(progress)

    error = failure(lambda: wait_ready(cluster.client(), resources, 60, on_progress=told))
    assert str(error) == (
        "resource Deployment/default/d not ready. status: InProgress, message: Replicas: 0/1\n"
        "context deadline exceeded"
    )
    assert (error.resources, error.timed_out, error.cancelled) == (("Deployment/default/d",), True, False)


def test_objects_that_are_not_there_are_waited_for() -> None:
    cluster = FakeCluster()
    error = failure(lambda: wait_ready(cluster.client(), build(cluster.client(), MAPS), 0.1))
    assert str(error).startswith("resource ConfigMap/default/a not ready. status: Unknown, message: \n")


def test_objects_that_went_away_are_not_found(clock: Clock) -> None:
    cluster = FakeCluster(settle=False)
    resources = written(cluster, DEPLOYMENT)

    def told(progress: Progress) -> None:
        if progress.status.state == "InProgress":
            cluster.client().delete("apps/v1", "Deployment", "d", "default")
        clock.over("NotFound")(progress)

    error = failure(lambda: wait_ready(cluster.client(), resources, 60, on_progress=told))
    assert str(error).startswith(
        "resource Deployment/default/d not ready. status: NotFound, message: Resource not found"
    )


def test_a_failure_ends_the_wait_early() -> None:
    cluster = FakeCluster(settle=False)
    resources = written(cluster, JOB, MAPS)
    failed = {"failed": 1, "conditions": [{"type": "Failed", "status": "True"}]}
    cluster.set_status("batch/v1", "Job", "j", "default", failed)
    error = failure(lambda: wait_ready(cluster.client(), resources, 30, jobs=True))
    assert str(error) == "resource Job/default/j not ready. status: Failed, message: Job Failed. failed: 1/1"
    assert not error.timed_out


@pytest.mark.parametrize("strategy", ["watcher", "legacy"])
def test_a_caller_may_give_up(strategy: str) -> None:
    cluster = FakeCluster(settle=False)
    resources = written(cluster, DEPLOYMENT)
    cancel = threading.Event()
    later(cancel.set, 0.05)
    error = failure(lambda: wait_ready(cluster.client(), resources, 30, strategy=strategy, cancel=cancel))
    assert str(error).endswith("context canceled")
    assert error.cancelled and not error.timed_out


def test_paused_deployments_are_not_waited_for() -> None:
    cluster = FakeCluster(settle=False)
    resources = written(cluster, DEPLOYMENT.replace("{replicas", "{paused: true, replicas"))
    wait_ready(cluster.client(), resources, 60)


def test_strategies_have_to_be_known() -> None:
    client = FakeCluster().client()
    error = failure(lambda: wait_ready(client, [], 1, strategy="foo"))
    assert str(error) == "unknown wait strategy (sfoo). Valid values are: watcher, hookOnly, legacy"
    error = failure(lambda: wait_ready(client, [], 1, strategy=""))
    assert str(error) == "wait strategy not set. Choose one of: watcher, hookOnly, legacy"


def test_lack_of_rights_is_told_at_once() -> None:
    cluster = FakeCluster(settle=False)
    resources = written(cluster, DEPLOYMENT)
    cluster.refuse(
        "GET", "deployments", ApiError(403, "Forbidden", 'deployments.apps is forbidden: User "x"')
    )
    with pytest.raises(ApiError) as caught:
        wait_ready(cluster.client(), resources, 30)
    assert str(caught.value) == (
        'failed to list apps/v1, Kind=Deployment: deployments.apps is forbidden: User "x"'
    )


def test_the_right_to_list_is_not_the_right_to_watch() -> None:
    cluster = FakeCluster(settle=False)
    resources = written(cluster, DEPLOYMENT)
    cluster.refuse("WATCH", "deployments", ApiError(403, "Forbidden", "deployments.apps is forbidden: no"))
    with pytest.raises(ApiError, match=r"^deployments.apps is forbidden: no$"):
        wait_ready(cluster.client(), resources, 30)


def test_the_right_to_watch_is_enough() -> None:
    cluster = FakeCluster(settle=False)
    resources = written(cluster, DEPLOYMENT, DEPLOYMENT.replace("name: d", "name: e"))
    cluster.refuse("LIST", "deployments", ApiError(403, "Forbidden", "no"))
    cluster.set_status("apps/v1", "Deployment", "d", "default", READY)
    later(lambda: cluster.set_status("apps/v1", "Deployment", "e", "default", READY), 0.2)
    wait_ready(cluster.client(), resources, 60)


def test_what_goes_between_two_watches_is_missed() -> None:
    cluster = FakeCluster(settle=False)
    resources = written(cluster, DEPLOYMENT)
    cluster.refuse("LIST", "deployments", ApiError(403, "Forbidden", "no"))
    trouble = ApiError(500, "InternalError", "no")

    def vanish() -> None:
        cluster.refuse("WATCH", "deployments", trouble, times=1)
        cluster.client().delete("apps/v1", "Deployment", "d", "default")
        cluster.expire_watches()

    later(vanish, 0.2)
    wait_deleted(cluster.client(), resources, 60)


def test_trouble_and_expiry_are_got_over() -> None:
    cluster = FakeCluster(settle=False)
    resources = written(cluster, DEPLOYMENT)
    cluster.refuse("GET", "deployments", ApiError(500, "InternalError", "no"), times=2)
    later(cluster.expire_watches, 0.1)
    later(lambda: cluster.set_status("apps/v1", "Deployment", "d", "default", READY), 0.3)
    wait_ready(cluster.client(), resources, 60)


def test_an_unreachable_cluster_is_waited_for() -> None:
    cluster = FakeCluster(settle=False)
    resources = written(cluster, DEPLOYMENT)
    cluster.reachable = False
    later(lambda: setattr(cluster, "reachable", True), 0.05)
    later(lambda: cluster.set_status("apps/v1", "Deployment", "d", "default", READY), 0.1)
    wait_ready(cluster.client(), resources, 60)


def test_a_kind_that_is_gone_is_not_followed() -> None:
    cluster = FakeCluster()
    resources = written(cluster, DEPLOYMENT)
    cluster.refuse("GET", "deployments", ApiError(404, "NotFound", "no"))
    wait_deleted(cluster.client(), resources, 60)


def test_crashing_pods_fail_their_stateful_set(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = FakeCluster(settle=False)
    resources = written(
        cluster,
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: s}\nspec: {selector: {matchLabels: {a: b}}}\n",
        POD.replace("{name: p}", "{name: p, labels: {a: b}}"),
    )
    looping = {"name": "c", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}
    held = {"phase": "Running", "containerStatuses": [looping]}
    cluster.set_status("v1", "Pod", "p", "default", held)
    error = failure(lambda: wait_ready(cluster.client(), resources[:1], 30))
    assert (
        str(error) == "resource StatefulSet/default/s not ready. status: Failed, message: 1 pods have failed"
    )
    cluster.set_status("v1", "Pod", "p", "default", {"phase": "Running"})
    monkeypatch.setattr(follow, "_RESYNC_SECONDS", 0.3)
    later(lambda: cluster.set_status("v1", "Pod", "p", "default", held))
    assert "1 pods have failed" in str(failure(lambda: wait_ready(cluster.client(), resources[:1], 30)))
    cluster.refuse("GET", "pods", ApiError(403, "Forbidden", "no"))
    over = clock.over("InProgress")
    error = failure(lambda: wait_ready(cluster.client(), resources[:1], 60, on_progress=over))
    assert "Replicas: 0/1" in str(error)


def test_time_alone_may_fail_a_pod(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = FakeCluster(settle=False)
    resources = written(cluster, POD)
    monkeypatch.setattr(status, "SCHEDULE_SECONDS", 1.2)
    lacking = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
    cluster.set_status("v1", "Pod", "p", "default", {"phase": "Pending", "conditions": [lacking]})
    error = failure(lambda: wait_ready(cluster.client(), resources, 60))
    assert (
        str(error) == "resource Pod/default/p not ready. status: Failed, message: Pod could not be scheduled"
    )


@pytest.mark.parametrize("strategy", ["watcher", "legacy", "hookOnly"])
def test_hooks_run_to_their_end(strategy: str) -> None:
    cluster = FakeCluster(settle=False)
    resources = written(cluster, JOB, POD, DEPLOYMENT)
    complete = {"succeeded": 1, "conditions": [{"type": "Complete", "status": "True"}]}
    later(lambda: cluster.set_status("batch/v1", "Job", "j", "default", complete), 0.05)
    later(lambda: cluster.set_status("v1", "Pod", "p", "default", {"phase": "Succeeded"}), 0.1)
    wait_hook(cluster.client(), resources, 60, strategy=strategy)


@pytest.mark.parametrize(
    ("manifest", "held", "watcher", "legacy"),
    [
        (
            JOB,
            {"failed": 1, "conditions": [{"type": "Failed", "status": "True", "reason": "Backoff"}]},
            "resource Job/default/j not ready. status: Failed, message: Job Failed. failed: 1/1",
            "job j failed: Backoff",
        ),
        (
            POD,
            {"phase": "Failed"},
            "resource Pod/default/p not ready. status: Failed, message: pod p failed",
            "pod p failed",
        ),
    ],
)
def test_hooks_that_fail(manifest: str, held: dict[str, Any], watcher: str, legacy: str) -> None:
    cluster = FakeCluster(settle=False)
    resources = written(cluster, manifest)
    known = resources[0].type
    cluster.set_status(known.api_version, known.kind, resources[0].name, "default", held)
    assert str(failure(lambda: wait_hook(cluster.client(), resources, 30))) == watcher
    assert str(failure(lambda: wait_hook(cluster.client(), resources, 30, strategy="legacy"))) == legacy


def test_the_old_way_takes_a_hook_that_goes_for_done(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = FakeCluster(settle=False)
    resources = written(cluster, JOB)
    client = cluster.client()
    watch = Client.watch

    def deleting(self: Client, *given: Any, **more: Any) -> Any:
        # What has never been seen cannot go: that it is there has been read by now.
        client.delete("batch/v1", "Job", "j", "default")
        return watch(self, *given, **more)

    monkeypatch.setattr(Client, "watch", deleting)
    wait_hook(cluster.client(), resources, 60, strategy="legacy")


def test_the_old_way_waits_for_hooks_that_cannot_be_seen() -> None:
    cluster = FakeCluster(settle=False)
    absent = build(cluster.client(), JOB)
    error = failure(lambda: wait_hook(cluster.client(), absent, 0.2, strategy="legacy"))
    assert str(error) == "timed out waiting for the condition"
    hidden = written(cluster, POD)
    cluster.refuse("GET", "pods", ApiError(403, "Forbidden", "no"))
    error = failure(lambda: wait_hook(cluster.client(), hidden, 0.2, strategy="legacy"))
    assert str(error) == "timed out waiting for the condition"


def test_who_gives_up_waits_for_no_hook_either() -> None:
    cluster = FakeCluster(settle=False)
    cancel = threading.Event()
    later(cancel.set)
    error = failure(
        lambda: wait_hook(cluster.client(), written(cluster, POD), 0, strategy="legacy", cancel=cancel)
    )
    assert error.cancelled and not error.timed_out


def test_the_old_way_takes_a_failed_job_for_trouble_that_may_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = FakeCluster(settle=False)
    resources = written(cluster, JOB)
    cluster.set_status("batch/v1", "Job", "j", "default", {"failed": 7})

    def call(seconds: float) -> None:
        wait_ready(cluster.client(), resources, seconds, strategy="legacy", jobs=True)

    assert str(failure(lambda: call(0.1))) == "context deadline exceeded"
    monkeypatch.setattr(polling, "_MAX_ERRORS", 2)
    assert str(failure(lambda: call(0))) == "job is failed: default/j"


def test_a_hook_that_takes_too_long_for_who_polls() -> None:
    cluster = FakeCluster(settle=False)
    resources = written(cluster, POD)
    error = failure(lambda: wait_hook(cluster.client(), resources, 0.01, strategy="legacy"))
    assert str(error) == "timed out waiting for the condition"
    assert error.timed_out


@pytest.mark.parametrize("strategy", ["watcher", "legacy"])
def test_deletion(strategy: str, clock: Clock) -> None:
    cluster = FakeCluster()
    resources = written(cluster, MAPS)
    client = cluster.client()
    finalizers = {"metadata": {"finalizers": ["x/y"]}}
    client.patch("v1", "ConfigMap", "a", finalizers, "default")
    for name in ("a", "b"):
        client.delete("v1", "ConfigMap", name, "default")
    over, seconds = clock.over("Terminating"), 60.0 if strategy == "watcher" else 0.1
    error = failure(lambda: wait_deleted(client, resources, seconds, strategy=strategy, on_progress=over))
    clock.ahead = 0.0
    assert error.timed_out
    if strategy == "watcher":
        assert str(error) == (
            "resource ConfigMap/default/a still exists. status: Terminating, message: "
            "Resource scheduled for deletion\ncontext deadline exceeded"
        )
    later(lambda: client.patch("v1", "ConfigMap", "a", {"metadata": {"finalizers": None}}, "default"))
    wait_deleted(client, resources, 60, strategy=strategy)
    wait_deleted(client, resources, 60, strategy="hookOnly")


def test_polling_bears_some_trouble() -> None:
    cluster = FakeCluster()
    resources = written(cluster, POD)
    cluster.refuse("GET", "pods", ApiError(503, "ServiceUnavailable", "no"), times=3)
    wait_ready(cluster.client(), resources, 60, strategy="legacy")
    cluster.refuse("GET", "pods", ApiError(501, "", "no"), times=1)
    with pytest.raises(ApiError, match=r"^no$"):
        wait_ready(cluster.client(), resources, 60, strategy="legacy")
    cluster.reachable = False
    with pytest.raises(Exception, match="connection refused"):
        wait_ready(cluster.client(), resources, 30, strategy="legacy")
    cluster.reachable = True
    cluster.refuse("GET", "pods", ApiError(403, "Forbidden", "no"))
    with pytest.raises(ApiError, match=r"^no$"):
        wait_deleted(cluster.client(), resources, 60, strategy="legacy")
