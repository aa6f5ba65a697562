from __future__ import annotations

import pytest

from hivehelm.chart.errors import ChartError
from hivehelm.chart.values import load_values, merge


def test_documents_are_merged_in_order() -> None:
    data = b"---\na: {b: 1, c: 2}\nx: 1\n--- # next\r\na: {b: 3}\r\n---\n---\nz: |+\n  z\n\n"
    assert load_values(data) == {"a": {"b": 3.0, "c": 2.0}, "x": 1.0, "z": "z\n\n"}


@pytest.mark.parametrize("data", [b"", b"---", b"---\n---\n", b"null\n", b"# nothing\n"])
def test_nothing_is_an_empty_table(data: bytes) -> None:
    assert load_values(data) == {}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a: 1\n--- b\n", "error reading yaml document: invalid Yaml document separator: b"),
        (b"[]", "array"),
        (b"true", "bool"),
        (b"3", "number"),
        (b"text", "string"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ChartError) as raised:
        load_values(data)
    if " " not in message:
        message = (
            "cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot "
            f"unmarshal {message} into Go value of type map[string]interface {{}}"
        )
    assert str(raised.value) == message


def test_aliased_tables_are_not_shared() -> None:
    values = load_values(b"a: &x {b: {c: 1}}\nd: *x\n")
    values["a"]["b"]["c"] = 2
    assert values["d"] == {"b": {"c": 1.0}}


def test_merging_changes_neither() -> None:
    under, over = {"a": {"b": 1}, "c": [1]}, {"a": {"d": 2}, "c": None}
    assert merge(under, over) == {"a": {"b": 1, "d": 2}, "c": None}
    assert under == {"a": {"b": 1}, "c": [1]}
