"""Rules for the files under `crds/` (Helm's `rules/crds.go`)."""

from __future__ import annotations

import os

from hivehelm.chart.errors import ChartError
from hivehelm.lint.objects import ObjectError, objects
from hivehelm.lint.report import ERROR
from hivehelm.lint.subject import is_absent, stat_problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.lint.report import Report
    from hivehelm.lint.subject import Subject

DIRECTORY = "crds/"


def check(report: Report, subject: Subject) -> None:
    """Look at the CRDs of a chart and, where it has a directory of them, at its subcharts'."""
    path = subject.path("crds")
    if is_absent(path) or not report.note(ERROR, DIRECTORY, _directory_problem(path)):
        return
    try:
        chart = subject.chart()
    except ChartError as error:
        report.note(ERROR, DIRECTORY, str(error))
        return
    for crd in chart.crds():
        try:
            for found in objects(crd.file.data):
                if found is None:
                    continue
                if not found.api_version.startswith("apiextensions.k8s.io"):
                    report.note(ERROR, crd.name, "apiVersion is not in 'apiextensions.k8s.io'")
                if found.kind != "CustomResourceDefinition":
                    report.note(ERROR, crd.name, "object kind is not 'CustomResourceDefinition'")
        except ObjectError as error:
            # Neither this file nor any other is looked at further.
            report.note(ERROR, crd.name, f"unable to parse YAML: {error}")
            return


def _directory_problem(path: str) -> str:
    return stat_problem(path) or ("" if os.path.isdir(path) else "not a directory")
