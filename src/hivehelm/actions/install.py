"""`install`: a chart becomes a release (pkg/action/install.go of Helm 4.3.1)."""

from __future__ import annotations

from hivehelm.actions.errors import (
    ActionError,
    InstallError,
    InvalidNameError,
    LockedError,
    NameInUseError,
    UnbuildableError,
    UnreachableClusterError,
)
from hivehelm.errors import HivehelmError
from hivehelm.limits import Limits
from hivehelm.record import Record
from hivehelm.release.model import HookEvent, Info, Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from typing import Any

    from hivehelm.actions.context import Context
    from hivehelm.actions.journal import Journal
    from hivehelm.actions.lock import Lock
    from hivehelm.actions.plan import Plan, PlanOptions
    from hivehelm.actions.postrender import PostRenderer
    from hivehelm.chart.model import Chart
    from hivehelm.gotemplate.cache import TemplateCache
    from hivehelm.kube.resources import Resource
    from hivehelm.release.model import Release
    from hivehelm.render.capabilities import Capabilities

NONE, CLIENT, SERVER = "none", "client", "server"


class InstallOptions(Record):
    """How a chart is installed; fields are named after Helm's flags.

    `name` is the release's. `reuse_name` is `--replace`. `dry_run` is `none`, `client` (without a cluster)
    or `server`. `wait` is `hookOnly`, `watcher` or `legacy`; `timeout` is in seconds and holds for each
    wait, `wait_lock` for another process that is at work on the release. `preflight` tries everything on the
    server before anything is touched, and tells of all that would fail. `split_records` splits a record that
    is too large for the cluster (see `release.split`). `deadline` is when all must be done, on
    `time.monotonic`'s clock; setting `cancel` stops at the next chance. `capabilities` stand in for the
    cluster's where `dry_run` is `client`. `limits` hold the chart to what rendering may cost.
    """

    name: str
    create_namespace: bool = False
    dry_run: str = NONE
    hide_secret: bool = False
    no_hooks: bool = False
    reuse_name: bool = False
    force_replace: bool = False
    force_conflicts: bool = False
    server_side: bool = True
    take_ownership: bool = False
    wait: str = "hookOnly"
    wait_for_jobs: bool = False
    timeout: float = 300.0
    rollback_on_failure: bool = False
    skip_crds: bool = False
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
    capabilities: Capabilities | None = None
    cache: TemplateCache | None = None
    schema_loader: Callable[[str], bytes] | None = None
    limits: Limits = Limits()
    deadline: float | None = None
    cancel: threading.Event | None = None


def install(context: Context, chart: Chart, values: dict[str, Any], options: InstallOptions) -> Release:
    """Install `chart` with the user's `values` as release `options.name` in the context's namespace.

    Returns the release as it is on record; of a dry run, what it would have been. Nothing is changed before
    the record says that an install is under way, but for CRDs and, where asked for, the namespace; from then
    on whatever goes wrong, an interrupt included, is noted on the record.

    Raises:
        UnreachableClusterError: the cluster does not answer.
        InvalidNameError, NameInUseError: the release cannot have that name.
        LockedError: another process is at work on the release.
        ExistingResourceError: objects of the chart are there already.
        InstallError: the install had begun.
        and what charts, values, templates and the cluster have to say.
    """
    from hivehelm.actions.lock import locked

    context = context.keeping(None, split=options.split_records).until(options.deadline)
    return locked(
        context,
        options.name,
        "install",
        lambda lock: Installation(context, lock, options).run(chart, values),
        wait=options.wait_lock,
        deadline=options.deadline,
        cancel=options.cancel,
    )


