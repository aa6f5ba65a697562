"""`upgrade`: another version of a chart, or other values, for a release (Helm's `pkg/cmd/upgrade.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, exactly
from hivehelm.cli.flags import boolean
from hivehelm.cli.hivehelm.chartflags import (
    EXCLUSIVE,
    preflight_flag,
    shared_options,
    split_records_flag,
    upgrade_flags,
)
from hivehelm.cli.hivehelm.dryrun import dry_run_flag
from hivehelm.cli.hivehelm.limitflags import limit_flags, limits_of
from hivehelm.cli.hivehelm.lockflag import wait_lock_flag
from hivehelm.cli.output import output_flag
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.cli.command import Call
    from hivehelm.cli.flags import FlagSet
    from hivehelm.cli.log import Log
    from hivehelm.release.model import Release


class UpgradeFailedError(HivehelmError):
    """An upgrade came to nothing; `cause` says why."""

    def __init__(self, cause: HivehelmError) -> None:
        super().__init__(cause)
        self.cause = cause

    def __str__(self) -> str:
        return f"UPGRADE FAILED: {self.cause}"


def run(call: Call) -> None:
    """Upgrade a release, or install what is not there with `--install`, and print it."""
    bring(call, _beginning)


def bring(call: Call, beginning: Callable[[Call], tuple[str, bool] | None]) -> None:
    """Upgrade or install as `run` does.

    With `--install`, `beginning(call)` tells what to say before an install, and whether it uses the name of
    a release that is on record; None where there is something to upgrade.
    """
    from hivehelm.cli.hivehelm.dryrun import strategy
    from hivehelm.cli.hivehelm.session import check_registry, log_of
    from hivehelm.cli.hivehelm.status import show

    flags, name = call.flags, call.arguments[0]
    log = log_of(call)
    check_registry(call)
    dry_run = strategy(flags.string("dry-run"), log)
    in_words = flags.string("output") == "table"
    begun = beginning(call) if flags.boolean("install") else None
    if begun is not None:
        heading, reuse_name = begun
        if in_words:
            call.out.write(f"{heading}\n")
        release = _install(call, dry_run, log, reuse_name=reuse_name)
    else:
        release = _upgrade(call, dry_run, log)
        if in_words:
            call.out.write(f'Release "{name}" has been upgraded. Happy Helming!\n')
    show(call, release)


def _beginning(call: Call) -> tuple[str, bool] | None:
    name = call.arguments[0]
    status = statuses(call, name)[-1]
    if status in ("", "uninstalled"):
        return f'Release "{name}" does not exist. Installing it now.', bool(status)
    return None


def statuses(call: Call, name: str) -> list[str]:
    """Return the statuses of a release's revisions, the newest last; "" alone if there is no release."""
    from hivehelm.actions.history import history
    from hivehelm.cli.hivehelm.session import connect
    from hivehelm.release.errors import ReleaseNotFoundError

    try:
        revisions = history(connect(call), name)
    except ReleaseNotFoundError:
        return [""]
    # Records that cannot be read count as a release.
    return [one.info.status for one in revisions] or ["unknown"]


def _install(call: Call, dry_run: str, log: Log, *, reuse_name: bool) -> Release:
    from hivehelm.cli.hivehelm.install import perform
    from hivehelm.cli.hivehelm.request import read_named

    server_side = call.flags.string("server-side") != "false"
    request = read_named(call, log)
    return perform(call, request, dry_run, log, reuse_name=reuse_name, server_side=server_side)


def _upgrade(call: Call, dry_run: str, log: Log) -> Release:
    from hivehelm.actions.upgrade import UpgradeOptions, upgrade
    from hivehelm.cli.hivehelm.cancellation import Cancellation
    from hivehelm.cli.hivehelm.request import read_upgrade
    from hivehelm.cli.hivehelm.session import connect, history_max

    flags = call.flags
    request = read_upgrade(call, log)
    options = UpgradeOptions(
        values_from=_values_from(flags),
        dry_run=dry_run,
        server_side=flags.string("server-side"),
        cleanup_on_fail=flags.boolean("cleanup-on-fail"),
        history_max=history_max(call),
        limits=limits_of(flags),
        **shared_options(call),
    )
    with Cancellation(call) as cancelled:
        try:
            return upgrade(
                connect(call),
                request.name,
                request.chart,
                request.values,
                options.replace(cancel=cancelled),
            )
        except HivehelmError as error:
            raise UpgradeFailedError(error) from error


def _values_from(flags: FlagSet) -> str:
    """Return whose values win: of several flags the first in Helm's order counts."""
    for flag in ("reset-values", "reuse-values", "reset-then-reuse-values"):
        if flags.boolean(flag):
            return flag.removesuffix("-values")
    return "auto"


command = Command(
    "upgrade [RELEASE] [CHART]",
    long="""Upgrade a release to another version of its chart, or to other values.

Values come from files and from the command line; what is named later wins, and --set wins over files:

    $ helm upgrade -f myvalues.yaml -f override.yaml redis ./redis
    $ helm upgrade --set foo=bar --set foo=newbar redis ./redis

Without any, those of the last revision are used again. --reuse-values merges new ones over all that the last
revision ran with, --reset-then-reuse-values over what its user gave, and --reset-values forgets them:

    $ helm upgrade --reuse-values --set foo=bar redis ./redis

--install installs what is not there yet. --dry-run shows what would be, secrets included without
--hide-secret.
""",
    flags=(
        *upgrade_flags(),
        boolean("hide-secret", "with --dry-run, do not show Secrets"),
        dry_run_flag(),
        wait_lock_flag(),
        preflight_flag(),
        split_records_flag(),
        *limit_flags(),
        output_flag(),
    ),
    arguments=exactly(2),
    exclusive=EXCLUSIVE,
    run=run,
)
