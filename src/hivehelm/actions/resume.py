"""Going on with what a process that is gone had begun, to the end of the same revision.

Only an operation that left a trace is gone on with (`actions.handover`): its claim on the record, or what it
has noted, says which revision is its own. What else is found pending is somebody else's, and recovered from
as ever (`actions.lock`).
"""

from __future__ import annotations

from hivehelm.actions.errors import ActionError, InstallError, RollbackError, UpgradeError
from hivehelm.actions.install import Installation, InstallOptions
from hivehelm.actions.lock import locked
from hivehelm.actions.rollback import Rollback, RollbackOptions
from hivehelm.actions.upgrade import Upgrade, UpgradeOptions
from hivehelm.release.errors import NoRevisionError, ReleaseNotFoundError
from hivehelm.release.model import Info, Release, Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from hivehelm.actions.context import Context
    from hivehelm.actions.handover import Handover
    from hivehelm.actions.lock import Lock

    T = TypeVar("T")
    Options = InstallOptions | UpgradeOptions | RollbackOptions

_VERBS = {InstallOptions: "install", UpgradeOptions: "upgrade", RollbackOptions: "rollback"}


class GoneError(ActionError):
    """Revision `version` of release `name`, which is to be finished, is not there any more."""

    def __init__(self, name: str, version: int) -> None:
        super().__init__(f"revision {version} of release {name} was removed while it was being worked on")
        self.name = name
        self.version = version


def begun(context: Context, name: str) -> Release | None:
    """Return the revision that the attempts before this one have begun, None if they came not that far.

    Raises:
        GoneError: it was there, and is no more.
    """
    handover = _handover(context)
    if handover.revisions:
        try:
            return context.storage.get(name, handover.revisions[0])
        except ReleaseNotFoundError:
            raise GoneError(name, handover.revisions[0]) from None
    try:
        newest = context.storage.newest(name)
    except (ReleaseNotFoundError, NoRevisionError):
        return None
    return newest if handover.is_mine(newest) else None


def resume(context: Context, name: str, options: Options) -> Release | None:
    """Finish the revision of release `name` that attempts before this one have begun, and return it.

    The context has their `handover`; `options` are the same as theirs. Hooks that have run do not run again,
    one that was running is waited for; objects are applied once more, which changes nothing where they were.
    Returns None where nothing had been recorded: then all is still to be done.

    Raises:
        GoneError: somebody removed the revision.
        InstallError, UpgradeError, RollbackError: it failed, now or in an attempt before.
        and what actions raise.
    """
    context.check_reachable()
    keep = None if isinstance(options, InstallOptions) else options.history_max
    context = context.keeping(keep, split=options.split_records).until(options.deadline)
    handover = _handover(context)
    try:
        release = begun(context, name)
    except GoneError as error:
        if handover.failed is None or not isinstance(options, InstallOptions):
            raise
        # It failed, and was uninstalled.
        gone = Release(name=name, version=error.version, info=Info(status=Status.UNINSTALLED))
        raise InstallError(gone, ActionError(handover.failed), rolled_back=True) from None
    if release is None:
        return None
    if handover.failed is not None:
        raise _undone(context, release, options, handover.failed)
    if release.info.status in Status.PENDING:
        return _finished(context, release, options)
    if release.info.status == Status.FAILED:
        raise _failure(release, options)
    return release


def begun_as(context: Context, name: str) -> str:
    """Return the verb with which the attempts before this one have begun a revision, "" if they have not."""
    handover = _handover(context)
    try:
        release = begun(context, name)
    except GoneError:
        release = Release(name=name)
    return "" if release is None else handover.action(release)


def take_up(context: Context, name: str, action: str, body: Callable[[], T]) -> T:
    """Return what `body` does, an action that makes no revision, under the claim of attempts before this one.

    Where there were none, that is all the same.
    """
    handover = context.handover
    if handover is None or handover.is_first:
        return body()
    try:
        release = begun(context, name)
    except GoneError:
        release = None
    if release is None or release.claim is None or not handover.is_mine(release):
        return body()
    held = release

    def work(lock: Lock) -> T:
        lock.take_up(held)
        return body()

    return locked(context, name, action, work)


def _finished(context: Context, release: Release, options: Options) -> Release:
    def work(lock: Lock) -> Release:
        lock.take_up(release)
        return _action(context, lock, release.name, options).finish(release)

    return locked(
        context,
        release.name,
        _VERBS[type(options)],
        work,
        wait=options.wait_lock,
        deadline=options.deadline,
        cancel=options.cancel,
    )


def _action(context: Context, lock: Lock, name: str, options: Options) -> Installation | Upgrade | Rollback:
    # What a preflight would find has happened by now.
    if isinstance(options, InstallOptions):
        return Installation(context, lock, options.replace(preflight=False))
    if isinstance(options, UpgradeOptions):
        return Upgrade(context, lock, name, options.replace(preflight=False))
    return Rollback(context, lock, name, options.replace(preflight=False))


def _undone(context: Context, release: Release, options: Options, why: str) -> ActionError:
    """Undo what failed, as far as that is not done yet, and return what there is to say of it all."""
    from hivehelm.actions.journal import Journal
    from hivehelm.actions.undo import rolled_back, rolling_back

    cause = ActionError(why)
    back = _later(context, release) if isinstance(options, UpgradeOptions) else None
    if back is not None and isinstance(options, UpgradeOptions):
        if back.info.status in Status.PENDING:
            strategy = "watcher" if options.wait == "hookOnly" else options.wait
            how = rolling_back(options, strategy, back.info.rollback_revision)
            _finished(context, back, how.replace(cancel=options.cancel, deadline=options.deadline))
        elif back.info.status == Status.FAILED:
            return _failure(back, options)
        return rolled_back(release, cause)

    def work(lock: Lock) -> ActionError:
        if release.claim is not None:
            lock.take_up(release)
        journal = Journal(context, release)
        if isinstance(options, InstallOptions):
            return Installation(context, lock, options).failed(journal, cause)
        assert isinstance(options, UpgradeOptions)  # noqa: S101
        return Upgrade(context, lock, release.name, options).failed(journal, [], cause)

    return locked(context, release.name, _VERBS[type(options)], work)


def _later(context: Context, release: Release) -> Release | None:
    """Return the revision that the operation has begun after `release`, if it came that far.

    Raises:
        GoneError: it was there, and is no more.
    """
    handover = _handover(context)
    if len(handover.revisions) > 1:
        try:
            return context.storage.get(release.name, handover.revisions[1])
        except ReleaseNotFoundError:
            raise GoneError(release.name, handover.revisions[1]) from None
    newest = context.storage.newest(release.name)
    return newest if newest.version > release.version and handover.is_mine(newest) else None


def _failure(release: Release, options: Options) -> ActionError:
    """Return the error that a failed revision tells of."""
    said = release.info.description
    cause = ActionError(said.partition(" failed: ")[2] or said)
    if isinstance(options, InstallOptions):
        return InstallError(release, cause)
    if isinstance(options, UpgradeOptions):
        return UpgradeError(release, cause)
    return RollbackError(release, cause)


def _handover(context: Context) -> Handover:
    assert context.handover is not None  # noqa: S101
    return context.handover
