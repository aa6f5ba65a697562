"""JSONPath against what Helm printed, see tests/cases/jsonpath.py."""

from __future__ import annotations

import pytest
from tests.cases.jsonpath import Case, read

from hivehelm.chart.values import load_values
from hivehelm.golang.jsonpath import JSONPathError, evaluate
from hivehelm.golang.kinds import Int64

TEXT, CASES = read()
VALUES = load_values(TEXT.encode())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.template)
def test_templates(case: Case) -> None:
    if case.error:
        with pytest.raises(JSONPathError) as raised:
            evaluate(case.template, VALUES)
        assert str(raised.value) == case.error
    else:
        assert (evaluate(case.template, VALUES) or "") == case.printed


def test_a_step_that_leads_nowhere_leaves_nothing() -> None:
    assert evaluate("{.a}", {"a": ""}) == ""
    assert evaluate("x{.b}", {"a": ""}) is None


def test_maps_in_the_order_of_their_keys() -> None:
    assert evaluate("{.*}", {"b": 1.0, "a": [2.0]}) == "[2] 1"
    assert evaluate("{..x}", {"b": {"x": 1.0}, "a": {"x": 2.0}, "x": 0.0}) == "0 2 1"


def test_integers_are_compared_with_integers() -> None:
    assert evaluate("{.a[?(@.b==1)].b}", {"a": [{"b": Int64(1)}, {"b": Int64(2)}]}) == "1"
    assert evaluate("{.a[?(@>1)]}", {"a": [Int64(1), Int64(2)]}) == "2"


def test_booleans_are_only_the_same_or_not() -> None:
    values = {"a": [{"b": True, "c": "x"}, {"b": False, "c": "y"}]}
    assert evaluate("{.a[?(@.b==true)].c}", values) == "x"
    assert evaluate("{.a[?(@.b!=true)].c}", values) == "y"
    assert evaluate("{.a[?(@.b==1)].c}", values) is None


def test_values_of_any_depth() -> None:
    deep: object = 1.0
    for _ in range(20_000):
        deep = {"a": deep}
    assert evaluate("{..b}", deep) is None


def test_a_range_without_its_end_goes_on_behind_it() -> None:
    assert evaluate("{range .a[*]}{.b}", {"a": [{"b": "x"}, {"b": "y"}]}) is None
    assert evaluate("{range .a[*]}-", {"a": [1.0, 2.0]}) == "---"
