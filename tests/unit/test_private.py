from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hivehelm import private

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_directory_is_made_for_us_alone(tmp_path: Path) -> None:
    made = tmp_path / "a" / "b"
    assert private.directory(str(made))
    assert made.stat().st_mode & 0o777 == 0o700
    assert private.directory(str(made))


def test_what_others_can_write_to_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o777)
    assert not private.directory(str(tmp_path))
    tmp_path.chmod(0o700)
    assert private.directory(str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert not private.directory(str(tmp_path))


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not private.directory(str(tmp_path / "file"))
    assert not private.directory(str(tmp_path / "file" / "below"))


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    private.write(str(tmp_path / "a"), b"1")
    private.write(str(tmp_path / "a"), b"2")
    assert (tmp_path / "a").read_bytes() == b"2"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    private.write(str(tmp_path / "none" / "a"), b"1")
    (tmp_path / "taken").mkdir()
    private.write(str(tmp_path / "taken"), b"1")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a", "taken"]


def test_the_oldest_files_go_when_there_are_too_many_or_too_large(tmp_path: Path) -> None:
    def fill() -> None:
        for number in range(8):
            (tmp_path / str(number)).write_bytes(b"x" * 10)
            os.utime(tmp_path / str(number), (number, number))

    def left() -> list[str]:
        return sorted(one.name for one in tmp_path.iterdir())

    fill()
    private.prune(str(tmp_path), 8, 80)
    assert len(left()) == 8
    private.prune(str(tmp_path), 7, 80)
    assert left() == ["3", "4", "5", "6", "7"]
    fill()
    private.prune(str(tmp_path), 8, 79)
    assert left() == ["3", "4", "5", "6", "7"]
    private.prune(str(tmp_path), 8, 1)
    assert left() == ["7"]
    private.prune(str(tmp_path / "none"), 0, 0)