class Installation:
    """One install, under a lock: from its chart on, or from a revision that somebody else had begun."""

    def __init__(self, context: Context, lock: Lock, options: InstallOptions) -> None:
        from hivehelm.actions.operation import Operation

        self.context = context
        self.lock = lock
        self.options = options
        self.operation = Operation(
            context,
            lock,
            "install",
            options.name,
            wait=options.wait,
            wait_for_jobs=options.wait_for_jobs,
            no_hooks=options.no_hooks,
            timeout=options.timeout,
            rollback_on_failure=options.rollback_on_failure,
            deadline=options.deadline,
            cancel=options.cancel,
        )
        self.dry = options.dry_run != NONE
        self.remote = options.dry_run != CLIENT

    def run(self, chart: Chart, values: dict[str, Any]) -> Release:
        """Install a chart; see `install`."""
        options = self.options
        self._check()
        release = self._release(self._plan(chart, values), values)
        resources, existing = self._resources(release)
        if self.dry:
            return release.with_status(release.info.status, "Dry run complete")
        self.operation.check()
        if options.create_namespace:
            from hivehelm.actions.namespace import make_namespace

            self.operation.tell("namespace", self.context.namespace)
            make_namespace(self.context, server_side=options.server_side)
        if options.reuse_name:
            release = self._supersede(release)
        self.lock.create(release)
        return self._perform(release, resources, existing)

    def finish(self, release: Release) -> Release:
        """Go on with a pending revision, which the lock holds: what has been done is not done again."""
        resources, existing = self._resources(release)
        return self._perform(release, resources, existing)

    def _check(self) -> None:
        options = self.options
        if self.remote:
            try:
                self.context.check_reachable()
            except HivehelmError as error:
                self.context.log("ERROR", f"cluster reachability check failed: {error}")
                raise UnreachableClusterError(error) from error
        if options.hide_secret and not self.dry:
            text = "hiding Kubernetes secrets requires a dry-run mode"
            self.context.log("ERROR", text)
            raise ActionError(text)
        try:
            self._check_name()
        except LockedError:
            raise
        except ActionError as error:
            reason = str(error).removeprefix("release name check failed: ")
            self.context.log("ERROR", "release name check failed", error=reason)
            raise

    def _check_name(self) -> None:
        from hivehelm.actions.names import fault
        from hivehelm.golang.fmt import quote

        name = self.options.name
        if reason := fault(name):
            text = f"release name check failed: release name {quote(name)}: {reason}"
            raise InvalidNameError(name, reason, text)
        if self.dry:
            return
        try:
            last = self.lock.newest()
        except ActionError:
            raise
        except HivehelmError:
            return
        if not (self.options.reuse_name and last.info.status in (Status.UNINSTALLED, Status.FAILED)):
            raise NameInUseError(name)

    def _crds(self, chart: Chart) -> None:
        if not self.remote or self.options.skip_crds or not (crds := chart.crds()):
            return
        if self.dry:
            self.context.log(
                "WARN",
                "This chart or one of its subcharts contains CRDs. "
                "Rendering may fail or contain inaccuracies.",
            )
            return
        from hivehelm.actions.crds import install_crds

        self.operation.tell("crds", str(len(crds)))
        install_crds(
            self.context,
            crds,
            server_side=self.options.server_side,
            force_conflicts=self.options.force_conflicts,
            strategy=self.operation.strategy,
            budget=self.operation.budget,
        )

    def _plan(self, whole: Chart, values: dict[str, Any]) -> Plan:
        """Return what the release will consist of; CRDs are made on the way, for they change the answer."""
        from hivehelm.actions.plan import PlanOptions, plan_processed, process
        from hivehelm.render.context import ReleaseOptions

        options, context = self.options, self.context
        how = PlanOptions(
            release=ReleaseOptions(name=options.name, namespace=context.namespace),
            capabilities=options.capabilities,
            subchart_notes=options.render_subchart_notes,
            skip_schema_validation=options.skip_schema_validation,
            dns=options.enable_dns,
            post_renderer=options.post_renderer,
            schema_loader=options.schema_loader,
            cache=options.cache,
            limits=options.limits,
            log=context.log,
        )
        chart = process(whole, values, how)
        if options.preflight and self.remote:
            self._try(chart, values, self._asked(how))
        self._crds(chart)
        if self.remote:
            how = self._asked(how)
        self.operation.tell("plan")
        return plan_processed(chart, values, how)

    def _asked(self, how: PlanOptions) -> PlanOptions:
        """Return the options with what the cluster can do and has, as it is now."""
        from hivehelm.actions.lookup import Lookup

        return how.replace(capabilities=self.context.capabilities(), lookup=Lookup(self.context))

    def _try(self, chart: Chart, values: dict[str, Any], how: PlanOptions) -> None:
        from hivehelm.actions.capabilities import expect
        from hivehelm.actions.plan import plan_processed

        options = self.options
        crds = [] if options.skip_crds else [crd.file.text for crd in chart.crds()]
        if crds and how.capabilities is not None:
            how = how.replace(capabilities=expect(how.capabilities, crds))
        release = self._release(plan_processed(chart, values, how), values)
        self.operation.preflight(
            release,
            frozenset((HookEvent.PRE_INSTALL, HookEvent.POST_INSTALL)),
            crds=crds,
            server_side=options.server_side,
            force_conflicts=options.force_conflicts,
            force_replace=options.force_replace,
            take_ownership=options.take_ownership,
            take_over=True,
            create_namespace=options.create_namespace,
        )

    def _release(self, plan: Plan, values: dict[str, Any]) -> Release:
        from hivehelm.actions.revision import check_labels, revision

        options, now = self.options, self.context.now()
        check_labels(options.labels)
        info = Info(
            first_deployed=now,
            last_deployed=now,
            description="Initial install underway",
            status=Status.PENDING_INSTALL,
        )
        return revision(
            plan,
            info,
            config=values,
            labels=dict(options.labels),
            server_side=options.server_side,
            hide_secret=options.hide_secret,
        )

    def _resources(self, release: Release) -> tuple[list[Resource], list[Resource]]:
        """Return the release's objects, marked as its own, and those of them that are there already."""
        if not self.remote:
            return [], []
        from hivehelm.actions.existing import adoptable, left_behind
        from hivehelm.actions.targets import targets
        from hivehelm.kube.errors import KubeError

        context = self.context
        try:
            validate = not self.options.disable_openapi_validation
            resources = targets(context, release, validate=validate)
        except KubeError as error:
            text = "unable to build kubernetes objects from release manifest"
            raise UnbuildableError(text, error) from error
        take = self.options.take_ownership
        existing = adoptable(context, resources, release.name, take_ownership=take)
        if self.lock.recovered is not None:
            existing += left_behind(context, self.lock.recovered, resources)
        return resources, existing

    def _supersede(self, release: Release) -> Release:
        """Return the release as the revision after the last, which makes way unless it had failed."""
        storage = self.context.storage
        try:
            last = storage.newest(release.name)
        except HivehelmError:
            return release
        if last.info.status != Status.FAILED:
            storage.update(last.with_status(Status.SUPERSEDED, "superseded by new release"))
        return release.replace(version=last.version + 1)

    def _perform(self, release: Release, resources: list[Resource], existing: list[Resource]) -> Release:
        from hivehelm.actions.journal import Journal

        journal = Journal(self.context, release)
        self.operation.tell("record")
        self.operation.guard(
            lambda: self._apply(journal, resources, existing), lambda cause: self.failed(journal, cause)
        )
        journal.write("ERROR", "failed to record the release")
        self.operation.tell("done")
        return journal.release

    def _apply(self, journal: Journal, resources: list[Resource], existing: list[Resource]) -> None:
        operation = self.operation
        self._hooks(journal, HookEvent.PRE_INSTALL)
        if resources:
            operation.check()
            operation.tell("apply", str(len(resources)))
            self._write(resources, existing)
        operation.wait(resources)
        self._hooks(journal, HookEvent.POST_INSTALL)
        journal.status(Status.DEPLOYED, self.options.description or "Install complete")

    def _hooks(self, journal: Journal, event: str) -> None:
        server_side = self.options.server_side
        self.operation.hooks(journal, event, server_side=server_side, failure=f"failed {event}")

    def _write(self, resources: list[Resource], existing: list[Resource]) -> None:
        options = self.options
        if not existing:
            from hivehelm.kube import apply

            apply.create(
                self.context.client, resources, server_side=options.server_side, log=self.context.log
            )
            return
        from hivehelm.actions.updating import update

        update(
            self.context,
            existing,
            resources,
            server_side=options.server_side,
            force_conflicts=options.force_conflicts,
            force_replace=options.force_replace,
            take_over=True,
            # The only way to tell what is Helm's to change where nobody knows what was there before.
            three_way=options.take_ownership and not options.server_side,
        )

    def failed(self, journal: Journal, cause: HivehelmError) -> InstallError:
        """Note a failure on the record, or undo everything where that was asked for."""
        from hivehelm.golang.fmt import quote

        name, handover = self.options.name, self.context.handover
        if handover is not None and self.options.rollback_on_failure:
            handover.failing(str(cause))
        journal.status(Status.FAILED, f"Release {quote(name)} failed: {cause}")
        self.operation.tell("failed", str(cause))
        if not self.options.rollback_on_failure:
            journal.write("DEBUG")
            return InstallError(journal.release, cause)
        from hivehelm.actions.uninstall import UninstallOptions, uninstall

        self.operation.tell("rollback")
        self.context.log(
            "DEBUG", "install failed and rollback-on-failure is set, uninstalling release", release=name
        )
        options = UninstallOptions(
            no_hooks=self.options.no_hooks, timeout=self.options.timeout, wait=self.operation.strategy
        )
        try:
            uninstall(self.context.afresh(options.timeout), name, options)
        except HivehelmError as fault:
            return InstallError(journal.release, cause, rollback_error=fault)
        return InstallError(journal.release, cause, rolled_back=True)
