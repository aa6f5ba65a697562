"""All rules over one chart, in Helm's order (`lint.RunAll`)."""

from __future__ import annotations

from hivehelm.lint import chartfile, crds, dependencies, templates, values
from hivehelm.lint.report import Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.lint.subject import Subject


def run(subject: Subject) -> Report:
    """Return what is found in the chart at `subject`."""
    report = Report()
    for family in (chartfile, values, templates, dependencies, crds):
        family.check(report, subject)
    return report
