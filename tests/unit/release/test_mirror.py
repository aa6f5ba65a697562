"""The live view of records: whatever happens in the cluster, and to the connection, is seen."""

from __future__ import annotations

import random
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from hivehelm.kube.errors import ApiError, KubeError
from hivehelm.release.claim import Claim
from hivehelm.release.drivers.configmap import ConfigMaps
from hivehelm.release.drivers.secret import Secrets
from hivehelm.release.mirror import Mirror, stamp
from hivehelm.release.model import Info, Release
from hivehelm.release.rows import Row
from hivehelm.release.storage import Storage, key
from hivehelm.testing import FakeCluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from hivehelm.release.drivers.objects import ObjectDriver


class Shown:
    def __init__(self, release: Release) -> None:
        self.text = f"{release.name}.{release.version} {release.info.status}: {release.info.description}"
        self.size = len(self.text)

    def shrunk(self) -> Shown:
        return self


def release(name: str, version: int = 1, status: str = "deployed", text: str = "", **more: Any) -> Release:
    info = Info(status=status, last_deployed="2026-01-01T00:00:00Z", description=text)
    return Release(**{"name": name, "version": version, "info": info, "namespace": "default", **more})


def eventually(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.002)


def claimed(beat: int) -> Claim:
    return Claim(holder="h", token="t", heartbeat=str(beat))  # noqa: S106 - a name


class World:
    """A cluster, its records in one namespace, and a mirror of them."""

    def __init__(self, kind: type[ObjectDriver] = Secrets) -> None:
        self.kind = kind
        self.cluster = FakeCluster()
        self.storage = self.within("default")
        self.mirrors: list[Mirror[Shown]] = []
        self.read: list[str] = []

    def within(self, namespace: str) -> Storage:
        return Storage(self.kind(self.cluster.client(), namespace))

    def face(self, found: Release, _: bool) -> Shown:
        self.read.append(f"{found.name}.{found.version}")
        return Shown(found)

    def mirror(self, namespaces: Sequence[str] = (), *, wait: bool = True) -> Mirror[Shown]:
        def driver(namespace: str) -> ObjectDriver:
            return self.kind(self.cluster.client(), namespace)

        mirror = Mirror(driver, self.face, namespaces, pause=lambda _: 0.01)
        self.mirrors.append(mirror)
        mirror.start()
        if wait:
            assert mirror.ready(60)
            eventually(lambda: mirror.age() == 0.0 and not any(r.unread for r in mirror.rows.all_newest()))
        return mirror


@pytest.fixture(params=[Secrets, ConfigMaps])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    made = World(request.param)
    yield made
    for mirror in made.mirrors:
        mirror.close()
        mirror.join(5)


def shown(mirror: Mirror[Shown]) -> list[str]:
    return sorted(row.face.text if row.face else "?" for row in mirror.rows.all_newest())


def test_follows_what_happens(world: World) -> None:
    world.storage.create(release("a", 1, "superseded"))
    world.storage.create(release("a", 2, text="two"))
    mirror = world.mirror()
    assert shown(mirror) == ["a.2 deployed: two"]
    # The newest was read first.
    eventually(lambda: world.read == ["a.2", "a.1"])
    world.storage.create(release("b", 1, "pending-install"))
    eventually(lambda: shown(mirror) == ["a.2 deployed: two", "b.1 pending-install: "])
    world.storage.update(release("b", text="done"))
    eventually(lambda: shown(mirror) == ["a.2 deployed: two", "b.1 deployed: done"])
    world.storage.delete("a", 2)
    eventually(lambda: [row.entry.version for row in mirror.rows.all_newest()] == [1, 1])
    assert shown(mirror) == ["a.1 superseded: ", "b.1 deployed: done"]
    state = mirror.state()
    assert (state.records, state.releases, state.refused, state.error) == (2, 2, False, "")


def test_heartbeats_are_not_read(world: World) -> None:
    world.storage.create(release("a"), claimed(1))
    mirror = world.mirror()
    world.storage.create(release("a", 2, "pending-upgrade"), claimed(1))
    eventually(lambda: shown(mirror) == ["a.2 pending-upgrade: "])
    read = len(world.read)
    before = mirror.rows.newest("default", "a")
    driver = world.storage.driver
    driver.renew(key("a", 2), claimed(2), driver.claim(key("a", 2)))
    eventually(lambda: mirror.rows.newest("default", "a") is not before)
    assert shown(mirror) == ["a.2 pending-upgrade: "]
    assert len(world.read) == read
    world.storage.update(release("a", 1, "superseded"))
    eventually(lambda: (one := mirror.rows.row("default", "a", 1)) and one.face and "super" in one.face.text)
    # One that is set back later.
    world.storage.update(release("a", 2, "failed"))
    eventually(lambda: shown(mirror) == ["a.2 failed: "])


