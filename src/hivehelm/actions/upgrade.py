"""`upgrade`: a release becomes another version of its chart, or has other values (pkg/action/upgrade.go)."""

from __future__ import annotations

from hivehelm.actions.errors import (
    ActionError,
    InvalidNameError,
    PendingError,
    UnbuildableError,
    UpgradeError,
)
from hivehelm.errors import HivehelmError
from hivehelm.limits import Limits
from hivehelm.record import Record
from hivehelm.release.errors import LockLostError, NoDeployedReleasesError, ReleaseNotFoundError
from hivehelm.release.model import ApplyMethod, HookEvent, Info, Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence
    from typing import Any

    from hivehelm.actions.context import Context
    from hivehelm.actions.journal import Journal
    from hivehelm.actions.lock import Lock
    from hivehelm.actions.plan import Plan
    from hivehelm.actions.postrender import PostRenderer
    from hivehelm.chart.model import Chart
    from hivehelm.gotemplate.cache import TemplateCache
    from hivehelm.kube.resources import Resource
    from hivehelm.release.model import Release


class UpgradeOptions(Record):
    """How a release is upgraded; fields are named after Helm's flags.

    `values_from` is `auto` (the new values, or the last release's where there are none), `reset`, `reuse` or
    `reset-then-reuse`. `server_side` is `true`, `false` or `auto`: as the release was made. `dry_run` is
    `none`, `client` (templates look nothing up) or `server`; the cluster is asked in any case. `wait` is
    `hookOnly`, `watcher` or `legacy`; `timeout` is in seconds and holds for each wait. `history_max` is how
    many revisions are kept, 0 all, None what the context's storage keeps. `labels` are added to the last
    revision's, the value `null` takes one away. `wait_lock` is how many seconds to wait for who is at work on
    the release; `preflight` tries everything on the server before anything is touched, and tells of all that
    would fail; `split_records` splits a record that is too large for the cluster (see `release.split`).
    `limits` hold the chart to what rendering may cost. `deadline` is when all must be done, on
    `time.monotonic`'s clock; setting `cancel` stops at the next chance.
    """

    values_from: str = "auto"
    dry_run: str = "none"
    hide_secret: bool = False
    no_hooks: bool = False
    force_replace: bool = False
    force_conflicts: bool = False
    server_side: str = "auto"
    take_ownership: bool = False
    wait: str = "hookOnly"
    wait_for_jobs: bool = False
    timeout: float = 300.0
    rollback_on_failure: bool = False
    cleanup_on_fail: bool = False
    history_max: int | None = None
    render_subchart_notes: bool = False
    skip_schema_validation: bool = False
    disable_openapi_validation: bool = False
    enable_dns: bool = False
    post_renderer: PostRenderer | None = None
    description: str = ""
    labels: dict[str, str] = {}
    wait_lock: float = 0.0
    preflight: bool = False
    split_records: bool = False
    cache: TemplateCache | None = None
    schema_loader: Callable[[str], bytes] | None = None
    limits: Limits = Limits()
    deadline: float | None = None
    cancel: threading.Event | None = None


def upgrade(
    context: Context,
    name: str,
    chart: Chart,
    values: dict[str, Any],
    options: UpgradeOptions | None = None,
) -> Release:
    """Upgrade release `name` to `chart` with the user's `values`, and return the new revision.

    Of a dry run, that is what it would have been. Nothing is changed before the record says that an upgrade
    is under way; from then on whatever goes wrong, an interrupt included, is noted on the record.

    Raises:
        UnreachableError: the cluster does not answer.
        InvalidNameError, NoDeployedReleasesError: there is no such release.
        PendingError, LockedError: something else is changing it.
        ExistingResourceError: objects that are new to the release are there already.
        UpgradeError: the upgrade had begun.
        and what charts, values, templates and the cluster have to say.
    """
    from hivehelm.actions.lock import locked

    options = options or UpgradeOptions()
    context = context.keeping(options.history_max, split=options.split_records).until(options.deadline)
    return locked(
        context,
        name,
        "upgrade",
        lambda lock: Upgrade(context, lock, name, options).run(chart, values),
        wait=options.wait_lock,
        deadline=options.deadline,
        cancel=options.cancel,
    )


