"""`hivemind app status`."""

from __future__ import annotations

from hivehelm.cli.command import Command, no_arguments
from hivehelm.cli.flags import string
from hivehelm.cli.hivemind.app.flags import needed, reach, shared_flags
from hivehelm.cli.output import encode, output_flag, table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call
    from hivehelm.platform.apps import AppStatus


def run(call: Call) -> int:
    """Show an app with its objects; the exit code tells whether it is ready."""
    from hivehelm.platform.apps import status

    found = status(reach(call), needed(call, "name"))
    format_ = call.flags.string("output")
    call.out.write(_text(found) if format_ == "table" else encode(format_, found.to_document()))
    return 0 if found.ready else 1


def _text(found: AppStatus) -> str:
    app = found.app
    head: list[list[object]] = [
        ["NAME:", app.name],
        ["NAMESPACE:", app.namespace],
        ["REVISION:", app.revision],
        ["STATUS:", app.status],
        ["READY:", "yes" if found.ready else "no"],
        ["CHART:", app.chart],
        ["APP VERSION:", app.app_version],
        ["UPDATED:", app.updated],
    ]
    rows: list[list[object]] = [["KIND", "NAME", "STATE", "MESSAGE"]]
    rows += [[part.kind, part.name, part.state, part.message] for part in found.parts]
    sections = [table(head), table(rows)]
    if found.notes:
        sections.append(found.notes.strip() + "\n")
    return "\n".join(sections)


command = Command(
    "status",
    long="""Show an app with its objects as they are now.

The exit code is 0 if the app is deployed and every object is ready, and 1 if not.
""",
    flags=(string("name", "name of the app"), output_flag(), *shared_flags()),
    arguments=no_arguments,
    run=run,
)
