"""`hivemind app`, as far as it goes without a cluster."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hivehelm.actions.context import Context
from hivehelm.cli.hivemind.entry import main
from hivehelm.platform.site import Site
from hivehelm.release.drivers.secret import Secrets
from hivehelm.release.storage import Storage
from hivehelm.testing import FakeCluster

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

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


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> FakeCluster:
    """A cluster in memory, which the platform's site is connected with."""
    made = FakeCluster()

    def connect(_site: Site, namespace: str = "default", **more: Any) -> Context:
        client = made.client(namespace or "default")
        return Context(Storage(Secrets(client, namespace)), client, namespace=namespace, **more)

    monkeypatch.setattr(Site, "connect", connect)
    return made


def written(tmp_path: Path) -> Path:
    """Return a chart with a config map and a secret."""
    chart = tmp_path / "web"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text(CHART + "appVersion: '7'\ndescription: a web\n")
    (chart / "templates/all.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}-config'}\n"
        "data: {level: '{{ .Values.level | default 1 }}'}\n---\n"
        "apiVersion: v1\nkind: Secret\nmetadata: {name: '{{ .Release.Name }}-keys'}\nstringData: {a: b}\n"
    )
    (chart / "templates/NOTES.txt").write_text("hello\n")
    return chart


def output(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["app", *arguments, "--namespace", "shop"]) == 0
    return capsys.readouterr().out


def test_the_life_of_an_app(cluster: FakeCluster, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    deploy = ("deploy", "--name", "my-app", "--helm-chart", str(written(tmp_path)))
    shown = output(capsys, *deploy)
    assert shown == 'app "my-app" deployed in namespace "shop" (web-1.0.0)\n\nhello\n'
    (tmp_path / "values.yaml").write_text("level: debug\n")
    again = json.loads(output(capsys, *deploy, "--helm-values", "values.yaml", "-o", "json"))
    assert (again["revision"], again["status"], again["app_version"]) == (2, "deployed", "7")
    assert "upgraded to revision 3" in output(capsys, *deploy, "--set", "level=warn")
    assert "level: 'x'" in output(capsys, *deploy, "--set", "level=x", "--dry-run")
    table = output(capsys, "list")
    assert table.splitlines()[1].split()[:5] == ["my-app", "shop", "3", "deployed", "web-1.0.0"]
    assert [app["name"] for app in json.loads(output(capsys, "list", "-o", "json"))] == ["my-app"]
    status = output(capsys, "status", "--name", "my-app")
    assert "READY:" in status
    assert "my-app-config" in status
    assert status.endswith("hello\n")
    assert json.loads(output(capsys, "status", "--name", "my-app", "-o", "json"))["ready"] is True
    deleted = output(capsys, "delete", "--name", "my-app", "--wait")
    assert deleted == 'app "my-app" deleted from namespace "shop"\n'
    assert cluster.objects("ConfigMap", "shop") == []


def test_an_app_becomes_a_chart(
    cluster: FakeCluster, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    output(capsys, "deploy", "--name", "my.app", "--helm-chart", str(written(tmp_path)))
    export = ("export-helm", "--name", "my.app", "--output", "out")
    shown = output(capsys, *export)
    assert shown == (
        "chart my-app with 2 objects is in out\n"
        "values of Secrets were not exported; an installation has to give:\n  keys.secret.data.a\n"
    )
    metadata = (tmp_path / "out/Chart.yaml").read_text()
    assert metadata == (
        "apiVersion: v2\nname: my-app\ndescription: a web\ntype: application\n"
        'version: 0.1.0\nappVersion: "7"\n'
    )
    told = json.loads(
        output(
            capsys,
            *(*export, "--force", "--include-secrets", "--version", "2.0.0", "--app-version", "8"),
            *("--chart-name", "mine", "--description", "it's", "-o", "json"),
        )
    )
    assert (told["chart"], told["version"], told["app_version"]) == ("mine", "2.0.0", "8")
    assert told["objects"] == [
        {"kind": "Secret", "name": "my.app-keys"},
        {"kind": "ConfigMap", "name": "my.app-config"},
    ]
    assert (told["needed"], told["warnings"]) == ([], [])
    assert (tmp_path / "out/values.yaml").stat().st_mode & 0o077 == 0
    chosen = output(capsys, *export, "--force", "--selector", "", "--kinds", "configmaps", "--skip-crds")
    assert chosen == "chart my-app with 1 objects is in out\n"
    cluster.client("shop").delete("v1", "ConfigMap", "my.app-config", "shop")
    assert main(["app", *export, "--force", "--namespace", "shop"]) == 0
    assert "WARNING: ConfigMap my.app-config is not in the cluster" in capsys.readouterr().err
