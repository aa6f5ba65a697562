"""`uninstall`: take releases off the cluster (Helm's `pkg/cmd/uninstall.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, at_least
from hivehelm.cli.flags import boolean, duration, string
from hivehelm.cli.hivehelm.chartflags import wait_flag
from hivehelm.cli.hivehelm.lockflag import wait_lock, wait_lock_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def run(call: Call) -> None:
    """Uninstall the releases that the arguments name, one after the other."""
    flags = call.flags
    cascade = flags.string("cascade")
    from hivehelm.actions.uninstall import UninstallOptions, check_cascade, uninstall
    from hivehelm.cli.hivehelm.session import connect

    check_cascade(cascade)
    context = connect(call)
    options = UninstallOptions(
        dry_run=flags.boolean("dry-run"),
        no_hooks=flags.boolean("no-hooks"),
        ignore_not_found=flags.boolean("ignore-not-found"),
        keep_history=flags.boolean("keep-history"),
        cascade=cascade,
        timeout=flags.integer("timeout") / 1e9,
        description=flags.string("description"),
        wait=flags.string("wait"),
        wait_lock=wait_lock(flags),
    )
    for name in call.arguments:
        result = uninstall(context, name, options)
        if result is not None and result.info:
            call.out.write(f"{result.info}\n")
        call.out.write(f'release "{name}" uninstalled\n')


command = Command(
    "uninstall RELEASE_NAME [...]",
    long="""Take releases off the cluster: their objects, and what is on record of them.

--cascade foreground with --wait makes sure that objects with finalizers are gone when the command returns.
""",
    flags=(
        boolean("dry-run", "pretend"),
        boolean("no-hooks", "do not run hooks"),
        boolean("ignore-not-found", "do not mind when there is no such release"),
        boolean("keep-history", "keep what is on record"),
        string(
            "cascade", "what becomes of dependents: background, foreground or orphan", default="background"
        ),
        duration("timeout", "how long any one operation may take", default=300_000_000_000),
        string("description", "describe the uninstall"),
        wait_flag(),
        wait_lock_flag(),
    ),
    arguments=at_least(1),
    run=run,
)
