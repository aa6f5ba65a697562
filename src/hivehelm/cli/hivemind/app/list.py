"""`hivemind app list`."""

from __future__ import annotations

from hivehelm.cli.command import Command, no_arguments
from hivehelm.cli.flags import boolean
from hivehelm.cli.hivemind.app.flags import reach, shared_flags
from hivehelm.cli.output import Members, encode, output_flag, table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_HEADS = ("NAME", "NAMESPACE", "REVISION", "STATUS", "CHART", "APP VERSION", "UPDATED")


def run(call: Call) -> None:
    """Show the apps of a namespace, or of all."""
    from hivehelm.platform.apps import apps

    found = apps(reach(call, all_namespaces=call.flags.boolean("all-namespaces")))
    format_ = call.flags.string("output")
    if format_ != "table":
        call.out.write(encode(format_, [Members(app.to_document()) for app in found]))
        return
    rows: list[list[object]] = [list(_HEADS)]
    rows += [
        [app.name, app.namespace, app.revision, app.status, app.chart, app.app_version, app.updated]
        for app in found
    ]
    call.out.write(table(rows))


command = Command(
    "list",
    long="""List the apps of a namespace, by name.""",
    flags=(
        boolean("all-namespaces", "list the apps of all namespaces", short="A"),
        output_flag(),
        *shared_flags(),
    ),
    arguments=no_arguments,
    run=run,
)
