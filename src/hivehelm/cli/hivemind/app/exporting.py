"""`hivemind app export-helm`."""

from __future__ import annotations

import os
import time

from hivehelm.cli.command import Command, no_arguments
from hivehelm.cli.flags import boolean, string, strings
from hivehelm.cli.hivemind.app.flags import needed, reach, shared_flags
from hivehelm.cli.output import encode, output_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.actions.context import Context
    from hivehelm.cli.command import Call
    from hivehelm.cli.flags import Flag
    from hivehelm.platform.export.chart import Exported, ExportOptions
    from hivehelm.platform.export.gather import Gathered

_LONG = """Make a Helm chart of what is deployed: a Hivemind app, a release, or objects chosen by labels.

    $ hivemind app export-helm --name my-app --output ./my-app-chart
    $ hivemind app export-helm --name shop --selector app=shop --namespace shop --output ./shop

What the cluster added is left out. Names, labels and references follow the release that the chart is
installed as; images, replicas, resources, ports, hosts and configuration become values, with a schema.
Rendered with its default values, under the name that it was exported from, it gives the same objects back.

Values of Secrets are only written down with --include-secrets; without it they have to be given when the
chart is installed, or a Secret that is there already be named.
"""


def run(call: Call) -> None:
    """Export a chart and say what is in it."""
    from hivehelm.cli.hivemind.progress import shown
    from hivehelm.cluster.progress import Progress
    from hivehelm.platform.export.chart import export
    from hivehelm.platform.export.directory import check, write
    from hivehelm.platform.export.gather import with_definitions

    flags = call.flags
    name, output = needed(call, "name"), needed(call, "output")
    # Seen before the cluster is asked for anything.
    check(output, force=flags.boolean("force"))
    started = time.monotonic()
    with shown(call.err) as report:

        def tell(phase: str, done: int, total: int) -> None:
            elapsed = time.monotonic() - started
            report(Progress(subject=f"chart {name}", phase=phase, done=done, total=total, elapsed=elapsed))

        context = reach(call)
        gathered, options = _gather(call, context, name, tell if call.err.is_terminal() else _quiet)
        if not flags.boolean("skip-crds"):
            gathered = with_definitions(context, gathered)
        made = export(gathered.found, options, gathered.definitions)
        private = ("values.yaml",) if options.include_secrets else ()
        path = write(made.files, output, force=flags.boolean("force"), private=private)
    for warning in (*gathered.warnings, *made.warnings):
        call.err.write(f"WARNING: {warning}\n")
    _show(call, made, options, path, [*gathered.warnings, *made.warnings])


def _quiet(_phase: str, _done: int, _total: int) -> None:
    """Say nothing of each object where nobody looks on."""


def _gather(
    call: Call, context: Context, name: str, tell: Callable[[str, int, int], None]
) -> tuple[Gathered, ExportOptions]:
    from hivehelm.platform.export.chart import ExportOptions
    from hivehelm.platform.export.gather import of_release, of_selector

    flags = call.flags
    options = ExportOptions(
        name=flags.string("chart-name") or name.replace(".", "-"),
        namespace=context.namespace,
        version=flags.string("version"),
        app_version=flags.string("app-version"),
        description=flags.string("description"),
        include_secrets=flags.boolean("include-secrets"),
    )
    if flags.given("selector") or flags.given("kinds"):
        context.check_reachable()
        selector, kinds = flags.string("selector"), flags.strings("kinds")
        cluster_scoped = flags.boolean("cluster-scoped")
        return of_selector(context, selector, kinds, cluster_scoped=cluster_scoped, tell=tell), options
    from hivehelm.actions.get import get
    from hivehelm.platform.apps import UnknownAppError
    from hivehelm.release.errors import ReleaseNotFoundError

    try:
        release = get(context, name)
    except ReleaseNotFoundError as error:
        raise UnknownAppError(name, context.namespace) from error
    metadata = release.chart_metadata
    options = options.replace(
        release=name,
        app_version=options.app_version or str(metadata.get("appVersion") or ""),
        description=options.description or str(metadata.get("description") or ""),
    )
    return of_release(context, release, tell), options


def _show(call: Call, made: Exported, options: ExportOptions, path: str, warnings: list[str]) -> None:
    format_ = call.flags.string("format")
    if format_ != "table":
        document = {
            "chart": options.name,
            "version": options.version,
            "app_version": options.app_version,
            "path": path,
            "files": sorted(made.files),
            "objects": [{"kind": kind, "name": name} for kind, name in made.objects],
            "needed": made.needed,
            "warnings": warnings,
        }
        call.out.write(encode(format_, document))
        return
    shown = os.path.relpath(path) if not os.path.relpath(path).startswith("..") else path
    call.out.write(f"chart {options.name} with {len(made.objects)} objects is in {shown}\n")
    if made.needed:
        call.out.write("values of Secrets were not exported; an installation has to give:\n")
        call.out.write("".join(f"  {one}\n" for one in made.needed))


def _format_flag() -> Flag:
    """Return `-o`, under another name: `--output` is the directory."""
    flag = output_flag()
    flag.name = "format"
    return flag


command = Command(
    "export-helm",
    long=_LONG,
    flags=(
        string("name", "name of the app, the release, or of what the chosen objects are"),
        string("output", "directory to write the chart to"),
        string(
            "selector", "choose objects by labels, such as app=web, instead of those of a release", short="l"
        ),
        strings("kinds", "choose objects of these kinds only, commas between"),
        string("chart-name", "name of the chart; the app's where it is not given"),
        string("version", "version of the chart", default="0.1.0"),
        string("app-version", "version of the application; the release's where it is not given"),
        string("description", "what the chart is; the release's where it is not given"),
        boolean("cluster-scoped", "with --selector, choose objects that are in no namespace as well"),
        boolean("skip-crds", "leave out the definitions of custom resources"),
        boolean("include-secrets", "write the values of Secrets into the chart's values"),
        boolean("force", "replace a chart that is in the directory"),
        _format_flag(),
        *shared_flags(),
    ),
    arguments=no_arguments,
    run=run,
)
