"""`hivemind helm __complete`: what hivehelm completes, and what the platform's spellings take."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.hivehelm.complete import LONG, answer
from hivehelm.cli.hivemind.helm.candidates import arguments_of, values_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def run(call: Call) -> None:
    """Print a candidate a line, then the directive."""
    answer(call, arguments_of, values_of)


command = Command("__complete [command-line]", long=LONG, hidden=True, raw_flags=True, run=run)
