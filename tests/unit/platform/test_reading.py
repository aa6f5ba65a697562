"""Reading releases: from memory what is there, from the cluster what is not, and never anything else."""

from __future__ import annotations

import json
import random
import time
from typing import TYPE_CHECKING, Any

import pytest

from hivehelm.actions.context import Context
from hivehelm.actions.errors import InvalidNameError
from hivehelm.kube.errors import RequestError, UnreachableError
from hivehelm.platform import following, reading
from hivehelm.platform.face import face, utc
from hivehelm.platform.marked import Marked
from hivehelm.platform.query import ReleaseQuery, SortError
from hivehelm.platform.reading import Reader
from hivehelm.platform.shelf import Shelf
from hivehelm.platform.site import Site
from hivehelm.release.drivers.secret import Secrets
from hivehelm.release.errors import ReleaseNotFoundError
from hivehelm.release.model import Hook, Info, Release
from hivehelm.release.storage import Storage
from hivehelm.sources.stores import Stores
from hivehelm.testing import FakeCluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hivehelm.kube.client import Client

METADATA = {"name": "web", "version": "1.2.3", "appVersion": "9"}


def release(name: str, version: int = 1, status: str = "deployed", **more: Any) -> Release:
    info = Info(status=status, last_deployed=f"2026-01-0{version}T01:02:03.5+01:00", description="<done>")
    given: dict[str, Any] = {
        "namespace": "default",
        "config": {"replicas": 2.0, "pin": "x"},
        "chart_document": {"metadata": METADATA, "templates": [{"name": "a"}]},
        "manifest": "kind: A\n",
    }
    return Release(**{"name": name, "version": version, "info": info, **given, **more})


class FakeSite(Site):
    """A site of a fake cluster."""

    def __init__(self, base: str, cluster: FakeCluster, driver: str = "") -> None:
        stores = Stores()
        super().__init__(base, stores, environ={}, driver=driver)
        self.cluster = cluster
        self.connected = cluster.client()

    def client(self, as_user: object = None, as_groups: object = ()) -> Client:
        if not self.cluster.reachable:
            raise UnreachableError("away")
        return self.connected

    def connect(self, namespace: str = "default", *_: object, **__: object) -> Context:
        return Context(self.storage(namespace), self.connected, namespace=namespace)

    def storage(self, namespace: str = "default") -> Storage:
        return Storage(Secrets(self.connected, namespace))


@pytest.fixture
def site(tmp_path: Path) -> FakeSite:
    site = FakeSite(str(tmp_path), FakeCluster())
    storage = site.storage()
    storage.create(release("a", 1, "superseded"))
    storage.create(release("a", 2, labels={"team": "x"}))
    storage.create(release("b", 1, "failed"))
    site.storage("kube-system").create(release("a", 1, "pending-install", namespace="kube-system"))
    return site


@pytest.fixture
def open_reader(site: FakeSite) -> Iterator[Callable[..., Reader]]:
    readers = []

    def make(*args: Any, **options: Any) -> Reader:
        reader = Reader(site, *args, **options)
        readers.append(reader)
        reader.start()
        return reader

    yield make
    for reader in readers:
        reader.close()


@pytest.fixture(params=["followed", "asked"])
def reader(request: pytest.FixtureRequest, open_reader: Callable[..., Reader]) -> Reader:
    found = open_reader(follow=request.param == "followed")
    if request.param == "followed":
        assert found.ready(60)
        eventually(lambda: found.look_releases(ReleaseQuery()))
    return found


def eventually(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.002)


def names(reader: Reader, **query: Any) -> list[str]:
    page = reader.releases(ReleaseQuery(**query))
    found = [f"{one['namespace']}/{one['name']}.{one['revision']}" for one in json.loads(page.data)]
    assert page.total >= len(found)
    return found


def test_a_release_has_the_seeds_fields(reader: Reader) -> None:
    found = reader.release("default", "a")
    assert json.loads(found.data) == {
        "name": "a",
        "namespace": "default",
        "chart": "web",
        "version": "1.2.3",
        "status": "Deployed",
        "revision": 2,
        "updated": "2026-01-02T00:02:03.5Z",
        "app_version": "9",
        "description": "<done>",
        "state": "deployed",
        "values": {"pin": "x", "replicas": 2},
    }
    assert (found.revision, found.status) == (2, "Deployed")
    assert b'"replicas":2}}' in found.data
    old = json.loads(reader.release("default", "a", 1).data)
    assert (old["revision"], old["status"], old["values"]["replicas"]) == (1, "Superseded", 2)
    assert "values" not in json.loads(reader.release("default", "a", values=False).data)
    assert json.loads(reader.values("default", "a").data) == {"pin": "x", "replicas": 2}
    assert json.loads(reader.values("default", "a", 1).data) == {"pin": "x", "replicas": 2}


