"""What is remembered of records: never anything but what reading them again would show."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest

from hivehelm.actions.context import Context
from hivehelm.actions.history import history
from hivehelm.actions.list import ListOptions, list_releases
from hivehelm.release import codec
from hivehelm.release.drivers.secret import Secrets
from hivehelm.release.errors import ReleaseNotFoundError
from hivehelm.release.model import Info, Release
from hivehelm.release.seen import Seen
from hivehelm.release.storage import Storage, key
from hivehelm.testing import FakeCluster

if TYPE_CHECKING:
    from pathlib import Path

METADATA = {"name": "c", "version": "1.0.0", "appVersion": "2", "apiVersion": "v2", "description": "long"}


def release(name: str, version: int = 1, status: str = "deployed", **more: Any) -> Release:
    info = Info(status=status, last_deployed="2026-01-01T00:00:00Z", description="d", rollback_revision=7)
    given = {"chart_document": {"metadata": METADATA}, "manifest": "kind: A\n", "labels": {"team": "x"}}
    return Release(name=name, version=version, info=info, namespace="default", **{**given, **more})


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
def context(cluster: FakeCluster) -> Context:
    storage = Storage(Secrets(cluster.client(), "default"))
    for version in (1, 2):
        storage.create(release("a", version, "deployed" if version == 2 else "superseded"))
    storage.create(release("b", chart_document=None))
    return Context(storage)


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "cache" / "seen.json")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The records that are decoded."""
    decoded: list[bytes] = []
    real = codec.decode

    def decode(data: bytes) -> Release:
        decoded.append(data)
        return real(data)

    monkeypatch.setattr(codec, "decode", decode)
    return decoded


def shown(one: Release) -> tuple[Any, ...]:
    """Return what lists and histories print of a release, and what they choose it by."""
    chart = one.chart_metadata
    info = one.info
    return (
        *(one.name, one.namespace, one.version, info.status, info.last_deployed, info.description),
        *(info.rollback_revision, chart.get("name"), chart.get("version"), chart.get("appVersion")),
        *sorted((name, value) for name, value in one.labels.items() if name != "createdAt"),
    )


def listed(context: Context, path: str | None = None, **options: Any) -> list[tuple[Any, ...]]:
    seen = None if path is None else Seen(path)
    found = [shown(one) for one in list_releases(context, ListOptions(**options), seen=seen)]
    if seen is not None:
        seen.save()
    return found


def told(context: Context, path: str | None = None) -> list[tuple[Any, ...]]:
    seen = None if path is None else Seen(path)
    found = [shown(one)[:10] for one in history(context, "a", seen=seen)]
    if seen is not None:
        seen.save()
    return found


def document(path: str) -> dict[str, Any]:
    """Return what the file says."""
    with open(path) as file:
        file.readline()
        found: dict[str, Any] = json.load(file)
    return found


def put(path: str, text: str) -> None:
    """Write a file that says `text`, with the right sum."""
    with open(path, "wb") as file:
        file.write(b"%08x\n" % crc32(text.encode()) + text.encode())


def test_a_record_is_decoded_once(context: Context, path: str, read: list[bytes]) -> None:
    plain = listed(context), told(context)
    read.clear()
    for expected in (3, 0, 0):
        assert (listed(context, path), told(context, path)) == plain
        assert len(read) == expected
        read.clear()
    assert listed(context, path, selector="team=x,status=deployed") == plain[0]
    assert read == []


def test_what_changes_is_read_again(context: Context, path: str, read: list[bytes]) -> None:
    listed(context, path)
    context.storage.update(release("a", 2, "failed"))
    context.storage.create(release("a", 3, "pending-upgrade"))
    read.clear()
    assert [one[2:4] for one in told(context, path)] == [
        (1, "superseded"),
        (2, "failed"),
        (3, "pending-upgrade"),
    ]
    assert len(read) == 3
    assert listed(context, path) == listed(context)
    context.storage.delete("a", 3)
    assert listed(context, path) == listed(context)


