from __future__ import annotations

from typing import Any

import pytest

from hivehelm.golang.kinds import Int64
from hivehelm.values import parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("FALSE", False),
        ("Null", None),
        ("0", 0),
        ("-0", 0),
        ("+5", 5),
        ("-7", -7),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", "9223372036854775808"),
        ("99999999999999999999999", "99999999999999999999999"),
        ("007", "007"),
        ("1.5", "1.5"),
        ("1_000", "1_000"),
        ("٣", "٣"),
        ("+", "+"),
        ("", ""),
        ("yes", "yes"),
    ],
)
def test_texts_get_types(text: str, value: object) -> None:
    found = parse.typed(text)
    assert found == value
    assert type(found) in (bool, str, type(None), Int64)
    assert isinstance(found, bool) == isinstance(value, bool)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a=b,c.d=1", {"a": "b", "c": {"d": 1}}),
        ("a[1].b=x", {"a": [None, {"b": "x"}]}),
        ("a[0][1]=x", {"a": [[None, "x"]]}),
        (r"a\.b=c\,d", {"a.b": "c,d"}),
        ("a={1,x},b=", {"a": [1, "x"], "b": ""}),
        ("a={}", {"a": [""]}),
        ("", {}),
        ("a[0]", {"a": []}),
        ("a[0", {}),
        ("a[0].b=", {"a": []}),
        ("a[1]=", {"a": [None, ""]}),
        ("=x", {}),
        ("a=\udcff", {"a": "\ufffd"}),
    ],
)
def test_lines_become_tables(text: str, values: dict[str, Any]) -> None:
    assert parse.parse(text) == values


def test_lists_and_tables_that_are_there_are_kept() -> None:
    values: dict[str, Any] = {"a": [1, {"b": 2}], "t": {"x": 1}}
    parse.parse_into("a[1].c=3,t.y=2,a[0].z=1", values)
    assert values == {"a": [{"z": 1}, {"b": 2, "c": 3}], "t": {"x": 1, "y": 2}}


def test_an_index_is_bounded() -> None:
    assert len(parse.parse(f"a[{parse.MAX_INDEX}]=1")["a"]) == parse.MAX_INDEX + 1
    with pytest.raises(parse.SetError, match="greater than maximum supported index of 65536"):
        parse.parse(f"a[{parse.MAX_INDEX + 1}]=1")


def test_nesting_is_bounded() -> None:
    assert parse.parse(".".join("k" * (parse.MAX_NESTED_NAME_LEVEL + 1)) + "=1")
    with pytest.raises(parse.SetError, match="nested level is greater than maximum supported"):
        parse.parse(".".join("k" * (parse.MAX_NESTED_NAME_LEVEL + 2)) + "=1")


def test_what_stands_before_a_mistake_is_put() -> None:
    values: dict[str, Any] = {}
    with pytest.raises(parse.SetError, match=r'^key "b" has no value$'):
        parse.parse_into("a=1,b", values)
    assert values == {"a": 1}
    with pytest.raises(parse.SetError, match=r'^key "d" has no value$'):
        parse.parse_into("c.x=1,c.d", values)
    assert values["c"] == {"x": 1}


def test_files_are_read_for_each_value() -> None:
    values: dict[str, Any] = {}
    parse.parse_file_into("a=one,b={two,three}", values, str.upper)
    assert values == {"a": "ONE", "b": ["TWO", "THREE"]}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("a=1.", "unexpected EOF"),
        ("a=1e", "unexpected EOF"),
        ("a=1.5e,", "invalid character ',' in exponent of numeric literal"),
        ("a=[1,", "unexpected EOF"),
        ("a=nope", "invalid character 'o' in literal null (expecting 'u')"),
        ("a=NaN", "invalid character 'N' looking for beginning of value"),
        ("a=\udcff", "invalid character 'ÿ' looking for beginning of value"),
        ("a[0]=1e400", "json: cannot unmarshal number 1e400 into Go value of type float64"),
    ],
)
def test_json_that_is_none_is_refused(text: str, error: str) -> None:
    with pytest.raises(parse.SetError) as caught:
        parse.parse_json_into(text, {})
    assert str(caught.value) == error


@pytest.mark.parametrize(
    ("index", "problem"),
    [
        ("x", "invalid syntax"),
        ("", "invalid syntax"),
        ("1é", "invalid syntax"),
        ("9223372036854775808", "value out of range"),
        ("19223372036854775808[0", "value out of range"),
    ],
)
def test_indexes_are_read_as_go_reads_numbers(index: str, problem: str) -> None:
    with pytest.raises(parse.SetError) as caught:
        parse.parse_into(f"a[{index}]=1", {})
    quoted = f'"{index}"'
    assert str(caught.value) == f"error parsing index: strconv.Atoi: parsing {quoted}: {problem}"


def test_json_takes_as_much_as_it_needs() -> None:
    values: dict[str, Any] = {}
    parse.parse_json_into('a={"x": [1, null]} ,b[1]="y,z",c=,d=1.5', values)
    wanted = {"a": {"x": [1.0, None]}, "b": [None, "y,z"], "c": None, "d": 1.5}
    assert values == wanted


def test_numbers_end_where_go_ends_them() -> None:
    values: dict[str, Any] = {}
    with pytest.raises(parse.SetError, match=r'^key "1" has no value$'):
        parse.parse_json_into("a=01", values)
    assert values == {"a": 0.0}


def test_literals_reach_to_the_end() -> None:
    values: dict[str, Any] = {}
    parse.parse_literal_into(r"a.b[1].c=x,y={\}", values)
    assert values == {"a": {"b": [None, {"c": r"x,y={\}"}]}}
