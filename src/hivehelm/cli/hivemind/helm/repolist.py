"""`repo list`: the repositories that are known, registries among them."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.hivehelm.repolist import command as _list

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def run(call: Call) -> None:
    """Print names and addresses."""
    from hivehelm.actions.repositories import known
    from hivehelm.cli.hivehelm.repolist import show
    from hivehelm.cli.hivehelm.session import stores
    from hivehelm.cli.hivemind.helm.named import site_of
    from hivehelm.sources.address import without_password

    found = [(one.name, without_password(one.url)) for one in known(stores(call))]
    found += [(one.name, one.url) for one in site_of(call).repositories.registries()]
    show(call, found)


command = Command("list", long=_list.long, flags=_list.flags, arguments=_list.arguments, run=run)
