"""`hivemind token`: what can be done with tokens."""

from __future__ import annotations

from hivehelm.cli.command import Command, UnknownCommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_HERE = "hivehelm.cli.hivemind.token"

_LONG = """Tokens for the REST API, which `hivemind serve` lets in.

A token has a role: a viewer reads releases, a deployer changes them too, an admin also changes repositories
and charts. With namespaces, the role is for those alone. Only a token's hash is kept, as a Secret in the
platform's namespace (HIVEMIND_NAMESPACE), where all servers see it within seconds.
"""


def run(call: Call) -> None:
    """Show the commands, or say that there is none by a name."""
    if call.arguments:
        name = call.arguments[0]
        raise UnknownCommandError(name, call.command, call.command.suggestions(name))
    call.command.print_help(call.out)


command = Command(
    "token",
    long=_LONG,
    commands=(
        Command("create", "make a token", module=f"{_HERE}.create"),
        Command("list", "show the tokens that there are", aliases=("ls",), module=f"{_HERE}.list"),
        Command(
            "revoke",
            "make a token good for nothing",
            suggest_for=("delete", "remove", "rm"),
            module=f"{_HERE}.revoke",
        ),
    ),
    run=run,
)
