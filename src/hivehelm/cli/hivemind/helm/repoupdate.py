"""`repo update`: fetch the indexes of repositories; registries have none."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.hivehelm.repoupdate import command as _update
from hivehelm.cli.hivemind.helm.named import name_flag, site_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def run(call: Call) -> None:
    """Fetch the indexes of all repositories, or of those that are named."""
    from hivehelm.cli.hivehelm.repoupdate import run as update
    from hivehelm.cli.hivehelm.session import log_of

    flags = call.flags
    spelt = flags.given("name")
    if spelt:
        call.arguments = [flags.string("name"), *call.arguments]
    repositories = site_of(call).repositories
    if not spelt and not repositories.registries():
        update(call)
        return
    timeout = flags.integer("timeout") / 1e9
    repositories.update(call.arguments, call.out.write, timeout=timeout, log=log_of(call))


command = Command(
    "update [REPO1 [REPO2 ...]]",
    long=_update.long,
    flags=(name_flag("the repository whose index to fetch; without, all"), *_update.flags),
    arguments=_update.arguments,
    run=run,
)
