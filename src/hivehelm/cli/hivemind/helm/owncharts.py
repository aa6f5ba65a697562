"""`create-hivemind-charts`: write the charts of Hivemind's own parts."""

from __future__ import annotations

from hivehelm.cli.command import Command, no_arguments
from hivehelm.cli.flags import boolean, string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_SAYS = {
    "written": "Created chart {}",
    "updated": "Updated chart {}",
    "unchanged": "Chart {} is up to date",
    "kept": "Kept chart {}",
    "replaced": "Replaced chart {}",
}


def run(call: Call) -> None:
    """Write the charts, and say where."""
    from hivehelm.platform.charts import create_charts, told
    from hivehelm.platform.site import Site

    directory = call.flags.string("output") or Site.from_environ().charts
    for created in create_charts(directory, force=call.flags.boolean("force")):
        call.out.write(f"{_SAYS[created.state].format(created.path)}\n")
        if warning := told(created):
            call.err.write(f"WARNING: {warning}\n")


command = Command(
    "create-hivemind-charts",
    long="""Write the charts of Hivemind's own parts, each to the directory of its name:

    hivemind-core         the REST API
    hivemind-monitoring   Prometheus, Grafana
    hivemind-logging      Elasticsearch, Kibana, Fluentd
    hivemind-tracing      Jaeger
    hivemind-complete     all of them

They go to the platform's own directory, where `hivemind helm install --chart hivemind-complete` finds them
from anywhere. Run again, it brings charts of an older version up to date. A chart in which a file has been
changed is left as it is, unless --force asks to replace it: then what was there goes to `replaced`.
""",
    flags=(
        string("output", "the directory to write them to (default $HIVEMIND_HOME/charts)"),
        boolean("force", "replace charts that have been changed, and keep those in the directory replaced"),
    ),
    arguments=no_arguments,
    run=run,
)
