"""`list-releases`: the releases of all namespaces, or of one."""

from __future__ import annotations

from hivehelm.cli.command import Command, no_arguments
from hivehelm.cli.output import output_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def run(call: Call) -> None:
    """Print a line for each release."""
    from hivehelm.actions.list import ListOptions, list_releases
    from hivehelm.cli.hivehelm.session import connect
    from hivehelm.cli.output import Members, encode, table
    from hivehelm.platform.model import HelmRelease

    everywhere = not call.flags.string("namespace")
    context = connect(call, all_namespaces=everywhere)
    releases = [HelmRelease.of(one) for one in list_releases(context, ListOptions(max=0))]
    format = call.flags.string("output")  # noqa: A001
    if format != "table":
        call.out.write(encode(format, [Members(one.to_dict()) for one in releases]))
        return
    rows: list[tuple[object, ...]] = [
        ("NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "VERSION")
    ]
    rows += [
        (
            one.name,
            one.namespace,
            one.revision,
            f"{one.updated:%Y-%m-%d %H:%M:%S}",
            one.status.value,
            one.chart,
            one.version,
        )
        for one in releases
    ]
    call.out.write(table(rows))


command = Command(
    "list-releases",
    long="List the releases of all namespaces, or of the one that --namespace names. Times are UTC.",
    flags=(output_flag(),),
    arguments=no_arguments,
    run=run,
)
