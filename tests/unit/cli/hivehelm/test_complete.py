"""`__complete`: what commands and flags of `hivehelm` offer."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.cli.hivehelm import candidates
from hivehelm.cli.hivehelm.commands import root
from hivehelm.cli.hivehelm.globals import global_flags
from hivehelm.settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tests.unit.cli.hivehelm.conftest import Helm

    from hivehelm.cli.command import Command

RECORDS = """
- {name: a, namespace: default, version: 1, info: {status: superseded},
   chart: {metadata: {name: web, version: 1.0.0, apiVersion: v2}}}
- {name: a, namespace: default, version: 2, info: {status: deployed},
   chart: {metadata: {name: web, version: 1.1.0, appVersion: "7", apiVersion: v2}}}
- {name: b, namespace: default, version: 1, info: {status: failed},
   chart: {metadata: {name: web, version: 1.0.0, apiVersion: v2}}}
"""
REPOSITORIES = "repositories: [{name: st, url: 'https://x/st'}, {name: stable, url: 'https://x/stable'}]\n"
INDEX = """apiVersion: v1
entries:
  web:
  - {apiVersion: v2, name: web, version: 1.0.0, created: "2024-01-02T03:04:05Z", urls: [a]}
  - {apiVersion: v2, name: web, version: 1.1.0, appVersion: "7", deprecated: true, urls: [a]}
generated: "2024-01-01T00:00:00Z"
"""
PLUGIN = "apiVersion: v1\ntype: {0}\nname: {1}\nversion: 0.1.0\nruntime: subprocess\nconfig: {2}\n"
PLUGIN += "runtimeConfig: {{platformCommand: [{{command: 'true'}}]}}\n"


@pytest.fixture(autouse=True)
def home(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put releases, repositories, caches and plugins into the home directory."""
    monkeypatch.setenv("HELM_DRIVER", "memory")
    monkeypatch.setenv("HELM_MEMORY_DRIVER_DATA", "records")
    files = {
        "records": RECORDS,
        ".config/helm/repositories.yaml": REPOSITORIES,
        ".cache/helm/repository/st-charts.txt": "web\nother\n",
        ".cache/helm/repository/stable-index.yaml": INDEX,
        ".local/share/helm/plugins/cli/plugin.yaml": PLUGIN.format("cli/v1", "cli", "{shortHelp: does it}"),
        ".local/share/helm/plugins/post/plugin.yaml": PLUGIN.format("postrenderer/v1", "post", "{}"),
    }
    for name, text in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return place


def ask(helm: Helm, *words: str) -> list[str]:
    """Return what is offered, and the directive."""
    code, out, err = helm("__complete", *words)
    assert code == 0
    assert err.startswith("Completion ended with directive: ShellCompDirective")
    return out.splitlines()


NO_MORE = "_activeHelp_ This command does not take any more arguments (but may accept flags)."


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("status ", ["a\tweb-1.1.0 -> deployed", "b\tweb-1.0.0 -> failed", ":4"]),
        ("uninstall a ", ["b\tweb-1.0.0 -> failed", ":4"]),
        ("status a ", [NO_MORE, ":4"]),
        ("rollback a ", ["1\tApp: , Chart: web-1.0.0", "2\tApp: 7, Chart: web-1.1.0", ":4"]),
        ("rollback ", ["a\tweb-1.1.0 -> deployed", "b\tweb-1.0.0 -> failed", ":4"]),
        ("rollback nosuch ", [":1"]),
        ("rollback a 1 ", [NO_MORE, ":4"]),
        ("get all a --revision ", ["1\tApp: , Chart: web-1.0.0", "2\tApp: 7, Chart: web-1.1.0", ":4"]),
        ("get all --revision ", [":4"]),
        ("upgrade ", ["a\tweb-1.1.0 -> deployed", "b\tweb-1.0.0 -> failed", ":4"]),
        ("upgrade a st/", ["st/web", "st/other", ":0"]),
        ("upgrade a b ", [NO_MORE, ":4"]),
        ("upgrade a stable/web --version ", None),
        ("install x stable/", ["stable/web", ":0"]),
        ("install x sta", ["stable/\thttps://x/stable", ":2"]),
        ("install x a", [":0"]),
        ("install x o", ["oci://\ta chart in a registry", ":2"]),
        ("install x y ", [":4"]),
        ("install -g sta", ["stable/\thttps://x/stable", ":2"]),
        ("install x stable/web --version ", None),
        ("install x web --version ", [":4"]),
        ("install x nosuch/web --version ", [":4"]),
        ("install x --version ", [":4"]),
        ("pull sta", ["stable/\thttps://x/stable", ":6"]),
        ("pull a ", [":4"]),
        ("pull stable/web --version ", None),
        ("show all stable/web --version ", None),
        ("show all a ", [NO_MORE, ":4"]),
        ("template x --post-renderer ", ["post", ":4"]),
        ("plugin update ", ["cli\tdoes it", ":4"]),
        ("plugin update cli ", [":4"]),
        ("push ", [":0"]),
        ("push a ", ["oci://", ":6"]),
        ("push a b ", [NO_MORE, ":4"]),
        ("repo remove st ", ["stable\thttps://x/stable", ":4"]),
        ("repo add ", [":4"]),
        ("repo add a b ", [NO_MORE, ":4"]),
        ("env HELM_BIN ", [NO_MORE, ":4"]),
        ("create ", [":0"]),
        ("create a ", [NO_MORE, ":4"]),
        ("registry login ", [":4"]),
        ("help sho", ["show\tlook into a chart", ":4"]),
        ("list --color ", ["never", "auto", "always", ":4"]),
    ],
)
def test_arguments_and_values(helm: Helm, line: str, expected: list[str] | None) -> None:
    versions = [
        "1.1.0\tApp: 7, Created: January 1, 0001 (deprecated)",
        "1.0.0\tCreated: January 2, 2024",
        ":4",
    ]
    assert ask(helm, *line.split(" ")) == (versions if expected is None else expected)


