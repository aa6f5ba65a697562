"""`rollback --name --revision`: a release as it was before."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.flags import string
from hivehelm.cli.hivehelm.rollback import command as _rollback
from hivehelm.cli.hivemind.helm.named import gather, name_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_USAGE = "hivemind helm rollback --name NAME [--revision REVISION] [--namespace NAMESPACE]"


def run(call: Call) -> None:
    """Roll a release back."""
    from hivehelm.cli.hivehelm.rollback import run as rollback

    call.arguments = gather(call, ["name", "revision"], _USAGE, optional=1)
    rollback(call)


command = Command(
    "rollback <RELEASE> [REVISION]",
    long=f"""{_rollback.long}
Spelt out:

    $ hivemind helm rollback --name my-release --namespace default --revision 1
""",
    flags=(
        name_flag(),
        string("revision", "the revision to return to; without, the one before the newest"),
        *_rollback.flags,
    ),
    exclusive=_rollback.exclusive,
    run=run,
)
