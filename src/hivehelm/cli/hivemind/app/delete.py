"""`hivemind app delete`."""

from __future__ import annotations

from hivehelm.cli.command import Command, no_arguments
from hivehelm.cli.flags import boolean, duration, string
from hivehelm.cli.hivemind.app.flags import needed, reach, shared_flags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_FIVE_MINUTES = 300_000_000_000


def run(call: Call) -> None:
    """Delete an app."""
    from hivehelm.cli.hivemind.app.stages import staged
    from hivehelm.platform.apps import delete

    flags = call.flags
    name = needed(call, "name")
    with staged(call.err, f"app {name}") as on_event:
        context = reach(call, on_event=on_event)
        left = delete(context, name, wait=flags.boolean("wait"), timeout=flags.integer("timeout") / 1e9)
    call.out.write(f'app "{name}" deleted from namespace "{context.namespace}"\n')
    call.out.write("".join(f"{line}\n" for line in left))


command = Command(
    "delete",
    long="""Delete an app with all its objects, and forget its revisions.

Objects that say helm.sh/resource-policy: keep stay.
""",
    flags=(
        string("name", "name of the app"),
        boolean("wait", "wait until everything is gone"),
        duration("timeout", "how long to wait", default=_FIVE_MINUTES),
        *shared_flags(),
    ),
    arguments=no_arguments,
    run=run,
)