def test_what_cannot_be_read_is_not_remembered(cluster: FakeCluster, context: Context, path: str) -> None:
    broken = cluster.client().get("v1", "Secret", key("a", 2), "default")
    cluster.client().replace({**broken, "data": {"release": "AAAA"}})
    for _ in range(2):
        assert [one[:3] for one in listed(context, path)] == [("a", "default", 1), ("b", "default", 1)]
        assert [one[2] for one in told(context, path)] == [1]


def test_notes_that_lie_are_not_gone_by(cluster: FakeCluster, context: Context, path: str) -> None:
    """A record of another release than its object says: what Helm reads in it is shown."""
    other = cluster.client().get("v1", "Secret", key("b", 1), "default")
    record = cluster.client().get("v1", "Secret", key("a", 2), "default")["data"]
    cluster.client().replace({**other, "data": record})
    for _ in range(2):
        assert listed(context, path) == listed(context)
        assert told(context, path) == told(context)


def test_there_has_to_be_a_release(context: Context, path: str) -> None:
    with pytest.raises(ReleaseNotFoundError):
        history(context, "c", seen=Seen(path))


def test_the_file_is_ours_alone_and_holds_no_more_than_is_shown(context: Context, path: str) -> None:
    listed(context, path)
    assert os.stat(path).st_mode & 0o777 == 0o600
    with open(path) as file:
        text = file.read()
    assert "long" not in text
    assert "kind: A" not in text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"version": 0, "rows": {}}',
        '{"version": 1}',
        '{"version": 1, "rows": [1]}',
        "[" * 100_000,
    ],
)
def test_a_broken_file_is_an_empty_one(context: Context, path: str, text: str) -> None:
    listed(context, path)
    put(path, text)
    assert listed(context, path) == listed(context)
    assert len(document(path)["rows"]) == 2


def test_no_damage_is_shown(context: Context, path: str) -> None:
    plain = listed(context, path)
    with open(path, "rb") as file:
        data = file.read()
    for place in range(0, len(data), 23):
        spoilt = bytearray(data)
        spoilt[place] ^= 1
        with open(path, "wb") as file:
            file.write(spoilt)
        assert listed(context, path) == plain
        with open(path, "wb") as file:
            file.write(data[:place])
        assert listed(context, path) == plain


def test_a_file_that_others_could_have_written_is_an_empty_one(
    context: Context, path: str, read: list[bytes]
) -> None:
    plain = listed(context, path)
    os.chmod(path, 0o620)
    read.clear()
    assert listed(context, path) == plain
    assert len(read) == 2


def test_a_row_of_another_shape_is_read_again(context: Context, path: str, read: list[bytes]) -> None:
    listed(context, path)
    known = document(path)
    put(path, json.dumps({**known, "rows": {stamp: [] for stamp in known["rows"]}}))
    read.clear()
    assert listed(context, path) == listed(context)
    assert len(read) == 4


def test_a_directory_that_others_write_to_is_left_alone(context: Context, path: str) -> None:
    os.makedirs(os.path.dirname(path))
    os.chmod(os.path.dirname(path), 0o720)
    assert listed(context, path) == listed(context)
    assert not os.path.exists(path)


def test_what_is_long_unused_makes_room(context: Context, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    listed(context, path)
    monkeypatch.setattr("hivehelm.release.seen._MOST", 2)
    told(context, path)
    assert len(document(path)["rows"]) == 2


def test_what_has_no_stamp_is_not_remembered(context: Context, path: str, read: list[bytes]) -> None:
    from hivehelm.release.drivers.memory import Memory

    storage = Storage(Memory("default"))
    storage.create(release("a"))
    seen = Seen(path)
    assert [one.manifest for one in history(Context(storage), "a", seen=seen)] in ([""], ["kind: A\n"])
    seen.save()
    assert not os.path.exists(path)
