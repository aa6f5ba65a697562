"""From the arguments of install and template to a chart and its values (half of Helm's `runInstall`)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.chart.model import Chart
    from hivehelm.cli.command import Call
    from hivehelm.cli.log import Log


class NotInstallableError(HivehelmError):
    """A chart is of a `kind`, such as library, that cannot be installed."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind

    def __str__(self) -> str:
        return f"{self.kind} charts are not installable"


class MissingDependenciesError(HivehelmError):
    """Chart.yaml asks for charts, `names`, that are not in `charts/`."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(names)
        self.names = names

    def __str__(self) -> str:
        return (
            "an error occurred while checking for chart dependencies. "
            "You may need to run 'helm dependency build' to fetch missing dependencies: "
            "found in Chart.yaml, but missing in charts/ directory: " + ", ".join(self.names)
        )


class Request(Record):
    """What is to be installed or rendered: a release's name, a chart, and the user's values."""

    name: str
    chart: Chart
    values: dict[str, Any]


def read_request(call: Call, log: Log, *, name: str = "") -> Request:
    """Return what the arguments and the value flags of a call ask for; `name` stands where they give none.

    Raises:
        HivehelmError: the arguments, the chart or the values are wrong.
    """
    from hivehelm.actions.names import choose
    from hivehelm.chart.load import load
    from hivehelm.cli.hivehelm.session import locate
    from hivehelm.sources.read import read
    from hivehelm.values.inputs import merge

    flags = call.flags
    version = flags.string("version")
    log.debug("Original chart version", version=version)
    if not version and flags.boolean("devel"):
        log.debug("setting version to >0.0.0-0")
    name, reference = choose(
        call.arguments,
        name=name,
        generate_name=flags.boolean("generate-name"),
        name_template=flags.string("name-template"),
    )
    path = locate(call, reference)
    log.debug("Chart path", path=path)
    values = merge(
        flags.strings("values"),
        flags.strings("set"),
        flags.strings("set-string"),
        flags.strings("set-file"),
        flags.strings("set-json"),
        flags.strings("set-literal"),
        read,
    )
    chart = load(path, log)
    if chart.metadata.type not in ("", "application"):
        raise NotInstallableError(chart.metadata.type)
    if chart.metadata.deprecated:
        log.warn("this chart is deprecated")
    there = {part.name for part in chart.dependencies}
    missing = [wanted.name for wanted in chart.metadata.dependencies or () if wanted.name not in there]
    if missing:
        raise MissingDependenciesError(missing)
    return Request(name=name, chart=chart, values=values)
