"""`install`: a chart becomes a release (pkg/action/install.go of Helm 4.3.1)."""

from __future__ import annotations

from hivehelm.actions.budget import Budget
from hivehelm.actions.errors import (
    ActionError,
    CancelledError,
    InstallError,
    InvalidNameError,
    NameInUseError,
    ReservedLabelsError,
    UnbuildableError,
    UnreachableClusterError,
)
from hivehelm.actions.events import Event
from hivehelm.errors import HivehelmError
from hivehelm.record import Record
from hivehelm.release.model import ApplyMethod, Hook, HookEvent, Info, Release, Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from typing import Any

    from hivehelm.actions.context import Context
    from hivehelm.actions.journal import Journal
    from hivehelm.actions.plan import Plan
    from hivehelm.chart.model import Chart
    from hivehelm.gotemplate.cache import TemplateCache
    from hivehelm.kube.resources import Resource
    from hivehelm.render.capabilities import Capabilities

NONE, CLIENT, SERVER = "none", "client", "server"


class InstallOptions(Record):
    """How a chart is installed; fields are named after Helm's flags.

    `name` is the release's. `reuse_name` is `--replace`. `dry_run` is `none`, `client` (without a cluster)
    or `server`. `wait` is `hookOnly`, `watcher` or `legacy`; `timeout` is in seconds and holds for each
    wait. `deadline` is when all must be done, on `time.monotonic`'s clock; setting `cancel` stops at the
    next chance. `capabilities` stand in for the cluster's where `dry_run` is `client`.
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
    description: str = ""
    labels: dict[str, str] = {}
    capabilities: Capabilities | None = None
    cache: TemplateCache | None = None
    schema_loader: Callable[[str], bytes] | None = None
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
        ExistingResourceError: objects of the chart are there already.
        InstallError: the install had begun.
        and what charts, values, templates and the cluster have to say.
    """
    return _Install(context, chart, values, options).run()


