"""`hivemind helm` as the command line's help knows it; `dispatch` is what runs."""

from __future__ import annotations

from hivehelm.cli.command import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def run(call: Call) -> int:
    """Hand all that follows on."""
    from hivehelm.cli.hivemind.helm.dispatch import dispatch

    return dispatch(call.arguments)


command = Command("helm", run=run)
