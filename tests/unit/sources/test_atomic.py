"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hivehelm.chart.errors import PathError
from hivehelm.sources.atomic import write, write_pieces
from hivehelm.sources.errors import RenameError


def test_a_file_takes_the_place_of_another(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")
    path.chmod(0o600)
    write(str(path), b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o644
    write(str(path), b"secret", 0o600)
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["x"]


def test_what_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(PathError, match=r"^open .*/nosuch/x\d+: no such file or directory$"):
        write(f"{tmp_path}/nosuch/x", b"")
    with pytest.raises(PathError, match=r"x\d+: invalid argument$"):
        write(f"{tmp_path}/\0x", b"")
    (tmp_path / "taken").mkdir()
    with pytest.raises(RenameError, match=r"^link error: cannot rename \S+ to (\S+): rename .* file exists$"):
        write(f"{tmp_path}/taken", b"")
    assert os.listdir(tmp_path) == ["taken"]


def test_a_directory_that_is_deleted_meanwhile(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"new"
        shutil.rmtree(tmp_path / "d")

    (tmp_path / "d").mkdir()
    with pytest.raises(RenameError, match=r"no such file or directory$"):
        write_pieces(str(tmp_path / "d/x"), pieces())


@pytest.mark.parametrize(
    ("call", "error", "problem"),
    [
        ("fchmod", OSError(28, ""), "write .*: no space left on device"),
        ("replace", OSError(18, ""), "link error: .*: invalid cross-device link"),
        ("replace", KeyboardInterrupt(), "^$"),
    ],
)
def test_the_file_of_before_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: BaseException, problem: str
) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(os, call, fail)
    with pytest.raises((PathError, RenameError, KeyboardInterrupt), match=problem):
        write(str(path), b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["x"]
