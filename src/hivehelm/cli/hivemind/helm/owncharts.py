"""`create-hivemind-charts`: write the charts of Hivemind's own parts."""

from __future__ import annotations

from hivehelm.cli.command import Command, no_arguments
from hivehelm.cli.flags import string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def run(call: Call) -> None:
    """Write the charts, and say where."""
    from hivehelm.platform.charts import create_hivemind_charts

    for path in create_hivemind_charts(call.flags.string("directory")):
        call.out.write(f"Created chart {path}\n")


command = Command(
    "create-hivemind-charts",
    long="""Write the charts of Hivemind's own parts, each to the directory of its name:

    hivemind-core         Hivemind itself
    hivemind-monitoring   Prometheus, Grafana
    hivemind-logging      Elasticsearch, Kibana, Fluentd
    hivemind-tracing      Jaeger
    hivemind-complete     all of them

Files that are there already are overwritten.
""",
    flags=(string("directory", "the directory to write them to", default="."),),
    arguments=no_arguments,
    run=run,
)
