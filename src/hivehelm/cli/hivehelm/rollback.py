"""`rollback`: a release as it was before (Helm's `pkg/cmd/rollback.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, at_least
from hivehelm.cli.flags import boolean, string
from hivehelm.cli.hivehelm.chartflags import (
    EXCLUSIVE,
    either,
    preflight_flag,
    split_records_flag,
    update_flags,
)
from hivehelm.cli.hivehelm.dryrun import dry_run_flag
from hivehelm.cli.hivehelm.lockflag import wait_lock, wait_lock_flag
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


class RevisionError(HivehelmError):
    """A revision on the command line is not a number; `cause` is Go's reason."""

    def __init__(self, text: str, cause: Exception) -> None:
        super().__init__(text, cause)
        self.text = text
        self.cause = cause

    def __str__(self) -> str:
        return f"could not convert revision to a number: {self.cause}"


def run(call: Call) -> None:
    """Roll a release back."""
    from hivehelm.actions.rollback import RollbackOptions, check_description, rollback
    from hivehelm.cli.hivehelm.cancellation import Cancellation
    from hivehelm.cli.hivehelm.dryrun import strategy
    from hivehelm.cli.hivehelm.session import connect, history_max, log_of

    flags = call.flags
    revision = _revision(call.arguments[1]) if len(call.arguments) > 1 else 0
    check_description(flags.string("description"))
    options = RollbackOptions(
        revision=revision,
        dry_run=strategy(flags.string("dry-run"), log_of(call)) != "none",
        no_hooks=flags.boolean("no-hooks"),
        force_replace=either(flags, ("force-replace", "force")),
        force_conflicts=flags.boolean("force-conflicts"),
        server_side=flags.string("server-side"),
        wait=flags.string("wait"),
        wait_for_jobs=flags.boolean("wait-for-jobs"),
        timeout=flags.integer("timeout") / 1e9,
        cleanup_on_fail=flags.boolean("cleanup-on-fail"),
        history_max=history_max(call),
        description=flags.string("description"),
        wait_lock=wait_lock(flags),
        preflight=flags.boolean("preflight"),
        split_records=flags.boolean("split-records"),
    )
    with Cancellation(call, announced=False) as cancelled:
        rollback(connect(call), call.arguments[0], options.replace(cancel=cancelled))
    call.out.write("Rollback was a success! Happy Helming!\n")


def _revision(text: str) -> int:
    from hivehelm.golang.strconv import NumberError, parse_int

    try:
        return parse_int(text, function="Atoi")
    except NumberError as error:
        raise RevisionError(text, error) from error


command = Command(
    "rollback <RELEASE> [REVISION]",
    long="""Roll a release back to what an earlier revision was.

Without a REVISION, or with 0, that is the one before the newest; 'helm history RELEASE' lists them.
""",
    flags=(
        string("description", "describe the rollback, in 256 characters or less"),
        *update_flags("rollback"),
        boolean("no-hooks", "do not run hooks"),
        dry_run_flag(),
        wait_lock_flag(),
        preflight_flag(),
        split_records_flag(),
    ),
    arguments=at_least(1),
    exclusive=EXCLUSIVE,
    run=run,
)
