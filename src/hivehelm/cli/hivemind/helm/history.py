"""`history --name`: the revisions of a release."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.hivehelm.history import command as _history
from hivehelm.cli.hivemind.helm.named import gather, name_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_USAGE = "hivemind helm history --name NAME [--namespace NAMESPACE]"


def run(call: Call) -> None:
    """Print a line for each revision, the newest last."""
    from hivehelm.cli.hivehelm.history import run as history

    call.arguments = gather(call, ["name"], _USAGE)
    history(call)


command = Command(
    "history RELEASE_NAME",
    long=f"""{_history.long}

Spelt out:

    $ hivemind helm history --name my-release --namespace default
""",
    flags=(name_flag(), *_history.flags),
    run=run,
)
