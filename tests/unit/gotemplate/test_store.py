from __future__ import annotations

import os
from pathlib import Path

import pytest

from hivehelm.gotemplate import store
from hivehelm.gotemplate.store import Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def key(number: int) -> bytes:
    return number.to_bytes(16, "little")


def got(found: memoryview | None) -> bytes | None:
    return None if found is None else bytes(found)


def packs(directory: Path) -> list[Path]:
    """Return the packs, the oldest first."""
    found = [entry for entry in directory.iterdir() if entry.name != "index"]
    return sorted(found, key=lambda entry: entry.stat().st_mtime_ns)


def put(directory: Path, *numbers: int, size: int = 5) -> None:
    """Put entries into a pack that looks old, but not as old as those that were put so before."""
    before = packs(directory)
    age = max((entry.stat().st_mtime for entry in before), default=0) + 1
    Store(str(directory)).put({key(number): b"%05d" % number * (size // 5) for number in numbers})
    (pack,) = set(packs(directory)) - set(before)
    os.utime(pack, (age, age))


def left(directory: Path, numbers: range) -> list[int]:
    found = Store(str(directory))
    return [number for number in numbers if found.get(key(number)) is not None]


def test_what_is_put_is_there_for_all(tmp_path: Path) -> None:
    ours = Store(str(tmp_path))
    assert ours.get(key(1)) is None
    ours.put({key(1): b"one", key(2): b""})
    for found in (ours, Store(str(tmp_path))):
        assert [got(found.get(key(number))) for number in (1, 2, 3)] == [b"one", b"", None]
    assert len(packs(tmp_path)) == 1


def test_the_last_counts(tmp_path: Path) -> None:
    for data in (b"first", b"second"):
        Store(str(tmp_path)).put({key(1): data, key(2): data})
    assert got(Store(str(tmp_path)).get(key(1))) == b"second"
    assert (tmp_path / "index").stat().st_size == 4 * 32


def test_more_packs_than_are_held(tmp_path: Path) -> None:
    for number in range(10):
        put(tmp_path, number)
    assert left(tmp_path, range(10)) == list(range(10))


def _cut(entry: Path) -> None:
    entry.write_bytes(entry.read_bytes()[:-1])


def _changed(entry: Path) -> None:
    data = entry.read_bytes()
    entry.write_bytes(data[:20] + bytes([data[20] ^ 1]) + data[21:])


def _emptied(entry: Path) -> None:
    entry.write_bytes(b"")


def _a_link(entry: Path) -> None:
    entry.unlink()
    entry.symlink_to("/dev/zero")


@pytest.mark.parametrize("damage", [_cut, _changed, _emptied, _a_link, Path.unlink])
@pytest.mark.parametrize("of", ["pack", "index"])
def test_damage_is_made_good(tmp_path: Path, damage: Callable[[Path], None], of: str) -> None:
    put(tmp_path, 1)
    damage(packs(tmp_path)[0] if of == "pack" else tmp_path / "index")
    found = Store(str(tmp_path))
    assert found.get(key(1)) is None
    found.put({key(1): b"again"})
    for again in (found, Store(str(tmp_path))):
        assert got(again.get(key(1))) == b"again"


def test_a_damaged_pack_goes_and_others_stay(tmp_path: Path) -> None:
    put(tmp_path, 1, 2)
    put(tmp_path, 3)
    _cut(packs(tmp_path)[0])
    found = Store(str(tmp_path))
    assert got(found.get(key(1))) == b"00001"
    assert found.get(key(2)) is None
    assert found.get(key(1)) is None
    assert got(found.get(key(3))) == b"00003"
    assert len(packs(tmp_path)) == 1


def test_a_pack_that_cannot_go(tmp_path: Path) -> None:
    put(tmp_path, 1)
    (pack,) = packs(tmp_path)
    pack.unlink()
    pack.mkdir()
    assert Store(str(tmp_path)).get(key(1)) is None


def test_the_oldest_go_when_there_are_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_LOOK", 1)
    for number in range(10):
        put(tmp_path, number)
    monkeypatch.setattr(store, "MAX_FILES", 8)
    put(tmp_path, 10)
    assert left(tmp_path, range(11)) == [6, 7, 8, 9, 10]
    assert len(packs(tmp_path)) == 5
    assert (tmp_path / "index").stat().st_size == 5 * 32


def test_the_oldest_go_when_they_are_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_LOOK", 1)
    monkeypatch.setattr(store, "MAX_BYTES", 100_000)
    for number in range(12):
        put(tmp_path, number, size=10_000)
    assert sum(pack.stat().st_size for pack in packs(tmp_path)) <= 100_000
    there = left(tmp_path, range(12))
    assert 6 <= len(there) < 10
    assert there == list(range(12 - len(there), 12))


def test_the_oldest_go_when_there_are_too_many_entries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MAX_ENTRIES", 10)
    for number in range(0, 12, 3):
        put(tmp_path, number, number + 1, number + 2)
    assert left(tmp_path, range(12)) == list(range(2, 12))


def test_what_is_much_too_large_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MAX_BYTES", 1000)
    Store(str(tmp_path)).put({key(1): b"x" * 300})
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_goes_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_LOOK", 1)
    found = Store(str(tmp_path / "gone"))
    found.put({key(1): b"one"})
    assert found.get(key(1)) is None
