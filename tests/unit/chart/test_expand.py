from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from hivehelm.chart.errors import ChartError
from hivehelm.chart.expand import expand

CHART = "name: web\n"


def packed(*files: tuple[str, str]) -> io.BytesIO:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, text in files:
            entry = tarfile.TarInfo(f"top/{name}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    stream.seek(0)
    return stream


def test_files_go_under_the_charts_name(tmp_path: Path) -> None:
    top = expand(str(tmp_path), packed(("Chart.yaml", CHART), ("a/b/c", "x"), ("a/d", "")))
    assert top == f"{tmp_path}/web"
    found = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert found == ["web/Chart.yaml", "web/a/b/c", "web/a/d"]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([("values.yaml", "")], "chart name not specified"),
        ([("Chart.yaml", "version: 1\n")], "chart name not specified"),
        ([("Chart.yaml", "name: ..\n")], 'chart name ".." is not allowed'),
        ([("Chart.yaml", "name: .\n")], 'chart name "." is not allowed'),
        ([("Chart.yaml", "name: /\n")], 'chart name "/" resolves to the extraction root'),
        ([("Chart.yaml", "name: ../x\n")], 'chart name "../x" must not contain path separators'),
        ([("Chart.yaml", "name: x/\n")], 'chart name "x/" must not contain path separators'),
        ([("Chart.yaml", CHART), ("a", ""), ("a/b", "")], "mkdir {}/web/a: not a directory"),
        ([("Chart.yaml", CHART), ("a", ""), ("a/b/c/d", "")], "mkdir {}/web/a: not a directory"),
        ([("Chart.yaml", CHART), ("a/b", ""), ("a", "")], "open {}/web/a: is a directory"),
        (
            [("Chart.yaml", CHART), ("a/" + "n" * 256, "")],
            "open {}/web/a/" + "n" * 256 + ": file name too long",
        ),
        (
            [("Chart.yaml", CHART), ("a/b", ""), ("a/" + "n" * 256, "")],
            "lstat {}/web//a/" + "n" * 256 + ": file name too long",
        ),
        ([("Chart.yaml", "name: " + "n" * 256)], "lstat {}//" + "n" * 256 + ": file name too long"),
        ([("../../x", "")], "chart illegally references parent directory"),
    ],
)
def test_what_is_refused(files: list[tuple[str, str]], told: str, tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    with pytest.raises(ChartError) as raised:
        expand(str(place), packed(*files))
    assert str(raised.value) == told.format(place)
    assert [path.name for path in tmp_path.iterdir()] == ["place"]


def test_a_broken_definition(tmp_path: Path) -> None:
    with pytest.raises(ChartError, match=r"^cannot load Chart\.yaml: error converting YAML to JSON: "):
        expand(str(tmp_path), packed(("Chart.yaml", "[")))


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str, **_: object) -> None:
        raise OSError(28, os.strerror(28), path)

    monkeypatch.setattr("os.makedirs", refuse)
    with pytest.raises(ChartError) as raised:
        expand(str(tmp_path), packed(("Chart.yaml", CHART)))
    assert str(raised.value) == f"mkdir {tmp_path}/web: no space left on device"


def test_links_lead_nowhere_else(tmp_path: Path) -> None:
    """Where Helm writes then, ours does."""
    place = tmp_path / "place"
    (place / "web").mkdir(parents=True)
    for name, target in (("a", "/etc"), ("c", "../../../q"), ("d", "e/./f"), ("up", ".."), ("o", "o")):
        (place / "web" / name).symlink_to(target)
    files = packed(("Chart.yaml", CHART), ("a/b", "1"), ("c", "2"), ("d/x", "3"), ("up/y", "4"))
    assert expand(str(place), files) == f"{place}/web"
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if not path.is_symlink()}
    assert {"place/web/etc/b", "place/web/q", "place/web/e/f/x", "place/web/y"} <= found
    assert [path.name for path in tmp_path.iterdir()] == ["place"]
    with pytest.raises(ChartError, match=r"^SecureJoin .*/web/o/x: too many levels of symbolic links$"):
        expand(str(place), packed(("Chart.yaml", CHART), ("o/x", "")))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "web").symlink_to(".")
    with pytest.raises(ChartError, match=r'^chart name "web" resolves to the extraction root$'):
        expand(str(tmp_path / "other"), packed(("Chart.yaml", CHART)))


def test_a_path_that_leads_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ChartError, match=r"^root path provided to SecureJoin contains '\.\.' components$"):
        expand("../x", packed(("Chart.yaml", CHART)))
