"""`create-chart`: make a new chart."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.flags import string
from hivehelm.cli.hivemind.helm.named import gather, name_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_USAGE = "hivemind helm create-chart --name NAME [--description TEXT] [--directory DIRECTORY]"


def run(call: Call) -> None:
    """Write the chart's files."""
    from hivehelm.platform.scaffold import create_chart

    name = gather(call, ["name"], _USAGE)[0]
    path = create_chart(
        name,
        call.flags.string("description"),
        call.flags.string("directory"),
        warn=lambda message: call.err.write(f"{message}\n"),
    )
    call.out.write(f"Created chart {name} in {path}\n")


command = Command(
    "create-chart",
    long="""Make a new chart: a deployment with probes and resources, a service, and a schema for its values.

    my-app/
    ├── Chart.yaml
    ├── values.yaml
    ├── values.schema.json
    └── templates/
        ├── deployment.yaml
        ├── service.yaml
        ├── _helpers.tpl
        └── NOTES.txt

Files that are there already are overwritten, with a warning.
""",
    flags=(
        name_flag("the chart's name"),
        string("description", "what it is for, in a sentence"),
        string("directory", "the directory to make it in", default="."),
    ),
    run=run,
)