class Upgrade:
    """One upgrade, under a lock: from its chart on, or from a revision that somebody else had begun."""

    def __init__(self, context: Context, lock: Lock, name: str, options: UpgradeOptions) -> None:
        from hivehelm.actions.operation import Operation

        self.context = context
        self.lock = lock
        self.name = name
        self.options = options
        self.operation = Operation(
            context,
            lock,
            "upgrade",
            name,
            wait=options.wait,
            wait_for_jobs=options.wait_for_jobs,
            no_hooks=options.no_hooks,
            timeout=options.timeout,
            rollback_on_failure=options.rollback_on_failure,
            deadline=options.deadline,
            cancel=options.cancel,
        )

    def run(self, chart: Chart, values: dict[str, Any]) -> Release:
        """Upgrade to a chart; see `upgrade`."""
        options, log = self.options, self.context.log
        self._check()
        log("DEBUG", "preparing upgrade", name=self.name)
        last = self._last()
        current, release = self._release(chart, values, self._current(last), last)
        originals, targets = self._resources(current, release)
        log("DEBUG", "performing update", name=self.name)
        if options.dry_run != "none":
            log("DEBUG", "dry run for release", name=self.name)
            return release.with_status(release.info.status, options.description or "Dry run complete")
        self.operation.check()
        log("DEBUG", "creating upgraded release", name=self.name)
        self.lock.create(release)
        return self._perform(current, release, originals, targets)

    def finish(self, release: Release) -> Release:
        """Go on with a pending revision, which the lock holds: what has been done is not done again."""
        from hivehelm.actions.revision import before

        current = self._current(before(self.context.storage, release))
        originals, targets = self._resources(current, release)
        return self._perform(current, release, originals, targets)

    def _check(self) -> None:
        from hivehelm.actions.names import fault

        self.context.check_reachable()
        if reason := fault(self.name):
            raise InvalidNameError(self.name, reason, f"release name is invalid: {self.name}")
        if self.options.hide_secret and self.options.dry_run == "none":
            raise ActionError("hiding Kubernetes secrets requires a dry-run mode")

    def _last(self) -> Release:
        """Return the newest revision, whatever became of it."""
        try:
            last = self.lock.last()
        except ReleaseNotFoundError:
            raise NoDeployedReleasesError(self.name) from None
        if last.info.status in Status.PENDING:
            raise PendingError
        return last

    def _current(self, last: Release) -> Release:
        """Return the revision that the cluster is supposed to hold."""
        if last.info.status == Status.DEPLOYED:
            return last
        try:
            return self.context.storage.deployed(self.name)
        except NoDeployedReleasesError:
            if last.info.status not in (Status.FAILED, Status.SUPERSEDED):
                raise
            return last

    def _release(
        self, chart: Chart, values: dict[str, Any], current: Release, last: Release
    ) -> tuple[Release, Release]:
        """Return the current revision and the one that is to follow `last`."""
        from hivehelm.actions.reuse import REUSE, reuse
        from hivehelm.actions.revision import check_labels, revision, server_side

        context, options = self.context, self.options
        reused = reuse(chart, values, current, options.values_from, context.log)
        current = reused.current
        plan = self._plan(reused.chart, reused.values, current.namespace, last.version + 1)
        check_labels(options.labels)
        info = Info(
            first_deployed=current.info.first_deployed,
            last_deployed=context.now(),
            description="Preparing upgrade",
            status=Status.PENDING_UPGRADE,
        )
        labels = {**last.labels, **options.labels}
        merged_by_server = server_side(options.server_side, last.apply_method)
        context.log(
            "DEBUG",
            "determined release apply method",
            server_side_apply=merged_by_server,
            previous_release_apply_method=last.apply_method,
        )
        release = revision(
            plan,
            info,
            config=reused.values,
            labels={key: value for key, value in labels.items() if value != "null"},
            server_side=merged_by_server,
            hide_secret=options.hide_secret,
        )
        document = release.chart_document
        if options.values_from == REUSE and document is not None and document["values"] is None:
            release = release.replace(chart_document={**document, "values": {}})
        return current, release

    def _plan(self, chart: Chart, values: dict[str, Any], namespace: str, revision: int) -> Plan:
        from hivehelm.actions.lookup import Lookup
        from hivehelm.actions.plan import PlanOptions, plan
        from hivehelm.render.context import ReleaseOptions

        options, context = self.options, self.context
        self.operation.tell("plan")
        how = PlanOptions(
            release=ReleaseOptions(name=self.name, namespace=namespace, revision=revision, is_upgrade=True),
            capabilities=context.capabilities(),
            lookup=None if options.dry_run == "client" else Lookup(context),
            subchart_notes=options.render_subchart_notes,
            skip_schema_validation=options.skip_schema_validation,
            dns=options.enable_dns,
            post_renderer=options.post_renderer,
            schema_loader=options.schema_loader,
            cache=options.cache,
            limits=options.limits,
            log=context.log,
        )
        return plan(chart, values, how)

    def _resources(self, current: Release, release: Release) -> tuple[list[Resource], list[Resource]]:
        """Return the objects that were, those that are new but there already included, and those to be."""
        from hivehelm.actions.existing import adoptable, left_behind
        from hivehelm.actions.targets import identity, targets

        context, options = self.context, self.options
        if options.preflight and options.dry_run != "client":
            self._try(current, release)
        wanted = targets(context, release, validate=not options.disable_openapi_validation)
        originals = self._originals(current)
        if self.lock.recovered is not None:
            originals += left_behind(context, self.lock.recovered, originals)
        known = {identity(resource) for resource in originals}
        fresh = [resource for resource in wanted if identity(resource) not in known]
        take = options.take_ownership
        originals += adoptable(context, fresh, release.name, take_ownership=take, action="update")
        return originals, wanted

    def _originals(self, current: Release) -> list[Resource]:
        from hivehelm.kube.errors import KubeError
        from hivehelm.kube.resources import build

        try:
            return build(self.context.client, current.manifest, self.context.namespace, validate=False)
        except KubeError as error:
            text = "unable to build kubernetes objects from current release manifest"
            raise UnbuildableError(text, error) from error

    def _try(self, current: Release, release: Release) -> None:
        options = self.options
        merged_by_server = release.apply_method == ApplyMethod.SERVER_SIDE
        self.operation.preflight(
            release,
            frozenset((HookEvent.PRE_UPGRADE, HookEvent.POST_UPGRADE)),
            originals=self._originals(current),
            server_side=merged_by_server,
            force_conflicts=options.force_conflicts,
            force_replace=options.force_replace,
            take_ownership=options.take_ownership,
            take_over=merged_by_server and current.apply_method != ApplyMethod.SERVER_SIDE,
        )

    def _perform(
        self, current: Release, release: Release, originals: list[Resource], targets: list[Resource]
    ) -> Release:
        from hivehelm.actions.journal import Journal

        journal = Journal(self.context, release)
        self.operation.tell("record")
        created: list[Resource] = []
        self.operation.guard(
            lambda: self._apply(journal, Journal(self.context, current), originals, targets, created),
            lambda cause: self.failed(journal, created, cause),
        )
        self.context.log("DEBUG", "updating status for upgraded release", name=self.name)
        journal.save()
        self.operation.tell("done")
        return journal.release

    def _apply(
        self,
        journal: Journal,
        before: Journal,
        originals: list[Resource],
        targets: list[Resource],
        created: list[Resource],
    ) -> None:
        from hivehelm.actions import updating

        options, operation = self.options, self.operation
        merged_by_server = journal.release.apply_method == ApplyMethod.SERVER_SIDE
        operation.hooks(
            journal, HookEvent.PRE_UPGRADE, server_side=merged_by_server, failure="pre-upgrade hooks failed"
        )
        operation.check()
        operation.tell("apply", str(len(targets)))
        try:
            created += updating.update(
                self.context,
                originals,
                targets,
                server_side=merged_by_server,
                force_conflicts=options.force_conflicts,
                force_replace=options.force_replace,
                take_over=merged_by_server and before.release.apply_method != ApplyMethod.SERVER_SIDE,
            )
            operation.wait(targets)
        except LockLostError:
            raise
        except HivehelmError as error:
            created += updating.created(error)
            before.write()
            raise
        operation.hooks(
            journal, HookEvent.POST_UPGRADE, server_side=merged_by_server, failure="post-upgrade hooks failed"
        )
        before.status(Status.SUPERSEDED, before.release.info.description)
        before.write()
        journal.status(Status.DEPLOYED, options.description or "Upgrade complete")

    def failed(self, journal: Journal, created: Sequence[Resource], cause: HivehelmError) -> UpgradeError:
        """Note a failure on the record, and undo what was done where that was asked for."""
        from hivehelm.actions.undo import undo
        from hivehelm.golang.fmt import quote

        self.context.log("WARN", "upgrade failed", name=self.name, error=cause)
        if (handover := self.context.handover) is not None and self.options.rollback_on_failure:
            handover.failing(str(cause))
        journal.status(Status.FAILED, f"Upgrade {quote(self.name)} failed: {cause}")
        journal.write()
        self.operation.tell("failed", str(cause))
        return undo(self.operation, self.options, journal.release, created, cause)
