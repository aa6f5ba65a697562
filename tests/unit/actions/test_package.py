"""Archives of directories."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.actions.package import PackageOptions, SaveError, package
from hivehelm.actions.requirements import MissingDependenciesError
from hivehelm.chart.errors import ChartError
from hivehelm.chart.load import load
from hivehelm.golang.semver import VersionError


@pytest.fixture(autouse=True)
def chart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "Chart.yaml").write_text("apiVersion: v2\nname: a\nversion: 1.0.0\n")
    return tmp_path / "a"


def test_versions_are_replaced(chart: Path) -> None:
    assert package("a") == "a-1.0.0.tgz"
    path = package(str(chart), PackageOptions(version="2.0.0", app_version="9", destination="out/./x"))
    assert path == "out/x/a-2.0.0.tgz"
    assert (load(path).metadata.version, load(path).metadata.app_version) == ("2.0.0", "9")
    assert load(chart).metadata.version == "1.0.0"


def test_an_epoch_makes_the_same_archive(chart: Path) -> None:
    first = Path(package("a", PackageOptions(epoch=7))).read_bytes()
    (chart / "Chart.yaml").touch()
    assert Path(package("a", PackageOptions(epoch=7))).read_bytes() == first


def test_what_is_no_chart(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path, problem in (("nosuch", "no such file or directory"), ("file", "not a directory")):
        with pytest.raises(ChartError) as raised:
            package(path)
        name = tmp_path / path / "Chart.yaml"
        assert str(raised.value) == f"unable to detect chart at {name}: open {name}: {problem}"


def test_what_is_no_version() -> None:
    with pytest.raises(VersionError, match=r"^invalid semantic version$"):
        package("a", PackageOptions(version="x"))


def test_what_fails_leaves_nothing(chart: Path) -> None:
    (chart / "values.schema.json").write_text("{")
    with pytest.raises(SaveError, match=r"^failed to save: invalid JSON in values\.schema\.json$"):
        package("a")
    assert sorted(path.name for path in chart.parent.iterdir()) == ["a"]


def test_what_is_missing(chart: Path) -> None:
    with (chart / "Chart.yaml").open("a") as file:
        file.write("dependencies: [{name: b, version: '1'}, {name: c, version: '1'}]\n")
    with pytest.raises(MissingDependenciesError) as raised:
        package("a")
    assert str(raised.value) == "found in Chart.yaml, but missing in charts/ directory: b, c"
    assert raised.value.names == ["b", "c"]
