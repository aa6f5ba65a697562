"""`show`: what is in a chart (Helm's `pkg/action/show.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, exactly, no_arguments
from hivehelm.cli.flags import string
from hivehelm.cli.hivehelm.chartflags import chart_flags
from hivehelm.cli.hivehelm.limitflags import limit_flags, limits_of
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hivehelm.chart.model import Chart
    from hivehelm.cli.command import Call


class TemplateSyntaxError(HivehelmError):
    """The JSONPath `template` is malformed."""

    def __init__(self, template: str, problem: HivehelmError) -> None:
        super().__init__(template, problem)
        self.template = template
        self.problem = problem

    def __str__(self) -> str:
        return f"error parsing jsonpath {self.template}: {self.problem}"


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


def _run(call: Call, part: Callable[[Chart], Iterator[str]]) -> None:
    from hivehelm.chart.loadany import load_any
    from hivehelm.cli.hivehelm.session import check_registry, locate, log_of

    check_registry(call)
    flags, log = call.flags, log_of(call)
    log.debug("original chart version", version=flags.string("version"))
    if not flags.string("version") and flags.boolean("devel"):
        log.debug("setting version to >0.0.0-0")
    path = locate(call, call.arguments[0], registry_out=call.err)
    limits = limits_of(call.flags)
    with limits.watched():
        text = limits.check_output("".join(part(load_any(path, log))))
    call.out.write(text)


def _run_values(call: Call) -> None:
    template = call.flags.string("jsonpath")
    _run(call, (lambda chart: _found(chart, template)) if template else _values)


def _found(chart: Chart, template: str) -> Iterator[str]:
    """Yield what a JSONPath template finds in a chart's values; Helm says nothing about what it does not."""
    if not any(file.name == "values.yaml" for file in chart.raw):
        return
    from hivehelm.golang.jsonpath import JSONPathError, evaluate

    try:
        found = evaluate(template, chart.values)
    except JSONPathError as error:
        raise TemplateSyntaxError(template, error) from error
    if found is not None:
        yield found


def _command(
    name: str, short: str, part: Callable[[Chart], Iterator[str]], run: Callable[[Call], None] | None = None
) -> Command:
    extra = (string("jsonpath", "print only what this JSONPath template finds"),) if name == "values" else ()
    return Command(
        f"{name} [CHART]",
        short,
        long=f"{short[0].upper()}{short[1:]}.",
        flags=(*extra, *chart_flags(), *limit_flags()),
        arguments=exactly(1),
        run=run or (lambda call: _run(call, part)),
    )


command = Command(
    "show",
    long="Look into a chart: a directory or an archive.",
    arguments=no_arguments,
    commands=(
        _command("all", "show all there is to show of a chart", _all),
        _command("readme", "show a chart's README", _readme),
        _command("values", "show a chart's default values", _values, _run_values),
        _command("chart", "show a chart's Chart.yaml", _definition),
        _command("crds", "show a chart's custom resource definitions", _crds),
    ),
)
