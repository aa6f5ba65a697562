"""`repo`: the chart repositories that are known here (Helm's `pkg/cmd/repo*.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, no_arguments

_HERE = "hivehelm.cli.hivehelm"

command = Command(
    "repo add|remove|list|index|update",
    long="""Look after chart repositories: those that are known here, what they have, and your own.

A repository is a web server with an index.yaml, which says what charts there are and where.
""",
    arguments=no_arguments,
    commands=(
        Command("add", "make a repository known by a name", module=f"{_HERE}.repoadd"),
        Command("list", "list the repositories that are known", aliases=("ls",), module=f"{_HERE}.repolist"),
        Command("remove", "forget repositories", aliases=("rm",), module=f"{_HERE}.reporemove"),
        Command("index", "write the index of a directory of charts", module=f"{_HERE}.repoindex"),
        Command("update", "fetch the indexes of repositories", aliases=("up",), module=f"{_HERE}.repoupdate"),
    ),
)
