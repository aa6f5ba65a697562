"""What there is of what a chart asks for; statuses and lines are those of Helm's `dependency list`."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.actions.dependencies import dependencies
from hivehelm.actions.package import PackageOptions, package


def write(place: Path, name: str, version: str, more: str = "") -> None:
    place.mkdir(parents=True, exist_ok=True)
    (place / "Chart.yaml").write_text(f"apiVersion: v2\nname: {name}\nversion: {version}\n{more}")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "sub", "sub", "1.2.3")
    write(tmp_path / "main", "main", "0.1.0", "dependencies: [{name: sub, version: ^1, repository: r}]\n")
    (tmp_path / "main" / "charts").mkdir()
    return tmp_path


def pack(version: str, target: str) -> None:
    made = package("sub", PackageOptions(version=version))
    Path(made).rename(f"main/charts/{target}")


def status() -> str:
    declared = dependencies("main").declared
    assert declared is not None
    assert [(one.name, one.repository) for one in declared] == [("sub", "r")]
    return declared[0].status


def want(version: str) -> None:
    file = Path("main/Chart.yaml")
    file.write_text(file.read_text().replace("^1", version))


def test_a_chart_that_asks_for_nothing() -> None:
    assert dependencies("sub").declared is None


def test_nothing_there() -> None:
    assert status() == "missing"
    Path("main/charts").rmdir()
    assert status() == "missing"


def test_one_archive() -> None:
    pack("1.2.3", "sub-1.2.3.tgz")
    assert status() == "ok"
    want("1.2.3")
    assert status() == "ok"


@pytest.mark.parametrize(("version", "expected"), [("~2", "wrong version"), ("q", "invalid version")])
def test_another_version(version: str, expected: str) -> None:
    pack("1.2.3", "sub-1.2.3.tgz")
    want(version)
    assert status() == expected


def test_an_archive_of_another_chart(place: Path) -> None:
    write(place / "sub", "other", "1.0.0")
    pack("1.0.0", "sub-1.0.0.tgz")
    assert status() == "misnamed"


def test_a_broken_archive() -> None:
    """A chart that does not leave it out could not be read at all."""
    Path("main/.helmignore").write_text("*.tgz\n")
    Path("main/charts/sub-1.2.3.tgz").write_text("x")
    assert status() == "corrupt"


def test_a_packed_chart() -> None:
    pack("1.2.3", "sub-1.2.3.tgz")
    found = dependencies(package("main"))
    assert [one.status for one in found.declared or ()] == ["unpacked"]
    assert found.strays == []


def test_several_archives() -> None:
    pack("1.2.3", "sub-1.2.3.tgz")
    pack("1.9.0", "sub-1.9.0.tgz")
    assert status() == "too many matches"
    Path("main/charts/sub-1.9.0.tgz").rename("main/charts/sub-x.tgz")
    assert status() == "ok"
    Path("main/charts/sub-1.2.3.tgz").rename("main/charts/sub-y.tgz")
    assert status() == "unpacked"


def test_a_directory(place: Path) -> None:
    write(place / "main" / "charts" / "sub", "sub", "1.5.0")
    assert status() == "unpacked"
    write(place / "main" / "charts" / "sub", "sub", "2.0.0")
    assert status() == "wrong version"


def test_a_name_that_is_no_pattern() -> None:
    file = Path("main/Chart.yaml")
    file.write_text(file.read_text().replace("name: sub", "name: '['"))
    assert [one.status for one in dependencies("main").declared or ()] == ["bad pattern"]


def test_strays(place: Path) -> None:
    charts = place / "main" / "charts"
    write(charts / "extra", "extra", "1.0.0")
    write(charts / "sub", "sub", "1.0.0")
    (charts / ".hidden").mkdir()
    (charts / "_broken.tgz").write_text("x")
    (charts / ".plain").touch()
    assert dependencies("main").strays == [
        'WARNING: "main/charts/.hidden" is not a chart.',
        'WARNING: "main/charts/_broken.tgz" is not a chart.',
        'WARNING: "main/charts/extra" is not in Chart.yaml.',
    ]


def test_links_that_lead_nowhere(place: Path) -> None:
    (place / "main" / ".helmignore").write_text("charts/\n")
    (place / "main" / "charts" / "sub-1.0.0.tgz").symlink_to("nowhere")
    assert status() == "missing"
    gone = "main/charts/sub-1.0.0.tgz"
    assert dependencies("main").strays == [f"Warning: stat {gone}: no such file or directory"]
