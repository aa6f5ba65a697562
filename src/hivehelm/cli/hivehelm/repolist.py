"""`repo list`: the repositories that are known (Helm's `pkg/cmd/repo_list.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, no_arguments
from hivehelm.cli.flags import boolean
from hivehelm.cli.output import Members, output_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivehelm.cli.command import Call


def run(call: Call) -> None:
    """Print names and addresses."""
    from hivehelm.actions.repositories import known
    from hivehelm.cli.hivehelm.session import stores
    from hivehelm.sources.address import without_password

    show(call, [(one.name, without_password(one.url)) for one in known(stores(call))])


def show(call: Call, found: Sequence[tuple[str, str]]) -> None:
    """Print repositories, names and addresses, as the flags of a call say."""
    from hivehelm.cli.output import encode, table

    format = call.flags.string("output")  # noqa: A001
    if format != "table":
        call.out.write(encode(format, [Members({"name": name, "url": url}) for name, url in found]))
        return
    if not found:
        call.err.write("no repositories to show\n")
        return
    head = [] if call.flags.boolean("no-headers") else [("NAME", "URL")]
    call.out.write(table([*head, *found]))


command = Command(
    "list",
    long="List the repositories that are known, in the order in which they were added.",
    flags=(boolean("no-headers", "leave out the line of heads in tables"), output_flag()),
    arguments=no_arguments,
    run=run,
)
