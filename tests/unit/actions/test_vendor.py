"""Dependencies put into `charts/`; what is printed is what Helm prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.actions.vendor import (
    OutOfSyncError,
    UnknownRepositoriesError,
    VendorError,
    VendorOptions,
    build,
    update,
)
from hivehelm.chart.decode import lock as decode
from hivehelm.chart.errors import ChartError
from hivehelm.chart.load import load
from hivehelm.chart.lock import LinkedLockError, digest, digest_v2, write
from hivehelm.chart.model import Dependency, Lock
from hivehelm.errors import HivehelmError

CHART = "apiVersion: {}\nname: {}\nversion: {}\n"
DEPENDENCIES = (
    "dependencies: [{name: sub, version: ^1, repository: 'file://../sub'}, {name: loc, version: '>0'}]\n"
)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, version in (("main", "0.1.0"), ("sub", "1.2.3"), ("main/charts/loc", "2.0.0")):
        (tmp_path / name).mkdir(parents=True)
        text = CHART.format("v2", name.rpartition("/")[2], version)
        (tmp_path / name / "Chart.yaml").write_text(text + DEPENDENCIES * (name == "main"))
    return tmp_path


def contents() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path("main").rglob("*") if path.is_file()}


def change(old: str, new: str, file: str = "main/Chart.yaml") -> None:
    path = Path(file)
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_charts_come_in_and_are_locked() -> None:
    said: list[str] = []
    update("main", VendorOptions(out=said.append))
    assert "".join(said) == (
        "Saving 2 charts\nDependency loc did not declare a repository. "
        "Assuming it exists in the charts directory\nDeleting outdated charts\n"
    )
    assert load("main/charts/sub-1.2.3.tgz").name == "sub"
    lock = decode(Path("main/Chart.lock").read_bytes())
    assert [(one.name, one.version) for one in lock.dependencies or ()] == [("sub", "1.2.3"), ("loc", ">0")]
    before = contents()
    update("main")
    build("main")
    assert contents().keys() == before.keys()
    assert contents()["main/Chart.lock"] == before["main/Chart.lock"]


def test_more_is_said_on_demand() -> None:
    said: list[str] = []
    update("main", VendorOptions(out=said.append, debug=True))
    assert said[0] == "Repository from local path: file://../sub\n"
    assert said[2] == "Archiving sub from repo file://../sub\n"


def test_old_archives_go_and_others_stay() -> None:
    update("main")
    Path("main/charts/plain").write_text("x")
    Path("main/charts/_x.tgz").write_text("x")
    change("1.2.3", "1.3.0", "sub/Chart.yaml")
    from hivehelm.actions.package import PackageOptions, package

    package("main/charts/loc", PackageOptions(destination="main/charts"))
    Path("main/charts/loc-2.0.0.tgz").rename("main/charts/.loc.tgz")
    Path("main/charts/plain").unlink()
    said: list[str] = []
    update("main", VendorOptions(out=said.append, epoch=7))
    assert sorted(path.name for path in Path("main/charts").iterdir()) == [
        ".loc.tgz",
        "_x.tgz",
        "loc",
        "sub-1.3.0.tgz",
    ]
    assert said[-1].startswith(
        "Could not verify main/charts/_x.tgz for deletion: file 'main/charts/_x.tgz' does"
    )


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("^1", "^2", "can't get a valid version for 1 subchart"),
        (">0", ">3", "dependency loc at version 2.0.0 does not satisfy the constraint >3"),
        (">0", "q", 'dependency "loc" has an invalid version/constraint format: '),
        ("../sub", "../nosuch", "directory nosuch not found"),
        ("file://../sub", "stable", "no repository definition for stable"),
    ],
)
def test_what_fails_changes_nothing(old: str, new: str, problem: str) -> None:
    change(old, new)
    before = contents()
    said: list[str] = []
    with pytest.raises(HivehelmError) as raised:
        update("main", VendorOptions(out=said.append))
    assert str(raised.value).startswith(problem)
    assert contents() == before
    assert sorted(path.name for path in Path("main").iterdir()) == ["Chart.yaml", "charts"]
    assert ("".join(said).endswith(f"Save error occurred:  {raised.value}\n")) == (new == ">3")


def test_a_chart_that_cannot_be_packed_changes_nothing() -> None:
    Path("sub/values.schema.json").write_text("{")
    before = contents()
    said: list[str] = []
    with pytest.raises(ChartError, match=r"^invalid JSON in values\.schema\.json$"):
        update("main", VendorOptions(out=said.append))
    assert said[-1] == "Save error occurred:  invalid JSON in values.schema.json\n"
    assert contents() == before


def test_a_lock_that_cannot_be_written_changes_nothing() -> None:
    Path("main/Chart.lock").symlink_to("elsewhere.yaml")
    Path("main/.helmignore").write_text("Chart.lock\n")
    Path("main/elsewhere.yaml").write_text("x")
    before = contents()
    with pytest.raises(LinkedLockError):
        update("main")
    assert contents() == before


def test_a_chart_in_charts_that_is_none() -> None:
    Path("main/charts/loc/Chart.yaml").rename("main/charts/loc/values.yaml")
    Path("main/.helmignore").write_text("charts/loc\n")
    with pytest.raises(
        VendorError, match=r"^unable to load chart 'main/charts/loc': Chart\.yaml file is missing$"
    ):
        update("main")


def test_what_is_no_chart_directory() -> None:
    for path, problem in (
        ("nosuch", "could not find nosuch: stat nosuch: no such file or directory"),
        ("main/Chart.yaml", "only unpacked charts can be updated"),
    ):
        with pytest.raises(VendorError) as raised:
            build(path)
        assert str(raised.value) == problem
    Path("main/charts").rename("gone")
    Path("main/charts").touch()
    Path("main/Chart.yaml").write_text(
        CHART.format("v2", "main", "1.0.0") + DEPENDENCIES.split(", {")[0] + "]\n"
    )
    with pytest.raises(VendorError, match=r'^"main/charts" is not a directory$'):
        update("main")


def test_charts_that_cannot_be_seen() -> None:
    Path("main/charts").rename("gone")
    Path("main/charts").symlink_to("charts")
    Path("main/.helmignore").write_text("charts\n")
    change(", {name: loc, version: '>0'}", "")
    with pytest.raises(HivehelmError):
        update("main")


def test_nothing_to_do() -> None:
    update("sub")
    build("sub")
    assert [path.name for path in Path("sub").iterdir()] == ["Chart.yaml"]


def test_a_directory_in_the_way() -> None:
    Path("main/charts/sub-1.2.3.tgz").mkdir()
    Path("main/.helmignore").write_text("*.tgz\n")
    said: list[str] = []
    update("main", VendorOptions(out=said.append))
    assert said[2].endswith("main/charts/sub-1.2.3.tgz: file exists (Skipping)")


def test_build_takes_what_is_locked() -> None:
    build("main")
    change("1.2.3", "1.3.0", "sub/Chart.yaml")
    said: list[str] = []
    with pytest.raises(VendorError, match=r"^can't get a valid version for dependency sub$"):
        build("main", VendorOptions(out=said.append))
    assert said[-1] == "Save error occurred:  can't get a valid version for dependency sub\n"
    assert Path("main/charts/sub-1.2.3.tgz").exists()
    change("^1", "^1.1")
    with pytest.raises(
        OutOfSyncError, match=r"\(Chart\.lock\) is out of sync .* with 'helm dependency update'$"
    ):
        build("main")


def test_repositories_that_are_not_configured() -> None:
    wanted = [Dependency("far", "1", "https://far/x")]
    change(DEPENDENCIES, "dependencies: [{name: far, version: '1', repository: 'https://far/x'}]\n")
    write(Lock(digest=digest(wanted, wanted), dependencies=wanted), "main")
    with pytest.raises(
        UnknownRepositoriesError, match=r"^no repository definition for https://far/x\. Please add the"
    ):
        build("main")


def test_v1() -> None:
    Path("main/Chart.yaml").write_text(CHART.format("v1", "main", "0.1.0"))
    Path("main/requirements.yaml").write_text(DEPENDENCIES)
    update("main")
    assert Path("main/requirements.lock").exists()
    build("main")
    wanted = [Dependency("sub", "^1", "file://../sub"), Dependency("loc", ">0")]
    locked = [Dependency("sub", "1.2.3", "file://../sub")]
    logged: list[str] = []
    options = VendorOptions(log=lambda level, message, **_: logged.append(f"{level} {message}"))
    write(Lock(digest=digest_v2(wanted), dependencies=locked), "main", legacy=True)
    build("main", options)
    assert logged == ["INFO warning: a valid Helm v3 hash was not found. Checking against Helm v2 hash..."]
    write(Lock(digest="sha256:1", dependencies=locked), "main", legacy=True)
    with pytest.raises(OutOfSyncError, match=r"\(requirements\.lock\) is out of sync"):
        build("main")
