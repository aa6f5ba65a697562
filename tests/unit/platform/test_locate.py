"""Charts for programs."""

from __future__ import annotations

from pathlib import Path

import pytest

import hivehelm
from hivehelm.chart.load import load
from hivehelm.chart.save import save
from hivehelm.sources.errors import PathNotFoundError, RepositoryNotFoundError
from hivehelm.testing import ChartRepository


def chart(directory: Path, version: str) -> None:
    directory.mkdir(exist_ok=True)
    (directory / "Chart.yaml").write_text(f"apiVersion: v2\nname: web\nversion: {version}\n")


def test_wherever_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "served").mkdir()
    entries = ""
    for number in ("2.0.0", "1.1.0", "1.0.0"):
        chart(tmp_path / "web", number)
        save(load("web"), "served")
        entries += f"  - {{name: web, version: {number}, urls: [web-{number}.tgz]}}\n"
    (tmp_path / "served/index.yaml").write_text(f"apiVersion: v1\nentries:\n  web:\n{entries}")
    environ = {"HOME": str(tmp_path / "home")}
    said: list[str] = []

    def version(reference: str, **more: str) -> str:
        path = hivehelm.locate(
            reference,
            environ=environ,
            access=hivehelm.Access(username="u", password="p"),  # noqa: S106
            log=lambda level, message, **_: said.append(message),
            **more,
        )
        return hivehelm.load(path).metadata.version

    assert hivehelm.locate("web", environ=environ) == str(tmp_path / "web")
    with ChartRepository(tmp_path / "served", username="u", password="p") as repository:  # noqa: S106
        assert version(f"{repository.url}/web-1.1.0.tgz") == "1.1.0"
        assert version("web", repository=repository.url) == "2.0.0"
        assert version("web", repository=repository.url, version="^1") == "1.1.0"
    assert "fetching" in said
    assert Path(hivehelm.locate(".", environ=environ)) == tmp_path


def test_what_is_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    environ = {"HOME": str(tmp_path)}
    with pytest.raises(PathNotFoundError):
        hivehelm.locate("./web", environ=environ)
    with pytest.raises(RepositoryNotFoundError):
        hivehelm.locate("r/web", environ=environ)
    chart(tmp_path / "web", "1.0.0")
    with pytest.raises(hivehelm.HivehelmError):
        hivehelm.locate("web", keyring="nosuch", environ=environ)
