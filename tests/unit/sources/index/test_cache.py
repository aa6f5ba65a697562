"""Parsed indexes on disk: found again, never trusted where they are not whole."""

from __future__ import annotations

import io
import os
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

import pytest

from hivehelm.sources.index import cache as cache_module
from hivehelm.sources.index import read
from hivehelm.sources.index.cache import IndexCache
from hivehelm.sources.index.store import DamagedError, Store

load_module = import_module("hivehelm.sources.index.load")
TEXT = "apiVersion: v1\nentries:\n  a:\n  - name: a\n    version: 1.0.0\n    description: d\n"


def versions(directory: Path, text: str = TEXT) -> list[str]:
    return read(io.BytesIO(text.encode()), "here", cache=str(directory)).version_names("a")


def test_it_is_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = tmp_path / "deep/cache"
    assert versions(directory) == ["1.0.0"]
    (entry,) = directory.iterdir()
    assert directory.stat().st_mode & 0o777 == 0o700
    assert entry.stat().st_mode & 0o777 == 0o600
    monkeypatch.setattr(load_module, "_parsed", None)
    found = read(io.BytesIO(TEXT.encode()), "here", cache=str(directory))
    assert found.get("a").description == "d"
    assert [(name, table.texts, table.rows) for name, table in found.tables()] == [
        ("a", [("a", "d", "")], [("1.0.0", "", 0, 3)])
    ]
    entry.unlink()
    assert found.get("a").description == "d"


def test_another_text_is_another_entry(tmp_path: Path) -> None:
    versions(tmp_path)
    assert versions(tmp_path, TEXT.replace("1.0.0", "2.0.0")) == ["2.0.0"]
    assert len(list(tmp_path.iterdir())) == 2


def test_damaged_entries_are_made_anew(tmp_path: Path) -> None:
    versions(tmp_path)
    (entry,) = tmp_path.iterdir()
    data = entry.read_bytes()
    for size in range(0, len(data), 7):
        entry.write_bytes(data[:size])
        assert versions(tmp_path) == ["1.0.0"]
        assert entry.read_bytes() == data
    entry.write_bytes(b"")
    assert versions(tmp_path) == ["1.0.0"]


def test_no_damage_is_believed() -> None:
    read(io.BytesIO(TEXT.encode()), "here")
    from hivehelm.sources.index.parse import parse

    out = io.BytesIO()
    parse(io.BytesIO(TEXT.encode()), out)
    data = out.getvalue()
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 0x40
        with pytest.raises(DamagedError):
            store = Store(bytes(changed))
            _, offsets, sizes = store.versions("a")
            store.document(offsets[0], sizes[0])


@pytest.mark.parametrize("mode", [0o777, 0o720])
def test_a_directory_that_others_can_write_to(tmp_path: Path, mode: int) -> None:
    tmp_path.chmod(mode)
    assert versions(tmp_path) == ["1.0.0"]
    assert list(tmp_path.iterdir()) == []


def test_no_directory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert versions(tmp_path / "file") == versions(tmp_path / "file/below") == ["1.0.0"]


def test_a_directory_that_goes_away(tmp_path: Path) -> None:
    gone = IndexCache(str(tmp_path / "gone"))
    (tmp_path / "gone").rmdir()
    assert gone.put("key", lambda file: file.write(b"x")) is None
    assert gone.get("key") is None


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    def write(file: BinaryIO) -> None:
        file.write(b"x")
        raise KeyError

    with pytest.raises(KeyError):
        IndexCache(str(tmp_path)).put("key", write)
    assert list(tmp_path.iterdir()) == []


def test_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "MAX_FILES", 3)
    for number in range(6):
        versions(tmp_path, TEXT.replace("1.0.0", f"{number}.0.0"))
        for age, path in enumerate(sorted(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime_ns)):
            os.utime(path, (1000 + age, 1000 + age))
    # Down to three quarters, rounded down.
    assert len(list(tmp_path.iterdir())) == 2
    monkeypatch.setattr(cache_module, "MAX_BYTES", 1)
    versions(tmp_path, TEXT.replace("1.0.0", "9.0.0"))
    assert len(list(tmp_path.iterdir())) == 1
    assert versions(tmp_path, TEXT.replace("1.0.0", "9.0.0")) == ["9.0.0"]


def test_without_a_cache_large_ones_go_to_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_module, "_IN_MEMORY", 10)
    assert read(io.BytesIO(TEXT.encode()), "here").version_names("a") == ["1.0.0"]
