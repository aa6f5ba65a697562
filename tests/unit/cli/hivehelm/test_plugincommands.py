from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hivehelm.cli.hivehelm import main
from hivehelm.cli.hivehelm.plugincommands import split

TELL = """apiVersion: v1
name: {0}
version: 0.1.0
type: cli/v1
runtime: subprocess
config: {{usage: "{0} X", shortHelp: tells, longHelp: tells all, ignoreFlags: {1}}}
runtimeConfig: {{platformCommand: [{{command: $HELM_PLUGIN_DIR/run}}]}}
"""


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    top = tmp_path / "plugins"
    top.mkdir()
    monkeypatch.setenv("HELM_PLUGINS", str(top))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HELM_DATA_HOME", str(tmp_path / "data"))
    for name in ("HELM_NO_PLUGINS", "HELM_NAMESPACE", "KUBECONFIG"):
        monkeypatch.delenv(name, raising=False)
    return top


def put(plugins: Path, name: str, text: str = "", *, ignores: str = "false", **scripts: str) -> Path:
    directory = plugins / name
    directory.mkdir()
    (directory / "plugin.yaml").write_text(text or TELL.format(name, ignores))
    for script, body in {"run": 'echo "$*; $HELM_NAMESPACE"; exit ${CODE:-0}', **scripts}.items():
        path = directory / script
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
    return directory


@pytest.mark.parametrize(
    ("arguments", "ours", "others"),
    [
        ([], [], []),
        (["a", "--debug", "-x", "--", "b"], ["--debug"], ["a", "-x", "--", "b"]),
        (["-n", "x", "--namespace=y", "-ny"], ["-n", "x", "--namespace=y"], ["-ny"]),
        (["--kubeconfig"], ["--kubeconfig"], []),
        (["--qps", "3", "--kube-context=c"], ["--kube-context=c"], ["--qps", "3"]),
    ],
)
def test_whose_flags_are_whose(arguments: list[str], ours: list[str], others: list[str]) -> None:
    assert split(arguments) == (ours, others)


