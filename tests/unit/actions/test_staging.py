"""Where the way into `charts/` is blocked; the rest is in test_vendor.py."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from hivehelm.actions.staging import Staging, VendorError, VendorOptions


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main" / "charts").mkdir(parents=True)
    return tmp_path


def test_charts_that_cannot_be_seen(place: Path) -> None:
    (place / "file").touch()
    with (
        pytest.raises(
            VendorError, match=r"^unable to retrieve file info for 'file/charts': stat file/charts: not a"
        ),
        Staging("file", VendorOptions()),
    ):
        pass


def test_what_is_no_archive_is_not_moved() -> None:
    said: list[str] = []
    with Staging("main", VendorOptions(out=said.append)) as staging:
        (Path(staging.source) / "x.tgz").write_text("x")
        staging.commit()
    assert said[0].startswith(f"Could not verify {staging.source}/x.tgz for moving: file ")
    assert said[0].endswith(" (Skipping)")
    assert os.listdir("main") == ["charts"]
    assert os.listdir("main/charts") == []


def test_what_cannot_be_deleted_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    from hivehelm.actions.package import PackageOptions, package

    Path("main/Chart.yaml").write_text("apiVersion: v2\nname: main\nversion: 1.0.0\n")
    package("main", PackageOptions(destination="main/charts"))

    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    said: list[str] = []
    with Staging("main", VendorOptions(out=said.append)) as staging, monkeypatch.context() as patch:
        patch.setattr(os, "unlink", refuse)
        staging.commit()
    gone = "main/charts/main-1.0.0.tgz"
    assert said[-1] == f"Could not delete {gone}: remove {gone}: permission denied (Skipping)"


@pytest.mark.parametrize("late", [1, 3])
def test_what_comes_late_is_gone_too(late: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that was given up writes between the listing and the end of the directory."""
    rmdir, coming = os.rmdir, list(range(late))

    def busy(path: str, **where: Any) -> None:
        if coming and str(path).startswith(("main/tmpcharts", "tmpcharts")):
            Path(staging.source, f"{coming.pop()}.tgz").touch()
        rmdir(path, **where)

    with Staging("main", VendorOptions()) as staging:
        monkeypatch.setattr(os, "rmdir", busy)
    assert coming == []
    assert [one.name for one in Path("main").iterdir()] == ["charts"]
