from __future__ import annotations

from typing import Any

import pytest

from hivehelm.chart.model import Chart, Dependency, Metadata
from hivehelm.values.again import Again, replaced
from hivehelm.values.coalesce import ValuesError, coalesce
from hivehelm.values.subcharts import process_dependencies


def chart() -> Chart:
    """Return a chart with two subcharts: one that conditions and a tag decide on, and another."""
    one = Chart(
        Metadata("one", "1.0.0", "v2"),
        values={"a": 1.0, "exports": {"data": {"x": 1.0}}, "global": {"own": {"deep": {"k": "v"}}}},
    )
    two = Chart(Metadata("two", "1.0.0", "v2"), values={"a": 2.0, "n": None})
    dependencies = [
        Dependency(
            "one", "1.0.0", condition="one.enabled, on", tags=["front"], import_values=["data"], alias="first"
        ),
        Dependency("two", "1.0.0"),
    ]
    return Chart(
        Metadata("above", "1.0.0", "v2", dependencies=dependencies),
        values={"a": 0.0, "on": True, "m": {"a": [1.0]}, "global": {"g": 1.0, "t": {"u": {"w": 1.0}}}},
        dependencies=[one, two],
    )


def settled(again: Again, made: Chart, values: dict[str, Any]) -> dict[str, Any]:
    """Settle, hold what comes out to what coalescing gives, and return it."""
    again.settle(made, values)
    processed = process_dependencies(made, values)
    assert again.values == coalesce(processed, values)
    assert [below.name for below in again.chart.dependencies] == [
        below.name for below in processed.dependencies
    ]
    return again.values


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"a": 1.0}, {"a": 2.0}),
        ({"a": "text"}, {"a": True}),
        ({"a": [1.0]}, {"a": [{"b": 1.0}]}),
        ({"m": {"a": "x", "b": 1.0}}, {"m": {"a": "y", "b": 2.0}}),
        ({"global": {"g": 1.0}}, {"global": {"g": 2.0}}),
        ({"global": {"t": {"u": {"w": 1.0}}}}, {"global": {"t": {"u": {"w": 2.0}}}}),
        ({"first": {"global": {"t": {"u": {"z": 1.0}}}}}, {"first": {"global": {"t": {"u": {"z": 2.0}}}}}),
        ({"first": {"a": "x"}, "two": {"a": "x"}}, {"first": {"a": "y"}, "two": {"a": "x"}}),
        ({"tags": "none"}, {"tags": "at all"}),
        ({"on": 1.0}, {"on": "no"}),
    ],
)
def test_values_that_are_only_moved_are_not_coalesced_again(
    first: dict[str, Any], second: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, again = chart(), Again()
    settled(again, made, first)
    settled(again, made, second)
    with monkeypatch.context() as patch:
        for name in ("coalesce", "process_dependencies"):
            patch.setattr(f"hivehelm.values.again.{name}", lambda *_: pytest.fail("again"))
        again.settle(made, first)
    assert again.values == coalesce(process_dependencies(made, first), first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"a": 1.0}, {"a": None}),
        ({"a": 1.0}, {"a": {}}),
        ({"a": 1.0}, {}),
        ({"a": 1.0, "b": 1.0}, {"b": 1.0, "a": 1.0}),
        ({"on": True}, {"on": False}),
        ({"on": True}, {"on": "no"}),
        ({"tags": {"front": True}, "on": 1.0}, {"tags": {"front": False}, "on": 1.0}),
        ({"first": {"one": {"enabled": True}}}, {"first": {"one": {"enabled": False}}}),
        ({"m": {"a": 1.0}}, {"m": 1.0}),
        ({"m": {"a": 1.0}}, {"m": {"a": {}}}),
    ],
)
def test_what_may_decide_on_other_values_starts_over(first: dict[str, Any], second: dict[str, Any]) -> None:
    made, again = chart(), Again()
    for values in (first, second, first, second):
        settled(again, made, values)


def test_another_chart_starts_over() -> None:
    again = Again()
    for made in (chart(), Chart(Metadata("c", "1.0.0", "v2"), values={"a": 1.0})):
        for number in (1.0, 2.0):
            settled(again, made, {"a": number})


def test_a_failure_leaves_nothing_to_go_on_with() -> None:
    made, again = chart(), Again()
    settled(again, made, {"two": {"a": 1.0}})
    with pytest.raises(ValuesError, match="type mismatch on two"):
        again.settle(made, {"two": "text"})
    settled(again, made, {"two": {"a": 2.0}})


def test_what_is_given_may_change_later() -> None:
    made, again = chart(), Again()
    values: dict[str, Any] = {"a": [1.0], "m": {"x": 1.0}}
    settled(again, made, values)
    values["a"].append(2.0)
    settled(again, made, values)
    values["a"].append(3.0)
    assert again.values["a"] == [1.0, 2.0]
    settled(again, made, values)


def test_what_was_one_in_two_places_stays_one() -> None:
    shared = {"x": 1.0, "y": {}}
    tree = {"a": {"s": shared}, "b": shared, "c": {"d": {}}}
    other = replaced(tree, {("a", "s", "x"): 2.0, ("b", "x"): 2.0})
    assert other == {"a": {"s": {"x": 2.0, "y": {}}}, "b": {"x": 2.0, "y": {}}, "c": {"d": {}}}
    assert other["a"]["s"] is other["b"]
    assert other["c"] is tree["c"]
    assert shared["x"] == 1.0
