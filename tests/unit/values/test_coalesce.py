from __future__ import annotations

from typing import Any

import pytest

from hivehelm.chart.model import Chart, Metadata
from hivehelm.golang.kinds import Int64, StringSlice
from hivehelm.values.coalesce import (
    ValuesError,
    coalesce,
    coalesce_tables,
    copy,
    merge,
    merge_tables,
)


def chart(name: str, values: dict[str, Any], *below: Chart) -> Chart:
    return Chart(Metadata(name, "1.0.0", "v2"), values=values, dependencies=below)


def test_users_values_win_and_nulls_delete() -> None:
    top = chart("a", {"x": 1, "t": {"a": 1, "b": None, "c": {"d": 1}}, "gone": 1, "never": None})
    found = coalesce(top, {"t": {"a": None, "e": None}, "gone": None, "unknown": None})
    assert found == {"x": 1, "t": {"c": {"d": 1}, "e": None}, "unknown": None}
    kept = merge(top, {"t": {"a": None}, "gone": None})
    assert kept == {
        "x": 1,
        "t": {"a": None, "b": None, "c": {"d": 1}},
        "gone": None,
        "never": None,
    }


def test_nothing_is_shared_with_what_was_given() -> None:
    defaults: dict[str, Any] = {"t": {"l": [{"a": 1}]}}
    given: dict[str, Any] = {"u": {"l": [1]}}
    found = coalesce(chart("a", defaults), given)
    found["t"]["l"][0]["a"] = 2
    found["u"]["l"].append(2)
    assert defaults == {"t": {"l": [{"a": 1}]}}
    assert given == {"u": {"l": [1]}}


def test_globals_go_down_and_tables_of_theirs_are_shared_below_the_first_level() -> None:
    below = chart("b", {"global": {"x": "own", "y": 1, "t": {"n": {"own": 1}}}})
    top = chart("a", {"global": {"x": "top", "t": {"n": {"top": 1}}}}, below)
    found = coalesce(top, {})
    assert found["b"]["global"]["x"] == "top"
    assert found["b"]["global"]["y"] == 1
    assert found["b"]["global"]["t"] is not found["global"]["t"]
    # Helm's own leak, which templates can see: the inner table is one and the same.
    assert found["b"]["global"]["t"]["n"] is found["global"]["t"]["n"]


@pytest.mark.parametrize(
    ("values", "warning"),
    [
        ({"t": {"a": 1}, "s": {"x": 1}}, "warning: skipped value for a.s: Not a table."),
        ({"t": {"u": 3}}, "warning: cannot overwrite table with non table for a.t.u (map[v:1])"),
        ({"t": {"w": {"x": 1}}}, "warning: destination for a.t.w is a table. Ignoring non-table value (2)"),
        ({"b": {"global": 3}}, "warning: skipping globals because destination global is not a table."),
        ({"global": 3}, "warning: skipping globals because source global is not a table."),
        (
            {"global": {"k": {"x": 1}}, "b": {"global": {"k": 1}}},
            'Conflict: cannot merge map onto non-map for "k". Skipping.',
        ),
        ({"global": {"k": 1}, "b": {"global": {"k": {"x": 1}}}}, "key k is table. Skipping"),
    ],
)
def test_what_does_not_go_together_is_told(values: dict[str, Any], warning: str) -> None:
    top = chart("a", {"t": {"u": {"v": 1.0}, "w": 2.0}, "s": "text"}, chart("b", {}))
    said: list[str] = []
    coalesce(top, values, said.append)
    assert said == [warning]
    coalesce(top, values)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "%!t(<nil>)"), ("x", "%!t(string=x)"), (True, "true"), (1.5, "%!t(float64=1.5)")],
)
def test_subcharts_values_have_to_be_tables(value: object, text: str) -> None:
    with pytest.raises(ValuesError) as raised:
        coalesce(chart("a", {}, chart("b", {})), {"b": value})
    assert str(raised.value) == f"type mismatch on b: {text}"
    assert raised.value.path == "b"


def test_tables_are_merged_in_place() -> None:
    over: dict[str, Any] = {"a": None, "b": {"c": 1}, "n": None}
    assert coalesce_tables(over, {"a": 1, "b": {"d": 2}, "n": None, "e": 3}) is over
    assert over == {"b": {"c": 1, "d": 2}, "n": None, "e": 3}
    over = {"a": None, "b": 1}
    assert merge_tables(over, {"a": 1, "b": {"x": 1}, "c": 2}) == {"a": None, "b": 1, "c": 2}
    said: list[str] = []
    coalesce_tables({"a": {"x": 1}}, {"a": 2.0}, said.append)
    assert said == ["warning: destination for a is a table. Ignoring non-table value (2)"]


def test_copies_keep_kinds_and_unshare() -> None:
    inner = {"a": 1.0}
    values = {
        "i": Int64(3),
        "s": StringSlice(["x"]),
        "one": inner,
        "two": inner,
        "l": [inner, "\udcff", None],
    }
    copied = copy(values)
    assert copied == values
    assert type(copied["i"]) is Int64
    assert type(copied["s"]) is StringSlice
    plain = copy({"one": inner, "two": inner})
    for found in (copied, plain):
        found["one"]["a"] = 2.0
        assert found["two"] == {"a": 1.0}


def test_nulls_of_defaults_are_dropped_each_time() -> None:
    values = {"a": {"b": None, "c": {"d": None, "e": [None]}}, "f": {"g": 1.0}, "h": None}
    for _ in range(2):
        assert coalesce(chart("a", values), {}) == {"a": {"c": {"e": [None]}}, "f": {"g": 1.0}}
        assert coalesce(chart("a", values), {"a": {"x": None}, "f": {}}) == {
            "a": {"x": None, "c": {"e": [None]}},
            "f": {"g": 1.0},
        }
        assert merge(chart("a", values), {})["a"] == {"b": None, "c": {"d": None, "e": [None]}}
    values["f"] = {"g": None}
    assert coalesce(chart("a", values), {})["f"] == {}


def test_defaults_that_cannot_be_dumped_lose_their_nulls_too() -> None:
    values = {"a": {"b": None, "c": Int64(1)}}
    assert coalesce(chart("a", values), {}) == {"a": {"c": 1}}
