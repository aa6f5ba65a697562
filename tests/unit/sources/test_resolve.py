"""Which charts dependencies mean; texts are those of Helm's `dependency update`."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.chart.errors import ChartError
from hivehelm.chart.model import Dependency
from hivehelm.errors import HivehelmError
from hivehelm.sources.errors import UnavailableDependencyError, UndefinedRepositoriesError
from hivehelm.sources.resolve import (
    ConstraintError,
    NoVersionError,
    local_path,
    name_repositories,
    refuse_remote,
    resolve,
)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, version in (("main", "0.1.0"), ("sub", "1.2.3"), ("main/charts/loc", "2.0.0")):
        (tmp_path / name).mkdir(parents=True)
        text = f"apiVersion: v2\nname: {name.rpartition('/')[2]}\nversion: {version}\n"
        (tmp_path / name / "Chart.yaml").write_text(text)
    (tmp_path / "file").touch()
    (tmp_path / "repositories.yaml").write_text("repositories: [{name: stable, url: 'https://stable/x'}]\n")
    return tmp_path


def test_paths(place: Path) -> None:
    assert local_path("file://../sub", "main") == "sub"
    assert local_path(f"file://{place}/sub/", "main") == f"{place}/sub"
    assert local_path("charts/loc", "main") == "main/charts/loc"


@pytest.mark.parametrize(
    ("repository", "problem"),
    [
        ("file://../nosuch", "directory nosuch not found"),
        ("file://../file/x", "stat file/x: not a directory"),
        ("file:///nosuch/", "directory /nosuch not found"),
        ("file://a\0b", "stat main/a\0b: invalid argument"),
    ],
)
def test_paths_that_lead_nowhere(repository: str, problem: str) -> None:
    with pytest.raises(HivehelmError) as raised:
        local_path(repository, "main")
    assert str(raised.value) == problem


def test_names_become_addresses() -> None:
    wanted = [
        Dependency("a", repository="@stable"),
        Dependency("b", repository="alias:stable"),
        Dependency("c", repository="https://stable/x/"),
        Dependency("d", repository="https://other"),
        Dependency("e", repository="oci://x"),
        Dependency("f", repository="file://../sub"),
        Dependency("g"),
    ]
    heard: list[str] = []
    named = name_repositories(wanted, "main", "repositories.yaml", heard.append)
    assert [one.repository for one in named] == [
        "https://stable/x",
        "https://stable/x",
        "https://stable/x/",
        "https://other",
        "oci://x",
        "file://../sub",
        "",
    ]
    assert heard == ["file://../sub"]
    assert [one.repository for one in name_repositories(wanted[5:], "main", "repositories.yaml")] == [
        "file://../sub",
        "",
    ]
    assert wanted[0].repository == "@stable"


def test_names_that_mean_nothing() -> None:
    with pytest.raises(UndefinedRepositoriesError) as raised:
        name_repositories([Dependency("a", repository="@x")], "main", "repositories.yaml")
    assert str(raised.value) == "no repository definition for @x. Please add them via 'helm repo add'"
    wanted = [Dependency("a", repository="x"), Dependency("b", repository="@x")]
    with pytest.raises(
        UndefinedRepositoriesError, match=r"(?s)^no repository definition for x, @x\..*Note that"
    ):
        name_repositories(wanted, "main", "repositories.yaml")


@pytest.mark.parametrize(
    ("repository", "words"),
    [
        ("https://u:p@x/y", r"https://\*\*\*@x/y: charts of repositories"),
        ("oci://x/y", "oci://x/y: charts of registries"),
    ],
)
def test_what_is_far(repository: str, words: str) -> None:
    refuse_remote([Dependency("a"), Dependency("a", repository="file://x")])
    with pytest.raises(
        UnavailableDependencyError, match=f"^dependency a cannot be fetched from {words} are not"
    ):
        refuse_remote([Dependency("a", repository=repository)])


def test_versions_are_found() -> None:
    wanted = [Dependency("sub", "^1", "file://../sub", alias="x"), Dependency("loc", ">9")]
    lock = resolve(wanted, "main")
    found = [(one.name, one.version, one.repository, one.alias) for one in lock.dependencies or ()]
    assert found == [("sub", "1.2.3", "file://../sub", ""), ("loc", ">9", "", "")]
    assert lock.digest.startswith("sha256:")


def test_versions_that_are_not_there() -> None:
    wanted = [Dependency("sub", "^2", "file://../sub"), Dependency("sub", "~3", "file://../sub")]
    with pytest.raises(NoVersionError) as raised:
        resolve(wanted, "main")
    assert str(raised.value) == (
        'can\'t get a valid version for 2 subchart(s): "sub" (repository "file://../sub", version "^2"), '
        '"sub" (repository "file://../sub", version "~3"). Make sure a matching chart version '
        "exists in the repo, or change the version constraint in Chart.yaml"
    )


def test_what_is_no_version_or_no_chart() -> None:
    with pytest.raises(
        ConstraintError, match=r'^dependency "sub" has an invalid version/constraint format: '
    ):
        resolve([Dependency("sub", "q", "file://../sub")], "main")
    with pytest.raises(HivehelmError, match=r"^directory main/charts/far not found$"):
        resolve([Dependency("far", "1")], "main")
    with pytest.raises(ChartError, match=r"^Chart\.yaml file is missing$"):
        resolve([Dependency("file", "1", "file://../file")], "main")
