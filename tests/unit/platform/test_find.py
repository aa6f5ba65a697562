"""Charts by name, in directories."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.platform.find import find, is_bare, is_chart, names, versions


def directory(parent: Path, name: str, chart: str = "version: 1.0.0\n") -> Path:
    path = parent / name
    path.mkdir()
    (path / "Chart.yaml").write_text(chart)
    return path


@pytest.mark.parametrize("name", ["nginx", "my-app", "web.app", "a_1"])
def test_names(name: str) -> None:
    assert is_bare(name)


@pytest.mark.parametrize("name", ["", ".", "..", "./x", "a/b", "/x", "~", "~x", "a\0b", "oci://x/y"])
def test_what_is_no_name(name: str, tmp_path: Path) -> None:
    assert not is_bare(name)
    assert find(name, "", [str(tmp_path)]) is None


def test_directories_come_before_archives_and_in_order(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    (two / "app-9.0.0.tgz").touch()
    places = [str(one), str(two), str(tmp_path / "gone")]
    assert find("app", "", places) == str(two / "app-9.0.0.tgz")
    there = directory(two, "app")
    assert find("app", "", places) == str(there)
    (one / "app-0.1.0.tgz").touch()
    assert find("app", "", places) == str(one / "app-0.1.0.tgz")
    assert find("app-9.0.0.tgz", "", places) == str(two / "app-9.0.0.tgz")
    assert find("other", "", places) is None


def test_versions(tmp_path: Path) -> None:
    for version in ("1.2.0", "1.10.0", "2.0.0-rc.1", "1.9.9", "nonsense"):
        (tmp_path / f"app-{version}.tgz").touch()
    places = [str(tmp_path)]
    assert find("app", "", places) == str(tmp_path / "app-1.10.0.tgz")
    assert find("app", "<1.10", places) == str(tmp_path / "app-1.9.9.tgz")
    assert find("app", "1.2.0", places) == str(tmp_path / "app-1.2.0.tgz")
    assert find("app", ">0-0", places) == str(tmp_path / "app-2.0.0-rc.1.tgz")
    assert find("app", "3.x", places) is None
    assert find("app", "no constraint", places) is None
    directory(tmp_path, "app", "version: 0.1.0\n")
    assert find("app", "0.1.0", places) == str(tmp_path / "app")
    assert find("app", "^1", places) == str(tmp_path / "app-1.10.0.tgz")


@pytest.mark.parametrize("chart", ["[", "- a\n", "version: 1\n"])
def test_directories_of_no_version_fit_none(chart: str, tmp_path: Path) -> None:
    directory(tmp_path, "app", chart)
    assert find("app", "1.0.0", [str(tmp_path)]) is None
    assert find("app", "", [str(tmp_path)]) == str(tmp_path / "app")


def test_previews_alone_are_taken(tmp_path: Path) -> None:
    (tmp_path / "app-1.0.0-rc.1.tgz").touch()
    assert find("app", "", [str(tmp_path)]) == str(tmp_path / "app-1.0.0-rc.1.tgz")


def test_all_names(tmp_path: Path) -> None:
    directory(tmp_path, "web")
    (tmp_path / "empty").mkdir()
    for file in ("app-1.0.0.tgz", "app-1.1.0.tgz", "k8s-2-tools-v3.0.0.tgz", "readme.md", "strange.tgz"):
        (tmp_path / file).touch()
    assert names([str(tmp_path), str(tmp_path / "gone")]) == ["app", "k8s-2-tools", "web"]


def test_all_versions(tmp_path: Path) -> None:
    directory(tmp_path, "app", "version: 1.5.0\n")
    directory(tmp_path, "odd", "version: latest\n")
    for version in ("1.0.0", "2.0.0-rc.1", "2.0.0"):
        (tmp_path / f"app-{version}.tgz").touch()
    assert versions("app", [str(tmp_path)]) == ["2.0.0", "2.0.0-rc.1", "1.5.0", "1.0.0"]
    assert versions("odd", [str(tmp_path)]) == versions("..", [str(tmp_path)]) == []


def test_what_is_a_chart(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.tgz").touch()
    assert is_chart(str(directory(tmp_path, "web")))
    assert is_chart(str(tmp_path / "a.tgz"))
    assert not is_chart(str(tmp_path / "empty"))
    assert not is_chart(str(tmp_path / "gone"))
