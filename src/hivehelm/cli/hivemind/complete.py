"""`hivemind __complete` and `hivemind __completeNoDesc`: what shells ask while somebody types."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.hivehelm.complete import LONG, answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def run(call: Call) -> int:
    """Print a candidate a line, then the directive; below `helm`, the commands there are asked."""
    words = call.arguments
    if words[:1] == ["helm"] and len(words) > 1:
        from hivehelm.cli.hivemind.helm.dispatch import dispatch

        return dispatch([call.command.name, *words[1:]])
    from hivehelm.cli.hivemind.candidates import arguments_of, values_of

    answer(call, arguments_of, values_of)
    return 0


command = Command("__complete [command-line]", long=LONG, hidden=True, raw_flags=True, run=run)
