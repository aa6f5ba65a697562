from __future__ import annotations

import os
from pathlib import Path

import pytest

from hivehelm.chart import directory
from hivehelm.chart.directory import read_files
from hivehelm.chart.errors import ChartError


def test_files_come_in_the_order_of_their_bytes(tmp_path: Path) -> None:
    for name in ("b", "a/z", "a.b", "Z", "é", ".x", "templates/.hidden"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"\xef\xbb\xbfx")
    files = read_files(str(tmp_path))
    assert [file.name for file in files] == [".x", "Z", "a/z", "a.b", "b", "é"]
    assert {file.data for file in files} == {b"x"}


def test_ignored_directories_are_not_entered(tmp_path: Path) -> None:
    (tmp_path / ".helmignore").write_text("skipped/\n")
    (tmp_path / "skipped").mkdir()
    os.mkfifo(tmp_path / "skipped" / "pipe")
    assert [file.name for file in read_files(str(tmp_path))] == [".helmignore"]


def test_all_files_together_are_capped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "MAX_CHART_SIZE", 10)
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "b").write_bytes(b"12345")
    assert len(read_files(str(tmp_path))) == 2
    (tmp_path / "c").write_bytes(b"1")
    with pytest.raises(
        ChartError, match=r"^error reading c: chart exceeds maximum decompressed size of 10 bytes$"
    ):
        read_files(str(tmp_path))


def test_a_file_that_grows_while_it_is_read_is_capped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "MAX_CHART_SIZE", 10)
    (tmp_path / "a").write_bytes(b"1")
    monkeypatch.setattr(directory, "_read", lambda path, limit: b"1" * limit)
    with pytest.raises(ChartError, match=r"^error reading a: chart exceeds"):
        read_files(str(tmp_path))


def test_what_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "d").mkdir()

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(ChartError, match=rf"^error reading a: open {tmp_path}/a: permission denied$"):
        read_files(str(tmp_path))
    monkeypatch.undo()
    scandir = os.scandir

    def guarded(path: str) -> object:
        if path.endswith("d"):
            refuse()
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    with pytest.raises(ChartError, match=rf"^open {tmp_path}/d: permission denied$"):
        read_files(str(tmp_path))


def test_a_file_that_goes_away_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"1")

    def gone(path: str) -> None:
        raise FileNotFoundError(2, "No such file or directory", path)

    monkeypatch.setattr(os, "lstat", gone)
    with pytest.raises(ChartError, match=rf"^lstat {tmp_path}/a: no such file or directory$"):
        read_files(str(tmp_path))


def test_a_directory_that_is_not_there_has_no_files(tmp_path: Path) -> None:
    assert read_files(str(tmp_path / "nothing")) == []