def test_lists(reader: Reader) -> None:
    assert names(reader) == ["default/a.2", "kube-system/a.1", "default/b.1"]
    assert names(reader, sort="-name") == ["default/b.1", "kube-system/a.1", "default/a.2"]
    assert names(reader, sort="namespace") == ["default/a.2", "default/b.1", "kube-system/a.1"]
    assert names(reader, sort="-updated")[0] == "default/a.2"
    assert names(reader, sort="revision")[-1] == "default/a.2"
    assert names(reader, sort="status")[0] == "default/a.2"
    assert len(names(reader, sort="chart")) == 3
    assert names(reader, namespaces=("kube-system",)) == ["kube-system/a.1"]
    assert names(reader, namespaces=()) == []
    assert names(reader, namespaces=("default", "default", "none")) == ["default/a.2", "default/b.1"]
    assert names(reader, status="Pending") == ["kube-system/a.1"]
    assert names(reader, status="pending-install") == ["kube-system/a.1"]
    assert names(reader, filter="^b") == ["default/b.1"]
    assert names(reader, selector="team=x,status=deployed") == ["default/a.2"]
    assert names(reader, limit=1, offset=1) == ["kube-system/a.1"]
    assert names(reader, offset=9) == []
    assert reader.releases(ReleaseQuery(limit=1)).total == 3
    values = json.loads(reader.releases(ReleaseQuery(values=True)).data)
    assert all(one["values"]["replicas"] == 2 for one in values)
    with pytest.raises(SortError, match='sorted by "-size"'):
        reader.releases(ReleaseQuery(sort="-size"))


def test_history(reader: Reader) -> None:
    page = reader.history("default", "a")
    assert [(one["revision"], one["status"]) for one in json.loads(page.data)] == [
        (1, "Superseded"),
        (2, "Deployed"),
    ]
    assert page.total == 2
    assert [one["revision"] for one in json.loads(reader.history("default", "a", 1).data)] == [2]


def test_record_holds_the_rest(reader: Reader) -> None:
    found = reader.record("default", "a")
    assert found.manifest == "kind: A\n"
    assert (found.chart_document or {})["templates"] is None
    assert reader.record("default", "a", 1).version == 1


def test_what_is_not_there(reader: Reader) -> None:
    for ask in (reader.release, reader.values, reader.history, reader.record):
        with pytest.raises(ReleaseNotFoundError):
            ask("default", "nope")
        with pytest.raises(InvalidNameError):
            ask("default", "No_Name")
    with pytest.raises(ReleaseNotFoundError):
        reader.release("default", "a", 7)


def test_settling_shows_what_was_done(reader: Reader, site: FakeSite) -> None:
    site.storage().create(release("c"))
    reader.settle("default", "c")
    assert json.loads(reader.release("default", "c").data)["revision"] == 1
    site.storage().delete("c", 1)
    reader.settle("default", "c")
    with pytest.raises(ReleaseNotFoundError):
        reader.release("default", "c")


def test_memory_answers_without_the_cluster(open_reader: Callable[..., Reader], site: FakeSite) -> None:
    reader = open_reader()
    eventually(lambda: reader.look_releases(ReleaseQuery(values=True)))
    reader.history("default", "a")
    reader.record("default", "a")
    asked = len(site.cluster.requests)
    assert reader.look_releases(ReleaseQuery()) is not None
    assert reader.look_releases(ReleaseQuery()) is reader.look_releases(ReleaseQuery())
    found = reader.look_release("default", "a")
    assert found is not None and found.tag == reader.release("default", "a").tag
    assert reader.look_values("default", "a") is not None
    assert reader.look_history("default", "a") is not None
    assert reader.record("default", "a").labels == {"team": "x"}
    # Old revisions come without values, what is not known not at all.
    assert reader.look_release("default", "a", 1) is None
    assert reader.look_release("default", "a", 1, values=False) is not None
    assert reader.look_release("default", "a", at_least=3) is None
    assert reader.look_release("default", "nope") is None
    assert reader.look_values("default", "nope") is None
    assert reader.look_history("default", "nope") is None
    assert len(site.cluster.requests) == asked
    state = reader.state()
    assert (state.following, state.age, state.records, state.releases) == (True, 0.0, 4, 3)
    assert state.size > 1000
    assert reader.mark() and reader.mark("default")
    mark = reader.mark("default")
    assert mark and mark == reader.mark("default")
    site.storage().create(release("n"))
    eventually(lambda: reader.mark("default") != mark)
    assert reader.release("default", "n", at_least=1).revision == 1


