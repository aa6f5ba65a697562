from __future__ import annotations

import queue
import time
from typing import TYPE_CHECKING, Any

import pytest

from hivehelm.kube import follow, status
from hivehelm.kube.errors import ApiError
from hivehelm.kube.follow import Computed, Followed, Follower
from hivehelm.kube.resources import build
from hivehelm.kube.verdict import Status
from hivehelm.testing import FakeCluster

if TYPE_CHECKING:
    from collections.abc import Iterator

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {}\n"
MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "_FIRST_PAUSE", 0.01)


class Listener:
    """A follower of what a manifest says, and what it tells: a state, a word, or an error's text."""

    def __init__(self, cluster: FakeCluster, manifest: str, *, leaving: bool = False) -> None:
        self._told: queue.SimpleQueue[Computed] = queue.SimpleQueue()
        client = cluster.client()
        members = build(FakeCluster().client(), manifest)
        self.follower = Follower(client, members, status.compute, self._told.put, leaving=leaving)
        self.keys = [member.key for member in members]

    def __enter__(self) -> Listener:
        self.follower.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.follower.stop()

    def next(self) -> str:
        outcome = self._told.get(timeout=60).outcome
        if isinstance(outcome, Status):
            return outcome.state
        return outcome.name if isinstance(outcome, Followed) else str(outcome)

    def silent(self, seconds: float = 0.1) -> bool:
        time.sleep(seconds)
        return self._told.empty()


@pytest.fixture
def cluster() -> Iterator[FakeCluster]:
    cluster = FakeCluster(settle=False)
    yield cluster
    cluster.expire_watches()


def put(cluster: FakeCluster, name: str = "p", **more: Any) -> None:
    cluster.client().apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, **more}}, "default")


def test_what_is_there_is_told_and_then_what_changes(cluster: FakeCluster) -> None:
    put(cluster)
    with Listener(cluster, POD) as told:
        assert (told.next(), told.next()) == ("InProgress", "SYNCED")
        put(cluster, "other")
        cluster.set_status("v1", "Pod", "p", "default", {"phase": "Succeeded"})
        assert told.next() == "Current"
        cluster.client().delete("v1", "Pod", "p", "default")
        assert told.next() == "NotFound"
        assert told.silent()


def test_neighbours_that_nobody_asked_for_are_not_told_of(cluster: FakeCluster) -> None:
    put(cluster)
    with Listener(cluster, f"{POD}---\n{POD.replace('name: p', 'name: q')}") as told:
        assert (told.next(), told.next()) == ("InProgress", "SYNCED")
        put(cluster, "other")
        put(cluster, "q")
        assert told.next() == "InProgress"
        assert told.silent()


def test_what_is_always_current_is_read_once(cluster: FakeCluster) -> None:
    client = cluster.client()
    client.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}}, "default")
    with Listener(cluster, MAP) as told:
        assert (told.next(), told.next()) == ("Current", "SYNCED")
        client.delete("v1", "ConfigMap", "m", "default")
        assert told.silent()
    client.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}}, "default")
    with Listener(cluster, MAP, leaving=True) as told:
        assert (told.next(), told.next()) == ("Current", "SYNCED")
        client.delete("v1", "ConfigMap", "m", "default")
        assert told.next() == "NotFound"


def test_what_went_while_nobody_looked_is_told(cluster: FakeCluster) -> None:
    put(cluster)
    with Listener(cluster, POD) as told:
        assert (told.next(), told.next()) == ("InProgress", "SYNCED")
        cluster.refuse("LIST", "pods", ApiError(500, "InternalError", "no"), times=1)
        cluster.refuse("WATCH", "pods", ApiError(410, "Expired", "too old"), times=1)
        with cluster._store.changed:
            cluster.client().delete("v1", "Pod", "p", "default")
            cluster.expire_watches()
        assert (told.next(), told.next()) == ("NotFound", "SYNCED")


def test_nothing_is_told_after_the_end(cluster: FakeCluster) -> None:
    put(cluster)
    with Listener(cluster, POD) as told:
        assert (told.next(), told.next()) == ("InProgress", "SYNCED")
    put(cluster, labels={"a": "b"})
    told.follower.judge_again(told.keys[0])
    assert told.silent()


def test_who_stops_while_a_watch_begins_is_let_go(cluster: FakeCluster) -> None:
    put(cluster)
    told = Listener(cluster, POD)
    watch = told.follower._client.watch

    def stopping(*args: Any, **kwargs: Any) -> Any:
        told.follower.stop()
        return watch(*args, **kwargs)

    told.follower._client.watch = stopping  # type: ignore[method-assign]
    told.follower._follow()
    assert (told.next(), told.next()) == ("InProgress", "SYNCED")
    assert told.silent(0)


def test_time_makes_it_look_again(cluster: FakeCluster) -> None:
    put(cluster)
    with Listener(cluster, POD) as told:
        assert (told.next(), told.next()) == ("InProgress", "SYNCED")
        told.follower.judge_again(told.keys[0])
        assert told.next() == "InProgress"
        told.follower.judge_again(("", "Pod", "default", "nobody"))
        assert told.silent()


@pytest.mark.parametrize("status_code", [400, 403, 422])
def test_a_server_that_cannot_stream_what_may_not_be_listed(cluster: FakeCluster, status_code: int) -> None:
    cluster.refuse("LIST", "pods", ApiError(403, "Forbidden", "pods is forbidden"))
    cluster.refuse("WATCH", "pods", ApiError(status_code, "", "no streams here"))
    with Listener(cluster, POD) as told:
        assert told.next() == "failed to list /v1, Kind=Pod: pods is forbidden"
        assert told.silent()


def test_what_no_server_says_is_an_error_and_no_silence(cluster: FakeCluster) -> None:
    put(cluster)
    with Listener(cluster, POD) as told:
        assert (told.next(), told.next()) == ("InProgress", "SYNCED")
        told.follower._judge = lambda obj: status.compute(obj["nothing"])
        put(cluster, labels={"a": "b"})
        assert told.next() == "unable to follow pods: KeyError: 'nothing'"


def test_bookmarks_tell_nothing_but_a_version(cluster: FakeCluster) -> None:
    put(cluster)
    with Listener(cluster, POD) as told:
        assert (told.next(), told.next()) == ("InProgress", "SYNCED")
        mark = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "default"}}
        with cluster._store.changed:
            cluster._store.events.append((10**6, "BOOKMARK", mark))
            cluster._store.changed.notify_all()
        assert told.silent()


def test_trouble_is_tried_again_more_and_more_slowly(
    cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "_LONGEST_PAUSE", 0.02)
    put(cluster)
    pauses: list[float] = []
    told = Listener(cluster, POD)
    wait = told.follower._stopped.wait

    def waited(seconds: float | None = None) -> bool:
        pauses.append(seconds or 0)
        return wait(seconds)

    monkeypatch.setattr(told.follower._stopped, "wait", waited)
    cluster.refuse("GET", "pods", ApiError(500, "InternalError", "no"), times=3)
    with told:
        assert (told.next(), told.next()) == ("InProgress", "SYNCED")
    assert pauses == [0.01, 0.02, 0.02]
