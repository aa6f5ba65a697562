"""`hivemind helm create-hivemind-charts`."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.cli.hivemind import main

COMMAND = ["helm", "create-hivemind-charts"]
CHARTS = ("hivemind-core", "hivemind-monitoring", "hivemind-logging", "hivemind-tracing", "hivemind-complete")


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HIVEMIND_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


def test_writes_to_the_platforms_directory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(COMMAND) == 0
    top = tmp_path / "home" / "charts"
    assert capsys.readouterr() == ("".join(f"Created chart {top / name}\n" for name in CHARTS), "")
    assert main(COMMAND) == 0
    printed = "".join(f"Chart {top / name} is up to date\n" for name in CHARTS)
    assert capsys.readouterr() == (printed, "")


def test_writes_elsewhere(tmp_path: Path) -> None:
    assert main([*COMMAND, "--output", "mine"]) == 0
    assert (tmp_path / "mine" / "hivemind-core" / "Chart.yaml").is_file()
    assert not (tmp_path / "home").exists()


def test_says_what_it_keeps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(COMMAND)
    core = tmp_path / "home" / "charts" / "hivemind-core"
    (core / "values.yaml").write_text("replicas: 7\n")
    capsys.readouterr()
    assert main(COMMAND) == 0
    out, err = capsys.readouterr()
    assert f"Kept chart {core}\n" in out
    assert (
        err
        == f"WARNING: {core} is kept as it is, for it has been changed (values.yaml); --force replaces it\n"
    )
    assert (core / "values.yaml").read_text() == "replicas: 7\n"

    assert main([*COMMAND, "--force"]) == 0
    out, err = capsys.readouterr()
    assert f"Replaced chart {core}\n" in out
    assert str(tmp_path / "home" / "charts" / "replaced" / "hivemind-core") in err
    assert (
        tmp_path / "home" / "charts" / "replaced" / "hivemind-core" / "values.yaml"
    ).read_text() == "replicas: 7\n"


def test_a_place_that_cannot_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main([*COMMAND, "--output", "file"]) == 1
    assert capsys.readouterr().err == f"Error: mkdir {tmp_path / 'file'}: not a directory\n"


def test_takes_no_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*COMMAND, "hivemind-core"]) == 1
    assert "accepts no arguments" in capsys.readouterr().err
