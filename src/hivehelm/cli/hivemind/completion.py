"""`hivemind completion`: scripts with which shells complete `hivemind` and what is below it."""

from __future__ import annotations

from hivehelm.cli.command import Command, no_arguments
from hivehelm.cli.hivehelm.completion import script, shells
from hivehelm.cli.hivemind.group import show

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def run(call: Call) -> None:
    """Print the script of the shell that the command is named after."""
    import sys

    bare = call.flags.boolean("no-descriptions")
    call.out.write(script(call.command.name, sys.argv[0], descriptions=not bare, known=("hivemind",)))


command = Command(
    "completion",
    long="""Write the script that makes a shell complete command lines: commands, flags, and what is in the
cluster, in repositories and on this machine.

The script asks the program itself, so it need not be written again when that changes.
""",
    arguments=no_arguments,
    commands=shells("hivemind", run),
    run=show,
)
