"""A chart is written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hivehelm.platform.export.directory import write
from hivehelm.platform.export.errors import ExportError, OutputExistsError

FILES = {"Chart.yaml": "name: a\n", "templates/a.yaml": "a: b\r\n"}


def test_files_are_written_as_they_are(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "chart"
    assert write(FILES, str(target)) == str(target)
    assert (target / "templates/a.yaml").read_bytes() == b"a: b\r\n"
    assert list(target.parent.iterdir()) == [target]


def test_an_empty_directory_is_taken(tmp_path: Path) -> None:
    target = tmp_path / "chart"
    target.mkdir()
    before = target.stat().st_ino
    write(FILES, str(target))
    assert sorted(path.name for path in target.iterdir()) == ["Chart.yaml", "templates"]
    assert target.stat().st_ino == before
    assert list(tmp_path.iterdir()) == [target]


def test_an_empty_directory_stays_empty_when_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = os.rename

    def refuse(source: str, destination: str) -> None:
        if destination.endswith("chart/templates"):
            raise OSError(28, "No space left on device")
        rename(source, destination)

    (tmp_path / "chart").mkdir()
    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(OSError, match="No space left"):
        write(FILES, str(tmp_path / "chart"))
    assert list((tmp_path / "chart").iterdir()) == []


def test_what_is_private_is_its_owners(tmp_path: Path) -> None:
    write(FILES, str(tmp_path / "chart"), private=["Chart.yaml"])
    assert (tmp_path / "chart/Chart.yaml").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "chart/templates/a.yaml").stat().st_mode & 0o444 == 0o444


def test_what_is_there_is_replaced_only_on_purpose_and_only_a_chart(tmp_path: Path) -> None:
    target = tmp_path / "chart"
    write({**FILES, "old": ""}, str(target))
    with pytest.raises(OutputExistsError, match="is there already and not empty; --force replaces it"):
        write(FILES, str(target))
    write(FILES, str(target), force=True)
    assert not (target / "old").exists()
    (target / "Chart.yaml").unlink()
    with pytest.raises(ExportError, match="not empty and not a chart"):
        write(FILES, str(target), force=True)


def test_what_is_no_directory_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ExportError, match="is not a directory"):
        write(FILES, str(tmp_path / "file"), force=True)
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ExportError, match="is a link to nothing"):
        write(FILES, str(tmp_path / "link"), force=True)


def test_a_link_to_a_directory_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write(FILES, str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real/Chart.yaml").exists()


@pytest.mark.parametrize("failing", ["write", "rename"])
def test_what_was_there_stays_when_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    target = tmp_path / "chart"
    write({**FILES, "old": "here"}, str(target))
    if failing == "write":
        broken = {**FILES, "bad": "\ud800"}
    else:
        broken = FILES
        rename = os.rename

        def refuse(source: str, destination: str) -> None:
            if source.endswith("/new"):
                raise OSError(28, "No space left on device")
            rename(source, destination)

        monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises((OSError, UnicodeError)):
        write(broken, str(target), force=True)
    assert (target / "old").read_text() == "here"
    assert list(tmp_path.iterdir()) == [target]