def test_charts_when_nothing_is_typed(helm: Helm, home: Path) -> None:
    found = [line.partition("\t")[0] for line in ask(helm, "install", "x", "")]
    assert found == ["st/", "stable/", "oci://", "https://", "http://", "file://", "./", "/", ":2"]
    (home / "st-here").mkdir()
    assert ask(helm, "install", "x", "st-") == [":0"]
    assert "st-here" in ask(helm, "install", "x", "st")


def test_variables(helm: Helm) -> None:
    found = ask(helm, "env", "")
    assert found[0] == "HELM_BIN"
    assert found[-1] == ":4"


def test_contexts(helm: Helm, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "config").write_text("contexts: [{name: b, context: {cluster: c}}, {name: a, context: {}}]\n")
    monkeypatch.setenv("KUBECONFIG", "config")
    assert ask(helm, "--kube-context", "") == ["a", "b\tc", ":4"]
    (home / "config").write_text("a: [")
    assert ask(helm, "--kube-context", "") == [":4"]


def test_what_cannot_be_read_offers_nothing(helm: Helm, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = home / ".cache" / "helm" / "repository"
    (cache / "stable-index.yaml").write_text("a: [")
    assert ask(helm, "install", "x", "stable/") == [":0"]
    assert ask(helm, "install", "x", "stable/web", "--version", "") == [":4"]
    (cache / "st-charts.txt").unlink()
    (cache / "st-charts.txt").mkdir()
    assert ask(helm, "install", "x", "st/") == [":0"]
    (home / ".config" / "helm" / "repositories.yaml").write_text("a: [")
    assert ask(helm, "repo", "remove", "") == [":4"]
    again = home / ".local" / "share" / "helm" / "plugins" / "again"
    again.mkdir()
    (again / "plugin.yaml").write_text(PLUGIN.format("postrenderer/v1", "post", "{}"))
    monkeypatch.setenv("HELM_NO_PLUGINS", "1")
    assert ask(helm, "template", "--post-renderer", "") == [":4"]


def test_a_directory_that_cannot_be_read_has_no_files(helm: Helm, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: str) -> list[str]:
        raise PermissionError

    monkeypatch.setenv("HELM_NO_PLUGINS", "1")
    monkeypatch.setattr("os.listdir", refuse)
    assert ask(helm, "install", "x", "o") == ["oci://\ta chart in a registry", ":2"]


def test_no_cluster(helm: Helm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HELM_DRIVER")
    monkeypatch.setenv("KUBECONFIG", "nosuch")
    assert ask(helm, "status", "") == [":0"]
    assert ask(helm, "rollback", "a", "") == [":1"]
    assert ask(helm, "-n", "") == [":0"]


def test_namespaces(helm: Helm, monkeypatch: pytest.MonkeyPatch) -> None:
    from hivehelm.actions.context import Context
    from hivehelm.cli.hivehelm import livecandidates
    from hivehelm.release.drivers.memory import Memory
    from hivehelm.release.storage import Storage
    from hivehelm.testing import FakeCluster

    client = FakeCluster().client()
    for name in ("one", "two"):
        client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, "")
    context = Context(Storage(Memory("default")), client)
    monkeypatch.setattr(livecandidates, "_connect", lambda _request: context)
    found = ask(helm, "-n", "")
    assert {"one", "two"} <= set(found)
    assert found[-1] == ":4"


@pytest.mark.parametrize(
    ("variables", "command", "expected"),
    [
        ({}, "__complete", ["stable\thttps://x/stable"]),
        ({}, "__completeNoDesc", ["stable"]),
        ({"HELM_COMPLETION_DESCRIPTIONS": "false"}, "__complete", ["stable"]),
        ({"COBRA_COMPLETION_DESCRIPTIONS": "0"}, "__complete", ["stable"]),
        ({"HELM_COMPLETION_DESCRIPTIONS": "x"}, "__complete", ["stable\thttps://x/stable"]),
    ],
)
def test_descriptions(
    helm: Helm,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    command: str,
    expected: list[str],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    _, out, _ = helm(command, "repo", "remove", "st", "")
    assert out.splitlines() == [*expected, ":4"]


@pytest.mark.parametrize("name", ["HELM_ACTIVE_HELP", "COBRA_ACTIVE_HELP"])
def test_hints_can_be_turned_off(helm: Helm, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "0")
    assert ask(helm, "list", "") == [":4"]


def test_what_is_wrong_is_said_on_standard_error(helm: Helm) -> None:
    assert helm("__complete", "nosuch", "") == (
        0,
        ":0\n",
        (
            "[Debug] [Error] unable to find a command for arguments: [nosuch]\n"
            "Completion ended with directive: ShellCompDirectiveDefault\n"
        ),
    )
    assert helm("__complete") == (1, "", "Error: requires at least 1 arg(s), only received 0\n")


def test_the_table_names_commands_and_flags_that_are_there() -> None:
    def walk(command: Command) -> list[Command]:
        command.load()
        return [command, *(found for below in command.commands for found in walk(below))]

    commands = {c.path.partition(" ")[2]: c for c in walk(root(global_flags(Settings.from_environ({}))))}
    assert set(candidates._ARGUMENTS) <= set(commands)
    for entry in candidates._VALUES:
        path, _, flag = entry.rpartition("--")
        found = commands[path.strip()] if path else None
        sets = [found.flag_set()] if found else [c.flag_set() for c in commands.values()]
        assert any(flags.find(flag) for flags in sets), entry
