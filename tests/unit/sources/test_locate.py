"""Where a chart argument points."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.sources.errors import NoIndexError, SourceError
from hivehelm.sources.locate import locate
from hivehelm.sources.stores import Stores

STORES = Stores(repository_config="repositories.yaml", repository_cache="cache", content_cache="content")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "chart").mkdir()
    (tmp_path / "chart.tgz").touch()
    return tmp_path


@pytest.mark.parametrize(
    "reference", ["chart", "./chart", " chart ", "chart.tgz", "chart/", "chart/../chart"]
)
def test_what_exists_is_a_path(place: Path, reference: str) -> None:
    expected = place / ("chart.tgz" if reference == "chart.tgz" else "chart")
    assert locate(reference) == str(expected)
    assert locate(str(expected)) == str(expected)


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ("./nope", 'path "./nope" not found'),
        ("/nope", 'path "/nope" not found'),
        (".nope", 'path ".nope" not found'),
        ("nope", "non-absolute URLs should be in form of repo_name/path_to_chart, got: nope"),
        ("", "non-absolute URLs should be in form of repo_name/path_to_chart, got: "),
        ("no pe", "non-absolute URLs should be in form of repo_name/path_to_chart, got: no%20pe"),
        ("no?a/b", "non-absolute URLs should be in form of repo_name/path_to_chart, got: no?a/b"),
        ("mailto:x", "non-absolute URLs should be in form of repo_name/path_to_chart, got: mailto:x"),
        ("repo/chart", "repo repo not found"),
        ("repo/a/b", "repo repo not found"),
        ("ftp://example.com/x", 'scheme "ftp" not supported'),
        ("1:2", "invalid chart URL format: 1:2"),
        ("a\0b", "invalid chart URL format: a\0b"),
    ],
)
def test_what_does_not(reference: str, problem: str) -> None:
    with pytest.raises(SourceError) as raised:
        locate(reference, STORES)
    assert str(raised.value) == problem


def test_charts_of_repositories_that_are_known(place: Path) -> None:
    (place / "repositories.yaml").write_text("repositories: [{name: repo, url: https://x}, {name: other}]\n")
    with pytest.raises(NoIndexError, match=r"^no cached repo found\. \(try 'helm repo update'\): open "):
        locate("repo/chart", STORES)
    with pytest.raises(SourceError, match=r"^no URL found for repository other$"):
        locate("other/chart", STORES)


@pytest.mark.parametrize("text", ["repositories:\n", "{}"])
def test_a_list_of_repositories_without_any(place: Path, text: str) -> None:
    (place / "repositories.yaml").write_text(text)
    with pytest.raises(SourceError, match=r"^repo repo not found$"):
        locate("repo/chart", STORES)


def test_the_downloader_is_only_mentioned_for_what_is_no_path() -> None:
    said: list[tuple[str, str]] = []
    locate("chart", log=lambda level, message: said.append((level, message)))
    assert said == []
    with pytest.raises(SourceError):
        locate("nope", STORES, log=lambda level, message: said.append((level, message)))
    assert said == [("DEBUG", "set up default downloader cache")]
