"""`repo remove`: forget repositories, registries too."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.hivehelm.reporemove import command as _remove
from hivehelm.cli.hivemind.helm.named import SpellingError, name_flag, site_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_USAGE = "hivemind helm repo remove --name NAME"


def run(call: Call) -> None:
    """Forget repositories, and what is cached of them, one after the other."""
    from hivehelm.actions.repositories import RepositoryListError, remove
    from hivehelm.cli.hivehelm.session import stores
    from hivehelm.golang.fmt import quote
    from hivehelm.platform.errors import UnknownRepositoryError

    spelt = call.flags.given("name")
    names = [call.flags.string("name"), *call.arguments] if spelt else call.arguments
    if not names or not all(names):
        raise SpellingError("--name is missing", _USAGE)

    def done(name: str) -> None:
        call.out.write(f"{quote(name)} has been removed from your repositories\n")

    repositories = site_of(call).repositories
    for name in names:
        if repositories.registry(name) is not None:
            repositories.remove(name)
            done(name)
            continue
        try:
            remove([name], stores(call), done)
        except RepositoryListError as error:
            if not spelt:
                raise
            raise UnknownRepositoryError(name) from error
        repositories.forget([name])


command = Command(
    "remove [REPO1 [REPO2 ...]]",
    long=_remove.long,
    flags=(name_flag("the repository to forget"), *_remove.flags),
    run=run,
)
