"""`repo remove`: forget repositories (Helm's `pkg/cmd/repo_remove.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, at_least

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def run(call: Call) -> None:
    """Take repositories out of repositories.yaml, and what is cached of them away."""
    from hivehelm.actions.repositories import remove
    from hivehelm.cli.hivehelm.session import stores
    from hivehelm.golang.fmt import quote

    def done(name: str) -> None:
        call.out.write(f"{quote(name)} has been removed from your repositories\n")

    remove(call.arguments, stores(call), done)


command = Command(
    "remove [REPO1 [REPO2 ...]]",
    long="Forget repositories, and what is cached of them.",
    arguments=at_least(1),
    run=run,
)