def test_goes_on_after_the_watch_ends(world: World) -> None:
    mirror = world.mirror()
    world.storage.create(release("a"))
    eventually(lambda: shown(mirror) == ["a.1 deployed: "])
    world.cluster.expire_watches()
    world.storage.create(release("b"))
    world.storage.delete("a", 1)
    eventually(lambda: shown(mirror) == ["b.1 deployed: "])


def test_says_for_how_long_the_cluster_has_been_away(world: World) -> None:
    world.storage.create(release("a"))
    mirror = world.mirror()
    world.cluster.reachable = False
    world.cluster.expire_watches()
    eventually(lambda: (mirror.age() or 0) > 0 and "connection refused" in mirror.state().error)
    # What is known stays known.
    assert shown(mirror) == ["a.1 deployed: "]
    world.cluster.reachable = True
    world.storage.create(release("b"))
    eventually(lambda: shown(mirror) == ["a.1 deployed: ", "b.1 deployed: "])
    assert mirror.age() == 0.0
    assert mirror.state().error == ""


def test_says_that_it_may_not_watch(world: World) -> None:
    plural = "secrets" if world.kind is Secrets else "configmaps"
    world.cluster.refuse("GET", plural, ApiError(403, "Forbidden", "no"))
    mirror = world.mirror(wait=False)
    eventually(lambda: mirror.state().refused)
    assert not mirror.ready(0)
    assert mirror.age() is None


def test_follows_given_namespaces_alone(world: World) -> None:
    for namespace in ("one", "two", "three"):
        world.cluster.client().create(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
        )
        world.within(namespace).create(release("a", namespace=namespace, text=namespace))
    mirror = world.mirror(["one", "two"])
    assert shown(mirror) == ["a.1 deployed: one", "a.1 deployed: two"]
    assert mirror.covers("one") and not mirror.covers("three") and not mirror.covers(None)
    assert not any(path.endswith("/v1/secrets") for _, path in world.cluster.requests)
    everywhere = world.mirror()
    assert len(shown(everywhere)) == 3
    assert everywhere.covers("three") and everywhere.covers(None)


def test_reads_many_of_one_name(world: World) -> None:
    for number in range(5):
        name = f"n{number}"
        world.cluster.client().create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        world.within(name).create(release("a", namespace=name, text=name))
    assert shown(world.mirror()) == [f"a.1 deployed: n{number}" for number in range(5)]


