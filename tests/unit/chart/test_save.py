"""Charts written to archives and directories."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from hivehelm.chart.errors import ChartError, PathError
from hivehelm.chart.load import load, load_files
from hivehelm.chart.model import Chart, File
from hivehelm.chart.save import make_directory, replace_file, save, save_directory

YAML = b"apiVersion: v2\nname: a\nversion: 1.0.0\n"


@pytest.fixture
def chart() -> Chart:
    return load_files(
        [
            File("Chart.yaml", YAML, 1),
            File("values.yaml", b"# kept\na: 1\n", 1),
            File("values.schema.json", b"{}", 1),
            File("templates/t.yaml", b"t", 1),
            File("charts/b/Chart.yaml", YAML.replace(b"name: a", b"name: b"), 1),
        ]
    )


def test_an_archive(chart: Chart, tmp_path: Path) -> None:
    path = save(chart, str(tmp_path / "new" / "dir"))
    assert path == str(tmp_path / "new" / "dir" / "a-1.0.0.tgz")
    assert [part.name for part in load(path).walk()] == ["a", "b"]
    assert os.listdir(tmp_path / "new" / "dir") == ["a-1.0.0.tgz"]
    first = Path(path).read_bytes()
    assert Path(save(chart, str(tmp_path))).read_bytes() == first


def test_metadata_has_to_be_valid(chart: Chart, tmp_path: Path) -> None:
    chart.metadata.version = "x"
    with pytest.raises(
        ChartError, match=r'^chart validation: validation: chart\.metadata\.version "x" is invalid$'
    ):
        save(chart, str(tmp_path))


def test_where_archives_cannot_go(chart: Chart, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ChartError, match=f"^is not a directory: {file}$"):
        save(chart, str(file))
    with pytest.raises(ChartError, match=f"^stat {file}/x: stat {file}/x: not a directory$"):
        save(chart, f"{file}/x")
    (tmp_path / "a-1.0.0.tgz").mkdir()
    with pytest.raises(PathError, match=r"^open .*/a-1\.0\.0\.tgz: is a directory$"):
        save(chart, str(tmp_path))


def test_what_fails_leaves_what_was_there(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"new"
        raise ChartError("no more")

    target = tmp_path / "x"
    with pytest.raises(ChartError, match="no more"):
        replace_file(str(target), pieces())
    assert os.listdir(tmp_path) == []
    target.write_text("old")
    with pytest.raises(ChartError, match="no more"):
        replace_file(str(target), pieces())
    assert (os.listdir(tmp_path), target.read_text()) == (["x"], "old")


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"new"
        raise OSError(28, "No space left on device")

    with pytest.raises(PathError, match=r"^write .*/x: no space left on device$"):
        replace_file(str(tmp_path / "x"), pieces())


def test_modes_and_links_stay(tmp_path: Path) -> None:
    target, link = tmp_path / "x", tmp_path / "link"
    target.touch(0o640)
    target.chmod(0o640)
    link.symlink_to("x")
    replace_file(str(link), [b"a", b"b"])
    assert link.is_symlink() and target.read_text() == "ab"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_directory(chart: Chart, tmp_path: Path) -> None:
    save_directory(chart, str(tmp_path / "p"))
    top = tmp_path / "p" / "a"
    found = {str(path.relative_to(top)) for path in top.rglob("*") if path.is_file()}
    assert found == {
        "Chart.yaml",
        "values.yaml",
        "values.schema.json",
        "templates/t.yaml",
        "charts/b-1.0.0.tgz",
    }
    assert (top / "values.yaml").read_text() == "# kept\na: 1\n"


def test_where_directories_cannot_go(chart: Chart, tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(ChartError, match=r"^file .*/a already exists and is not a directory$"):
        save_directory(chart, str(tmp_path))
    with pytest.raises(PathError, match=r"^mkdir .*/a: not a directory$"):
        make_directory(str(tmp_path / "a" / "b"))


def test_a_subchart_that_cannot_be_packaged(chart: Chart, tmp_path: Path) -> None:
    chart.dependencies[0].schema = b"{"
    with pytest.raises(ChartError, match=r"^saving a/charts/b: invalid JSON in values\.schema\.json$"):
        save_directory(chart, str(tmp_path))


def test_a_directory_in_the_place_of_a_file(chart: Chart, tmp_path: Path) -> None:
    (tmp_path / "a" / "values.yaml").mkdir(parents=True)
    with pytest.raises(PathError, match=r"^open .*/a/values\.yaml: is a directory$"):
        save_directory(chart, str(tmp_path))


def test_what_the_system_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str, mode: int) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(PathError, match=r"^mkdir .*/new: permission denied$"):
        make_directory(str(tmp_path / "new" / "er"))


def test_directories_that_others_make_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mkdir = os.mkdir

    def late(path: str, mode: int) -> None:
        mkdir(path, mode)
        raise FileExistsError(17, "File exists", path)

    monkeypatch.setattr(os, "mkdir", late)
    monkeypatch.chdir(tmp_path)
    make_directory("new")
    assert (tmp_path / "new").is_dir()


def test_a_directory_that_appears_between_two_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(tmp_path / "a")
    exists = os.path.exists

    def made_meanwhile(looked: str) -> bool:
        if looked == path and not exists(path):
            os.mkdir(path)
        return exists(looked)

    monkeypatch.setattr(os.path, "exists", made_meanwhile)
    make_directory(path)
    assert os.path.isdir(path)
