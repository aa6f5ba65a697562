"""`template --dry-run=server`: render against a cluster, and see whether it would take the result."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.actions.plan import Plan, PlanOptions
    from hivehelm.chart.model import Chart
    from hivehelm.cli.command import Call
    from hivehelm.cli.log import Log


class Server:
    """The cluster that a chart is rendered for.

    Raises:
        UnreachableClusterError: it does not answer.
    """

    def __init__(self, call: Call, log: Log) -> None:
        from hivehelm.actions.errors import UnreachableClusterError
        from hivehelm.cli.hivehelm.session import connect
        from hivehelm.errors import HivehelmError

        self._flags = call.flags
        self._log = log
        try:
            self._context = connect(call)
            self._context.check_reachable()
        except HivehelmError as error:
            log("ERROR", f"cluster reachability check failed: {error}")
            raise UnreachableClusterError(error) from error

    def plan_options(self, chart: Chart) -> PlanOptions:
        """Return options that render with what the cluster can do and has."""
        from hivehelm.actions.lookup import Lookup
        from hivehelm.actions.plan import PlanOptions

        if chart.crds() and not self._flags.boolean("skip-crds"):
            self._log.warn(
                "This chart or one of its subcharts contains CRDs. "
                "Rendering may fail or contain inaccuracies."
            )
        if self._flags.strings("api-versions"):
            self._log.debug("API Version list given outside of client only mode, this list will be ignored")
        return PlanOptions(capabilities=self._context.capabilities(), lookup=Lookup(self._context))

    def check(self, plan: Plan) -> None:
        """Make sure that the cluster knows all kinds, and that no object is somebody else's.

        Raises:
            UnbuildableError: a document cannot become an object of the cluster.
            ExistingResourceError: an object is there and belongs to another release or to none.
        """
        from hivehelm.actions import ownership
        from hivehelm.actions.errors import UnbuildableError
        from hivehelm.actions.existing import adoptable
        from hivehelm.kube.errors import KubeError
        from hivehelm.kube.resources import build

        release, flags = plan.release, self._flags
        manifest = plan.manifest(include_crds=flags.boolean("include-crds"))
        validate = not flags.boolean("disable-openapi-validation")
        try:
            resources = build(self._context.client, manifest, release.namespace, validate=validate)
        except KubeError as error:
            raise UnbuildableError(
                "unable to build kubernetes objects from release manifest", error
            ) from error
        for resource in resources:
            ownership.mark(resource.object, release.name, release.namespace)
        if not release.is_upgrade:
            adoptable(
                self._context,
                resources,
                release.name,
                take_ownership=flags.boolean("take-ownership"),
            )