def test_floods_of_unknown_names_do_not_reach_the_cluster(
    open_reader: Callable[..., Reader], site: FakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_DOUBTS", (0.0, 3))
    reader = open_reader()
    assert reader.ready(60)
    asked: list[str] = []
    refresh = reader._mirror.refresh  # type: ignore[union-attr]

    def refreshed(namespace: str, name: str) -> None:
        asked.append(name)
        refresh(namespace, name)

    monkeypatch.setattr(reader._mirror, "refresh", refreshed)
    reads: list[Callable[..., object]] = [reader.release, reader.values, reader.history]
    for number in range(40):
        with pytest.raises(ReleaseNotFoundError):
            reads[number % 3]("default", f"nope-{number}")
    assert asked == ["nope-0", "nope-1", "nope-2"]
    before = len(site.cluster.requests)
    with pytest.raises(ReleaseNotFoundError):
        reader.record("default", "nope")
    assert len(site.cluster.requests) == before
    # What is there is found however new it is, by whoever knows that it is, and by all a little later.
    site.storage().create(release("new"))
    assert reader.release("default", "new", at_least=1).revision == 1
    assert reader.record("default", "a").version == 2


def test_what_is_waited_for_is_told(open_reader: Callable[..., Reader], site: FakeSite) -> None:
    assert open_reader(follow=False).awaited() == ""
    site.cluster.reachable = False
    reader = open_reader()
    assert reader.awaited() == ""  # there is not even a client
    site.cluster.reachable = True
    reader = open_reader()
    assert reader.ready(60)
    assert reader.awaited() == ""


def test_values_are_concealed_unless_somebody_may_see_them(
    open_reader: Callable[..., Reader], site: FakeSite
) -> None:
    def conceal(found: Release) -> dict[str, Any]:
        return {**(found.config or {}), "pin": "***"}

    for follow in (True, False):
        reader = open_reader(conceal=conceal, follow=follow)
        for data in (
            reader.release("default", "a").data,
            reader.release("default", "a", 1).data,
            reader.releases(ReleaseQuery(values=True, filter="a", namespaces=("default",))).data[1:-1],
        ):
            assert json.loads(data)["values"]["pin"] == "***"
        assert json.loads(reader.values("default", "a").data)["pin"] == "***"
        told = reader.release("default", "a", secrets=True)
        assert json.loads(told.data)["values"]["pin"] == "x"
        assert json.loads(reader.values("default", "a", secrets=True).data)["pin"] == "x"
        query = ReleaseQuery(values=True, namespaces=("default",))
        assert json.loads(reader.releases(query, secrets=True).data)[0]["values"]["pin"] == "x"


def test_others_see_what_the_cluster_lets_them(open_reader: Callable[..., Reader], site: FakeSite) -> None:
    reader = open_reader()
    eventually(lambda: reader.look_releases(ReleaseQuery()))

    def nobody(_: str) -> Context:
        raise UnreachableError("not you")

    with pytest.raises(UnreachableError):
        reader.releases(ReleaseQuery(), context=nobody)
    for ask in (reader.release, reader.values, reader.history, reader.record):
        with pytest.raises(UnreachableError):
            ask("default", "a", context=nobody)
    assert json.loads(reader.history("default", "a", context=site.connect).data)[0]["revision"] == 1


def test_large_values_are_read_when_asked_for(open_reader: Callable[..., Reader], site: FakeSite) -> None:
    site.storage().create(release("big", config={"text": "x" * 50_000}))
    reader = open_reader()
    eventually(lambda: reader.look_releases(ReleaseQuery()))
    assert reader.look_release("default", "big") is None
    assert len(reader.release("default", "big").data) > 50_000
    assert reader.look_releases(ReleaseQuery(values=True)) is None
    assert len(reader.releases(ReleaseQuery(values=True)).data) > 50_000


def test_memory_is_bounded(
    open_reader: Callable[..., Reader], site: FakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST", 100)
    site.storage().create(release("n0"))
    reader = open_reader()
    eventually(lambda: reader.look_releases(ReleaseQuery()))
    assert reader.look_releases(ReleaseQuery(values=True)) is None
    assert json.loads(reader.releases(ReleaseQuery(values=True)).data)[0]["values"]["pin"] == "x"


def test_what_is_too_old_is_not_told(
    open_reader: Callable[..., Reader], site: FakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = open_reader()
    eventually(lambda: reader.look_releases(ReleaseQuery()))
    reader.filled()
    site.cluster.reachable = False
    site.cluster.expire_watches()
    eventually(lambda: (reader.state().age or 0) > 0)
    assert reader.look_releases(ReleaseQuery()) is not None
    assert reader.state().following
    monkeypatch.setattr(following, "STALE", 0.0)
    assert reader.look_releases(ReleaseQuery()) is None
    assert reader.look_history("default", "a") is None
    assert reader.mark() == ""
    reader.settle("default", "a")
    with pytest.raises((UnreachableError, RequestError)):
        reader.release("default", "a")
    assert not reader.state().following


def test_follows_once_the_cluster_can_be_found(
    open_reader: Callable[..., Reader], site: FakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_LOOK", 0.01)
    site.cluster.reachable = False
    reader = open_reader()
    assert reader.state().age is None
    assert "unreachable" in reader.state().error
    assert not reader.ready(0)
    site.cluster.reachable = True
    eventually(lambda: reader.look_releases(ReleaseQuery()))
    # New credentials: another client.
    site.cluster.reachable = False
    site.cluster.expire_watches()
    eventually(lambda: (reader.state().age or 0) > 0)
    site.connected = site.cluster.client()
    site.cluster.reachable = True
    site.storage().create(release("z"))
    eventually(lambda: (page := reader.look_releases(ReleaseQuery())) and page.total == 4)


def test_another_cluster_is_not_this_one_with_changes(
    open_reader: Callable[..., Reader], site: FakeSite
) -> None:
    """What was made of one is not told of the other, though as much has happened there."""
    reader = open_reader()
    eventually(lambda: reader.look_releases(ReleaseQuery()))
    reader.filled()
    assert len(names(reader)) == 3
    before, mark = reader._mirror, reader.mark()
    site.cluster = FakeCluster()
    site.connected = site.cluster.client()
    site.storage().create(release("other"))
    reader._connect()
    assert reader.ready(60)
    reader.filled()
    assert reader._mirror is not before is not None
    reader._mirror.rows.generation = before.rows.generation  # type: ignore[union-attr]
    assert names(reader) == ["default/other.1"]
    assert reader.mark() != mark


def test_follows_given_namespaces(open_reader: Callable[..., Reader]) -> None:
    reader = open_reader(["default"])
    eventually(lambda: reader.look_releases(ReleaseQuery(namespaces=("default",))))
    assert reader.look_releases(ReleaseQuery()) is None
    assert reader.look_release("kube-system", "a") is None
    assert reader.mark() == "" and reader.mark("default")
    # Asked for all, it asks for those that it may see.
    assert names(reader) == ["default/a.2", "default/b.1"]
    assert reader.release("kube-system", "a").revision == 1


def test_other_stores_are_asked(site: FakeSite) -> None:
    site.driver = "sql"
    reader = Reader(site)
    reader.start()
    assert not reader.state().following
    assert names(reader) == ["default/a.2", "kube-system/a.1", "default/b.1"]
    reader.filled()
    reader.close()


def test_who_asks_first_waits_for_the_listing(open_reader: Callable[..., Reader]) -> None:
    assert len(names(open_reader())) == 3


def test_instants_and_statuses() -> None:
    assert utc(0) == "1970-01-01T00:00:00Z"
    shown = face(release("a", info=Info(status="uninstalled"), chart_document=None, config=None))
    assert (shown.status, shown.chart, shown.values) == ("Uninstalled", "", b"{}")
    assert b'"updated":"0001-01-01T00:00:00Z"' in shown.data(values=True)
    assert b"0001-01-01" in face(release("a", info=Info(last_deployed="nonsense"))).head
    assert utc(-(1 << 70)).startswith("0001-01-01")
    assert shown.shrunk().shrunk().values is None


def test_shelf_holds_no_more_than_it_may() -> None:
    shelf = Shelf(3000)
    one = release("a", labels={"team": "x"}, hooks=(Hook(manifest="x" * 3000),))
    for number in range(9):
        shelf.put(number, one)
        shelf.put(number, one)
    assert 0 < len(shelf) < 9
    assert shelf.size <= 3000
    assert shelf.get(0) is None
    assert shelf.get(8) == one
    # What is too large is not kept at all.
    noise = random.Random(1).randbytes(2 << 20).hex()  # noqa: S311
    shelf.put("large", release("b", manifest=noise))
    assert shelf.get("large") is None
    assert shelf.get(8) == one


def test_what_was_made_lasts_as_long_as_its_mark() -> None:
    made: Marked[str] = Marked(2)
    made.put("a", 1, "x")
    assert made.get("a", 1) == "x"
    assert made.get("a", 2) is None
    made.put("b", 1, "y")
    made.put("c", 1, "z")
    assert made.get("a", 1) is None
    assert len(made) == 2
