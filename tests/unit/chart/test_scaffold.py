"""New charts. That ours render as Helm's do is what tests/conformance/test_packaging.py shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.chart.errors import ChartError, PathError
from hivehelm.chart.load import load
from hivehelm.chart.model import Metadata
from hivehelm.chart.scaffold import ScaffoldNameError, StarterError, scaffold, scaffold_from


def test_a_new_chart(tmp_path: Path) -> None:
    top = Path(scaffold("web", str(tmp_path)))
    assert top == tmp_path / "web"
    assert (top / "charts").is_dir()
    chart = load(top)
    assert (chart.metadata.name, chart.metadata.version, chart.metadata.app_version) == (
        "web",
        "0.1.0",
        "1.16.0",
    )
    assert len(chart.templates) == 9
    assert not any(b"<CHARTNAME>" in path.read_bytes() for path in top.rglob("*") if path.is_file())


def test_what_is_there_is_overwritten_with_a_warning(tmp_path: Path) -> None:
    heard: list[str] = []
    scaffold("web", str(tmp_path), heard.append)
    (tmp_path / "web" / "values.yaml").write_text("mine")
    (tmp_path / "web" / "mine.txt").write_text("mine")
    assert heard == []
    scaffold("web", str(tmp_path), heard.append)
    assert len(heard) == 12
    assert heard[1] == f'WARNING: File "{tmp_path}/web/values.yaml" already exists. Overwriting.'
    assert (tmp_path / "web" / "values.yaml").read_text() != "mine"
    assert (tmp_path / "web" / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("name", ["a b", "a+b", "ü", "a\n", "a/b", "$"])
def test_names_that_cause_trouble(name: str, tmp_path: Path) -> None:
    with pytest.raises(ScaffoldNameError) as raised:
        scaffold(name, str(tmp_path))
    assert str(raised.value) == 'chart name must match the regular expression "^[a-zA-Z0-9._-]+$"'


@pytest.mark.parametrize("name", ["", "x" * 251])
def test_names_of_no_length(name: str, tmp_path: Path) -> None:
    with pytest.raises(ScaffoldNameError, match=r"^chart name must be between 1 and 250 characters$"):
        scaffold(name, str(tmp_path))


def test_places_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PathError, match=r"^stat .*/nosuch: no such file or directory$"):
        scaffold("web", str(tmp_path / "nosuch"))
    with pytest.raises(ChartError, match=r"^no such directory .*/file$"):
        scaffold("web", str(tmp_path / "file"))
    with pytest.raises(ChartError, match=r"^file .*/file already exists and is not a directory$"):
        scaffold("file", str(tmp_path))


def test_a_starter(tmp_path: Path) -> None:
    starter = tmp_path / "starter"
    (starter / "templates").mkdir(parents=True)
    (starter / "Chart.yaml").write_text("apiVersion: v2\nname: starter\nversion: 3.0.0\n")
    (starter / "values.yaml").write_text("# <CHARTNAME>\nname: <CHARTNAME>\n")
    (starter / "templates" / "a.yaml").write_text("a: <CHARTNAME>\n")
    (starter / "README.md").write_text("<CHARTNAME>\n")
    scaffold_from(Metadata("web", "0.1.0", "v2"), str(tmp_path), str(starter))
    top = tmp_path / "web"
    assert (top / "Chart.yaml").read_text() == "apiVersion: v2\nname: web\nversion: 0.1.0\n"
    assert (top / "values.yaml").read_text() == "# web\nname: web\n"
    assert (top / "templates" / "a.yaml").read_text() == "a: web\n"
    assert (top / "README.md").read_text() == "<CHARTNAME>\n"
    assert load(starter).values == {"name": "<CHARTNAME>"}


def test_starters_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(StarterError, match=r"^could not load .*/nosuch: stat .*/nosuch: no such file"):
        scaffold_from(Metadata("web", "0.1.0", "v2"), str(tmp_path), str(tmp_path / "nosuch"))
    (tmp_path / "Chart.yaml").write_text("apiVersion: v2\nname: starter\nversion: 3.0.0\n")
    (tmp_path / "values.yaml").write_text("a: <CHARTNAME>\n")
    with pytest.raises(StarterError, match=r"^transforming values file: "):
        scaffold_from(Metadata("{a: [", "0.1.0", "v2"), str(tmp_path), str(tmp_path))
