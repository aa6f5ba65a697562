"""The structure of help: that of cobra and pflag."""

from __future__ import annotations

from hivehelm.cli import flags
from hivehelm.cli.command import Command
from hivehelm.cli.flags import Flag, FlagSet
from hivehelm.cli.usage import flag_lines, help_text, usage_text


def test_a_command_with_commands() -> None:
    root = Command(
        "helm",
        long="\nAbout helm.\n",
        persistent=FlagSet([flags.string("namespace", "where", short="n")]),
        commands=[Command("show", "look"), Command("install", "bring"), Command("upgrade", hidden=True)],
    )
    assert (
        help_text(root)
        == """About helm.

Usage:
  helm [command]

Available Commands:
  install     bring
  show        look

Flags:
  -h, --help               help for helm
  -n, --namespace string   where

Use "helm [command] --help" for more information about a command.
"""
    )


def test_a_command_that_runs() -> None:
    below = Command(
        "list", "show all", aliases=["ls"], flags=[flags.boolean("all", "more")], run=lambda call: 0
    )
    Command("helm", persistent=FlagSet([flags.boolean("debug", "say more")]), commands=[below])
    assert (
        help_text(below)
        == """show all

Usage:
  helm list [flags]

Aliases:
  list, ls

Flags:
      --all    more
  -h, --help   help for list

Global Flags:
      --debug   say more
"""
    )


def test_a_command_without_words() -> None:
    assert help_text(Command("x", run=lambda call: 0)) == usage_text(Command("x", run=lambda call: 0))


def test_flags_and_their_defaults() -> None:
    lines = flag_lines(
        [
            Flag("wait", "w", type="WaitStrategy", default="no", bare="yes"),
            Flag("dry-run", "d", default="none", bare="unset"),
            flags.boolean("on", "o", default=True),
            flags.duration("timeout", "t", default=300_000_000_000),
            flags.integer("max", "m", short="m", default=256),
            flags.array("group", "g", default=["a", "b"]),
            flags.mapping("labels", "l"),
            flags.boolean("old", "", deprecated="x"),
            Flag("later", hidden=True),
            Flag("hidden", hidden=True),
        ]
    )
    assert lines == [
        '      --dry-run string[="unset"]   d (default "none")',
        "      --group stringArray          g (default [a,b])",
        "      --labels stringToString      l (default [])",
        "  -m, --max int                    m (default 256)",
        "      --on                         o (default true)",
        "      --timeout duration           t (default 5m0s)",
        "      --wait WaitStrategy[=yes]    w (default no)",
    ]
