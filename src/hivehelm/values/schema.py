"""Values against the schemas of a chart and its subcharts (Helm's `pkg/chart/common/util/jsonschema.go`).

Helm validates with santhosh-tekuri/jsonschema v6; what it does is in `jsonschema`.
"""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.values.jsonschema.scope import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.chart.model import Chart

    Fitting = dict[str, tuple[bytes, dict[str, Any]]]

ROOT_URL = "file:///values.schema.json"
_HEAD = f"jsonschema validation failed with '{ROOT_URL}#'\n"


class SchemaError(HivehelmError):
    """Values don't fit a schema, or a schema is broken.

    `problems` are pairs of a chart's name and what is said about it.
    """

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        text = "".join(f"{name}:\n{problem}" for name, problem in problems)
        super().__init__(
            f"values don't meet the specifications of the schema(s) in the following chart(s):\n{text}"
        )
        self.problems = problems


def validate(
    chart: Chart,
    values: dict[str, Any],
    loader: Callable[[str], bytes] | None = None,
    log: Callable[..., None] | None = None,
    fitting: Fitting | None = None,
) -> None:
    """Check coalesced `values` against the schemas of `chart` and the charts below it.

    `loader(url)` gives the text of a schema that another refers to by a file, http or https URL; without it
    such references fail. `log(level, message, **attributes)` takes what Helm logs. `fitting` are values that
    have fitted, by the path of their chart, with its schema: what is as it was is not looked at again; those
    that fit now take their place.

    Raises:
        SchemaError: something does not fit, with every failure of every chart.
    """
    problems: list[tuple[str, str]] = []
    _collect(chart, values, problems, loader, log, fitting)
    if problems:
        raise SchemaError(problems)


def _collect(
    chart: Chart,
    values: dict[str, Any],
    problems: list[tuple[str, str]],
    loader: Callable[[str], bytes] | None,
    log: Callable[..., None] | None,
    fitting: Fitting | None,
) -> None:
    if (schema := chart.schema) is not None:
        if log is not None:
            log("DEBUG", "chart name", **{"chart-name": chart.name})
        known = None if fitting is None else fitting.pop(chart.full_path, None)
        earlier = known[1] if known is not None and known[0] == schema else ABSENT
        if problem := check(values, schema, loader, log, earlier):
            problems.append((chart.name, problem))
        elif fitting is not None:
            fitting[chart.full_path] = schema, values
    if log is not None:
        count = len(chart.dependencies)
        log("DEBUG", "number of dependencies in the chart", chart=chart.name, dependencies=count)
    for below in chart.dependencies:
        inner = values.get(below.name)
        if inner is None:
            continue
        if isinstance(inner, dict):
            _collect(below, inner, problems, loader, log, fitting)
            continue
        from hivehelm.golang.kinds import type_name

        told = f"invalid type for values: expected object (map), got {type_name(inner)}\n"
        problems.append((below.name, told))


def check(
    values: Any,
    schema: bytes,
    loader: Callable[[str], bytes] | None = None,
    log: Callable[..., None] | None = None,
    earlier: Any = ABSENT,
) -> str:
    """Return what Helm says about `values` under one schema, empty where they fit; as `earlier` ones did."""
    from hivehelm.values.jsonschema.compiled import compiled
    from hivehelm.values.jsonschema.document import DocumentError
    from hivehelm.values.jsonschema.walk import Walk

    def read() -> None:
        if log is not None:
            log("DEBUG", "unmarshalled JSON schema", schema=schema.decode("utf-8", "surrogateescape"))

    try:
        root = compiled(schema, ROOT_URL, loader, log, read)
    except DocumentError as error:
        return str(error)
    failure = Walk().validate(root, values, earlier)
    return "" if failure is None else failure.text().removeprefix(_HEAD) + "\n"
