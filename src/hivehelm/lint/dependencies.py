"""Rules for what a chart asks for and what is in `charts/` (Helm's `rules/dependencies.go`)."""

from __future__ import annotations

from hivehelm.chart.errors import ChartError
from hivehelm.lint.report import ERROR, WARNING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.chart.model import Chart, Metadata
    from hivehelm.lint.report import Report
    from hivehelm.lint.subject import Subject


def check(report: Report, subject: Subject) -> None:
    """Compare Chart.yaml with the charts that are there."""
    try:
        chart = subject.chart()
    except ChartError as error:
        report.note(ERROR, "", f"unable to load chart\n\t{error}")
        return
    report.note(ERROR, subject.directory, unmentioned_problem(chart))
    report.note(ERROR, subject.directory, shadowing_problem(chart.metadata))
    report.note(WARNING, subject.directory, missing_problem(chart))


def unmentioned_problem(chart: Chart) -> str:
    """Tell of charts in `charts/` that Chart.yaml does not ask for."""
    asked = {dependency.name for dependency in chart.metadata.dependencies or ()}
    names = [below.name for below in chart.dependencies if below.name not in asked]
    return f"chart metadata is missing these dependencies: {','.join(names)}" if names else ""


def shadowing_problem(metadata: Metadata) -> str:
    """Tell of dependencies that go by the same name."""
    known: set[str] = set()
    names: list[str] = []
    for dependency in metadata.dependencies or ():
        name = dependency.alias or dependency.name
        if name in known:
            names.append(name)
        known.add(name)
    return f"multiple dependencies with name or alias: {','.join(names)}" if names else ""


def missing_problem(chart: Chart) -> str:
    """Tell of charts that Chart.yaml asks for and that are not in `charts/`."""
    there = {below.name for below in chart.dependencies}
    names = [asked.name for asked in chart.metadata.dependencies or () if asked.name not in there]
    return f"chart directory is missing these dependencies: {','.join(names)}" if names else ""
