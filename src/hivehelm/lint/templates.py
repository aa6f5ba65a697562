"""Rules for templates and what they render to (Helm's `rules/template.go`)."""

from __future__ import annotations

import os

from hivehelm.chart.errors import ChartError
from hivehelm.errors import HivehelmError
from hivehelm.lint import deprecations, names
from hivehelm.lint.objects import ObjectError, item_annotations, objects
from hivehelm.lint.report import ERROR, WARNING
from hivehelm.lint.subject import is_absent, stat_problem
from hivehelm.manifest.documents import SPACE
from hivehelm.render.capabilities import default
from hivehelm.render.context import ReleaseOptions, render_values
from hivehelm.render.engine import render
from hivehelm.values.coalesce import ValuesError, coalesce

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.chart.model import Chart
    from hivehelm.lint.objects import Object
    from hivehelm.lint.report import Report
    from hivehelm.lint.subject import Subject

DIRECTORY = "templates/"
RELEASE = "test-release"
_EXTENSIONS = (".yaml", ".yml", ".tpl", ".txt")
_SELECTING = ("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet")
# bufio.Scanner takes no longer lines.
_LONGEST_LINE = 64 * 1024


def check(report: Report, subject: Subject) -> None:
    """Render the chart, and look at what comes out."""
    path = subject.path("templates")
    if not report.note(WARNING, DIRECTORY, "directory does not exist" if is_absent(path) else ""):
        return
    if not report.note(ERROR, DIRECTORY, _directory_problem(path)):
        return
    try:
        chart = subject.chart()
    except ChartError as error:
        report.note(ERROR, DIRECTORY, str(error))
        return
    try:
        chart, files = _rendered(chart, subject)
    except ValuesError:
        # Helm says nothing where values do not fit together.
        return
    except HivehelmError as error:
        report.note(ERROR, DIRECTORY, str(error))
        return
    for template in chart.templates:
        name = template.name
        extension = os.path.splitext("x" + name.rpartition("/")[2])[1]
        report.note(ERROR, name, extension_problem(extension))
        if extension.lower() not in (".yaml", ".yml"):
            continue
        text = files.get(f"{chart.name}/{name}", "")
        if text.strip(SPACE) and not _check_objects(report, subject, name, text):
            return


def _directory_problem(path: str) -> str:
    return stat_problem(path) or ("" if os.path.isdir(path) else "not a directory")


def _rendered(chart: Chart, subject: Subject) -> tuple[Chart, dict[str, str]]:
    """Return the chart with the subcharts that take part, and what its templates render to, by path.

    Raises:
        ValuesError: values do not fit the subcharts.
        SchemaError, RenderError: as their rooms tell.
    """
    from hivehelm.values.subcharts import process_dependencies

    log = subject.log
    warn = None if log is None else lambda message: log("INFO", message)
    chart = process_dependencies(chart, subject.values, log)
    top = render_values(
        chart,
        # Coalesced once more below: a null of the user's removes nothing in the end.
        coalesce(chart, subject.values, warn),
        ReleaseOptions(name=RELEASE, namespace=subject.namespace, revision=0),
        default(subject.kube_version),
        validate=subject.validate,
        warn=warn,
    )
    # Neither an install nor an upgrade.
    top["Release"]["IsInstall"] = False
    return chart, render(chart, top, lint=True, cache=subject.cache, limits=subject.limits, log=log)


def _check_objects(report: Report, subject: Subject, name: str, text: str) -> bool:
    """Look at what one template renders to; tell whether all of it could be read."""
    report.note(WARNING, name, indent_problem(text))
    data = text.encode("utf-8", "surrogateescape")
    try:
        for found in objects(data):
            if found is None:
                continue
            report.note(WARNING, name, names.problem(found.kind, found.name))
            report.note(
                WARNING,
                name,
                deprecations.problem(found.api_version, found.kind, subject.kube_version),
            )
            report.note(ERROR, name, selector_problem(found, text))
            report.note(ERROR, name, list_problem(found, data))
    except ObjectError as error:
        return report.note(ERROR, name, f"unable to parse YAML: {error}")
    return True


def extension_problem(extension: str) -> str:
    """Tell of files that are neither manifests nor partials nor notes."""
    if extension in _EXTENSIONS:
        return ""
    return f"file extension '{extension}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt"


def indent_problem(text: str) -> str:
    """Tell of a first line that is indented."""
    for line in text.split("\n"):
        if len(line) * 4 >= _LONGEST_LINE:
            from hivehelm.golang.utf8 import length

            if length(line) >= _LONGEST_LINE:
                return "bufio.Scanner: token too long"
        if not line.strip(SPACE):
            continue
        if line.startswith((" ", "\t")):
            from hivehelm.golang.fmt import quote

            shown = quote(line.removesuffix("\r"))
            return f"document starts with an illegal indent: {shown}, which may cause parsing problems"
        break
    return ""


def selector_problem(found: Object, text: str) -> str:
    """Tell of a workload in whose file nothing looks like a selector."""
    if found.kind not in _SELECTING or "matchLabels" in text or "matchExpressions" in text:
        return ""
    from hivehelm.golang.fmt import quote

    return f"a {found.kind} must contain matchLabels or matchExpressions, and {quote(found.name)} does not"


def list_problem(found: Object, data: bytes) -> str:
    """Tell of resource policies on the items of a List, to which Helm pays no attention."""
    if found.kind != "List":
        return ""
    try:
        items = item_annotations(data)
    except ObjectError as error:
        return f"unable to parse YAML: {error}"
    if any("helm.sh/resource-policy" in item for item in items):
        return "annotation 'helm.sh/resource-policy' within List objects are ignored"
    return ""
