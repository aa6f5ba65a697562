"""Pages of single commands."""

from __future__ import annotations

from hivehelm.cli import pages
from hivehelm.cli.command import Command
from hivehelm.cli.flags import string


def run(_call: object) -> None:
    """Do nothing."""


def test_a_command_by_itself() -> None:
    command = Command("one", "do it", flags=[string("secret", "", hidden=True)], run=run)
    assert pages.markdown(command) == (
        "## one\n\ndo it\n\n```\none [flags]\n```\n\n### Options\n\n```\n  -h, --help   help for one\n```\n"
    )
    assert pages.man(command) == (
        '.nh\n.TH "ONE" "1" "" "Hivehelm" ""\n.SH NAME\none \\- do it\n.SH SYNOPSIS\n\\fBone [flags]\\fP\n'
        ".SH DESCRIPTION\ndo it\n.SH OPTIONS\n.TP\n\\fB\\-h\\fP, \\fB\\-\\-help\\fP[=false]\nhelp for one\n"
    )


def test_text_as_troff() -> None:
    long = "First.\n\n    as it is\n    \\too\n\n.second - 'third'\n'fourth\n\n- item"
    assert pages.man(Command("one", long=long)).partition(".SH DESCRIPTION\n")[2].partition(".SH OPT")[0] == (
        "First.\n.PP\n.nf\n    as it is\n    \\etoo\n.PP\n.fi\n\\&.second \\- 'third'\n\\&'fourth\n.PP\n"
        ".nf\n\\- item\n.fi\n"
    )


def test_hidden_commands_have_none() -> None:
    root = Command("top", commands=[Command("b"), Command("a"), Command("c", hidden=True), Command("help")])
    assert [command.name for command in pages.documented(root)] == ["a", "b", "top"]
    assert pages.man(root).endswith(".SH SEE ALSO\n\\fBtop\\-a(1)\\fP, \\fBtop\\-b(1)\\fP\n")
