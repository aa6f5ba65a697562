"""`completion`: the scripts with which shells complete command lines (Helm's `pkg/cmd/completion.go`).

The scripts know cobra's protocol and nothing of the commands: see `shells` and `cli.complete`.
"""

from __future__ import annotations

from hivehelm.cli.command import Command, no_arguments
from hivehelm.cli.flags import boolean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivehelm.cli.command import Call, Run

_SCRIPTS = {"bash": "bash", "zsh": "zsh", "fish": "fish", "powershell": "ps1"}
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-")
_SHELLS = (
    (
        "bash",
        "bash",
        """
For this shell only:

    source <(@PROGRAM@ completion bash)

For all that start from now on:

    @PROGRAM@ completion bash > ~/.local/share/bash-completion/completions/@PROGRAM@
""",
    ),
    (
        "zsh",
        "zsh",
        """
For this shell only, once compinit has run:

    source <(@PROGRAM@ completion zsh)

For all that start from now on:

    @PROGRAM@ completion zsh > "${fpath[1]}/_@PROGRAM@"
""",
    ),
    (
        "fish",
        "fish",
        """
For this shell only:

    @PROGRAM@ completion fish | source

For all that start from now on:

    @PROGRAM@ completion fish > ~/.config/fish/completions/@PROGRAM@.fish
""",
    ),
    (
        "powershell",
        "PowerShell",
        """
For this shell only:

    @PROGRAM@ completion powershell | Out-String | Invoke-Expression

For all that start from now on, put that line into your profile.
""",
    ),
)


def script(
    shell: str, program: str, *, descriptions: bool = True, known: Sequence[str] = ("helm", "hivehelm")
) -> str:
    """Return what binds completion in a shell: for the programs that are `known`, and for `program`."""
    import os

    name = os.path.basename(program)
    names = [*known]
    if name and name not in names and set(name) <= _PLAIN:
        names.append(name)
    path = os.path.join(os.path.dirname(__file__), "shells", f"completion.{_SCRIPTS[shell]}")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    bound = ", ".join(f"'{name}'" for name in names) if shell == "powershell" else " ".join(names)
    request = "__complete" if descriptions else "__completeNoDesc"
    return text.replace("@NAMES@", bound).replace("@REQUEST@", request)


def run(call: Call) -> None:
    """Print the script of the shell that the command is named after."""
    import sys

    bare = call.flags.boolean("no-descriptions")
    call.out.write(script(call.command.name, sys.argv[0], descriptions=not bare))


def shells(program: str, run: Run) -> tuple[Command, ...]:
    """Return a command for each shell, whose help speaks of `program`."""
    return tuple(
        _shell(name, title, long.replace("@PROGRAM@", program), run) for name, title, long in _SHELLS
    )


def _shell(name: str, title: str, long: str, run: Run) -> Command:
    return Command(
        name,
        f"write the completion script for {title}",
        long=f"Write the script that makes {title} complete command lines.\n{long}",
        flags=(boolean("no-descriptions", "show candidates without their descriptions"),),
        arguments=no_arguments,
        run=run,
    )


command = Command(
    "completion",
    long="""Write the script that makes a shell complete command lines: commands, flags, and what is in the
cluster, in repositories and among plugins.

The script asks the program itself, so it need not be written again when that changes.
""",
    arguments=no_arguments,
    commands=shells("helm", run),
)
