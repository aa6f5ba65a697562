"""`help`: how commands are used."""

from __future__ import annotations

from hivehelm.cli.command import Command, UnknownCommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def run(call: Call) -> None:
    """Print the help of the command that the arguments name."""
    from hivehelm.cli.usage import help_text, usage_text

    root = call.command
    while root.parent is not None:
        root = root.parent
    found: Command | None
    try:
        found, _ = root.find(call.arguments)
    except UnknownCommandError:
        found = None
    if found is None or (found.hidden and found.raw_flags):  # cobra has `__complete` only while it is asked
        topics = " ".join(f"`{name}`" for name in call.arguments)
        call.err.write(f"Unknown help topic [{topics}]\n{usage_text(root)}")
        return
    call.out.write(help_text(found))


command = Command(
    "help [command]",
    long="Say how a command is used: helm help [path to command].",
    run=run,
)
