"""Undoing a failed upgrade: what it made goes, the last good revision comes back (Upgrade.failRelease)."""

from __future__ import annotations

from hivehelm.actions.errors import CleanUpError, UpgradeError
from hivehelm.errors import HivehelmError
from hivehelm.release.model import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivehelm.actions.context import Context
    from hivehelm.actions.operation import Operation
    from hivehelm.actions.rollback import RollbackOptions
    from hivehelm.actions.upgrade import UpgradeOptions
    from hivehelm.kube.resources import Resource
    from hivehelm.release.model import Release


def undo(
    operation: Operation,
    options: UpgradeOptions,
    release: Release,
    created: Sequence[Resource],
    cause: HivehelmError,
) -> UpgradeError:
    """Undo a failed upgrade as far as `options` ask for it, and return what there is to say of all that.

    `release` is the revision that failed for `cause`, having made the objects `created`.
    """
    context = operation.context.afresh(options.timeout)
    if options.cleanup_on_fail and created:
        from hivehelm.actions.cleanup import clean_up

        context.log("DEBUG", "cleanup on fail set", cleaning_resources=len(created))
        try:
            clean_up(context, created)
        except CleanUpError as fault:
            text = f"an error occurred while cleaning up resources. original upgrade error: {cause}: {fault}"
            return UpgradeError(release, cause, text, clean_up_error=fault)
    if not options.rollback_on_failure:
        return UpgradeError(release, cause)
    operation.tell("rollback")
    context.log(
        "DEBUG",
        "Upgrade failed and rollback-on-failure is set, rolling back to previous successful release",
    )
    return _roll_back(context, operation, options, release, cause)


def _roll_back(
    context: Context, operation: Operation, options: UpgradeOptions, release: Release, cause: HivehelmError
) -> UpgradeError:
    """Return to the last revision that is known to have worked; nobody may cancel that."""
    from hivehelm.actions.history import history
    from hivehelm.actions.rollback import rollback

    name = operation.name
    original = f"original upgrade error: {cause}"
    try:
        past = history(context, name)
    except HivehelmError as fault:
        text = f"an error occurred while finding last successful release. {original}: {fault}"
        return UpgradeError(release, cause, text, rollback_error=fault)
    good = [one.version for one in past if one.info.status in (Status.SUPERSEDED, Status.DEPLOYED)]
    if not good:
        text = f"unable to find a previously successful release when attempting to rollback. {original}"
        return UpgradeError(release, cause, text)
    how = rolling_back(options, operation.strategy, good[-1])
    try:
        rollback(context, name, how)
    except HivehelmError as fault:
        text = f"an error occurred while rolling back the release. {original}: {fault}"
        return UpgradeError(release, cause, text, rollback_error=fault)
    return rolled_back(release, cause)


def rolling_back(options: UpgradeOptions, strategy: str, revision: int) -> RollbackOptions:
    """Return how a failed upgrade is rolled back to `revision`."""
    from hivehelm.actions.rollback import RollbackOptions

    return RollbackOptions(
        revision=revision,
        wait=strategy,
        wait_for_jobs=options.wait_for_jobs,
        no_hooks=options.no_hooks,
        force_replace=options.force_replace,
        force_conflicts=options.force_conflicts,
        server_side=options.server_side,
        timeout=options.timeout,
        history_max=0,
    )


def rolled_back(release: Release, cause: HivehelmError) -> UpgradeError:
    """Return what there is to say of an upgrade that failed and was undone."""
    why = "due to rollback-on-failure being set"
    text = f"release {release.name} failed, and has been rolled back {why}: {cause}"
    return UpgradeError(release, cause, text, rolled_back=True)