def test_plugins_are_commands(plugins: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(plugins, "tell")
    put(plugins, "deaf", ignores="true")
    assert main(["tell", "a", "-n", "shop", "--own=1"]) == 0
    assert main(["deaf", "a"]) == 0
    assert capsys.readouterr().out == "a --own=1; shop\n; default\n"
    assert main(["help", "tell"]) == 0
    assert "tells all" in capsys.readouterr().out
    assert main(["tell", "-n"]) == 1
    assert capsys.readouterr().err == "Error: flag needs an argument: 'n' in -n\n"


def test_exit_codes_are_passed_on(
    plugins: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(plugins, "tell")
    monkeypatch.setenv("CODE", "42")
    assert main(["tell"]) == 42
    assert capsys.readouterr().err == 'Error: plugin "tell" exited with error\n'


def test_conflicts_and_duplicates(plugins: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(plugins, "list")
    assert main(["version", "--short"]) == 0
    assert capsys.readouterr().err == 'level=ERROR msg="failed to load plugins: name conflicts" name=list\n'
    put(plugins, "other", TELL.format("list", "false"))
    assert main(["version", "--short"]) == 0
    assert 'msg="failed to load plugins" error="two plugins claim the name' in capsys.readouterr().err


def test_broken_plugins_are_told_where_values_are_read(
    plugins: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    put(plugins, "bad", "[]")
    (tmp_path / "c").mkdir()
    (tmp_path / "c/Chart.yaml").write_text("apiVersion: v2\nname: c\nversion: 0.1.0\n")
    assert main(["template", str(tmp_path / "c")]) == 0
    assert capsys.readouterr().err.count("failed to load plugin (ignoring)") == 2
    assert main(["version", "--short"]) == 0
    assert capsys.readouterr().err.count("failed to load plugin (ignoring)") == 1


def completed(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert main(["__complete", *words]) == 0
    return capsys.readouterr().out.splitlines()


COMPLETION = """commands:
- {name: sub, validArgs: [one, y], flags: [long, x, f, g]}
- {flags: [lost]}
flags: [own, other, o]
"""


def test_completion_as_listed(plugins: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (put(plugins, "tell") / "completion.yaml").write_text(COMPLETION)
    assert completed(capsys, "tel") == ["tell\ttells", ":4"]
    # One without a name is in the list, too, as in Helm.
    assert completed(capsys, "tell", "") == ["", "sub", ":4"]
    assert completed(capsys, "tell", "sub", "") == ["one", "true", ":4"]
    flags = [line.partition("\t")[0] for line in completed(capsys, "tell", "sub", "-")]
    assert {"--long", "-x", "--f", "-f", "--g", "-g"} < set(flags)
    assert {"--own", "-o", "--other"} < {line.partition("\t")[0] for line in completed(capsys, "tell", "-")}


@pytest.mark.parametrize("listed", [None, "[", "[]", "name: x\n"])
def test_completion_as_asked(plugins: Path, capsys: pytest.CaptureFixture[str], listed: str | None) -> None:
    directory = put(
        plugins, "tell", **{"plugin.complete": 'echo "$*"; echo; echo "$HELM_NAMESPACE"; echo :5'}
    )
    if listed is not None:
        (directory / "completion.yaml").write_text(listed)
    assert completed(capsys, "tell", "a", "-n", "shop", "b") == ["a b", "shop", ":5"]
    put(plugins, "deaf", ignores="true", **{"plugin.complete": 'echo "<$*>"; echo :x'})
    assert completed(capsys, "deaf", "a", "b") == ["<>", ":x", ":0"]
    put(plugins, "mute")
    assert completed(capsys, "mute", "") == [":0"]
    assert completed(capsys, "tell", "--kube-as-group", "") == [":1"]


def test_rendering_without_plugins_does_not_look_at_them(tmp_path: Path) -> None:
    """Where no plugin is installed, the room of plugins is not even imported."""
    (tmp_path / "c/templates").mkdir(parents=True)
    (tmp_path / "c/Chart.yaml").write_text("apiVersion: v2\nname: c\nversion: 0.1.0\n")
    (tmp_path / "c/templates/x.yaml").write_text("kind: X\n")
    (tmp_path / ".local/share/helm/plugins/empty").mkdir(parents=True)
    program = (
        "import sys; from hivehelm.cli.hivehelm import main; main(['template', 'c']); "
        "print(*sorted(name for name in sys.modules if name.startswith(tuple(sys.argv[1:]))))"
    )
    rooms = ["hivehelm.plugins", "hivehelm.actions.plugins", "hivehelm.actions.postrender", "hivehelm.http"]
    done = subprocess.run(
        [sys.executable, "-c", program, *rooms],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": ":".join(sys.path), "HOME": str(tmp_path), "PATH": ""},
        check=False,
    )
    assert done.stdout.splitlines()[-1] == "", done.stderr + done.stdout


def test_managing_plugins(plugins: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    source = put(tmp_path, "source", TELL.format("source", "false"))
    data = tmp_path / "data/plugins"
    assert main(["plugin", "install", str(source)]) == 0
    assert (data / "source").is_symlink()
    put(plugins, "tell")
    assert main(["plugin", "list", "--type", "cli/v1"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split() == [
        *("tell", "0.1.0", "cli/v1", "v1", "unknown", "unknown"),
    ]
    assert main(["plugin", "package", str(source), "--sign=false", "-d", str(tmp_path)]) == 0
    assert (tmp_path / "source-0.1.0.tgz").exists()
    assert main(["plugin", "verify", str(tmp_path / "source-0.1.0.tgz")]) == 1
    assert main(["plugin", "uninstall", "tell"]) == 0
    assert not (plugins / "tell").exists()
    capsys.readouterr()
    for words in (["update"], ["uninstall"], ["update", "x"]):
        assert main(["plugin", *words]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "Error: please provide plugin name to update",
        "Error: please provide plugin name to uninstall",
        "Error: plugin: x not found",
    ]


def test_post_renderer_flags(plugins: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = (
        TELL.format("sed", "false")
        .replace("cli/v1", "postrenderer/v1")
        .replace("$HELM_PLUGIN_DIR/run", "sed")
    )
    put(plugins, "sed", "\n".join(line for line in text.splitlines() if not line.startswith("config")))
    (tmp_path / "c/templates").mkdir(parents=True)
    (tmp_path / "c/Chart.yaml").write_text("apiVersion: v2\nname: c\nversion: 0.1.0\n")
    (tmp_path / "c/templates/x.yaml").write_text("kind: X # said\nmetadata: {}\n")
    line = ["template", str(tmp_path / "c")]
    script = ["--post-renderer-args", "-e", "--post-renderer-args", "s/X/Y/"]
    assert main([*line, "--post-renderer", "sed", *script]) == 0
    assert capsys.readouterr().out == "---\n# Source: c/templates/x.yaml\nkind: Y # said\n"
    assert main([*line, "--post-renderer", ""]) == 0
    assert "kind: X # said\nmetadata: {}\n" in capsys.readouterr().out
    for words, problem in (
        (
            ["--post-renderer", "x"],
            'argument "x" for "--post-renderer" flag: plugin: {Name:x Type:postrenderer/v1} not found',
        ),
        (
            ["--post-renderer", "sed", "--post-renderer", "sed"],
            "cannot specify --post-renderer flag more than once",
        ),
        (["--post-renderer", "sed", "--post-renderer-args", "}"], 'plugin "sed" exited with error'),
    ):
        assert main([*line, *words]) == 1
        assert problem in capsys.readouterr().err
