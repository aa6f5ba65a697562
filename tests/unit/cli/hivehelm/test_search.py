"""search repo, search hub, repo index as commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.cli.hivehelm.conftest import Helm

from hivehelm.testing import ChartRepository
from hivehelm.testing.chart_repository import Reply

INDEX = """apiVersion: v1
entries:
  app:
  - {name: app, version: 1.0.0, appVersion: "2", description: An application}
  - {name: app, version: 1.1.0-rc.1, description: An application}
  - {name: app, version: x}
"""


@pytest.fixture
def repositories(place: Path) -> Path:
    cache = place / ".cache/helm/repository"
    cache.mkdir(parents=True)
    (cache / "r-index.yaml").write_text(INDEX)
    (cache / "index.yaml").write_text(INDEX)
    config = place / ".config/helm/repositories.yaml"
    config.parent.mkdir(parents=True)
    config.write_text(
        "repositories:\n- {name: r, url: 'https://r'}\n- {name: s, url: 'https://s'}\n- {url: t}\n"
    )
    return cache


def test_repositories(helm: Helm, repositories: Path, place: Path) -> None:
    for _ in range(2):
        code, out, err = helm("search", "repo", "app")
        assert (code, out.splitlines()) == (
            0,
            [
                "NAME \tCHART VERSION\tAPP VERSION\tDESCRIPTION   ",
                "app  \t1.0.0        \t2          \tAn application",
                "r/app\t1.0.0        \t2          \tAn application",
            ],
        )
        assert err.count('level=WARN msg="skipping loading invalid entry for chart" name=app version=x') == 2
        assert 'level=WARN msg="repo is corrupt or missing" repo=s error="open ' in err
    assert len(list((place / ".cache/hivehelm/indexes").iterdir())) == 1
    found = json.loads(helm("search", "repo", "r/", "--devel", "-o", "json")[1])
    assert found == [
        {"name": "r/app", "version": "1.1.0-rc.1", "app_version": "", "description": "An application"}
    ]
    assert (
        helm("search", "repo", "-r", "^app", "-l", "--version", "<2", "-o", "yaml")[1].count("version: 1.0.0")
        == 2
    )
    assert helm("search", "repo", "none")[:2] == (0, "No results found\n")
    code, out, err = helm("search", "repo", "none", "--fail-on-no-result", "--debug")
    assert (code, out) == (1, "")
    assert err.endswith("Error: no results found\n")
    assert 'msg="setting version to >0.0.0"' in err


@pytest.mark.parametrize("text", [None, "repositories: []\n", "repositories: ["])
def test_no_repositories(helm: Helm, repositories: Path, place: Path, text: str | None) -> None:
    config = place / ".config/helm/repositories.yaml"
    if text is None:
        config.unlink()
    else:
        config.write_text(text)
    assert helm("search", "repo") == (1, "", "Error: no repositories configured\n")


def test_without_a_home(helm: Helm, repositories: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME")
    config = str(place / ".config/helm/repositories.yaml")
    code, out, _ = helm(
        "search", "repo", "--repository-config", config, "--repository-cache", str(repositories)
    )
    assert (code, out.count("r/app")) == (0, 1)
    assert not (place / ".cache/hivehelm/indexes").exists()


def test_hub(helm: Helm, place: Path) -> None:
    with ChartRepository(place) as hub:
        item = {"id": "r/a", "attributes": {"description": "d", "repo": {"name": "r", "url": "https://r"}}}
        hub.replies["/api/chartsvc/v1/charts/search"] = Reply(body=json.dumps({"data": [item]}).encode())
        page = f"{hub.url}/charts/r/a"
        assert helm("search", "hub", "a", "--endpoint", hub.url)[1].splitlines()[1].split() == [page, "d"]
        listed = helm("search", "hub", "a", "--endpoint", hub.url, "--list-repo-url")[1].splitlines()
        assert listed[0].split("\t")[-1].strip() == "REPO URL"
        assert listed[1].split() == [page, "d", "https://r"]
        assert json.loads(helm("search", "hub", "--endpoint", hub.url, "-o", "json")[1]) == [
            {
                "url": page,
                "version": "",
                "app_version": "",
                "description": "d",
                "repository": {"url": "https://r", "name": "r"},
            }
        ]
        hub.replies.clear()
        code, _, err = helm("search", "hub", "a", "--endpoint", hub.url, "--debug")
        assert code == 1
        assert 'level=DEBUG msg="search failed" error="failed to fetch http://' in err
        assert err.endswith(f'Error: unable to perform search against "{hub.url}"\n')
    assert helm("search", "hub", "--endpoint", "x", "--debug")[2].count("search failed") == 0


def test_index(helm: Helm, place: Path) -> None:
    assert helm("package", "app")[0] == 0
    (place / "old.yaml").write_text(INDEX)
    code, out, err = helm("repo", "index", ".", "--url", "https://r", "--merge", "old.yaml", "--json")
    assert (code, out) == (0, "")
    assert "version=x source=old.yaml" in err
    written = json.loads((place / "index.yaml").read_text())
    assert [one["version"] for one in written["entries"]["app"]] == ["1.1.0-rc.1", "1.0.0"]
    assert written["entries"]["app"][1]["urls"] == ["https://r/app-1.0.0.tgz"]
    assert helm("repo", "index")[2].startswith('Error: "helm repo index" requires 1 argument\n')
