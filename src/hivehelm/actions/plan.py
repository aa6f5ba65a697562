"""Everything up to the release: what a chart and its values come to, before anything is touched."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.limits import Limits
from hivehelm.record import Record
from hivehelm.render.capabilities import default as default_capabilities
from hivehelm.render.context import ReleaseOptions, render_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from hivehelm.actions.postrender import PostRenderer
    from hivehelm.chart.model import CRD, Chart
    from hivehelm.gotemplate.cache import TemplateCache
    from hivehelm.manifest.hooks import Hook, Manifest
    from hivehelm.render.capabilities import Capabilities
    from hivehelm.render.memory import RenderMemory

NOTES_SUFFIX = "NOTES.txt"


class PlanError(HivehelmError):
    """A chart cannot become a release; `partial` is the text rendered until then, for `--debug`."""

    def __init__(self, message: str, partial: str = "") -> None:
        super().__init__(message)
        self.partial = partial


class PlanOptions(Record):
    """How a chart is turned into documents.

    `capabilities` are those of a cluster, else what Helm assumes without one. `lookup` reads objects from a
    cluster; `dns` lets templates resolve names; `schema_loader(url)` gives the text of a schema that a
    chart's schema refers to. `post_renderer` makes one stream of documents of another. `log(level, message,
    **attributes)` takes warnings. `limits` hold a chart to what it may cost; time and memory in the main
    thread only, see `render_isolated` for others. A `memory` that is given again and again passes over what
    has not changed since.
    """

    release: ReleaseOptions = ReleaseOptions()
    capabilities: Capabilities | None = None
    subchart_notes: bool = False
    skip_schema_validation: bool = False
    strict: bool = False
    lint: bool = False
    dns: bool = False
    lookup: Callable[[str, str, str, str], dict[str, Any]] | None = None
    schema_loader: Callable[[str], bytes] | None = None
    functions: Mapping[str, Callable[..., Any]] | None = None
    post_renderer: PostRenderer | None = None
    cache: TemplateCache | None = None
    limits: Limits = Limits()
    memory: RenderMemory | None = None
    log: Callable[..., None] | None = None


class Plan(Record):
    """What a release would consist of.

    `chart` is the chart with its dependencies processed; `config` are the values that the user gave;
    `manifests` and `hooks` are in the order in which Helm applies them; `crds` come before all.
    """

    chart: Chart
    config: dict[str, Any]
    release: ReleaseOptions
    capabilities: Capabilities
    crds: list[CRD]
    manifests: list[Manifest]
    hooks: list[Hook]
    notes: str

    @property
    def values(self) -> dict[str, Any]:
        """All values that the templates saw at the start, made anew."""
        from hivehelm.values.coalesce import coalesce

        return coalesce(self.chart, self.config)

    def manifest(self, *, include_crds: bool = False, hide_secret: bool = False) -> str:
        """Return the documents as one text, each under a line that names its template.

        `hide_secret` puts a remark in the place of each Secret.
        """
        parts: list[str] = []
        if include_crds:
            parts += [f"---\n# Source: {crd.filename}\n{crd.file.text}\n" for crd in self.crds]
        for document in self.manifests:
            if hide_secret and document.head.kind == "Secret" and document.head.api_version == "v1":
                parts.append(
                    f"---\n# Source: {document.name}\n# HIDDEN: The Secret output has been suppressed\n"
                )
            else:
                parts.append(f"---\n# Source: {document.name}\n{document.content}\n")
        return "".join(parts)


def plan(chart: Chart, values: dict[str, Any], options: PlanOptions | None = None) -> Plan:
    """Return what installing `chart` with `values` (those the user gave) would consist of.

    The chart is not changed. Source: Helm's `Install.RunWithContext` and `renderResources`.

    Raises:
        PlanError: the chart refuses the Kubernetes version, or renders to broken YAML.
        ChartError, SchemaError, RenderError: as their rooms tell.
        LimitError: it costs more than it may.
    """
    options = options or PlanOptions()
    if options.memory is not None and (options.functions or options.lookup or options.dns or options.lint):
        # What comes out depends on more than values.
        options = options.replace(memory=None)
    with options.limits.watched():
        if options.memory is None or options.log is not None:
            return _planned(process(chart, values, options), values, options)
        again = options.memory.again
        again.settle(chart, values)
        return _planned(again.chart, values, options, again.values)


def process(chart: Chart, values: dict[str, Any], options: PlanOptions) -> Chart:
    """Return `chart` with the subcharts that `values` ask for, under their aliases."""
    if not chart.metadata.dependencies and not chart.dependencies:
        return chart
    from hivehelm.values.subcharts import process_dependencies

    return process_dependencies(chart, values, options.log)


def plan_processed(chart: Chart, values: dict[str, Any], options: PlanOptions) -> Plan:
    """Return the plan of a chart whose dependencies `process` has been through."""
    with options.limits.watched():
        return _planned(chart, values, options)


def _planned(
    chart: Chart, values: dict[str, Any], options: PlanOptions, coalesced: dict[str, Any] | None = None
) -> Plan:
    from hivehelm.manifest.documents import ManifestError
    from hivehelm.manifest.hooks import sort_manifests
    from hivehelm.render.engine import render
    from hivehelm.values.coalesce import copy

    capabilities = options.capabilities or default_capabilities()
    top = render_values(
        chart,
        values,
        options.release,
        capabilities,
        coalesced=coalesced,
        validate=None if options.skip_schema_validation else validator(options),
        warn=_warner(options),
    )
    check_kube_version(chart, capabilities)
    files = render(
        chart,
        top,
        functions=options.functions,
        strict=options.strict,
        lint=options.lint,
        resolve=_addresses if options.dns else None,
        lookup=options.lookup,
        cache=options.cache,
        limits=options.limits,
        memory=options.memory,
        log=options.log,
    )
    notes = _take_notes(chart, files, subcharts=options.subchart_notes)
    if options.post_renderer is not None:
        files = _post_rendered(files, options.post_renderer)
    try:
        # What a log is told, it is told each time.
        known = None if options.memory is None or options.log is not None else options.memory.documents
        hooks, manifests = sort_manifests(files, log=options.log, known=known)
    except ManifestError as error:
        partial = "".join(f"---\n# Source: {path}\n{text}\n" for path, text in files.items() if text.strip())
        raise PlanError(str(error), partial) from error
    return Plan(
        chart=chart,
        config=copy(values),
        release=options.release,
        capabilities=capabilities,
        crds=chart.crds(),
        manifests=manifests,
        hooks=hooks,
        notes=notes,
    )


def _addresses(host: str) -> list[str]:
    from hivehelm.actions.dns import addresses

    return addresses(host)


def _post_rendered(files: dict[str, str], post_renderer: PostRenderer) -> dict[str, str]:
    from hivehelm.actions.postrender import PostRenderingError, post_rendered

    try:
        return post_rendered(files, post_renderer)
    except PostRenderingError as error:
        raise PlanError(str(error)) from error


def check_kube_version(chart: Chart, capabilities: Capabilities) -> None:
    """Check a chart's `kubeVersion` against the cluster's.

    Raises:
        PlanError: they do not agree, or the constraint cannot be read.
    """
    constraint = chart.metadata.kube_version
    if not constraint:
        return
    from hivehelm.golang.constraint import Constraint
    from hivehelm.golang.semver import VersionError, parse

    version = capabilities.kube_version
    try:
        compatible = Constraint(constraint).check(parse(version.go_string()))
    except VersionError:
        compatible = False
    if not compatible:
        raise PlanError(
            f"chart requires kubeVersion: {constraint} "
            f"which is incompatible with Kubernetes {version.version}"
        )


def validator(options: PlanOptions) -> Callable[[Chart, dict[str, Any]], None]:
    """Return what checks coalesced values against the schemas of a chart and its subcharts."""
    # A schema that refers to others may have become another one.
    memory = options.memory if options.schema_loader is None else None
    fitting = None if memory is None else memory.fitting

    def validate(chart: Chart, values: dict[str, Any]) -> None:
        from hivehelm.values.schema import validate as against_schemas

        against_schemas(chart, values, options.schema_loader, options.log, fitting)

    return validate


def _warner(options: PlanOptions) -> Callable[[str], None] | None:
    log = options.log
    return None if log is None else lambda message: log("INFO", message)


def _take_notes(chart: Chart, files: dict[str, str], *, subcharts: bool) -> str:
    """Remove the rendered NOTES.txt from `files`, and return the chart's own, or all where asked."""
    own = f"{chart.name}/templates/{NOTES_SUFFIX}"
    notes = [path for path in files if path.endswith(NOTES_SUFFIX)]
    texts = [(path, files.pop(path)) for path in notes]
    return "\n".join(text for path, text in texts if subcharts or path == own)
