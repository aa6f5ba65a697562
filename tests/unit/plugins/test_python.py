"""Plugins that are Python, and the example of the guide."""

from __future__ import annotations

import re
import textwrap
import tomllib
from pathlib import Path

import pytest

from hivehelm.cli.hivehelm import main
from hivehelm.plugins.errors import PluginExitError, PluginRunError, PostRenderError
from hivehelm.plugins.getteroptions import GetterOptions
from hivehelm.plugins.load import find
from hivehelm.plugins.python import PythonPlugin
from hivehelm.plugins.python import find as find_python
from hivehelm.plugins.run import fetch, post_render, run_command

GUIDE = Path(__file__).parents[3] / "docs/guides/plugins.md"


def install(top: Path, module: str, body: str, groups: dict[str, dict[str, str]]) -> None:
    """Put a package with entry points where Python finds it."""
    (top / f"{module}.py").write_text(body)
    about = top / f"{module}-0.1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {module.replace('_', '-')}\nVersion: 0.1.0\n"
    )
    text = "".join(
        f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in entries.items())
        for group, entries in groups.items()
    )
    (about / "entry_points.txt").write_text(text)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without plugins, and a directory that Python looks in."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("HELM_PLUGINS", "HELM_DATA_HOME", "XDG_DATA_HOME", "HELM_NAMESPACE", "KUBECONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


@pytest.fixture
def guide(home: Path) -> Path:
    """The package of the guide, installed as its pyproject.toml says."""
    text = GUIDE.read_text()
    block = re.search(r"    # pyproject\.toml\n((?:    .*\n|\n)+)", text)
    assert block is not None
    project = tomllib.loads(textwrap.dedent(block[1]))["project"]
    body = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert body is not None
    install(home, "team_plugins", body[1], project["entry-points"])
    (home / "c/templates").mkdir(parents=True)
    (home / "c/Chart.yaml").write_text("apiVersion: v2\nname: c\nversion: 0.1.0\n")
    (home / "c/templates/x.yaml").write_text(
        "kind: X\nmetadata: {name: x}\nteam: none\nreplicas: {{ .Values.replicas }}\n"
    )
    return home


def test_the_guides_command(guide: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["greet", "Ann", "-n", "shop"]) == 0
    assert main(["greet"]) == 2
    said = capsys.readouterr()
    assert said.out == "Hello Ann, from shop\ngreet whom?\n"
    assert said.err == 'Error: plugin "greet" exited with error\n'


def test_the_guides_getter_and_post_renderer(guide: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["template", str(guide / "c"), "-f", "team://defaults"]
    assert main([*line, "--post-renderer", "team-label", "--post-renderer-args", "shop"]) == 0
    assert capsys.readouterr().out.endswith("team: shop\nreplicas: 3\n")
    assert main(["template", str(guide / "c"), "-f", "team://other"]) == 1
    assert "of team-plugins: there is no team://other" in capsys.readouterr().err


def test_listing_them(guide: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plugin", "list"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["greet", "0.1.0", "cli/v1", "python", "python", "package", "team-plugins"] in rows
    assert [row[0] for row in rows] == ["NAME", "greet", "team", "team-label"]


def test_unless_plugins_are_left_out(
    guide: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELM_NO_PLUGINS", "1")
    assert main(["greet", "Ann"]) == 1
    assert 'unknown command "greet"' in capsys.readouterr().err


ODD = """
import sys
def nothing(*_): return None
def leave(*_): sys.exit(5)
def message(*_): return "a message"
def fail(*_): raise ValueError
def number(*_): return 3
"""


@pytest.fixture
def odd(home: Path) -> Path:
    entries = {name: f"odd:{name}" for name in ("nothing", "leave", "message", "fail", "number", "gone")}
    groups = ("cli", "getter", "postrenderer")
    install(home, "odd", ODD, {f"hivehelm.plugins.{group}": entries for group in groups})
    return home


def one(kind: str, name: str) -> PythonPlugin:
    (found,) = find_python(kind, name)
    return found


@pytest.mark.parametrize(("name", "code"), [("leave", 5), ("message", 1), ("number", 3)])
def test_exit_codes(odd: Path, name: str, code: int) -> None:
    with pytest.raises(PluginExitError) as caught:
        run_command(one("cli/v1", name), [], {})
    assert caught.value.exit_code == code


def test_commands_without_a_code(odd: Path) -> None:
    run_command(one("cli/v1", "nothing"), [], {})


@pytest.mark.parametrize(("name", "problem"), [("fail", "ValueError"), ("gone", "has no attribute 'gone'")])
def test_commands_that_fail(odd: Path, name: str, problem: str) -> None:
    with pytest.raises(PluginRunError, match=f'plugin "{name}" of odd: .*{problem}'):
        run_command(one("cli/v1", name), [], {})


def test_getters_and_post_renderers_that_give_back_nothing(odd: Path) -> None:
    with pytest.raises(PluginRunError, match="it gave back no bytes"):
        fetch(one("getter/v1", "nothing"), "nothing://x", GetterOptions(), {})
    with pytest.raises(PostRenderError, match="it gave back no text"):
        post_render(one("postrenderer/v1", "number"), [], "x")


def test_finding_imports_nothing(odd: Path) -> None:
    import sys

    (odd / "odd.py").write_text("raise SystemError\n")
    assert len(find_python("cli/v1")) >= 6
    assert find_python("getter/v1", "nosuch") == []
    assert "odd" not in sys.modules or not hasattr(sys.modules["odd"], "__wrong__")
    assert find([], kind="cli/v1") == []


def test_entry_points_of_nobody() -> None:
    from importlib.metadata import EntryPoint

    from hivehelm.plugins.python import _plugin

    found = _plugin("cli/v1", EntryPoint(name="x", value="m:f", group="g"))
    assert (found.package, found.metadata.version) == ("m", "")
