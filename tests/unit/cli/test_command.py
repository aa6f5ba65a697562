"""cobra's rules: finding commands, their errors, running them."""

from __future__ import annotations

import io
import sys
import types

import pytest

from hivehelm.cli import command as commands
from hivehelm.cli.command import Call, Command
from hivehelm.cli.flags import Flag, FlagSet, boolean, string
from hivehelm.cli.stream import Stream


class Console:
    """Two streams that are read afterwards, and what commands did."""

    def __init__(self) -> None:
        self.out_text, self.err_text = io.StringIO(), io.StringIO()
        self.out, self.err = Stream(self.out_text), Stream(self.err_text)
        self.calls: list[Call] = []

    def run(self, call: Call) -> int:
        self.calls.append(call)
        return len(call.arguments)


@pytest.fixture
def console() -> Console:
    return Console()


@pytest.fixture
def root(console: Console) -> Command:
    return Command(
        "helm",
        persistent=FlagSet([string("namespace", "", short="n"), boolean("debug", "")]),
        commands=[
            Command("show", "look", aliases=["inspect"], commands=[Command("all [X]", run=console.run)]),
            Command(
                "install NAME",
                "bring",
                flags=[
                    Flag("wait", bare="yes", remark=lambda text: f"waiting {text}"),
                    string("file", "", short="f"),
                    boolean("force", ""),
                    boolean("gently", ""),
                    boolean("old", "", deprecated="stop it"),
                ],
                arguments=commands.at_least(1),
                exclusive=[("force", "gently")],
                run=console.run,
            ),
            Command("uninstall", suggest_for=["remove"], run=console.run),
            Command("list", arguments=commands.no_arguments, run=console.run),
        ],
    )


@pytest.mark.parametrize(
    ("line", "path", "left"),
    [
        ("", "helm", []),
        ("install a b", "helm install", ["a", "b"]),
        ("-n x install a", "helm install", ["-n", "x", "a"]),
        ("--namespace x install a", "helm install", ["--namespace", "x", "a"]),
        ("--debug install a", "helm install", ["--debug", "a"]),
        ("-nx install a", "helm install", ["-nx", "a"]),
        ("inspect all x", "helm show all", ["x"]),
        ("show -n y all x", "helm show all", ["-n", "y", "x"]),
        ("show nothing", "helm show", ["nothing"]),
        ("-n list", "helm", ["-n", "list"]),
        ("--help list x", "helm", ["--help", "list", "x"]),
        ("-- list", "helm", ["--", "list"]),
    ],
)
def test_finding(root: Command, line: str, path: str, left: list[str]) -> None:
    if path == "helm" and "x" in left:
        # `--help` is not known yet while the command is looked for: it takes the next word for its value.
        with pytest.raises(commands.UnknownCommandError):
            root.find(line.split())
        return
    found, rest = root.find(line.split())
    assert (found.path, rest) == (path, left)


def test_empty_arguments_name_nothing(root: Command) -> None:
    found, rest = root.find(["", "list"])
    assert (found.path, rest) == ("helm list", [""])


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("u", ["uninstall"]),
        ("LIST", ["list"]),
        ("lits", ["list"]),
        ("Remove", ["uninstall"]),
        ("zzz", []),
    ],
)
def test_suggestions(root: Command, typed: str, names: list[str]) -> None:
    with pytest.raises(commands.UnknownCommandError) as raised:
        root.find([typed])
    assert raised.value.suggestions == names
    text = str(raised.value)
    assert text.startswith(f'unknown command "{typed}" for "helm"')
    assert text.endswith("".join(f"\t{name}\n" for name in names)) or not names


def test_running(root: Command, console: Console) -> None:
    seen: list[Call] = []
    line = ["install", "a", "--wait", "-f=x", "-n", "ns", "--old", "b"]
    assert root.execute(line, console.out, console.err, before=seen.append) == 2
    (call,) = console.calls
    assert seen == [call]
    assert call.arguments == ["a", "b"]
    assert (call.flags.string("file"), call.flags.string("namespace")) == ("x", "ns")
    assert console.err_text.getvalue() == (
        'level=WARN msg="waiting yes"\nFlag --old has been deprecated, stop it\n'
    )


def test_remarks_are_made_even_when_the_rest_is_wrong(root: Command, console: Console) -> None:
    with pytest.raises(Exception, match="unknown flag: --nope"):
        root.execute(["install", "--wait", "--nope"], console.out, console.err)
    assert "waiting yes" in console.err_text.getvalue()


@pytest.mark.parametrize("line", [["install", "--help"], ["install", "-h", "x"], ["show"], ["show", "x"], []])
def test_help_is_printed_and_nothing_run(root: Command, console: Console, line: list[str]) -> None:
    assert root.execute(line, console.out, console.err) == 0
    assert "Usage:" in console.out_text.getvalue()
    assert console.calls == []


def test_flags_that_exclude_each_other(root: Command, console: Console) -> None:
    with pytest.raises(commands.FlagConflictError) as raised:
        root.execute(["install", "a", "--gently", "--force=false"], console.out, console.err)
    assert str(raised.value) == (
        "if any flags in the group [force gently] are set none of the others can be; "
        "[force gently] were all set"
    )
    assert root.execute(["install", "a", "--force"], console.out, console.err) == 1


@pytest.mark.parametrize(
    ("rule", "count", "text"),
    [
        (commands.no_arguments, 1, '"helm do" accepts no arguments'),
        (commands.exactly(1), 0, '"helm do" requires 1 argument'),
        (commands.exactly(2), 1, '"helm do" requires 2 arguments'),
        (commands.at_least(1), 0, '"helm do" requires at least 1 argument'),
        (commands.at_most(1), 2, '"helm do" accepts at most 1 argument'),
    ],
)
def test_argument_counts(rule: commands.ArgumentRule, count: int, text: str) -> None:
    below = Command("do [X]")
    Command("helm", commands=[below])
    with pytest.raises(commands.ArgumentCountError) as raised:
        rule(below, ["x"] * count)
    assert str(raised.value) == f"{text}\n\nUsage:  helm do [X] [flags]"


def test_argument_counts_that_fit() -> None:
    below = Command("do")
    commands.no_arguments(below, [])
    commands.exactly(2)(below, ["a", "b"])
    commands.at_least(1)(below, ["a", "b"])
    commands.at_most(1)(below, [])


def test_a_module_is_loaded_when_its_command_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("a_command_of_its_own")
    inner = Command("deep", run=lambda call: None)
    module.command = Command("do [X]", long="long", commands=[inner], run=lambda call: 3)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "a_command_of_its_own", module)
    below = Command("do", "short", aliases=["act"], module="a_command_of_its_own")
    Command("helm", commands=[below])
    assert below.use == "do"
    assert below.load().load() is below
    assert (below.use, below.short, below.long, below.aliases) == ("do [X]", "short", "long", ("act",))
    assert inner.path == "helm do deep"
