"""Records in several objects of a cluster."""

from __future__ import annotations

import time
from collections.abc import Callable
from hashlib import shake_128
from typing import Any

import pytest

from hivehelm.kube.errors import ApiError, KubeError, RequestError
from hivehelm.release import codec, split
from hivehelm.release.claim import Claim
from hivehelm.release.drivers.configmap import ConfigMaps
from hivehelm.release.drivers.entry import Entry
from hivehelm.release.drivers.memory import Memory
from hivehelm.release.drivers.objects import ObjectDriver
from hivehelm.release.drivers.secret import Secrets
from hivehelm.release.errors import (
    LockLostError,
    RecordTooLargeError,
    ReleaseDecodeError,
    ReleaseExistsError,
    ReleaseNotFoundError,
    StorageError,
)
from hivehelm.release.model import Info, Release
from hivehelm.release.storage import Storage, key
from hivehelm.testing import FakeCluster

KEY = key("web", 1)
CHART = {"metadata": {"name": "web"}, "templates": [{"name": "t", "data": "eHh4"}], "values": {"a": 1.0}}
TOO_LONG = 'Secret "x" is invalid: data: Too long: may not be more than 1048576 bytes'


def release(version: int = 1, status: str = "deployed", size: int = 3000) -> Release:
    return Release(
        name="web",
        version=version,
        info=Info(status=status),
        namespace="default",
        labels={"team": "a"},
        chart_document=CHART,
        manifest=shake_128(str(version).encode()).hexdigest(size),
    )


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(split, "FITS", 1200)
    monkeypatch.setattr(split, "PART", 1000)


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture(params=[Secrets, ConfigMaps])
def driver(request: pytest.FixtureRequest, cluster: FakeCluster) -> ObjectDriver:
    kind: Callable[..., ObjectDriver] = request.param
    return kind(cluster.client(), "default")


@pytest.fixture
def splitting(driver: ObjectDriver) -> ObjectDriver:
    return driver.splitting()


def claim(token: str) -> Claim:
    return Claim(holder="me", token=token, heartbeat="1")


def names(cluster: FakeCluster, driver: ObjectDriver) -> list[str]:
    return sorted(one["metadata"]["name"] for one in cluster.objects(driver.kind))


def first(cluster: FakeCluster, driver: ObjectDriver) -> dict[str, Any]:
    found = cluster.get("v1", driver.kind, KEY, "default")
    assert found is not None
    return found


def test_a_record_that_fits_is_left_alone(cluster: FakeCluster, splitting: ObjectDriver) -> None:
    splitting.create(KEY, release(size=10))
    assert names(cluster, splitting) == [KEY]
    found = splitting.get(KEY)
    assert found.chart_document is not None
    assert found.chart_document["templates"]


