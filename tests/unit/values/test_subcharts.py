from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hivehelm.chart.load import load_files
from hivehelm.chart.model import Chart, Dependency, File, Metadata
from hivehelm.chart.values import load_values
from hivehelm.values.coalesce import ValuesError, coalesce
from hivehelm.values.subcharts import process_dependencies

CASES = sorted((Path(__file__).parents[2] / "cases" / "values").glob("*.json"))


def slog(level: str, message: str, attributes: dict[str, object]) -> str:
    """Return what Helm's logger writes."""

    def text(value: object) -> str:
        said = str(value).replace('"', '\\"')
        return f'"{said}"' if not said or set(said) & set(' "=') else said

    pairs = "".join(f" {name}={text(value)}" for name, value in attributes.items())
    return f"level={level} msg={text(message)}{pairs}"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_trees_come_to_helms_values(path: Path) -> None:
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    chart = load_files([File(name, text.encode()) for name, text in case["files"].items()])
    before = json.dumps(chart.values)
    user = load_values(case["user"].encode())
    logs: list[str] = []

    def log(level: str, message: str, **attributes: object) -> None:
        logs.append(slog(level, message, attributes))

    if "error" in case:
        with pytest.raises(ValuesError) as raised:
            process_dependencies(chart, user, log)
        assert str(raised.value) == case["error"]
        return
    processed = process_dependencies(chart, user, log)
    values = coalesce(processed, user, lambda message: log("INFO", message))
    found: dict[str, Any] = {}

    def visit(part: Chart, table: dict[str, Any]) -> None:
        found[part.full_path] = {"dependencies": part.metadata_as_map()["Dependencies"], "values": table}
        for below in part.dependencies:
            visit(below, table[below.name])

    visit(processed, values)
    assert found == case["charts"]
    assert sorted(logs) == case["warnings"]
    assert json.dumps(chart.values) == before
    assert all(not wanted.enabled for part in chart.walk() for wanted in part.metadata.dependencies or ())


def tree(*wanted: Dependency, values: dict[str, Any] | None = None) -> Chart:
    below = [
        Chart(Metadata(name, "1.2.3", "v2"), values={"exports": {"e": {"from": name}}, "t": {}})
        for name in ("b", "c")
    ]
    metadata = Metadata("a", "1.0.0", "v2", dependencies=list(wanted))
    return Chart(metadata, values=values, dependencies=below)


def names(chart: Chart) -> list[str]:
    return [below.name for below in chart.dependencies]


def test_versions_choose_among_vendored_charts() -> None:
    chart = tree(Dependency("b", "^1.0.0"), Dependency("c", ">=2"), Dependency("b", "not a range", alias="d"))
    assert names(process_dependencies(chart, {})) == ["c", "b"]
    assert names(chart) == ["b", "c"]


def test_one_chart_takes_part_under_several_names() -> None:
    chart = tree(Dependency("b", "1.2.3", alias="x"), Dependency("b", "1.2.3", alias="y", condition="y.on"))
    processed = process_dependencies(chart, {"y": {"on": False}})
    assert names(processed) == ["c", "x"]
    assert [below.full_path for below in processed.dependencies] == ["a/charts/c", "a/charts/x"]
    assert names(process_dependencies(chart, {"y": {"on": True}})) == ["c", "x", "y"]


@pytest.mark.parametrize(
    ("values", "left"),
    [
        ({}, ["b", "c"]),
        ({"tags": {"front": False}}, ["c"]),
        ({"tags": {"front": False, "back": True}}, ["b", "c"]),
        ({"tags": {"front": "no"}}, ["b", "c"]),
        ({"tags": False}, ["b", "c"]),
        ({"tags": {"front": False}, "b": {"on": True}}, ["b", "c"]),
        ({"b": {"on": "yes"}, "second": False}, ["c"]),
        ({"b": {"on": {}}, "second": False}, ["c"]),
    ],
)
def test_tags_and_conditions_switch(values: dict[str, Any], left: list[str]) -> None:
    chart = tree(
        Dependency("b", "1.2.3", tags=["front", "back"], condition=" b.on,,second"), Dependency("c", "1.2.3")
    )
    assert names(process_dependencies(chart, values)) == left


def test_nothing_left_leaves_no_list() -> None:
    chart = tree(Dependency("b", "1.2.3", condition="on"), Dependency("c", "1.2.3", condition="on"))
    processed = process_dependencies(chart, {"on": False})
    assert processed.metadata.dependencies is None
    assert processed.dependencies == []


def test_values_are_imported_under_their_parents_own() -> None:
    imports = ["e", {"child": "t", "parent": "none"}, {"child": "exports", "parent": "deep.er"}, 3, "missing"]
    chart = tree(Dependency("b", "1.2.3", import_values=imports), values={"deep": {"er": {"e": "mine"}}})
    said: list[str] = []
    processed = process_dependencies(chart, {}, lambda level, message, **_: said.append(f"{level} {message}"))
    assert processed.values["from"] == "b"
    assert processed.values["deep"]["er"]["e"] == "mine"
    assert processed.metadata.dependencies is not None
    assert processed.metadata.dependencies[0].import_values == [
        {"child": "exports.e", "parent": "."},
        {"child": "t", "parent": "none"},
        {"child": "exports", "parent": "deep.er"},
        {"child": "exports.missing", "parent": "."},
    ]
    assert "WARN ImportValues missing table" in said


def test_imports_without_a_child_are_told() -> None:
    chart = tree(Dependency("b", "1.2.3", import_values=[{"parent": "x"}]))
    said: list[object] = []
    process_dependencies(chart, {}, lambda level, message, **more: said.append((message, more["chart"])))
    assert said == [("ImportValues missing table from chart", "b")]


def test_values_that_do_not_fit_are_told_where_somebody_listens() -> None:
    wanted = Dependency("b", "1.2.3", import_values=[3, "data"])
    for log in (None, lambda *_given, **_more: None):
        chart = tree(wanted, values={"b": {"x": {"y": 1}}})
        process_dependencies(chart, {"b": {"x": 1}}, log)
        assert names(chart) == ["b", "c"]
