"""`show`: what is in a chart (Helm's `pkg/action/show.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, exactly, no_arguments
from hivehelm.cli.flags import string
from hivehelm.cli.hivehelm.chartflags import chart_flags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hivehelm.chart.model import Chart
    from hivehelm.cli.command import Call

_READMES = ("readme.md", "readme.txt", "readme")


def _definition(chart: Chart) -> Iterator[str]:
    from hivehelm.chart.encode import metadata_document
    from hivehelm.golang.yaml import dump

    yield dump(metadata_document(chart.metadata)) + "\n"


def _values(chart: Chart, *, rule: bool = False) -> Iterator[str]:
    found = "".join(_text(file.data) for file in chart.raw if file.name == "values.yaml")
    if found:
        yield ("---\n" if rule else "") + found


def _readme(chart: Chart, *, rule: bool = False) -> Iterator[str]:
    for file in chart.files:
        if file.name.lower() in _READMES:
            yield ("---\n" if rule else "") + _text(file.data)
            return


def _crds(chart: Chart) -> Iterator[str]:
    for crd in chart.crds():
        data = crd.file.data
        yield ("" if data.startswith(b"---") else "---\n") + _text(data)


def _all(chart: Chart) -> Iterator[str]:
    yield from _definition(chart)
    yield from _values(chart, rule=True)
    yield from _readme(chart, rule=True)
    yield from _crds(chart)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape") + "\n"


def _command(name: str, short: str, part: Callable[[Chart], Iterator[str]]) -> Command:
    def run(call: Call) -> None:
        from hivehelm.chart.loadany import load_any
        from hivehelm.cli.hivehelm.session import locate, log_of

        path = locate(call, call.arguments[0])
        call.out.write("".join(part(load_any(path, log_of(call)))))

    extra = (string("jsonpath", "", available=False),) if name == "values" else ()
    return Command(
        f"{name} [CHART]",
        short,
        long=f"{short[0].upper()}{short[1:]}.",
        flags=(*extra, *chart_flags()),
        arguments=exactly(1),
        run=run,
    )


command = Command(
    "show",
    long="Look into a chart: a directory or an archive.",
    arguments=no_arguments,
    commands=(
        _command("all", "show all there is to show of a chart", _all),
        _command("readme", "show a chart's README", _readme),
        _command("values", "show a chart's default values", _values),
        _command("chart", "show a chart's Chart.yaml", _definition),
        _command("crds", "show a chart's custom resource definitions", _crds),
    ),
)