def test_templates_go_first(
    cluster: FakeCluster, splitting: ObjectDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = release()
    monkeypatch.setattr(split, "FITS", len(codec.encode(whole)) - 1)
    splitting.create(KEY, whole)
    assert names(cluster, splitting) == [KEY]
    assert "annotations" not in first(cluster, splitting)["metadata"]
    assert splitting.get(KEY).chart_document == split.lean(whole).chart_document


def test_without_being_asked_nothing_is_split(cluster: FakeCluster, driver: ObjectDriver) -> None:
    driver.create(KEY, release())
    assert names(cluster, driver) == [KEY]


def test_a_split_record_is_read_like_any_other(
    cluster: FakeCluster, driver: ObjectDriver, splitting: ObjectDriver
) -> None:
    splitting.create(KEY, release())
    assert len(names(cluster, driver)) > 3
    expected = split.lean(release())
    assert driver.get(KEY) == expected
    listed = driver.list(lambda _: True)
    assert [one.manifest for one in listed] == [expected.manifest]
    assert [one.manifest for one in driver.query({"name": "web", "owner": "helm"})] == [expected.manifest]
    entry = Entry(key=KEY, namespace="default", name="web", version=1)
    for labels in ({"owner": "helm"}, {"owner": "helm", "name": "web"}):
        assert [one.replace(stamp="", labels={}) for one in driver.index(labels) or ()] == [entry]
    assert [one.manifest for one in driver.fetch([entry])] == [expected.manifest]
    everywhere = type(driver)(cluster.client(), "")
    assert [one.manifest for one in everywhere.list(lambda _: True)] == [expected.manifest]


def test_helm_does_not_take_the_first_part_for_a_record(
    cluster: FakeCluster, splitting: ObjectDriver
) -> None:
    splitting.create(KEY, release())
    found = first(cluster, splitting)
    assert found["metadata"]["labels"]["owner"] == "helm"
    with pytest.raises(ReleaseDecodeError, match="unexpected EOF"):
        codec.decode(splitting.unseal(found["data"]["release"]))
    for other in cluster.objects(splitting.kind):
        if other["metadata"]["name"] != KEY:
            assert other["metadata"]["labels"]["owner"] == "hivehelm"
            assert list(other["data"]) == ["part"]
            assert other.get("type") in (None, "hivehelm.dev/release-part")


def test_an_update_replaces_the_parts_even_when_not_asked_to_split(
    cluster: FakeCluster, driver: ObjectDriver, splitting: ObjectDriver
) -> None:
    splitting.create(KEY, release())
    before = names(cluster, driver)
    for other in (driver, type(driver)(cluster.client(), "default")):
        other.update(KEY, release(status="superseded"))
        after = names(cluster, driver)
        assert len(after) == len(before)
        assert other.get(KEY).info.status == "superseded"
    assert set(before) & set(after) == {KEY}
    driver.update(KEY, release(size=10))
    assert names(cluster, driver) == [KEY]
    assert "annotations" not in first(cluster, driver)["metadata"]
    assert driver.get(KEY) == release(size=10)


def test_an_update_to_the_same_keeps_the_parts(cluster: FakeCluster, splitting: ObjectDriver) -> None:
    splitting.create(KEY, release())
    before = names(cluster, splitting)
    splitting.update(KEY, release())
    assert names(cluster, splitting) == before
    assert splitting.get(KEY) == split.lean(release())


def test_claims_are_on_the_first_part(cluster: FakeCluster, splitting: ObjectDriver) -> None:
    ours = claim("t")
    splitting.create(KEY, release(), ours)
    found = splitting.claim(KEY)
    assert ours.is_of(found)
    splitting.renew(KEY, ours.replace(heartbeat="2"), ours)
    assert splitting.get(KEY).manifest == release().manifest
    with pytest.raises(LockLostError):
        splitting.update(KEY, release(status="failed"), None, claim("x"))
    assert splitting.get(KEY).info.status == "deployed"


def test_all_parts_go_with_the_record(
    cluster: FakeCluster, driver: ObjectDriver, splitting: ObjectDriver
) -> None:
    splitting.create(KEY, release())
    assert driver.delete(KEY) == split.lean(release())
    assert names(cluster, driver) == []


def test_pruning_removes_parts(cluster: FakeCluster, splitting: ObjectDriver) -> None:
    storage = Storage(splitting, 1)
    storage.create(release(1, "superseded"))
    storage.create(release(2))
    assert all(".v2" in name for name in names(cluster, splitting))
    assert storage.last("web").manifest == release(2).manifest


def test_a_part_that_is_missing_or_wrong_makes_the_record_unreadable(
    cluster: FakeCluster, splitting: ObjectDriver
) -> None:
    splitting.create(KEY, release())
    part = names(cluster, splitting)[-1]
    assert part != KEY
    splitting._requests.delete(part, "default")
    assert splitting.list(lambda _: True) == []
    with pytest.raises((StorageError, ReleaseDecodeError), match="a part of the record is missing"):
        splitting.get(KEY)


def test_a_record_that_is_written_while_it_is_read_is_read_again(
    cluster: FakeCluster, driver: ObjectDriver, splitting: ObjectDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    splitting.create(KEY, release())
    joined = driver._parts.joined

    def late(*given: Any) -> bytes:
        monkeypatch.setattr(driver._parts, "joined", joined)
        splitting.update(KEY, release(status="superseded"))
        return joined(*given)

    monkeypatch.setattr(driver._parts, "joined", late)
    assert [one.info.status for one in driver.query({"name": "web"})] == ["superseded"]


def test_a_record_that_is_deleted_while_it_is_read_is_left_out(
    cluster: FakeCluster, driver: ObjectDriver, splitting: ObjectDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    splitting.create(KEY, release())
    joined = driver._parts.joined

    def late(*given: Any) -> bytes:
        monkeypatch.setattr(driver._parts, "joined", joined)
        splitting.delete(KEY)
        return joined(*given)

    monkeypatch.setattr(driver._parts, "joined", late)
    assert driver.query({"name": "web"}) == []


def test_parts_are_written_before_the_record(cluster: FakeCluster, splitting: ObjectDriver) -> None:
    splitting.create(KEY, release(1))
    splitting.update(KEY, release(1, "superseded"))
    plural = f"{splitting.kind.lower()}s"
    writes = [(how, path.rpartition("/")[2]) for how, path in cluster.requests if how != "GET"]
    parts = len(names(cluster, splitting)) - 1
    made = [("POST", plural)] * parts
    assert writes[: 2 * parts + 2] == [*made, ("POST", plural), *made, ("PUT", KEY)]
    assert [how for how, _ in writes[2 * parts + 2 :]] == ["DELETE"] * parts


def test_what_a_killed_process_left_is_swept(
    cluster: FakeCluster, driver: ObjectDriver, splitting: ObjectDriver
) -> None:
    splitting.create(KEY, release())
    whole = names(cluster, driver)
    splitting._stored(KEY, release(status="failed"), True)
    splitting._stored(key("web", 2), release(2), True)
    splitting._stored(key("web", 3), release(3), True)
    strays = len(names(cluster, driver))
    driver.sweep("web", 2)
    assert len(names(cluster, driver)) == strays
    # They are noticed when somebody looks for the newest revision.
    driver.index({"name": "web", "owner": "helm"})
    driver.sweep("web", 2)
    assert [name for name in names(cluster, driver) if ".v3." not in name] == whole
    splitting.sweep("web", 3)
    splitting.sweep("other", 3)
    assert names(cluster, driver) == whole


def test_what_is_split_in_an_unknown_way_is_not_swept(cluster: FakeCluster, splitting: ObjectDriver) -> None:
    splitting.create(KEY, release())
    found = first(cluster, splitting)
    found["metadata"]["annotations"][split.NAME] = "tomorrow"
    splitting._requests.replace(found, "default")
    before = names(cluster, splitting)
    splitting.sweep("web", 9)
    assert names(cluster, splitting) == before
    assert splitting.list(lambda _: True) == []


def test_sweeping_may_be_refused(cluster: FakeCluster, splitting: ObjectDriver) -> None:
    splitting._stored(KEY, release(), True)
    cluster.refuse("DELETE", f"{splitting.kind.lower()}s", ApiError(403, "Forbidden", "no"))
    with pytest.raises((StorageError, ApiError)):
        splitting.sweep("web", 1)


def test_who_comes_second_is_told_so(cluster: FakeCluster, splitting: ObjectDriver) -> None:
    splitting.create(KEY, release())
    with pytest.raises(ReleaseExistsError):
        splitting.create(KEY, release(status="failed"))
    assert splitting.get(KEY).info.status == "deployed"


@pytest.mark.parametrize(
    "error",
    [
        ApiError(422, "Invalid", TOO_LONG.replace("1048576", "1200")),
        ApiError(413, "RequestEntityTooLarge", "Request entity too large: limit is 3145728"),
        ApiError(500, "InternalError", "etcdserver: request is too large"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_record_that_does_not_fit_says_why(
    cluster: FakeCluster, driver: ObjectDriver, error: ApiError, method: str
) -> None:
    if method == "PUT":
        driver.create(KEY, release())
    cluster.refuse(method, f"{driver.kind.lower()}s", error)
    with pytest.raises(RecordTooLargeError) as caught:
        (driver.create if method == "POST" else driver.update)(KEY, release())
    lines = str(caught.value).split("\n")
    words = {"POST": "create: failed to create: ", "PUT": "update: failed to update: "}[method]
    assert lines[0] == (f"{words}{error}" if driver.kind == "Secret" else str(error))
    assert lines[1].startswith("the record of revision 1 takes 5 KiB of at most 2 KiB, packed: manifest ")
    assert lines[2].endswith("or pass --split-records (Helm itself does not see what is split)")
    assert caught.value.shares[0].name == "manifest"


def test_a_server_that_hangs_up_on_a_large_request_finds_it_too_large(
    cluster: FakeCluster, driver: ObjectDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang_up(method: str, path: str, **_: Any) -> Any:
        raise RequestError(method, path, KubeError("EOF"))

    monkeypatch.setattr(cluster, "request", hang_up)
    with pytest.raises(RecordTooLargeError, match="Request entity too large: limit is 3145728"):
        driver.create(KEY, release(size=3_000_000))
    with pytest.raises((StorageError, RequestError), match="EOF"):
        driver.create(KEY, release())


def test_there_may_be_too_many_parts(cluster: FakeCluster, splitting: ObjectDriver) -> None:
    cluster.refuse("POST", "*", ApiError(413, "RequestEntityTooLarge", "Request entity too large"))
    plural = f"{splitting.kind.lower()}s"
    cluster.refuse("POST", plural, ApiError(413, "RequestEntityTooLarge", "Request entity too large"))
    with pytest.raises(RecordTooLargeError, match="to make it fit") as caught:
        splitting.create(KEY, release(size=60_000))
    assert "--split-records" not in str(caught.value)
    assert names(cluster, splitting) == []


def test_what_goes_wrong_with_a_part_is_the_records(cluster: FakeCluster, splitting: ObjectDriver) -> None:
    plural = f"{splitting.kind.lower()}s"
    cluster.refuse("POST", plural, ApiError(403, "Forbidden", "no parts"), times=1)
    with pytest.raises((StorageError, ApiError), match="no parts"):
        splitting.create(KEY, release())


def test_every_request_ends_by_the_deadline(
    cluster: FakeCluster, splitting: ObjectDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, float | None]] = []
    request = cluster.request

    def noted(method: str, path: str, *, timeout: float | None = None, **more: Any) -> Any:
        asked.append((method, timeout))
        return request(method, path, timeout=timeout, **more)

    monkeypatch.setattr(cluster, "request", noted)
    storage = Storage(splitting).until(time.monotonic() + 100)
    storage.create(release())
    storage.update(release(status="failed"))
    assert storage.last("web").manifest == release().manifest
    storage.delete("web", 1)
    assert {method for method, _ in asked} == {"GET", "POST", "PUT", "DELETE"}
    assert all(timeout is not None and 0 < timeout <= 100 for _, timeout in asked)


def test_storage_may_keep_what_it_splits(cluster: FakeCluster, driver: ObjectDriver) -> None:
    storage = Storage(driver).keeping(1, split=True)
    for version in (1, 2):
        storage.create(release(version))
    assert storage.max_history == 1
    assert len(names(cluster, driver)) > 2
    assert storage.last("web").version == 2


def test_elsewhere_records_may_be_of_any_size() -> None:
    memory = Memory()
    assert memory.splitting() is memory
    memory.sweep("web", 1)
    assert memory.trial(KEY, release()) == []
    with pytest.raises(ReleaseNotFoundError):
        memory.get(KEY)
