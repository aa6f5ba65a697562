"""Charts fetched to directories, as archives or unpacked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hivehelm.actions.pull import PullOptions, UntarError, pull
from hivehelm.chart.load import load
from hivehelm.chart.save import save
from hivehelm.sources.stores import Stores
from hivehelm.testing import ChartRepository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.chdir(tmp_path)
    Path("web").mkdir()
    Path("web/Chart.yaml").write_text("apiVersion: v2\nname: web\nversion: 1.0.0\n")
    save(load("web"), "repo")
    Path("web/Chart.yaml").unlink()
    Path("web").rmdir()
    index = "apiVersion: v1\nentries: {web: [{name: web, version: 1.0.0, urls: [web-1.0.0.tgz]}]}\n"
    Path("repo/index.yaml").write_text(index)
    with ChartRepository("repo") as repository:
        Path("repositories.yaml").write_text(f"repositories: [{{name: r, url: '{repository.url}'}}]\n")
        Path("r-index.yaml").write_text(index)
        yield repository.url


def options(**more: object) -> PullOptions:
    stores = Stores(repository_config="repositories.yaml", repository_cache=".", content_cache="content")
    return PullOptions(stores=stores, **more)  # type: ignore[arg-type]


def test_an_archive(url: str) -> None:
    assert pull("r/web", options()) is None
    assert load("web-1.0.0.tgz").name == "web"
    Path("out").mkdir()
    pull("web", options(repository=url, destination="out", version="^1"))
    assert os.listdir("out") == ["web-1.0.0.tgz"]


def test_a_directory(url: str) -> None:
    pull("r/web", options(untar=True))
    assert load("web").name == "web"
    with pytest.raises(UntarError) as raised:
        pull("r/web", options(untar=True))
    assert str(raised.value) == "failed to untar: a file or directory with the name web already exists"
    pull("r/web", options(untar=True, untar_directory="below", destination="out"))
    assert load("out/below/web").name == "web"
    pull("r/web", options(untar=True, untar_directory=os.path.abspath("there"), destination="out"))
    assert load("there/web").name == "web"
    assert [one for one in os.listdir() if one.endswith(".tgz")] == []


def test_a_directory_that_cannot_be_made(url: str) -> None:
    Path("file").touch()
    with pytest.raises(UntarError, match=r"^failed to untar \(mkdir\): mkdir file: not a directory$"):
        pull("r/web", options(untar=True, untar_directory="file"))


def test_a_signature_that_is_not_there(url: str) -> None:
    said: list[str] = []
    pull("r/web", options(provenance=True, out=said.append))
    problem = f"failed to fetch {url}/web-1.0.0.tgz.prov : 404 Not Found"
    assert said == [f"WARNING: Verification not found for r/web: {problem}\n"]
