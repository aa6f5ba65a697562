"""cobra's protocol: what may follow on a command line, and what the shell is to do."""

from __future__ import annotations

import pytest

from hivehelm.cli import complete as completion
from hivehelm.cli.command import Command
from hivehelm.cli.complete import NO_FILES, NO_SPACE, Outcome, Request, complete, directive_text
from hivehelm.cli.flags import Flag, FlagSet, array, boolean, integer, mapping, string, strings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.complete import Answer, Completer


def nothing(_call: object) -> None:
    """Do nothing."""


def make() -> Command:
    """Return a tree with commands of all sorts."""
    return Command(
        "helm",
        persistent=FlagSet([string("namespace", "where", short="n"), boolean("debug", "more")]),
        commands=[
            Command("status NAME", "how it is", flags=[string("output", "as", short="o")], run=nothing),
            Command(
                "install",
                "bring it",
                flags=[
                    boolean("dry", "pretend", short="d"),
                    integer("count", "how many"),
                    strings("values", "files", short="f"),
                    array("set", "set"),
                    mapping("labels", "labels"),
                    Flag("args", "arguments", type="argsSlice"),
                    string("secret", "", hidden=True),
                    boolean("this", "one"),
                    boolean("that", "other"),
                ],
                exclusive=[("this", "that")],
                run=nothing,
            ),
            Command(
                "show", "look", commands=[Command("all", "all", run=nothing), Command("one", run=nothing)]
            ),
            Command("hidden", hidden=True, commands=[Command("more", hidden=True, run=nothing)]),
            Command("fruit", "eat", valid_arguments=["apple", "pear"], run=nothing),
            Command("raw", "all yours", flags=[boolean("own", "")], raw_flags=True, run=nothing),
            Command("help", "help", run=nothing),
        ],
    )


def say(request: Request) -> Answer:
    """Tell what was asked."""
    return [f"{request.command.name}|{' '.join(request.arguments)}|{request.typed}"], NO_SPACE


def ask(line: str, *, completer: Completer | None = say) -> Outcome:
    """Complete a line, the words split at blanks; a blank at the end begins a new word."""
    return complete(
        make(), line.split(" "), lambda _: completer, lambda _, flag: say if flag.name != "count" else None
    )


def names(line: str, **more: None) -> list[str]:
    """Return the candidates without what is said of them."""
    return [candidate.partition("\t")[0] for candidate in ask(line, **more).candidates]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", ["fruit", "help", "install", "raw", "show", "status"]),
        ("s", ["show", "status"]),
        ("-n x s", ["show", "status"]),
        ("--debug i", ["install"]),
        ("show ", ["all", "one"]),
        ("show o", ["one"]),
        ("hidden ", []),
    ],
)
def test_commands(line: str, expected: list[str]) -> None:
    assert names(line, completer=None) == expected


def test_commands_say_what_they_do() -> None:
    outcome = ask("st", completer=None)
    assert (outcome.candidates, outcome.directive, outcome.problem) == (["status\thow it is"], NO_FILES, "")
    assert ask("hidden ", completer=None).directive == completion.DEFAULT


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("-", ["--debug", "--help", "-h", "--namespace", "-n"]),
        ("status -", ["--debug", "--namespace", "-n", "--help", "-h", "--output", "-o"]),
        ("status --o", ["--output"]),
        ("status -o x --o", []),
        ("status -n x --n", []),
        ("install --f", []),
        ("install -f a -f b --v", ["--values"]),
        ("install --set a=1 --se", ["--set"]),
        ("install --labels a=1 --la", ["--labels"]),
        ("install --args 1 --ar", ["--args"]),
        ("install --secret x --se", ["--set"]),
        ("install --this --th", []),
        ("install --th", ["--that", "--this"]),
        ("raw --o", ["--own", "raw||--o"]),
    ],
)
def test_flags(line: str, expected: list[str]) -> None:
    assert names(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("status ", "status||"),
        ("status a b", "status|a|b"),
        ("status -o ", "status||"),
        ("status -o=", "status||"),
        ("status -oj", None),
        ("status --output ", "status||"),
        ("status --output=j", "status||j"),
        ("status x --output=a=b", "status|x|a=b"),
        ("status --output=json ", "status||"),
        ("install --dry ", "install||"),
        ("install --dry=t", "install||t"),
        ("install -df ", "install||"),
        ("status -- -", "status||-"),
        ("status -- a --output=", "status|a|"),  # as cobra: a value, though no flag's
        ("status a -- --out ", "status|a --out|"),
        ("-n ", "helm||"),
        ("raw a --flag -n x ", "raw|a --flag -n x|"),
        ("install --count 1 ", "install||"),
    ],
)
def test_values_and_arguments(line: str, expected: str | None) -> None:
    outcome = ask(line)
    assert outcome.candidates == ([expected] if expected else [])
    assert outcome.directive == (NO_SPACE if expected else NO_FILES)


def test_values_that_nothing_completes() -> None:
    outcome = ask("install --count ")
    assert (outcome.candidates, outcome.directive) == ([], completion.DEFAULT)


def test_commands_with_what_completes_arguments() -> None:
    assert names("show ") == ["all", "one", "show||"]
    assert names("show x ") == ["show|x|"]


def test_valid_arguments() -> None:
    assert names("fruit ") == ["apple", "pear"]
    assert names("fruit p") == ["pear"]
    outcome = ask("fruit apple ")
    assert (outcome.candidates, outcome.directive) == ([], completion.DEFAULT)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("nosuch a ", "unable to find a command for arguments: [nosuch a]"),
        ("status --nosuch ", "Error while parsing flags from args [--nosuch]: unknown flag: --nosuch"),
        ("status --nosuch=", "Subcommand 'status' does not support flag 'nosuch'"),
        ("status -z=", "Subcommand 'status' does not support flag 'z'"),
        (
            "install --count x ",
            (
                'Error while parsing flags from args [--count x]: invalid argument "x" for "--count" flag: '
                'strconv.ParseInt: parsing "x": invalid syntax'
            ),
        ),
    ],
)
def test_problems(line: str, problem: str) -> None:
    outcome = ask(line)
    assert (outcome.candidates, outcome.directive, outcome.problem) == ([], completion.DEFAULT, problem)


@pytest.mark.parametrize("line", ["status -h ", "status --help ", "status --help -"])
def test_help_ends_it(line: str) -> None:
    outcome = ask(line)
    assert (outcome.candidates, outcome.directive) == ([], NO_FILES)


@pytest.mark.parametrize(
    ("arguments", "typed", "expected"),
    [
        ([], "s", ["show\tlook", "status\thow it is"]),
        (["show"], "", ["all\tall", "one\t"]),
        (["nosuch"], "", []),
        (["status"], "", []),
    ],
)
def test_topics_of_help(arguments: list[str], typed: str, expected: list[str]) -> None:
    root = make()
    assert completion.below(root)(Request(root, FlagSet(), arguments, typed)) == (expected, NO_FILES)


@pytest.mark.parametrize(
    ("directive", "text"),
    [
        (0, "ShellCompDirectiveDefault"),
        (1, "ShellCompDirectiveError"),
        (6, "ShellCompDirectiveNoSpace, ShellCompDirectiveNoFileComp"),
        (56, "ShellCompDirectiveFilterFileExt, ShellCompDirectiveFilterDirs, ShellCompDirectiveKeepOrder"),
        (64, "ERROR: unexpected ShellCompDirective value: 64"),
    ],
)
def test_directives(directive: int, text: str) -> None:
    assert directive_text(directive) == text
