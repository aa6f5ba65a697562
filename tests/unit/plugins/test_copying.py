from __future__ import annotations

import os
from pathlib import Path

import pytest

from hivehelm.plugins.copying import CopyDirectoryError, copy_directory


@pytest.fixture
def source(tmp_path: Path) -> Path:
    top = tmp_path / "source"
    (top / "deep").mkdir(parents=True)
    (top / "deep/file").write_text("x")
    (top / "run").write_text("y")
    (top / "run").chmod(0o751)
    (top / "link").symlink_to("nowhere")
    return top


def test_copies_are_equal(source: Path, tmp_path: Path) -> None:
    copy = tmp_path / "a/b"
    copy_directory(str(source), str(copy))
    assert (copy / "deep/file").read_text() == "x"
    assert (copy / "run").stat().st_mode & 0o7777 == 0o751
    assert os.readlink(copy / "link") == "nowhere"


def test_what_cannot_be_copied(source: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(source)
    for wrong in (source / "run", tmp_path / "nosuch", link):
        with pytest.raises(CopyDirectoryError, match=r"^source is not a directory$"):
            copy_directory(str(wrong), str(tmp_path / "copy"))
    with pytest.raises(CopyDirectoryError, match=r"^destination already exists$"):
        copy_directory(str(source), str(tmp_path))


def test_what_fails_on_the_way(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    def refuse(_one: str, other: str) -> None:
        raise OSError(28, "No space left on device", other)

    monkeypatch.setattr(shutil, "copyfile", refuse)
    with pytest.raises(CopyDirectoryError) as caught:
        copy_directory(str(source), str(tmp_path / "copy"))
    assert str(caught.value) == (
        f"copying directory failed: copying file failed: open {tmp_path}/copy/deep/file: "
        "no space left on device"
    )
