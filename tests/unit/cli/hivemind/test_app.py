"""`hivemind app`, as far as it goes without a cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.cli.hivemind.entry import main

CHART = "apiVersion: v2\nname: web\nversion: 1.0.0\n"


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user whose cluster does not answer."""
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(
        "apiVersion: v1\nkind: Config\ncurrent-context: a\n"
        "clusters: [{name: a, cluster: {server: 'http://127.0.0.1:9'}}]\n"
        "contexts: [{name: a, context: {cluster: a, user: a, namespace: own}}]\n"
        "users: [{name: a, user: {}}]\n"
    )
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["app", *arguments]) == 1
    written = capsys.readouterr()
    assert written.out == ""
    return written.err.splitlines()[-1].removeprefix("Error: ")


@pytest.mark.parametrize(
    ("arguments", "flag"),
    [
        (["deploy"], "name"),
        (["deploy", "--name", "a"], "helm-chart"),
        (["deploy", "--name", " ", "--helm-chart", "x"], "name"),
        (["status"], "name"),
        (["delete"], "name"),
        (["export-helm", "--output", "x"], "name"),
        (["export-helm", "--name", "x"], "output"),
    ],
)
def test_flags_that_are_needed(capsys: pytest.CaptureFixture[str], arguments: list[str], flag: str) -> None:
    assert refused(capsys, *arguments) == f'required flag "--{flag}" not set'


@pytest.mark.parametrize(
    "arguments",
    [
        ["list"],
        ["list", "-A", "-o", "json"],
        ["status", "--name", "a"],
        ["delete", "--name", "a"],
        ["export-helm", "--name", "a", "--output", "out"],
        ["export-helm", "--name", "a", "--output", "out", "--selector", "app=a"],
        ["deploy", "--name", "a", "--helm-chart", "./web"],
    ],
)
def test_a_cluster_that_does_not_answer(
    capsys: pytest.CaptureFixture[str], arguments: list[str], tmp_path: Path
) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web/Chart.yaml").write_text(CHART)
    assert "cluster unreachable" in refused(capsys, *arguments) or "cluster reachability" in refused(
        capsys, *arguments
    )
    assert not (tmp_path / "out").exists()


def test_charts_and_values_that_are_not_there(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    deploy = ("deploy", "--name", "a", "--helm-chart")
    assert refused(capsys, *deploy, "./none") == 'path "./none" not found'
    assert refused(capsys, *deploy, "stable/none").startswith("repo stable not found")
    assert refused(capsys, *deploy, "none").startswith('chart "none" not found')
    (tmp_path / "web").mkdir()
    (tmp_path / "web/Chart.yaml").write_text(CHART + "dependencies: [{name: db, version: 1.0.0}]\n")
    assert "missing in charts/ directory: db" in refused(capsys, *deploy, "./web")
    (tmp_path / "web/Chart.yaml").write_text(CHART)
    assert "no such file or directory" in refused(capsys, *deploy, "./web", "--helm-values", "none.yaml")


def test_a_directory_in_the_way_is_seen_before_the_cluster_is_asked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine").write_text("x")
    export = ("export-helm", "--name", "a", "--output", "out")
    assert refused(capsys, *export) == "out is there already and not empty; --force replaces it"
    assert "not a chart; --force replaces charts only" in refused(capsys, *export, "--force")
    assert (tmp_path / "out/mine").read_text() == "x"


def test_the_group_shows_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["app"]) == 0
    shown = capsys.readouterr().out
    for name in ("deploy", "list", "status", "delete", "export-helm"):
        assert name in shown
    assert main(["app", "delpoy"]) == 1
    assert 'unknown command "delpoy" for "hivemind app"' in capsys.readouterr().err
