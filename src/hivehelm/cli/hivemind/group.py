"""What a group of commands does when it is called itself."""

from __future__ import annotations

from hivehelm.cli.command import UnknownCommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def show(call: Call) -> None:
    """Show the commands of the group.

    Raises:
        UnknownCommandError: an argument names none of them.
    """
    if call.arguments:
        name = call.arguments[0]
        raise UnknownCommandError(name, call.command, call.command.suggestions(name))
    call.command.print_help(call.out)
