from __future__ import annotations

from typing import Any

import pytest

from hivehelm.golang.kinds import Int64
from hivehelm.values.changes import ABSENT, Changes, grafted, same, twins


@pytest.mark.parametrize(
    ("old", "new", "values", "keys", "whole"),
    [
        ({}, {}, {}, set(), []),
        ({"a": 1.0}, {"a": 1.0}, {}, set(), []),
        ({"a": 1.0}, {"a": 2.0}, {("a",): 2.0}, set(), []),
        ({"a": 1.0}, {"a": True}, {("a",): True}, set(), []),
        ({"a": 0.0}, {"a": -0.0}, {("a",): -0.0}, set(), []),
        ({"a": "x"}, {"a": "y"}, {("a",): "y"}, set(), []),
        ({"a": [1.0]}, {"a": [1.0, 2.0]}, {("a",): [1.0, 2.0]}, set(), []),
        ({"a": {"b": 1.0, "c": 1.0}}, {"a": {"b": 2.0, "c": 1.0}}, {("a", "b"): 2.0}, set(), []),
        ({"a": 1.0}, {}, {("a",): ABSENT}, {()}, []),
        ({}, {"m": {"a": 1.0}}, {("m",): {"a": 1.0}}, {()}, [("m",)]),
        ({"m": {"a": 1.0}}, {"m": 1.0}, {("m",): 1.0}, set(), [("m",)]),
        ({"l": [{"a": 1.0}]}, {"l": []}, {("l",): []}, set(), [("l",)]),
        ({"a": 1.0, "b": 1.0}, {"b": 1.0, "a": 1.0}, {}, {()}, []),
        ({"a": Int64(1)}, {"a": Int64(1)}, {}, set(), []),
        ({"a": Int64(1)}, {"a": Int64(2)}, {("a",): Int64(2)}, set(), []),
    ],
)
def test_what_differs(
    old: dict[str, Any], new: dict[str, Any], values: dict[Any, Any], keys: set[Any], whole: list[Any]
) -> None:
    changes = Changes.between(old, new)
    assert (changes.values, set(changes.keys), changes.whole) == (values, keys, whole)


def test_the_same_is_of_the_same_types_in_the_same_order() -> None:
    one = {"a": [1.0, {"b": Int64(1)}]}
    assert same(one, {"a": [1.0, {"b": Int64(1)}]})
    assert not same(one, {"a": [1.0, {"b": 1}]})
    assert not same({"a": 1.0, "b": 2.0}, {"b": 2.0, "a": 1.0})
    assert not same(0.0, -0.0)


def test_twins_are_tables_that_stand_again() -> None:
    table: dict[str, Any] = {"x": {}}
    tree = {"a": {"t": table}, "l": [1.0, [table["x"]]], "b": table, "c": {"x": {}}, "d": table["x"]}
    inner = {("a", "t", "x"), ("l", 1, 0), ("b", "x"), ("d",)}
    assert twins(tree) == {frozenset({("a", "t"), ("b",)}), frozenset(inner)}


def test_what_is_the_same_is_shared() -> None:
    def tree(**more: Any) -> dict[str, Any]:
        return {"a": {"b": {"c": [1.0]}, "d": {"e": 1.0, **more}}, "l": [{"x": 1.0}], "n": None}

    old, new = tree(), tree(f=2.0)
    made = grafted(old, new)
    assert made == new
    assert made["a"]["b"] is old["a"]["b"]
    assert made["l"] is old["l"]
    assert made["a"]["d"] is not new["a"]["d"]
    assert grafted({"a": 1.0}, new) == new


def test_what_is_one_in_two_places_is_one_still() -> None:
    def tree(value: float, *, one: bool = True) -> dict[str, Any]:
        table = {"x": value, "y": {"z": 1.0}}
        return {"a": table, "b": {"t": table if one else {"x": value, "y": {"z": 1.0}}}}

    made = grafted(tree(1.0), tree(2.0))
    assert made == tree(2.0)
    assert made["a"] is made["b"]["t"]
    other = tree(2.0, one=False)
    assert grafted(tree(1.0), other) is other
