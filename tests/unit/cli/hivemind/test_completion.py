"""What shells are told of `hivemind`, and of what is below `hivemind helm`."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.cli.hivemind.conftest import FakeControlPlane

from hivehelm.cli.hivemind import main
from hivehelm.platform.scaffold import create_chart
from hivehelm.testing import FakeCluster

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Offer = Callable[..., list[str]]

ROLES = ["viewer", "deployer", "admin"]
HERE = ["./", "/"]
SCHEMES = ["oci://", "https://", "http://", "file://"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clusters: type[FakeControlPlane]) -> Path:
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "HELM_NAMESPACE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "HELM_COMPLETION_DESCRIPTIONS"):
        monkeypatch.delenv(name, raising=False)
    # No cluster: nothing listens there.
    (tmp_path / "kubeconfig").write_text(
        "{clusters: [{name: a, cluster: {server: 'http://127.0.0.1:9'}}],"
        " contexts: [{name: a, context: {cluster: a}}], current-context: a}"
    )
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HIVEMIND_HOME", str(tmp_path / "hivemind"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def offer(capfd: pytest.CaptureFixture[str]) -> Offer:
    """Return what gives the candidates for a command line, without descriptions and hints."""

    def offered(*words: str) -> list[str]:
        capfd.readouterr()
        assert main(["__completeNoDesc", *words]) == 0
        *found, directive = capfd.readouterr().out.splitlines()
        assert directive.startswith(":")
        return [text for text in found if not text.startswith("_activeHelp_")]

    return offered


@pytest.fixture
def released(home: Path, cluster: FakeCluster) -> None:
    """Two releases, one of them an app, in a cluster that every command finds."""
    create_chart("web", "A chart", str(home / "hivemind" / "charts"))
    for _ in range(2):
        assert main(["helm", "install", "--name", "one", "--chart", "web"]) == 0
    assert main(["app", "deploy", "--name", "two", "--helm-chart", "web"]) == 0


def test_commands_and_the_words_that_flags_take(offer: Offer, clusters: type[FakeControlPlane]) -> None:
    assert offer("") == ["app", "cluster", "completion", "demo", "helm", "serve", "token"]
    assert offer("he") == ["helm"]
    assert offer("completion", "") == ["bash", "fish", "powershell", "zsh"]
    assert offer("completion", "bash", "") == []
    assert offer("token", "create", "--role", "") == ROLES
    assert offer("app", "list", "-o", "") == ["json", "table", "yaml"]
    clusters.statuses = {"demo": FakeControlPlane("demo").status()}
    assert offer("cluster", "down", "") == ["demo"]
    assert offer("cluster", "down", "demo", "") == []
    assert offer("serve", "--cluster", "") == ["demo"]
    assert offer("app", "deploy", "--helm-chart", "") == [*SCHEMES, *HERE]
    assert offer("app", "deploy", "--helm-chart", "x/y", "--version", "") == []
    assert offer("app", "deploy", "--helm-values", "") == []
    assert offer("app", "export-helm", "--output", "") == []
    assert offer("nosuch", "") == []


def test_what_is_in_the_cluster(offer: Offer, released: None) -> None:
    assert offer("app", "status", "--name", "") == ["two"]
    for words in (
        ("get-release", "--name"),
        ("get-release",),
        ("debug", "--release"),
        ("history", "--name"),
        ("uninstall", "--name"),
        ("upgrade", "--name"),
        ("status",),
    ):
        assert offer("helm", *words, "") == ["one", "two"], words
    assert offer("helm", "get-release", "one", "") == []
    assert offer("helm", "rollback", "--name", "one", "--revision", "") == ["1", "2"]
    assert offer("helm", "rollback", "--name", "one", "") == ["1", "2"]
    assert offer("helm", "rollback", "--revision", "") == []


def test_without_a_cluster_there_is_nothing_to_offer(offer: Offer) -> None:
    assert offer("app", "status", "--name", "") == []
    assert offer("helm", "get-release", "--name", "") == []


def test_charts_and_both_spellings_of_a_command(offer: Offer, home: Path) -> None:
    assert offer("helm", "install", "--name", "x", "--chart", "") == [*SCHEMES, *HERE]
    create_chart("web", "A chart", str(home / "hivemind" / "charts"))
    assert offer("helm", "install", "--name", "x", "--chart", "") == ["web", *SCHEMES, *HERE]
    assert offer("helm", "install", "--name", "x", "--chart", "w") == ["web"]
    assert offer("helm", "upgrade", "--name", "x", "") == [*SCHEMES, *HERE]
    assert offer("helm", "upgrade", "--name", "x", "--chart", "web", "") == []
    assert offer("helm", "install", "--name", "x", "--chart", "no/such", "--version", "") == []
    assert offer("helm", "install", "--name", "x", "--version", "") == []
    assert offer("helm", "install", "--na") == ["--namespace", "--name", "--name-template"]
    assert offer("helm", "create-c") == ["create-chart"]
    assert offer("helm", "create-chart", "--name", "") == []
    assert offer("helm", "package-chart", "--chart-dir", "") == []
    assert offer("helm", "list", "-o", "") == ["json", "table", "yaml"]


def test_repositories(offer: Offer, home: Path) -> None:
    path = home / "home" / ".config" / "helm" / "repositories.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("repositories:\n- {name: stable, url: https://charts.example}\n")
    assert offer("helm", "repo", "remove", "--name", "") == ["stable"]
    assert offer("helm", "repo", "update", "--name", "") == ["stable"]
    assert offer("helm", "install", "--name", "x", "--chart", "sta") == ["stable/"]


def test_descriptions_and_what_is_not_asked_rightly(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["__complete", "helm", "create-c"]) == 0
    assert capfd.readouterr().out == "create-chart\tmake a new chart, with probes and a schema\n:4\n"
    assert main(["__complete"]) == 1
    assert "requires at least 1 arg(s)" in capfd.readouterr().err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_scripts_bind_the_program(
    shell: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["hivemind"])
    assert main(["completion", shell]) == 0
    text = capfd.readouterr().out
    assert "hivemind" in text
    assert "@" not in text.partition("complete -")[2].partition("\n")[0]
    assert main(["completion", shell, "--no-descriptions"]) == 0
    assert "__completeNoDesc" in capfd.readouterr().out
    assert main(["completion", shell, "--help"]) == 0
    assert f"hivemind completion {shell}" in capfd.readouterr().out