def test_asked_by_many_at_once_reads_each_record_once(world: World) -> None:
    for version in range(1, 6):
        world.storage.create(release("a", version))
    mirror = world.mirror()
    eventually(lambda: len(world.read) == 5)
    rows: list[Row[Shown]] = [Row(row.entry, row.stamp + 1000) for row in mirror.rows.history("default", "a")]
    for row in rows:
        mirror.rows.put(row)
    threads = [threading.Thread(target=mirror.read, args=(rows,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(world.read) == sorted([f"a.{version}" for version in range(1, 6)] * 2)
    assert not any(row.unread for row in mirror.rows.history("default", "a"))


def test_unreadable_records_make_way(world: World) -> None:
    world.storage.create(release("a"))
    mirror = world.mirror()
    spoil(world, "a", 2)
    eventually(lambda: (row := mirror.rows.row("default", "a", 2)) is not None and row.broken)
    assert shown(mirror) == ["a.1 deployed: "]
    again = world.mirror()
    assert shown(again) == ["a.1 deployed: "]


def spoil(world: World, name: str, version: int) -> None:
    """Store a record that cannot be unpacked."""
    good = world.storage.driver
    good.create(key(name, version), release(name, version))
    client = world.cluster.client()
    live = client.get("v1", world.kind.kind, key(name, version), "default")
    client.replace({**live, "data": {"release": "AAAA"}})


def test_records_that_contradict_their_notes_are_left_out(world: World) -> None:
    mirror = world.mirror()
    world.storage.create(release("a"))
    eventually(lambda: shown(mirror) == ["a.1 deployed: "])
    client = world.cluster.client()
    patch = {"metadata": {"labels": {"name": "b"}}}
    client.patch("v1", world.kind.kind, key("a", 1), patch, "default")
    eventually(lambda: shown(mirror) == [])
    # A record that names another release than its key.
    world.storage.driver.create(key("c", 1), release("d"))
    client.patch("v1", world.kind.kind, key("c", 1), {"metadata": {"labels": {"name": "c"}}}, "default")
    eventually(lambda: (row := mirror.rows.row("default", "c", 1)) is not None and row.broken)


def test_split_records_are_put_together(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hivehelm.release.split.FITS", 400)
    monkeypatch.setattr("hivehelm.release.split.PART", 200)
    mirror = world.mirror()
    text = "".join(random.Random(1).choices("abcdefghijklmnop", k=2000))  # noqa: S311
    world.storage.keeping(0, split=True).create(release("a", text=text))
    eventually(lambda: shown(mirror) == [f"a.1 deployed: {text}"])


def test_refresh_reads_what_was_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror = world.mirror()
    # News is late, as on a busy cluster.
    monkeypatch.setattr(mirror, "event", lambda *_: None)
    world.storage.create(release("a", text="mine"))
    assert shown(mirror) == []
    mirror.refresh("default", "a")
    assert shown(mirror) == ["a.1 deployed: mine"]
    world.storage.delete("a", 1)
    mirror.refresh("default", "a")
    assert shown(mirror) == []


def test_refused_refresh_is_the_drivers_error(world: World) -> None:
    mirror = world.mirror()
    plural = "secrets" if world.kind is Secrets else "configmaps"
    world.cluster.refuse("LIST", plural, ApiError(500, "InternalError", "broken"))
    with pytest.raises(Exception, match="broken"):
        mirror.refresh("default", "a")


def test_reads_again_what_could_not_be_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.storage.create(release("a"))
    refusals = [ApiError(500, "InternalError", "broken"), KubeError("cut off")]
    real = world.kind.fetch

    def fetch(*arguments: Any) -> Any:
        if refusals:
            raise refusals.pop()
        return real(*arguments)

    monkeypatch.setattr(world.kind, "fetch", fetch)
    mirror = world.mirror()
    assert shown(mirror) == ["a.1 deployed: "]
    assert mirror.filled.wait(60)
    assert not refusals


def test_all_is_read_however_late_its_follower_goes_on(world: World) -> None:
    """What it has listed may have been read before it comes to say that there was a listing."""

    def driver(namespace: str) -> ObjectDriver:
        return world.kind(world.cluster.client(), namespace)

    mirror = Mirror(driver, world.face, pause=lambda _: 0.01)
    (follower,) = mirror._followers
    looked = threading.Event()
    unread = mirror._unread

    def look() -> Sequence[Row[Shown]]:
        looked.set()
        return unread()

    class Late(threading.Event):
        def set(self) -> None:
            assert looked.wait(60)
            # Now it only has to see that there is nothing to read.
            eventually(lambda: mirror.filled.is_set())
            super().set()

    mirror._unread = look  # type: ignore[method-assign, assignment]
    follower.listed = Late()
    world.mirrors.append(mirror)
    mirror.start()
    assert mirror.ready(60)
    assert mirror.filled.is_set()


def test_lists_anew_where_a_watch_cannot_go_on(world: World) -> None:
    plural = "secrets" if world.kind is Secrets else "configmaps"
    expired = ApiError(410, "Expired", "too old resource version")
    world.cluster.refuse("WATCH", plural, expired, times=2)
    world.storage.create(release("a"))
    assert shown(world.mirror()) == ["a.1 deployed: "]


def test_closing_ends_a_watch_that_is_being_opened(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror = world.mirror(wait=False)
    assert mirror.ready(60)
    real = world.cluster.stream

    def stream(*arguments: Any, **more: Any) -> Any:
        mirror.close()
        return real(*arguments, **more)

    monkeypatch.setattr(world.cluster, "stream", stream)
    eventually(lambda: mirror.age() == 0.0)
    world.cluster.expire_watches()
    mirror.join(10)
    assert not any(thread.is_alive() for thread in mirror._threads)


def test_bookmarks_only_say_how_far_it_is(world: World) -> None:
    world.storage.create(release("a"))
    mirror = world.mirror()
    mirror.event("BOOKMARK", {"kind": "Secret", "metadata": {"resourceVersion": "99999"}})
    assert shown(mirror) == ["a.1 deployed: "]


def test_starts_over_after_what_nobody_expected(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror = world.mirror()
    real, broken = mirror.event, [True]

    def event(kind: str, found: dict[str, Any]) -> None:
        if broken.pop() if broken else False:
            raise KeyError
        real(kind, found)

    monkeypatch.setattr(mirror, "event", event)
    world.storage.create(release("a"))
    eventually(lambda: shown(mirror) == ["a.1 deployed: "] and mirror.age() == 0.0)
    assert not broken
    world.storage.create(release("b"))
    eventually(lambda: shown(mirror) == ["a.1 deployed: ", "b.1 deployed: "])


def test_resource_versions_are_numbers() -> None:
    assert stamp("12") == 12
    assert stamp("") == stamp("opaque") == 0
