"""`template`: render a chart (Helm's `pkg/cmd/template.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, at_least
from hivehelm.cli.flags import array, boolean, string, strings
from hivehelm.cli.hivehelm.chartflags import EXCLUSIVE, install_flags
from hivehelm.cli.hivehelm.dryrun import dry_run_flag
from hivehelm.cli.hivehelm.limitflags import limit_flags, limits_of
from hivehelm.cli.hivehelm.postrenderflags import post_renderer
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.actions.plan import Plan
    from hivehelm.cli.command import Call
    from hivehelm.cli.log import Log
    from hivehelm.render.capabilities import KubeVersion


class TemplateVerbError(HivehelmError):
    """A command line of `template` that its flags allow and its rules do not."""


def run(call: Call) -> None:
    """Print what the chart renders to, or write it to files."""
    with limits_of(call.flags).watched():
        _run(call)


def _run(call: Call) -> None:
    from hivehelm.actions.plan import PlanError, PlanOptions, plan_processed, process
    from hivehelm.cli.hivehelm.dryrun import strategy
    from hivehelm.cli.hivehelm.request import read_request
    from hivehelm.cli.hivehelm.session import check_registry, log_of, settings_of, template_cache
    from hivehelm.render.context import ReleaseOptions
    from hivehelm.render.errors import RenderError

    log = log_of(call)
    version = _kube_version(call)
    check_registry(call)
    mode = strategy(call.flags.string("dry-run"), log, template=True)
    if call.flags.boolean("validate"):
        mode = "server"
    request = read_request(call, log, call.err, name="release-name")
    server = None
    if mode == "server":
        from hivehelm.cli.hivehelm.serverside import Server

        server = Server(call, log)
    _check_name(request.name, log)
    try:
        chart = process(request.chart, request.values, PlanOptions(log=log))
    except HivehelmError as error:
        log("ERROR", "chart dependencies processing failed", error=error)
        raise TemplateVerbError(f"chart dependencies processing failed: {error}") from error
    flags = call.flags
    if labels := flags.mapping("labels"):
        _check_labels(labels)
    if server is not None:
        options = server.plan_options(chart)
    else:
        from hivehelm.render.capabilities import default

        options = PlanOptions(capabilities=default(version, flags.strings("api-versions")))
    options = options.replace(
        release=ReleaseOptions(
            name=request.name,
            namespace=settings_of(call).resolve_namespace(),
            is_upgrade=flags.boolean("is-upgrade"),
        ),
        skip_schema_validation=flags.boolean("skip-schema-validation"),
        dns=flags.boolean("enable-dns"),
        post_renderer=post_renderer(call),
        cache=template_cache(call),
        limits=limits_of(call.flags),
        schema_loader=_load_schema,
        log=log,
    )
    try:
        plan = plan_processed(chart, request.values, options)
    except (PlanError, RenderError) as error:
        if not flags.boolean("debug"):
            raise TemplateVerbError(f"{error}\n\nUse --debug flag to render out invalid YAML") from error
        partial = getattr(error, "partial", "")
        call.out.write(_select(call, partial.strip() + "\n", error))
        raise
    # What is written to files is no manifest.
    if server is not None and not flags.string("output-dir"):
        server.check(plan)
    _emit(call, request.name, plan)


def _kube_version(call: Call) -> KubeVersion | None:
    text = call.flags.string("kube-version")
    if not text:
        return None
    from hivehelm.cli.hivehelm.kubeversion import kube_version

    return kube_version(text)


def _check_labels(labels: dict[str, str]) -> None:
    from hivehelm.actions.errors import ReservedLabelsError
    from hivehelm.release.labels import SYSTEM

    if labels.keys() & set(SYSTEM):
        raise ReservedLabelsError


def _load_schema(url: str) -> bytes:
    from hivehelm.sources.schema import load_schema

    return load_schema(url)


def _check_name(name: str, log: Log) -> None:
    from hivehelm.actions.names import fault

    if reason := fault(name):
        from hivehelm.golang.fmt import quote

        problem = f"release name {quote(name)}: {reason}"
        log("ERROR", "release name check failed", error=problem)
        raise TemplateVerbError(f"release name check failed: {problem}")


def _emit(call: Call, name: str, plan: Plan) -> None:
    flags = call.flags
    include_crds = flags.boolean("include-crds")
    hooks = (
        [] if flags.boolean("no-hooks") else [(hook.path, hook.manifest, hook.events) for hook in plan.hooks]
    )
    if flags.boolean("skip-tests"):
        hooks = [hook for hook in hooks if "test" not in hook[2]]
    directory = flags.string("output-dir")
    if directory:
        from hivehelm.cli.hivehelm.outputdir import OutputDirectory, OutputError

        # CRDs go to the directory itself, whatever --release-name says.
        written = OutputDirectory(directory, call.out)
        try:
            if include_crds:
                written.add_all((crd.filename, _decoded(crd.file.data)) for crd in plan.crds)
            if flags.boolean("release-name"):
                written = OutputDirectory(f"{directory}/{name}", call.out)
            written.add_all((manifest.name, manifest.content) for manifest in plan.manifests)
        except OutputError as error:
            if flags.boolean("debug"):
                raise
            raise TemplateVerbError(f"{error}\n\nUse --debug flag to render out invalid YAML") from error
        written.append_all((path, text) for path, text, _ in hooks)
        call.out.write(_select(call, "\n", None))
        return
    text = plan.manifest(include_crds=include_crds).strip() + "\n"
    text += "".join(f"---\n# Source: {path}\n{manifest}\n" for path, manifest, _ in hooks)
    limits_of(flags).check_output(text)
    call.out.write(_select(call, text, None))


def _select(call: Call, text: str, failure: HivehelmError | None) -> str:
    """Return the documents that `--show-only` asks for, all where it asks for none."""
    wanted = call.flags.strings("show-only")
    if not wanted:
        return text
    from hivehelm.cli.hivehelm.showonly import TemplateNotFoundError, select

    try:
        return "".join(f"---\n{document}\n" for document in select(text, wanted))
    except TemplateNotFoundError:
        if failure is not None:
            raise failure from None
        raise


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


_LONG = """Render a chart and print what comes out.

No cluster is asked: what it would know is made up. --api-versions adds versions that templates may ask for:

    $ helm template --api-versions networking.k8s.io/v1,cert-manager.io/v1 mychart ./mychart
"""


command = Command(
    "template [NAME] [CHART]",
    long=_LONG,
    flags=(
        *install_flags(template=True),
        array("show-only", "print only what these templates render to; may be repeated", short="s"),
        string("output-dir", "write files to this directory rather than print"),
        boolean("validate", "", deprecated="use '--dry-run=server' instead"),
        boolean("include-crds", "print the chart's CRDs too"),
        boolean("skip-tests", "leave out hooks that are tests"),
        boolean("is-upgrade", "set .Release.IsUpgrade rather than .Release.IsInstall"),
        string("kube-version", "the Kubernetes version that templates see"),
        strings(
            "api-versions",
            "API versions that templates see, added to those known; may be repeated",
            short="a",
        ),
        boolean("release-name", "with --output-dir, write below a directory of the release's name"),
        dry_run_flag(template=True),
        *limit_flags(),
    ),
    arguments=at_least(1),
    exclusive=(*EXCLUSIVE, ("validate", "dry-run")),
    run=run,
)
