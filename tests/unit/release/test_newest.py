"""The newest revisions, whatever is noted beside the records: what comes out is what Helm would show."""

from __future__ import annotations

from typing import Any

import pytest

from hivehelm.actions.context import Context
from hivehelm.actions.list import ListOptions, list_releases
from hivehelm.release import codec
from hivehelm.release.drivers.memory import Memory
from hivehelm.release.drivers.secret import Secrets
from hivehelm.release.model import Info, Release
from hivehelm.release.newest import newest
from hivehelm.release.storage import Storage, key
from hivehelm.testing import FakeCluster


def release(name: str, version: int = 1, status: str = "deployed", **more: Any) -> Release:
    return Release(
        **{"name": name, "version": version, "info": Info(status=status), "namespace": "default", **more}
    )


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
def context(cluster: FakeCluster) -> Context:
    storage = Storage(Secrets(cluster.client(), "default"))
    for name in ("c", "a", "b"):
        for version in (1, 2, 3):
            storage.create(release(name, version, "deployed" if version == 3 else "superseded"))
    return Context(storage)


def shown(context: Context, **options: Any) -> list[tuple[str, int]]:
    return [(one.name, one.version) for one in list_releases(context, ListOptions(**options))]


def test_only_what_is_shown_is_read(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []
    real = codec.decode

    def decode(data: bytes) -> Release:
        read.append(data)
        return real(data)

    monkeypatch.setattr(codec, "decode", decode)
    assert shown(context, max=2) == [("a", 3), ("b", 3)]
    assert len(read) == 2
    read.clear()
    assert shown(context) == [("a", 3), ("b", 3), ("c", 3)]
    assert len(read) == 3
    read.clear()
    assert shown(context, filter="^c") == [("c", 3)]
    assert len(read) == 1


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({"max": 1, "offset": 1}, [("b", 3)]),
        ({"max": 2, "reverse": True}, [("c", 3), ("b", 3)]),
        ({"max": 0}, [("a", 3), ("b", 3), ("c", 3)]),
        ({"offset": 9}, []),
        ({"failed": True}, []),
        ({"superseded": True, "deployed": True, "max": 1}, [("a", 3)]),
        ({"selector": "version=3", "max": 1}, [("a", 3)]),
        ({"date": True, "max": 2}, [("a", 3), ("b", 3)]),
        ({"superseded": True, "max": 3}, [("a", 1), ("a", 2), ("b", 1)]),
    ],
)
def test_options_are_heeded(context: Context, options: dict[str, Any], wanted: list[tuple[str, int]]) -> None:
    assert sorted(shown(context, **options)) == sorted(wanted)


def test_releases_that_are_not_shown_make_room_for_the_next(context: Context) -> None:
    for index in range(20):
        context.storage.create(release(f"0-{index:02}", status="failed"))
    assert shown(context, deployed=True, max=2) == [("a", 3), ("b", 3)]


def change(
    cluster: FakeCluster, record: str, labels: dict[str, str] | None = None, data: str | None = None
) -> None:
    found = cluster.get("v1", "Secret", record, "default")
    assert found is not None
    found["metadata"]["labels"].update(labels or {})
    if data is not None:
        found["data"]["release"] = data
    cluster.client().replace(found)


def test_a_record_that_cannot_be_read_makes_way_for_the_one_before(
    context: Context, cluster: FakeCluster
) -> None:
    for version in (2, 3):
        change(cluster, key("b", version), data="eA==")
    assert shown(context) == [("a", 3), ("b", 1), ("c", 3)]
    change(cluster, key("b", 1), data="eA==")
    assert shown(context) == [("a", 3), ("c", 3)]
    assert context.storage.last("a").version == 3


@pytest.mark.parametrize(
    ("label", "lie"), [("version", "9"), ("name", "x"), ("status", "failed"), ("owner", "nobody")]
)
def test_labels_that_lie_change_what_they_change_in_helm(
    context: Context, cluster: FakeCluster, label: str, lie: str
) -> None:
    """Helm finds records by the label `owner`, and goes by what they say."""
    change(cluster, key("b", 3), {label: lie})
    assert shown(context) == [("a", 3), ("b", 2 if label == "owner" else 3), ("c", 3)]
    assert shown(context, failed=True) == []


def test_a_record_that_is_another_than_it_seems_is_taken_at_its_word(context: Context) -> None:
    """As when a backup of one namespace was restored into another."""
    context.storage.driver.create(key("b", 4), release("b", 4, namespace="elsewhere"))
    assert shown(context) == [("a", 3), ("b", 3), ("b", 4), ("c", 3)]
    context.storage.driver.create(key("a", 4), release("z", 7))
    assert shown(context, max=1) == [("a", 3)]
    assert context.storage.last("c").version == 3
    assert context.storage.last("z").version == 7


def test_stores_without_an_index_are_read() -> None:
    assert newest(Memory(), lambda _: True, lambda _: True) is None
