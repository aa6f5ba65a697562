"""`hivemind app`: what can be done with an app."""

from __future__ import annotations

from hivehelm.cli.command import Command, UnknownCommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_HERE = "hivehelm.cli.hivemind.app"

_LONG = """Applications: deployed from Helm charts, and turned into Helm charts.

An app is a release whose record says so, by the label hivemind.dev/app; Helm's own commands work on it too.
"""


def run(call: Call) -> None:
    """Show the commands, or say that there is none by a name."""
    if call.arguments:
        name = call.arguments[0]
        raise UnknownCommandError(name, call.command, call.command.suggestions(name))
    call.command.print_help(call.out)


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
    run=run,
)
