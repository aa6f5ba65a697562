"""The contract of every storage driver, and the history that is kept over them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hivehelm.errors import HivehelmError
from hivehelm.kube.client import Client
from hivehelm.kube.errors import ApiError
from hivehelm.release.drivers.configmap import ConfigMaps
from hivehelm.release.drivers.driver import Driver
from hivehelm.release.drivers.entry import Entry
from hivehelm.release.drivers.memory import Memory
from hivehelm.release.drivers.secret import Secrets
from hivehelm.release.drivers.sql import SQL
from hivehelm.release.errors import (
    InvalidKeyError,
    NoDeployedReleasesError,
    NoRevisionError,
    PruneError,
    ReleaseExistsError,
    ReleaseNotFoundError,
)
from hivehelm.release.model import Info, Release
from hivehelm.release.storage import Storage, key
from hivehelm.testing import FakeCluster


def release(name: str = "web", version: int = 1, status: str = "deployed", **more: Any) -> Release:
    return Release(name=name, version=version, info=Info(status=status), namespace="default", **more)


MAKERS: dict[str, Callable[[Client], Driver]] = {
    "memory": lambda _: Memory(),
    "secret": lambda client: Secrets(client, "default"),
    "configmap": lambda client: ConfigMaps(client, "default"),
}


@pytest.fixture(params=[*MAKERS, "sql"])
def driver(request: pytest.FixtureRequest) -> Iterator[Driver]:
    if request.param != "sql":
        yield MAKERS[request.param](FakeCluster().client())
        return
    sql = SQL(request.getfixturevalue("postgres").emptied(), "default")
    yield sql
    sql.close()


@pytest.fixture
def storage(driver: Driver) -> Storage:
    return Storage(driver)


def test_keys_are_helms() -> None:
    assert key("web", 12) == "sh.helm.release.v1.web.v12"


def test_what_is_created_is_got(storage: Storage) -> None:
    stored = release(labels={"team": "a"}, config={"a": 1.0})
    storage.create(stored)
    assert storage.get("web", 1) == stored


def test_nothing_is_created_twice(storage: Storage) -> None:
    storage.create(release())
    with pytest.raises(ReleaseExistsError, match=r"^release: already exists$"):
        storage.create(release())


def test_what_is_not_there_is_not_found(storage: Storage) -> None:
    storage.create(release())
    for missing in (
        lambda: storage.get("web", 2),
        lambda: storage.get("other", 1),
        lambda: storage.delete("web", 2),
        lambda: storage.history("other"),
        lambda: storage.last("other"),
    ):
        with pytest.raises(ReleaseNotFoundError, match=r"^release: not found$"):
            missing()


def test_an_update_replaces_the_record_and_its_labels(storage: Storage) -> None:
    storage.create(release(status="pending-install", labels={"team": "a"}))
    storage.update(release(status="deployed", labels={"team": "b"}))
    assert storage.get("web", 1).info.status == "deployed"
    assert storage.get("web", 1).labels == {"team": "b"}
    assert [found.version for found in storage.deployed_all("web")] == [1]


def test_what_is_not_there_is_not_updated(storage: Storage) -> None:
    with pytest.raises(HivehelmError):
        storage.update(release())


def test_what_is_deleted_is_returned_and_gone(storage: Storage) -> None:
    storage.create(release())
    assert storage.delete("web", 1).name == "web"
    with pytest.raises(ReleaseNotFoundError):
        storage.get("web", 1)


def test_a_list_holds_what_the_filter_keeps(storage: Storage) -> None:
    for name, version in (("a", 1), ("a", 2), ("b", 1)):
        storage.create(release(name, version))
    assert sorted((found.name, found.version) for found in storage.list()) == [("a", 1), ("a", 2), ("b", 1)]
    assert [found.name for found in storage.list(lambda found: found.name == "b")] == ["b"]


def test_a_history_is_of_one_release(storage: Storage) -> None:
    for name, version in (("a", 1), ("a", 2), ("b", 1)):
        storage.create(release(name, version))
    assert sorted(found.version for found in storage.history("a")) == [1, 2]
    assert storage.last("a").version == 2


def test_the_newest_deployed_revision_is_the_deployed_one(storage: Storage) -> None:
    for version, status in ((1, "superseded"), (2, "deployed"), (10, "deployed"), (11, "failed")):
        storage.create(release(version=version, status=status))
    assert storage.deployed("web").version == 10
    assert sorted(found.version for found in storage.deployed_all("web")) == [2, 10]


def test_without_a_deployed_revision_there_is_none(storage: Storage) -> None:
    storage.create(release(status="failed"))
    with pytest.raises(NoDeployedReleasesError) as caught:
        storage.deployed("web")
    assert str(caught.value) == '"web" has no deployed releases'


@pytest.mark.parametrize(
    ("statuses", "limit", "kept"),
    [
        (["superseded"] * 4, 0, [1, 2, 3, 4, 5]),
        (["superseded"] * 4, 3, [3, 4, 5]),
        (["superseded"] * 4, 1, [5]),
        (["deployed", "failed", "failed", "failed"], 2, [1, 5]),
        (["deployed", "failed", "failed", "failed"], 1, [1, 5]),
        (["superseded"], 10, [1, 2]),
    ],
)
def test_old_revisions_make_room_but_the_deployed_one_stays(
    driver: Driver, statuses: list[str], limit: int, kept: list[int]
) -> None:
    storage = Storage(driver, max_history=limit)
    for version, status in enumerate(statuses, 1):
        storage.driver.create(key("web", version), release(version=version, status=status))
    storage.create(release(version=len(statuses) + 1))
    assert sorted(found.version for found in storage.history("web")) == kept


class Stubborn(Memory):
    """Memory that deletes nothing, and that reads nothing when it is blind."""

    blind = False

    def delete(self, key: str) -> Release:
        raise InvalidKeyError

    def query(self, labels: object) -> list[Release]:
        return [] if self.blind else super().query(labels)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stored", "error", "text"),
    [
        (1, InvalidKeyError, "release: invalid key"),
        (3, PruneError, "encountered 3 deletion errors. First is: release: invalid key"),
    ],
)
def test_what_cannot_be_pruned_is_told(stored: int, error: type[Exception], text: str) -> None:
    storage = Storage(Stubborn(), max_history=1)
    for version in range(1, stored + 1):
        storage.driver.create(key("web", version), release(version=version, status="failed"))
    with pytest.raises(error) as caught:
        storage.create(release(version=9))
    assert str(caught.value) == text


def test_a_history_in_which_nothing_can_be_read_has_no_last_revision() -> None:
    driver = Stubborn()
    driver.blind = True
    with pytest.raises(NoRevisionError) as caught:
        Storage(driver).last("web")
    assert str(caught.value) == 'no revision for release "web"'
    with pytest.raises(NoDeployedReleasesError):
        Storage(driver).deployed("web")


class TestMemory:
    def test_views_of_other_namespaces_share_the_records(self) -> None:
        here = Memory("a")
        here.create(key("x", 1), Release(name="x", version=1, namespace="a"))
        here.create(key("x", 1), Release(name="x", version=1, namespace="b"))
        assert here.get(key("x", 1)).namespace == "a"
        assert here.within("b").get(key("x", 1)).namespace == "b"
        assert [found.namespace for found in here.within("").list(lambda _: True)] == ["a", "b"]

    def test_a_release_without_a_namespace_is_in_the_default_one(self) -> None:
        driver = Memory()
        driver.create(key("x", 1), Release(name="x", version=1))
        assert driver.get(key("x", 1)).name == "x"
        driver.update(key("x", 1), Release(name="x", version=1, manifest="m"))
        assert driver.get(key("x", 1)).manifest == "m"

    @pytest.mark.parametrize("bad", ["x", "x.vy", "x.v1.v2", "sh.helm.release.v1.x.v"])
    def test_keys_that_name_no_revision_are_refused(self, bad: str) -> None:
        for act in (Memory().get, Memory().delete):
            with pytest.raises(InvalidKeyError, match=r"^release: invalid key$"):
                act(bad)

    def test_threads_write_at_once(self) -> None:
        driver = Memory()

        def write(start: int) -> None:
            for version in range(start, start + 50):
                driver.create(key("x", version), release("x", version))

        threads = [threading.Thread(target=write, args=(start,)) for start in range(1, 400, 50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(driver.query({"name": "x"})) == 400

    def test_records_are_fetched_by_their_place(self) -> None:
        driver = Memory()
        driver.create(key("x", 1), release("x"))
        places = [Entry(key=key("x", n), namespace="default", name="x", version=n) for n in (1, 2)]
        assert [found.name for found in driver.fetch(places)] == ["x"]


def test_of_records_that_cannot_be_read_none_is_the_last() -> None:
    """The index knows of them; Helm's words are those for a history of which nothing is left."""
    cluster = FakeCluster()
    driver = Secrets(cluster.client(), "default")
    storage = Storage(driver)
    storage.create(release())
    found = cluster.get("v1", "Secret", key("web", 1), "default")
    assert found is not None
    cluster.client().replace({**found, "data": {"release": "eA=="}})
    with pytest.raises(NoRevisionError):
        storage.last("web")


def test_refusals_of_the_cluster_are_counted_when_old_records_go() -> None:
    cluster = FakeCluster()
    storage = Storage(Secrets(cluster.client(), "default"))
    for version, status in ((1, "superseded"), (2, "superseded"), (3, "deployed")):
        storage.create(release(version=version, status=status))
    cluster.refuse("DELETE", "secrets", ApiError(403, "Forbidden", "not yours"))
    with pytest.raises(PruneError) as caught:
        storage.keeping(1).create(release(version=4))
    assert str(caught.value) == "encountered 2 deletion errors. First is: not yours"
