"""Which charts dependencies mean; texts are those of Helm's `dependency update`."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from hivehelm.chart.errors import ChartError
from hivehelm.chart.model import Dependency, Lock
from hivehelm.errors import HivehelmError
from hivehelm.sources.errors import ReadError, SourceError, UndefinedRepositoriesError
from hivehelm.sources.index import Index, read
from hivehelm.sources.repositories import Repository
from hivehelm.sources.resolve import (
    ConstraintError,
    NoCachedIndexError,
    NotInRepositoryError,
    NoVersionError,
    Resolver,
    TagsError,
    is_remote,
    local_path,
    name_repositories,
    unmanaged,
)

KNOWN = [Repository(name="stable", url="https://stable/x")]
INDEX = b"""apiVersion: v1
entries:
  far:
  - {name: far, version: 3.0.0-rc.1, urls: [a]}
  - {name: far, version: 2.1.0}
  - {name: far, version: 2.0.0, urls: [b]}
  - {name: far, version: v1.5.0, urls: [c]}
"""


def index(name: str) -> Index:
    if name == "gone":
        raise ReadError(f"{name}-index.yaml", "no such file or directory")
    return read(BytesIO(INDEX), name)


def tags(reference: str) -> list[str]:
    if reference == "r/none/far":
        raise SourceError("refused")
    return ["3.0.0", "2.5.0+b", "1.0.0"]


def resolve(dependencies: list[Dependency], names: dict[str, str] | None = None) -> Lock:
    return Resolver("main", index, tags).resolve(dependencies, names or {})


def versions(dependencies: list[Dependency], names: dict[str, str] | None = None) -> list[str]:
    return [one.version for one in resolve(dependencies, names).dependencies or ()]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, version in (("main", "0.1.0"), ("sub", "1.2.3"), ("main/charts/loc", "2.0.0")):
        (tmp_path / name).mkdir(parents=True)
        text = f"apiVersion: v2\nname: {name.rpartition('/')[2]}\nversion: {version}\n"
        (tmp_path / name / "Chart.yaml").write_text(text)
    (tmp_path / "file").touch()
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
    named, names = name_repositories(wanted, "main", KNOWN, heard.append)
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
    known = dict.fromkeys("abc", "stable") | {"e": "oci://x", "f": "file://../sub"}
    assert names == known
    assert [is_remote(one) for one in wanted] == [True] * 5 + [False] * 2
    found = unmanaged(named, names)
    assert list(found.values()) == ["https://other"]
    assert names == known | {"d": next(iter(found))}
    assert names["d"].startswith("helm-manager-")
    assert len(names["d"]) == 13 + 64
    named, names = name_repositories(wanted[5:], "main", KNOWN)
    assert [one.repository for one in named] == ["file://../sub", ""]
    assert wanted[0].repository == "@stable"


def test_names_that_mean_nothing() -> None:
    with pytest.raises(UndefinedRepositoriesError) as raised:
        name_repositories([Dependency("a", repository="@x")], "main", KNOWN)
    assert str(raised.value) == "no repository definition for @x. Please add them via 'helm repo add'"
    wanted = [Dependency("a", repository="x"), Dependency("b", repository="@x")]
    with pytest.raises(
        UndefinedRepositoriesError, match=r"(?s)^no repository definition for x, @x\..*Note that"
    ):
        name_repositories(wanted, "main", KNOWN)


def test_versions_are_found() -> None:
    wanted = [Dependency("sub", "^1", "file://../sub", alias="x"), Dependency("loc", ">9")]
    lock = resolve(wanted)
    found = [(one.name, one.version, one.repository, one.alias) for one in lock.dependencies or ()]
    assert found == [("sub", "1.2.3", "file://../sub", ""), ("loc", ">9", "", "")]
    assert lock.digest.startswith("sha256:")


def test_versions_that_are_not_there() -> None:
    wanted = [Dependency("sub", "^2", "file://../sub"), Dependency("sub", "~3", "file://../sub")]
    with pytest.raises(NoVersionError) as raised:
        resolve(wanted)
    assert str(raised.value) == (
        'can\'t get a valid version for 2 subchart(s): "sub" (repository "file://../sub", version "^2"), '
        '"sub" (repository "file://../sub", version "~3"). Make sure a matching chart version '
        "exists in the repo, or change the version constraint in Chart.yaml"
    )


def test_what_is_no_version_or_no_chart() -> None:
    with pytest.raises(
        ConstraintError, match=r'^dependency "sub" has an invalid version/constraint format: '
    ):
        resolve([Dependency("sub", "q", "file://../sub")])
    with pytest.raises(HivehelmError, match=r"^directory main/charts/far not found$"):
        resolve([Dependency("far", "1")])
    with pytest.raises(ChartError, match=r"^Chart\.yaml file is missing$"):
        resolve([Dependency("file", "1", "file://../file")])


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("^2", "2.0.0"), ("~1", "v1.5.0"), ("*", "2.0.0"), (">=3.0.0-0", "3.0.0-rc.1"), ("2.0", "2.0.0")],
)
def test_versions_of_repositories(wanted: str, found: str) -> None:
    """The first that fits and has an address."""
    assert versions([Dependency("far", wanted, "https://x")], {"far": "stable"}) == [found]


def test_what_repositories_have_not() -> None:
    with pytest.raises(NoCachedIndexError) as raised:
        resolve([Dependency("far", "1", "https://x")], {"far": "gone"})
    assert str(raised.value) == (
        "no cached repository for gone found. (try 'helm repo update'): "
        "open gone-index.yaml: no such file or directory"
    )
    with pytest.raises(NotInRepositoryError, match=r"^near chart not found in repo https://\*\*\*@x$"):
        resolve([Dependency("near", "1", "https://u:p@x")], {"near": "stable"})
    with pytest.raises(NoVersionError, match=r'"far" \(repository "https://x", version "7"\)'):
        resolve([Dependency("far", "7", "https://x")], {"far": "stable"})


@pytest.mark.parametrize(
    ("wanted", "found"), [("1.2.3", "1.2.3"), ("7", "7"), ("^2", "2.5.0+b"), ("*", "3.0.0"), ("^9", "^9")]
)
def test_versions_of_registries(wanted: str, found: str) -> None:
    """An exact one is not looked for, and a range that nothing is in is left as it is."""
    assert versions([Dependency("far", wanted, "oci://r/x")]) == [found]


def test_registries_that_do_not_tell() -> None:
    with pytest.raises(
        TagsError, match=r"^could not retrieve list of tags for repository oci://r/none: refused$"
    ):
        resolve([Dependency("far", "*", "oci://r/none")])
