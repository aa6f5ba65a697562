from __future__ import annotations

from typing import Any

import pytest

from hivehelm.golang.json import JSONError
from hivehelm.golang.jsonread import first
from hivehelm.golang.jsonstruct import STRING, Map, Shape, Slice, Struct, decode, fold, spell

INNER = Struct("Inner", "pkg.Inner", {"Name": STRING, "tags": Slice(STRING)})
OUTER = Struct(
    "Outer", "pkg.Outer", {"Kind": STRING, "inner": INNER, "Labels": Map(STRING), "All": Slice(INNER)}
)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, None),
        ({}, {}),
        ({"KIND": "a", "kind": "b"}, {"Kind": "b"}),
        ({"kind": "b", "Kind": None}, {"Kind": "b"}),
        ({"\u212aind": "a"}, {"Kind": "a"}),
        ({"other": [1]}, {}),
        ({"inner": {"NAME": "a", "Tags": ["x", None]}}, {"inner": {"Name": "a", "tags": ["x", None]}}),
        ({"INNER": {"name": "a"}, "inner": {"tags": None}}, {"inner": {"Name": "a", "tags": None}}),
        ({"labels": {"b": "1", "a": None}}, {"Labels": {"a": None, "b": "1"}}),
        ({"Labels": {"a": "1"}, "labels": {"b": "2"}}, {"Labels": {"a": "1", "b": "2"}}),
        ({"all": [None, {"name": "a"}]}, {"All": [None, {"Name": "a"}]}),
    ],
)
def test_decoding(value: Any, found: Any) -> None:
    assert decode(value, OUTER) == found


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("x", "string into Go value of type pkg.Outer"),
        ({"kind": []}, "array into Go struct field Outer.Kind of type string"),
        ({"inner": 1.5}, "number into Go struct field Outer.inner of type pkg.Inner"),
        ({"inner": {"name": {}}}, "object into Go struct field Inner.inner.Name of type string"),
        ({"inner": {"tags": [True]}}, "bool into Go struct field Inner.inner.tags of type string"),
        ({"labels": []}, "array into Go struct field Outer.Labels of type map[string]string"),
        ({"labels": {"a": {}}}, "object into Go struct field Outer.Labels of type string"),
        ({"all": {}}, "object into Go struct field Outer.All of type []pkg.Inner"),
        ({"all": [{"name": "a"}, "b"]}, "string into Go struct field Outer.All of type pkg.Inner"),
        ({"labels": 1, "kind": {}}, "object into Go struct field Outer.Kind of type string"),
    ],
)
def test_what_does_not_fit(value: Any, told: str) -> None:
    with pytest.raises(JSONError) as raised:
        decode(value, OUTER)
    assert str(raised.value) == f"json: cannot unmarshal {told}"


def test_the_order_of_a_text_decides_what_is_told() -> None:
    with pytest.raises(JSONError, match=r"number into Go struct field Outer\.Labels"):
        decode({"labels": 1, "kind": {}}, OUTER, ordered=True)


@pytest.mark.parametrize(
    ("value", "shape", "spelt"),
    [
        (True, STRING, "true"),
        (False, STRING, "false"),
        (12, STRING, "12"),
        (1.5, STRING, "1.5"),
        ("x", STRING, "x"),
        ([1], STRING, [1]),
        ([1, None], Slice(STRING), ["1", None]),
        ({"a": 1}, Map(STRING), {"a": "1"}),
        ({"a": 1}, STRING, {"a": 1}),
        (1, Slice(STRING), 1),
        (
            {"kind": 1, "other": 1, "all": [{"Name": 2}]},
            OUTER,
            {"kind": "1", "other": 1, "all": [{"Name": "2"}]},
        ),
    ],
)
def test_spelling(value: Any, shape: Shape, spelt: Any) -> None:
    assert spell(value, shape) == spelt


def test_folding() -> None:
    assert [fold("ABC"), fold("\u017f\u212aÄ")] == ["abc", "skä"]


def test_values_one_after_the_other() -> None:
    text = ' {"a": 1} [2]\n"\\ud800" '
    value, end = first(text)
    assert (value, end) == ({"a": 1.0}, 9)
    value, end = first(text, end)
    assert (value, end) == ([2.0], 13)
    value, end = first(text, end)
    assert (value, end) == ("\ufffd", len(text) - 1)
    with pytest.raises(EOFError):
        first(text, end)


def test_numbers_that_are_too_large_end_where_they_end() -> None:
    assert first("1e999 2") == (float("inf"), 5)


@pytest.mark.parametrize(
    ("text", "told", "offset"),
    [
        ("{", "unexpected EOF", -1),
        ("tru", "unexpected EOF", -1),
        ('"é" é', "", 4),
        ('{"é": x}', "invalid character 'x' looking for beginning of value", 8),
    ],
)
def test_what_is_no_value(text: str, told: str, offset: int) -> None:
    if not told:
        assert first(text) == ("é", 3)
        return
    with pytest.raises(JSONError) as raised:
        first(text)
    assert (str(raised.value), raised.value.offset) == (told, offset)
