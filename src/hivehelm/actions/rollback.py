"""`rollback`: a release becomes what an earlier revision was (pkg/action/rollback.go)."""

from __future__ import annotations

from hivehelm.actions.errors import (
    ActionError,
    CleanUpError,
    InvalidNameError,
    RollbackError,
    UnbuildableError,
    UnknownRevisionError,
)
from hivehelm.errors import HivehelmError
from hivehelm.record import Record
from hivehelm.release.errors import LockLostError, NoDeployedReleasesError
from hivehelm.release.model import ApplyMethod, HookEvent, Info, Release, Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    import threading

    from hivehelm.actions.context import Context
    from hivehelm.actions.journal import Journal
    from hivehelm.actions.lock import Lock
    from hivehelm.kube.resources import Resource

#: How long a description may be, in characters.
LONGEST_DESCRIPTION = 256


class RollbackOptions(Record):
    """How a release is rolled back; fields are named after Helm's flags.

    `revision` is where to, 0 the one before the newest. `server_side` is `true`, `false` or `auto`: as that
    revision was made. `wait` is `hookOnly`, `watcher` or `legacy`; `timeout` is in seconds and holds for each
    wait, `wait_lock` for another process that is at work on the release. `history_max` is how many revisions
    are kept, 0 all, None what the context's storage keeps. `preflight` tries everything on the server before
    anything is touched, and tells of all that would fail. `split_records` splits a record that is too large
    for the cluster (see `release.split`). `deadline` is when all must be done, on `time.monotonic`'s clock;
    setting `cancel` stops at the next chance.
    """

    revision: int = 0
    dry_run: bool = False
    no_hooks: bool = False
    force_replace: bool = False
    force_conflicts: bool = False
    server_side: str = "auto"
    wait: str = "hookOnly"
    wait_for_jobs: bool = False
    timeout: float = 300.0
    cleanup_on_fail: bool = False
    history_max: int | None = None
    description: str = ""
    wait_lock: float = 0.0
    preflight: bool = False
    split_records: bool = False
    deadline: float | None = None
    cancel: threading.Event | None = None


def rollback(context: Context, name: str, options: RollbackOptions | None = None) -> Release:
    """Make release `name` what an earlier revision was, and return the new revision that says so.

    Of a dry run, that is what it would have been.

    Raises:
        UnreachableError: the cluster does not answer.
        InvalidNameError, ReleaseNotFoundError: there is no such release.
        UnknownRevisionError: there is no such revision.
        LockedError: somebody else is at work on the release.
        RollbackError: the rollback had begun. A hook that failed, or manifests that cannot be built, leave
            the record pending, as Helm does.
    """
    from hivehelm.actions.lock import locked

    options = options or RollbackOptions()
    context = context.keeping(options.history_max, split=options.split_records).until(options.deadline)
    return locked(
        context,
        name,
        "rollback",
        lambda lock: Rollback(context, lock, name, options).run(),
        wait=options.wait_lock,
        deadline=options.deadline,
        cancel=options.cancel,
    )


def check_description(text: str) -> None:
    """Make sure that a description is not too long.

    Raises:
        ActionError: it is.
    """
    if len(text) > LONGEST_DESCRIPTION:
        raise ActionError(f"description must be {LONGEST_DESCRIPTION} characters or less, got {len(text)}")


