"""`hivemind app`: what can be done with an app."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.hivemind.group import show

_HERE = "hivehelm.cli.hivemind.app"

_LONG = """Applications: deployed from Helm charts, and turned into Helm charts.

An app is a release whose record says so, by the label hivemind.dev/app; Helm's own commands work on it too.
"""


command = Command(
    "app",
    long=_LONG,
    commands=(
        Command("deploy", "deploy an app from a chart, or upgrade it", module=f"{_HERE}.deploy"),
        Command("list", "list apps", aliases=("ls",), module=f"{_HERE}.list"),
        Command("status", "show an app and its objects", module=f"{_HERE}.status"),
        Command(
            "delete",
            "delete an app and its objects",
            aliases=("rm", "uninstall"),
            suggest_for=("remove", "destroy"),
            module=f"{_HERE}.delete",
        ),
        Command("export-helm", "make a chart of what is deployed", module=f"{_HERE}.exporting"),
    ),
    run=show,
)
