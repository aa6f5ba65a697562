"""`env`: the settings in use."""

from __future__ import annotations

from hivehelm.cli.command import Command, at_most

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def run(call: Call) -> None:
    """Print all settings, or the value of one."""
    import sys

    from hivehelm.cli.hivehelm.session import settings_of

    variables = settings_of(call).variables(sys.argv[0])
    if call.arguments:
        call.out.write(f"{variables.get(call.arguments[0], '')}\n")
    else:
        call.out.write("".join(f'{name}="{value}"\n' for name, value in variables.items()))


command = Command(
    "env",
    long="Show the settings that variables and flags come to, or one of them.",
    arguments=at_most(1),
    run=run,
)