class Rollback:
    """One rollback, under a lock: from the start, or from a revision that somebody else had begun."""

    def __init__(self, context: Context, lock: Lock, name: str, options: RollbackOptions) -> None:
        from hivehelm.actions.operation import Operation

        self.context = context
        self.lock = lock
        self.name = name
        self.options = options
        self.operation = Operation(
            context,
            lock,
            "rollback",
            name,
            wait=options.wait,
            wait_for_jobs=options.wait_for_jobs,
            no_hooks=options.no_hooks,
            timeout=options.timeout,
            deadline=options.deadline,
            cancel=options.cancel,
        )

    def run(self) -> Release:
        """Roll back; see `rollback`."""
        check_description(self.options.description)
        self.context.check_reachable()
        self._log("preparing rollback", name=self.name)
        current, release = self._prepare()
        if self.options.preflight:
            self._try(current, release)
        if self.options.dry_run:
            self._log("performing rollback", name=self.name)
            self._log("dry run", name=self.name)
            return release
        self.operation.check()
        self._log("creating rolled back release", name=self.name)
        self.lock.create(release)
        self._log("performing rollback", name=self.name)
        return self._perform(current, release)

    def finish(self, release: Release) -> Release:
        """Go on with a pending revision, which the lock holds: what has been done is not done again."""
        from hivehelm.actions.revision import before
        from hivehelm.release.errors import ReleaseNotFoundError

        storage = self.context.storage
        if (handover := self.context.handover) is not None:
            try:
                previous = storage.get(self.name, release.info.rollback_revision)
            except ReleaseNotFoundError:
                pass
            else:
                # How hooks ran then came along with them.
                for hook in previous.hooks:
                    handover.ignore(hook)
        return self._perform(before(storage, release), release)

    def _prepare(self) -> tuple[Release, Release]:
        """Return the newest revision, and the one that is to follow it."""
        from hivehelm.actions.names import fault
        from hivehelm.actions.revision import method, server_side

        options, storage = self.options, self.context.storage
        if reason := fault(self.name):
            text = f"prepareRollback: Release name is invalid: {self.name}"
            raise InvalidNameError(self.name, reason, text)
        if options.revision < 0:
            raise ActionError("invalid release revision")
        current = self.lock.last()
        number = options.revision or current.version - 1
        if all(release.version != number for release in storage.history(self.name)):
            raise UnknownRevisionError(self.name, number)
        self._log("rolling back", name=self.name, currentVersion=current.version, targetVersion=number)
        previous = storage.get(self.name, number)
        merged_by_server = server_side(options.server_side, previous.apply_method)
        info = Info(
            first_deployed=current.info.first_deployed,
            last_deployed=self.context.now(),
            description=options.description or f"Rollback to {number}",
            status=Status.PENDING_ROLLBACK,
            notes=previous.info.notes,
            rollback_revision=number,
        )
        return current, Release(
            name=self.name,
            info=info,
            chart_document=previous.chart_document,
            config=previous.config,
            manifest=previous.manifest,
            hooks=previous.hooks,
            version=current.version + 1,
            namespace=current.namespace,
            labels=previous.labels,
            apply_method=method(server_side=merged_by_server),
        )

    def _try(self, current: Release, release: Release) -> None:
        originals, _ = self._resources(current, release)
        merged_by_server = release.apply_method == ApplyMethod.SERVER_SIDE
        self.operation.preflight(
            release,
            frozenset((HookEvent.PRE_ROLLBACK, HookEvent.POST_ROLLBACK)),
            originals=originals,
            server_side=merged_by_server,
            force_conflicts=self.options.force_conflicts,
            force_replace=self.options.force_replace,
            # A rollback asks nobody whose the objects are.
            take_ownership=True,
            take_over=True,
        )

    def _perform(self, current: Release, release: Release) -> Release:
        from hivehelm.actions.journal import Journal

        journal = Journal(self.context, release)
        self.operation.tell("record")
        self.operation.guard(
            lambda: self._apply(journal, Journal(self.context, current)),
            lambda cause: self._failed(journal, cause),
        )
        self._log("updating status for rolled back release", name=self.name)
        journal.save()
        self.operation.tell("done")
        return journal.release

    def _apply(self, journal: Journal, before: Journal) -> None:
        operation = self.operation
        originals, targets = self._resources(before.release, journal.release)
        merged_by_server = journal.release.apply_method == ApplyMethod.SERVER_SIDE
        operation.hooks(journal, HookEvent.PRE_ROLLBACK, server_side=merged_by_server)
        self._update(journal, before, originals, targets)
        try:
            operation.wait(targets)
        except LockLostError:
            raise
        except HivehelmError as error:
            journal.status(Status.FAILED, f"Release {_quote(self.name)} failed: {error}")
            before.write()
            journal.write()
            raise RollbackError(journal.release, error, f"release {self.name} failed: {error}") from error
        operation.hooks(journal, HookEvent.POST_ROLLBACK, server_side=merged_by_server)
        self._supersede()
        journal.status(Status.DEPLOYED, journal.release.info.description)

    def _resources(self, current: Release, release: Release) -> tuple[list[Resource], list[Resource]]:
        """Return the objects that were, and those to be."""
        from hivehelm.actions import ownership
        from hivehelm.actions.existing import left_behind
        from hivehelm.kube.errors import KubeError
        from hivehelm.kube.resources import build

        context = self.context
        built = []
        for which, manifest in (("current", current.manifest), ("new", release.manifest)):
            try:
                built.append(build(context.client, manifest, context.namespace, validate=False))
            except KubeError as error:
                text = f"unable to build kubernetes objects from {which} release manifest"
                raise UnbuildableError(text, error) from error
        originals, wanted = built
        if self.lock.recovered is not None:
            # What it was to replace may be there still.
            try:
                before = context.storage.deployed(self.name)
            except NoDeployedReleasesError:
                pass
            else:
                originals += left_behind(context, before, originals)
        for resource in wanted:
            ownership.mark(resource.object, release.name, release.namespace)
        return originals, wanted

    def _update(
        self, journal: Journal, before: Journal, originals: list[Resource], targets: list[Resource]
    ) -> None:
        from hivehelm.actions import updating
        from hivehelm.actions.cleanup import clean_up

        options, operation = self.options, self.operation
        operation.check()
        operation.tell("apply", str(len(targets)))
        try:
            updating.update(
                self.context,
                originals,
                targets,
                server_side=journal.release.apply_method == ApplyMethod.SERVER_SIDE,
                force_conflicts=options.force_conflicts,
                force_replace=options.force_replace,
                take_over=True,
            )
        except HivehelmError as error:
            text = f"Rollback {_quote(self.name)} failed: {error}"
            self.context.log("WARN", text)
            before.status(Status.SUPERSEDED, before.release.info.description)
            journal.status(Status.FAILED, text)
            before.write()
            journal.write()
            if options.cleanup_on_fail:
                created = updating.created(error)
                self._log("cleanup on fail set, cleaning up resources", count=len(created))
                try:
                    clean_up(self.context.afresh(options.timeout), created)
                except CleanUpError as fault:
                    text = f"an error occurred while cleaning up resources. original rollback error: {fault}"
                    raise RollbackError(journal.release, error, text) from fault
            raise

    def _supersede(self) -> None:
        """Mark all revisions that are called deployed: two Helms at once can leave several."""
        from hivehelm.actions.journal import Journal

        try:
            deployed = self.context.storage.deployed_all(self.name)
        except NoDeployedReleasesError:
            return
        for release in deployed:
            self._log("superseding previous deployment", version=release.version)
            Journal(self.context, release.with_status(Status.SUPERSEDED, release.info.description)).write()

    def _log(self, message: str, **attributes: object) -> None:
        self.context.log("DEBUG", message, **attributes)

    def _failed(self, journal: Journal, cause: HivehelmError) -> HivehelmError:
        """Note that the caller gave up; all else has been noted, or is left pending as Helm leaves it."""
        from hivehelm.actions.errors import CancelledError, DeadlineError

        if isinstance(cause, CancelledError | DeadlineError):
            journal.status(Status.FAILED, f"Rollback {_quote(self.name)} failed: {cause}")
            journal.write()
        elif not _interrupted(cause):
            self.lock.leave()
        self.operation.tell("failed", str(cause))
        return cause if isinstance(cause, RollbackError) else RollbackError(journal.release, cause)


def _interrupted(error: BaseException | None) -> bool:
    """Tell whether the cluster was out of reach, so that the record is pending for no reason of its own."""
    from hivehelm.kube.errors import ApiError, RequestError

    while error is not None:
        if isinstance(error, RequestError) or (isinstance(error, ApiError) and error.status >= 429):
            return True
        error = getattr(error, "cause", None) or error.__cause__
    return False


def _quote(text: str) -> str:
    from hivehelm.golang.fmt import quote

    return quote(text)
