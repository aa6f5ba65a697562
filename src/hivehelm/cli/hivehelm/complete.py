"""`__complete`: what shells ask while somebody types (cobra's completions.go)."""

from __future__ import annotations

from hivehelm.cli.command import Command, CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hivehelm.cli.command import Call
    from hivehelm.cli.complete import Completer
    from hivehelm.cli.flags import Flag

#: The name of the command that is asked by shells that show no descriptions.
BARE = "__completeNoDesc"


class NothingTypedError(CommandError):
    """A shell asked for completion and gave no words."""

    def __str__(self) -> str:
        return "requires at least 1 arg(s), only received 0"


def run(call: Call) -> None:
    """Print a candidate a line, then the directive; what is wrong goes to standard error."""
    from hivehelm.cli.hivehelm.candidates import arguments_of, values_of

    answer(call, arguments_of, values_of)


def answer(
    call: Call,
    arguments_of: Callable[[Command], Completer | None],
    values_of: Callable[[Command, Flag], Completer | None],
) -> None:
    """Do what `run` does, with other completers; the command's name says whether descriptions are wanted.

    Raises:
        NothingTypedError: there are no words to complete.
    """
    import os

    from hivehelm.cli.complete import HINT, complete, directive_text

    if not call.arguments:
        raise NothingTypedError
    environ: Mapping[str, str] = os.environ
    root = call.command
    while root.parent is not None:
        root = root.parent
    outcome = complete(root, call.arguments, arguments_of, values_of)
    if outcome.problem:
        call.err.write(f"[Debug] [Error] {outcome.problem}\n")
    descriptions = call.command.name != BARE and _wants_descriptions(environ)
    hints = environ.get("COBRA_ACTIVE_HELP") != "0" and environ.get("HELM_ACTIVE_HELP") != "0"
    lines = []
    for candidate in outcome.candidates:
        if candidate.startswith(HINT) and not hints:
            continue
        text = candidate if descriptions else candidate.partition("\t")[0]
        lines.append(text.partition("\n")[0].strip() + "\n")
    call.out.write(f"{''.join(lines)}:{outcome.directive}\n")
    call.err.write(f"Completion ended with directive: {directive_text(outcome.directive)}\n")


def _wants_descriptions(environ: Mapping[str, str]) -> bool:
    from hivehelm.cli.flagvalues import parse_bool

    name = "COMPLETION_DESCRIPTIONS"
    try:
        return parse_bool(environ.get(f"HELM_{name}") or environ.get(f"COBRA_{name}", ""))
    except ValueError:
        return True


LONG = """Say what may follow on a command line: the shells' completion scripts ask this.

The last argument is the word that is being typed. Each line is a candidate, the last one a directive.
"""

command = Command("__complete [command-line]", long=LONG, hidden=True, raw_flags=True, run=run)
