"""`hivemind app deploy`."""

from __future__ import annotations

import os

from hivehelm.cli.command import Command, no_arguments
from hivehelm.cli.flags import boolean, duration, string, strings
from hivehelm.cli.hivehelm.chartflags import chart_flags, value_flags
from hivehelm.cli.hivemind.app.flags import needed, reach, shared_flags, site_of
from hivehelm.cli.output import encode, output_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.chart.model import Chart
    from hivehelm.cli.command import Call

_FIVE_MINUTES = 300_000_000_000

_LONG = """Deploy an app from a Helm chart; one that is there already is upgraded.

The chart is a directory, an archive, REPOSITORY/NAME, an oci:// reference or a URL. The namespace is made if
it is not there. Values come from files and from the command line; what is named later wins:

    $ hivemind app deploy --name my-app --helm-chart stable/nginx --helm-values values.yaml
    $ hivemind app deploy --name my-app --helm-chart ./my-app --set replicaCount=3 --namespace shop --wait
"""


def run(call: Call) -> None:
    """Deploy an app and show it."""
    from hivehelm.cli.hivehelm.cancellation import Cancellation
    from hivehelm.cli.hivehelm.session import template_cache
    from hivehelm.cli.hivemind.app.stages import staged
    from hivehelm.platform.apps import DeployOptions, deploy, described
    from hivehelm.sources.schema import load_schema

    flags = call.flags
    name, reference = needed(call, "name"), needed(call, "helm-chart")
    chart = _chart(call, reference)
    values = _values(call)
    format_ = flags.string("output")
    with staged(call.err, f"app {name}") as on_event, Cancellation(call, announced=False) as cancelled:
        context = reach(call, on_event=on_event)
        options = DeployOptions(
            wait=flags.boolean("wait"),
            timeout=flags.integer("timeout") / 1e9,
            adopt=flags.boolean("adopt"),
            dry_run=flags.boolean("dry-run"),
            description=flags.string("description"),
            cache=template_cache(call),
            schema_loader=load_schema,
            cancel=cancelled,
        )
        release = deploy(context, name, chart, values, options)
    app = described(release)
    if format_ != "table":
        call.out.write(encode(format_, {**app.to_document(), "notes": release.info.notes}))
        return
    if options.dry_run:
        call.out.write(release.manifest)
        return
    done = "deployed" if app.revision == 1 else f"upgraded to revision {app.revision}"
    call.out.write(f'app "{app.name}" {done} in namespace "{app.namespace}" ({app.chart})\n')
    if release.info.notes:
        call.out.write(f"\n{release.info.notes.strip()}\n")


def _chart(call: Call, reference: str) -> Chart:
    from hivehelm.actions.requirements import check_requirements
    from hivehelm.chart.load import load
    from hivehelm.cli.hivehelm.chartflags import access, keyring, version
    from hivehelm.cli.hivehelm.session import log_of

    flags = call.flags
    log = log_of(call)
    path = site_of(call).find(
        reference,
        version=version(flags),
        repository=flags.string("repo"),
        directory=os.getcwd(),
        access=access(flags),
        keyring=keyring(call) if flags.boolean("verify") else None,
        log=log,
    )
    chart = load(path, log)
    check_requirements(chart)
    return chart


def _values(call: Call) -> dict[str, Any]:
    from hivehelm.cli.hivehelm.session import log_of, stores
    from hivehelm.sources.read import read
    from hivehelm.values.inputs import merge

    flags, log = call.flags, log_of(call)
    return merge(
        flags.strings("helm-values"),
        flags.strings("set"),
        flags.strings("set-string"),
        flags.strings("set-file"),
        flags.strings("set-json"),
        flags.strings("set-literal"),
        lambda file: read(file, lambda: stores(call), log),
    )


command = Command(
    "deploy",
    long=_LONG,
    flags=(
        string("name", "name of the app"),
        string("helm-chart", "chart to deploy"),
        strings(
            "helm-values",
            "file with values, - for standard input; may be repeated, later ones win",
            short="f",
        ),
        *(flag for flag in value_flags() if flag.name != "values"),
        *chart_flags(),
        boolean("wait", "wait until everything is ready"),
        duration("timeout", "how long to wait", default=_FIVE_MINUTES),
        boolean("adopt", "make an app of a release that is there and is none"),
        boolean("dry-run", "show what would be deployed, and change nothing"),
        string("description", "describe the revision"),
        output_flag(),
        *shared_flags(),
    ),
    arguments=no_arguments,
    run=run,
)