class _Install:
    def __init__(
        self, context: Context, chart: Chart, values: dict[str, Any], options: InstallOptions
    ) -> None:
        if options.wait == "hookOnly" and options.rollback_on_failure:
            # What fails late is only seen by waiting for it.
            self.strategy = "watcher"
        else:
            self.strategy = options.wait
        self.context = context
        self.chart = chart
        self.values = values
        self.options = options
        self.budget = Budget(options.timeout, options.deadline, options.cancel)
        self.dry = options.dry_run != NONE
        self.remote = options.dry_run != CLIENT

    def run(self) -> Release:
        context, options = self.context, self.options
        self._check()
        plan = self._plan()
        if options.labels.keys() & set(_system_labels()):
            raise ReservedLabelsError
        release = self._release(plan)
        resources, existing = self._resources(release)
        if self.dry:
            return release.with_status(release.info.status, "Dry run complete")
        self.budget.check()
        if options.create_namespace:
            self._namespace()
        if options.reuse_name:
            release = self._supersede(release)
        context.storage.create(release)
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
            last = self.context.storage.last(name)
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

        self._tell("crds", str(len(crds)))
        install_crds(
            self.context,
            crds,
            server_side=self.options.server_side,
            force_conflicts=self.options.force_conflicts,
            strategy=self.strategy,
            budget=self.budget,
        )

    def _plan(self) -> Plan:
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
            schema_loader=options.schema_loader,
            cache=options.cache,
            log=context.log,
        )
        chart = process(self.chart, self.values, how)
        self._crds(chart)
        if self.remote:
            from hivehelm.actions.lookup import Lookup

            how = how.replace(capabilities=context.capabilities(), lookup=Lookup(context))
        self._tell("plan")
        return plan_processed(chart, self.values, how)

    def _release(self, plan: Plan) -> Release:
        from hivehelm.release.document import chart_document

        now = self.context.now()
        method = ApplyMethod.SERVER_SIDE if self.options.server_side else ApplyMethod.CLIENT_SIDE
        return Release(
            name=self.options.name,
            info=Info(
                first_deployed=now,
                last_deployed=now,
                description="Initial install underway",
                status=Status.PENDING_INSTALL,
                notes=plan.notes,
            ),
            chart_document=chart_document(plan.chart),
            config=self.values,
            manifest=plan.manifest(hide_secret=self.options.hide_secret),
            hooks=tuple(_hook(hook) for hook in plan.hooks),
            version=1,
            namespace=self.context.namespace,
            labels=dict(self.options.labels),
            apply_method=method,
        )

    def _resources(self, release: Release) -> tuple[list[Resource], list[Resource]]:
        """Return the release's objects, marked as its own, and those of them that are there already."""
        if not self.remote:
            return [], []
        from hivehelm.actions import ownership
        from hivehelm.actions.existing import adoptable
        from hivehelm.kube.errors import KubeError
        from hivehelm.kube.resources import build

        context = self.context
        try:
            validate = not self.options.disable_openapi_validation
            resources = build(context.client, release.manifest, context.namespace, validate=validate)
        except KubeError as error:
            text = "unable to build kubernetes objects from release manifest"
            raise UnbuildableError(text, error) from error
        for resource in resources:
            ownership.mark(resource.object, release.name, release.namespace)
        take = self.options.take_ownership
        return resources, adoptable(context, resources, release.name, take_ownership=take)

    def _namespace(self) -> None:
        from hivehelm.actions.crds import already_there
        from hivehelm.kube import apply
        from hivehelm.kube.errors import KubeError
        from hivehelm.kube.resources import build

        name = self.context.namespace
        self._tell("namespace", name)
        manifest = (
            f'apiVersion: v1\nkind: Namespace\nmetadata: {{name: "{name}", labels: {{name: "{name}"}}}}\n'
        )
        resources = build(self.context.client, manifest)
        try:
            apply.create(self.context.client, resources, server_side=self.options.server_side)
        except KubeError as error:
            if not already_there(error):
                raise

    def _supersede(self, release: Release) -> Release:
        """Return the release as the revision after the last, which makes way unless it had failed."""
        storage = self.context.storage
        try:
            last = storage.last(release.name)
        except HivehelmError:
            return release
        if last.info.status != Status.FAILED:
            storage.update(last.with_status(Status.SUPERSEDED, "superseded by new release"))
        return release.replace(version=last.version + 1)

    def _perform(self, release: Release, resources: list[Resource], existing: list[Resource]) -> Release:
        from hivehelm.actions.journal import Journal

        journal = Journal(self.context, release)
        self._tell("record")
        try:
            self._apply(journal, resources, existing)
        except HivehelmError as error:
            # Who gave up is told that, not what was waited for at that moment.
            given_up = self.options.cancel is not None and self.options.cancel.is_set()
            raise self._failed(journal, CancelledError() if given_up else error) from error
        except KeyboardInterrupt:
            # Ctrl-C is Helm's cancelled context; whoever caught it once may have to stop it twice.
            self._failed(journal, CancelledError())
            raise
        except BaseException as error:
            self._failed(journal, error)
            raise
        journal.write("ERROR", "failed to record the release")
        self._tell("done")
        return journal.release

    def _apply(self, journal: Journal, resources: list[Resource], existing: list[Resource]) -> None:
        from hivehelm.kube import apply
        from hivehelm.kube.wait import wait_ready

        options, client = self.options, self.context.client
        self._hooks(journal, HookEvent.PRE_INSTALL)
        if resources:
            self.budget.check()
            self._tell("apply", str(len(resources)))
            if existing:
                self._adopt(existing, resources)
            else:
                apply.create(client, resources, server_side=options.server_side)
        self._tell("wait", self.strategy)
        wait_ready(
            client,
            resources,
            self.budget.seconds(),
            strategy=self.strategy,
            jobs=options.wait_for_jobs,
            cancel=options.cancel,
        )
        self._hooks(journal, HookEvent.POST_INSTALL)
        journal.status(Status.DEPLOYED, options.description or "Install complete")

    def _hooks(self, journal: Journal, event: str) -> None:
        if self.options.no_hooks:
            return
        from hivehelm.actions.errors import HookError
        from hivehelm.actions.hooks import HookOptions, run

        options = HookOptions(
            action="install",
            strategy=self.strategy,
            budget=self.budget,
            server_side=self.options.server_side,
        )
        try:
            run(self.context, journal, event, options)
        except HivehelmError as error:
            raise HookError(f"failed {event}: {error}", error) from error

    def _adopt(self, existing: list[Resource], resources: list[Resource]) -> None:
        """Write the release's objects where some of them are there already."""
        from hivehelm.kube import apply
        from hivehelm.kube.managed_fields import take_over

        options, client = self.options, self.context.client
        if options.server_side and options.force_replace:
            raise ActionError("invalid operation: cannot use server-side apply and force replace together")
        if not options.server_side and options.force_conflicts:
            raise ActionError(
                "invalid client update option(s): forceConflicts enabled when serverSideApply disabled"
            )
        if not options.server_side and not options.force_replace:
            raise ActionError("objects that exist are only taken over with --server-side or --force-replace")
        if options.server_side:
            for resource in existing:
                take_over(client, resource)
            force = options.force_conflicts
            apply.update(client, existing, resources, force_conflicts=force, on_unknown=self._unknown)
            return
        held = {resource.key for resource in existing}
        for resource in resources:
            if resource.key in held:
                apply.update(client, [resource], [resource], force_replace=True)
            else:
                apply.create(client, [resource], server_side=False)

    def _unknown(self, resource: Resource) -> None:
        self.context.log(
            "WARN",
            "resource exists on cluster but not in original release, using cluster state as baseline",
            namespace=resource.namespace,
            name=resource.name,
            kind=resource.type.kind,
        )

    def _failed(self, journal: Journal, error: BaseException) -> InstallError:
        """Note a failure on the record, or undo everything where that was asked for."""
        from hivehelm.golang.fmt import quote

        name = self.options.name
        cause = error if isinstance(error, HivehelmError) else ActionError(str(error) or type(error).__name__)
        journal.status(Status.FAILED, f"Release {quote(name)} failed: {cause}")
        self._tell("failed", str(cause))
        if not self.options.rollback_on_failure:
            journal.write("DEBUG")
            return InstallError(journal.release, cause)
        from hivehelm.actions.uninstall import UninstallOptions, uninstall

        self._tell("rollback")
        options = UninstallOptions(
            no_hooks=self.options.no_hooks, timeout=self.options.timeout, wait=self.strategy
        )
        try:
            uninstall(self.context, name, options)
        except HivehelmError as fault:
            return InstallError(journal.release, cause, rollback_error=fault)
        return InstallError(journal.release, cause, rolled_back=True)

    def _tell(self, stage: str, subject: str = "") -> None:
        event = Event(action="install", release=self.options.name, stage=stage, subject=subject)
        self.context.tell(event)


def _hook(hook: Any) -> Hook:
    return Hook(
        name=hook.name,
        kind=hook.kind,
        path=hook.path,
        manifest=hook.manifest,
        events=tuple(hook.events),
        weight=hook.weight,
        delete_policies=tuple(hook.delete_policies),
        output_log_policies=tuple(hook.output_log_policies),
    )


def _system_labels() -> tuple[str, ...]:
    from hivehelm.release.labels import SYSTEM

    return SYSTEM
