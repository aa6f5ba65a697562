"""create, package and dependency as commands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hivehelm.cli.hivehelm.epoch import EpochError, source_date_epoch

from .conftest import Helm

NEEDY = "apiVersion: v2\nname: needy\nversion: 1.0.0\ndependencies: [{name: app, version: ^1, repository: 'file://../app'}]\n"


@pytest.fixture
def needy(place: Path) -> Path:
    (place / "needy").mkdir()
    (place / "needy" / "Chart.yaml").write_text(NEEDY)
    return place / "needy"


def test_create(helm: Helm, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert helm("create", "web") == (0, "Creating web\n", "")
    assert helm("create", "web")[1].count("WARNING: File ") == 12
    starters = place / ".local" / "share" / "helm" / "starters"
    starters.mkdir(parents=True)
    (place / "web").rename(starters / "mine")
    assert helm("create", "two", "-p", "mine") == (0, "Creating two\n", "")
    assert helm("create", "three", "--starter", str(starters / "mine"))[0] == 0
    experimental = "this feature has been marked as experimental and is not enabled by default. Please set "
    assert helm("create", "x", "--chart-api-version=v3")[2].startswith(
        f"Error: {experimental}HELM_EXPERIMENTAL"
    )
    monkeypatch.setenv("HELM_EXPERIMENTAL_CHART_V3", "1")
    refused = "Error: charts of apiVersion v3 are not available in this version of hivehelm\n"
    assert helm("create", "x", "--chart-api-version=v3")[2] == refused
    unknown = "Error: unsupported chart API version: v9 (supported: v2, v3)\n"
    assert helm("create", "x", "--chart-api-version=v9")[2] == unknown


def test_package(helm: Helm, place: Path, needy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PWD", str(place))
    said = f"Successfully packaged chart and saved it to: {place}/app-1.0.0.tgz\n"
    assert helm("package", "app") == (0, said, "")
    monkeypatch.setenv("PWD", "/")
    assert helm("package", "app")[1] == said.replace(str(place), os.getcwd())
    assert helm("package", "app", "-d", "out")[1].endswith(" out/app-1.0.0.tgz\n")
    assert helm("package") == (1, "", "Error: need at least one argument, the path to the chart\n")
    assert helm("package", "nosuch")[2] == "Error: stat nosuch: no such file or directory\n"
    assert helm("package", "needy")[2].startswith("Error: found in Chart.yaml, but missing")
    assert helm("package", "needy", "-u")[0] == 0
    assert (needy / "Chart.lock").exists()


def test_dependency(helm: Helm, needy: Path) -> None:
    assert helm("dep", "list", "app") == (0, "WARNING: no dependencies at app/charts\n", "")
    head = "NAME\tVERSION\tREPOSITORY   \tSTATUS \n"
    assert helm("dep", "ls", "needy")[1] == head + "app \t^1     \tfile://../app\tmissing\n\n"
    assert helm("dep", "ls", "needy", "--max-col-width=4")[1].startswith("NAME\tV...\tR...\tS...\n")
    assert helm("dependency", "build", "needy") == (0, "Saving 1 charts\nDeleting outdated charts\n", "")
    assert helm("dependencies", "up", "needy/.", "--debug")[1].startswith(
        "Repository from local path: file://"
    )
    (needy / "charts" / "stray").mkdir()
    (needy / "charts" / "stray" / "Chart.yaml").write_text("apiVersion: v2\nname: stray\nversion: 1.0.0\n")
    assert helm("dep", "list", "needy")[1].endswith(
        '\tok    \n\nWARNING: "needy/charts/stray" is not in Chart.yaml.\n'
    )
    assert helm("dep", "list")[2] == "Error: Chart.yaml file is missing\n"
    assert helm("dep", "up", "app", "--verify") == (0, "", "")


def test_dependencies_of_what_is_rendered(helm: Helm, needy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "You may need to run 'helm dependency build'" in helm("template", "x", "needy")[2]
    code, out, _ = helm("template", "x", "needy", "--dependency-update")
    assert code == 0
    assert out.startswith("Saving 1 charts\nDeleting outdated charts\n---\n")
    assert helm("template", "x", "needy", "--dependency-update")[1].startswith("---\n")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "x")
    assert helm("template", "x", "needy")[2].startswith("Error: invalid SOURCE_DATE_EPOCH: strconv.ParseInt")
    assert helm("template", "x", "app")[0] == 0


def test_a_chart_that_its_dependencies_break(helm: Helm, place: Path, needy: Path) -> None:
    (needy / ".helmignore").write_text("charts/\n")
    assert helm("template", "x", "needy", "--dependency-update")[0] == 0
    (needy / ".helmignore").unlink()
    (place / "app" / "charts" / "b").mkdir(parents=True)
    (place / "app" / "charts" / "b" / "Chart.yaml").write_text("apiVersion: v2\nname: b\nversion: 1.0.0\n")
    (place / "app" / "charts" / "b" / "values.schema.json").write_text("{")
    (needy / "charts" / "app-1.0.0.tgz").unlink()
    code, _, err = helm("template", "x", "needy", "--dependency-update")
    assert (code, err) == (1, "Error: invalid JSON in values.schema.json\n")


@pytest.mark.parametrize(("text", "epoch"), [(None, None), ("", None), ("0", 0), ("+7", 7)])
def test_epochs(text: str | None, epoch: int | None) -> None:
    assert source_date_epoch({} if text is None else {"SOURCE_DATE_EPOCH": text}) == epoch


def test_what_is_no_epoch() -> None:
    with pytest.raises(
        EpochError, match=r'^invalid SOURCE_DATE_EPOCH: strconv\.ParseInt: parsing "x": invalid'
    ):
        source_date_epoch({"SOURCE_DATE_EPOCH": "x"})
    with pytest.raises(EpochError, match=r"^invalid SOURCE_DATE_EPOCH: must not be negative$"):
        source_date_epoch({"SOURCE_DATE_EPOCH": "-1"})
