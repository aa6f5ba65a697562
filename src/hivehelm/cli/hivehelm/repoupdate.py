"""`repo update`: fetch the indexes of repositories (Helm's `pkg/cmd/repo_update.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, at_least
from hivehelm.cli.flags import duration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def run(call: Call) -> None:
    """Fetch the indexes of all repositories, or of those that are named."""
    from hivehelm.actions.repositories import update
    from hivehelm.cli.hivehelm.session import log_of, stores

    timeout = call.flags.integer("timeout") / 1e9
    update(call.arguments, stores(call), call.out.write, timeout=timeout, log=log_of(call))


command = Command(
    "update [REPO1 [REPO2 ...]]",
    long="""Fetch the indexes of all repositories, or of those that are named: what charts they have now.

Commands such as search look into what was fetched last.
""",
    flags=(duration("timeout", "how long any one index may take to come", default=120_000_000_000),),
    arguments=at_least(0),
    run=run,
)
