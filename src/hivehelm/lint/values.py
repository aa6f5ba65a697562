"""Rules for values.yaml, under what the user gave (Helm's `rules/values.go`)."""

from __future__ import annotations

import os

from hivehelm.chart.errors import ChartError
from hivehelm.lint.report import ERROR, INFO
from hivehelm.lint.subject import read
from hivehelm.values.coalesce import coalesce_tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.lint.report import Report
    from hivehelm.lint.subject import Subject

FILE = "values.yaml"
SCHEMA = "values.schema.json"


def check(report: Report, subject: Subject) -> None:
    """Look at values.yaml, and at the chart's schema where it has one, not at subcharts'."""
    missing = not os.path.exists(subject.path(FILE))
    if report.note(INFO, FILE, "file does not exist" if missing else ""):
        report.note(ERROR, FILE, problem(subject))


def problem(subject: Subject) -> str:
    """Tell whether values.yaml can be read and, with the user's values over it, fits the schema."""
    try:
        values = _read(subject.path(FILE))
    except ChartError as error:
        return f"unable to parse YAML: {error}"
    warn = None if (log := subject.log) is None else lambda message: log("INFO", message)
    # Tables within stay the user's own: defaults get into them for good.
    merged = coalesce_tables(dict(subject.values), values, warn)
    try:
        schema = read(subject.path(SCHEMA))
    except ChartError:
        return ""
    if not schema or subject.check_schema is None:
        return ""
    return subject.check_schema(merged, schema)


def _read(path: str) -> dict[str, Any]:
    """Return the first document of a values file (`common.ReadValuesFile`).

    Raises:
        ChartError: it cannot be read, is not YAML, or not a table.
    """
    from hivehelm.golang.json import kind_name
    from hivehelm.golang.yaml import YAMLError, load

    try:
        values = load(read(path))
    except YAMLError as error:
        raise ChartError(str(error), path) from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        kind = kind_name(values)
        raise ChartError(
            "error unmarshaling JSON: while decoding JSON: "
            f"json: cannot unmarshal {kind} into Go value of type common.Values",
            path,
        )
    return values
