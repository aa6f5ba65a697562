"""Helm's serializers: each expectation was rendered by Helm 4.3.1."""

from __future__ import annotations

from typing import Any

import pytest

from hivehelm.gotemplate.functions.signature import FunctionError
from hivehelm.render import serialization
from hivehelm.render.functions import SERIALIZATION

FUNCTIONS = {
    name: getattr(serialization, entry[1])
    for name, entry in SERIALIZATION.items()
    if isinstance(entry, tuple)
}

MISMATCH = "json: cannot unmarshal"
IN_YAML = f"error unmarshaling JSON: while decoding JSON: {MISMATCH}"
MAP = "Go value of type map[string]interface {}"
LIST = "Go value of type []interface {}"
BROKEN = "error converting YAML to JSON: yaml: line 1: did not find expected node content"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("toYaml", {"a": [1.0]}, "a:\n- 1"),
        ("toYaml", "", '""'),
        ("toYaml", "a\n\n", "|+\n  a\n"),
        ("toYaml", float("nan"), ""),
        ("toYaml", "\x7f", ""),
        ("mustToYaml", {"a": None}, "a: null"),
        ("toYamlPretty", {"a": [1.0]}, "a:\n  - 1"),
        ("toJson", {"a": "<"}, '{"a":"\\u003c"}'),
        ("toJson", float("inf"), ""),
        ("mustToJson", [None], "[null]"),
        ("toToml", {"a": 1.0}, "a = 1.0\n"),
        ("toToml", {"a": [None]}, "toml: cannot encode array with nil element"),
        ("mustToToml", {"a": True}, "a = true\n"),
        ("fromYaml", "a: 1", {"a": 1.0}),
        ("fromYaml", "", {}),
        (
            "fromYaml",
            "[1, 2]",
            {"Error": f"{IN_YAML} array into {MAP}"},
        ),
        (
            "fromYaml",
            "a: [",
            {"Error": BROKEN},
        ),
        ("fromYamlArray", "- 1", [1.0]),
        ("fromYamlArray", "", []),
        ("fromYamlArray", "a: b", [f"{IN_YAML} object into {LIST}"]),
        (
            "fromYamlArray",
            "[",
            [BROKEN],
        ),
        ("fromJson", '{"a": 1}', {"a": 1.0}),
        ("fromJson", "null", {}),
        (
            "fromJson",
            "[1]",
            {"Error": f"{MISMATCH} array into {MAP}"},
        ),
        ("fromJson", "{", {"Error": "unexpected end of JSON input"}),
        ("fromJsonArray", "[1]", [1.0]),
        ("fromJsonArray", "null", []),
        ("fromJsonArray", "{}", [f"{MISMATCH} object into {LIST}"]),
        ("fromJsonArray", "[", ["unexpected end of JSON input"]),
        ("fromToml", "a = 1", {"a": 1}),
        ("fromToml", "a = [", {"Error": 'toml: line 1 (last key "a"): unexpected EOF; expected value'}),
    ],
)
def test_functions(name: str, value: Any, expected: Any) -> None:
    assert FUNCTIONS[name](value) == expected


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("mustToYaml", float("nan"), "error marshaling into JSON: json: unsupported value: NaN"),
        ("mustToYaml", "\x7f", "yaml: control characters are not allowed"),
        ("mustToJson", float("nan"), "json: unsupported value: NaN"),
        ("mustToToml", [1], ""),
        ("mustToToml", {"a": [None]}, "toml: cannot encode array with nil element"),
        ("toToml", None, "reflect: call of reflect.Value.Type on zero Value"),
        ("mustToToml", None, "reflect: call of reflect.Value.Type on zero Value"),
    ],
)
def test_what_must_be_fails(name: str, value: Any, error: str) -> None:
    if not error:
        assert FUNCTIONS[name](value) == "[1]"
        return
    with pytest.raises(FunctionError) as caught:
        FUNCTIONS[name](value)
    assert str(caught.value) == error


def test_nil_is_told_from_empty() -> None:
    assert serialization.to_json(serialization.from_json("null")) == "null"
    assert serialization.to_yaml(serialization.from_json_array("null")) == "null"
    assert serialization.to_json(serialization.from_yaml("")) == "{}"


@pytest.mark.parametrize("value", [2j, [2j], {"a": {"b": 2j}}])
def test_to_yaml_pretty_fails_where_go_yaml_panics(value: object) -> None:
    with pytest.raises(FunctionError, match=r"^cannot marshal type: complex128$"):
        serialization.to_yaml_pretty(value)


def test_what_was_read_before_is_read_again_as_a_new_value() -> None:
    first = serialization.from_yaml("a: [1, {b: c}]")
    first["a"].append("mine")
    assert serialization.from_yaml("a: [1, {b: c}]") == {"a": [1.0, {"b": "c"}]}
    assert serialization.from_yaml_array("a: [1, {b: c}]") == [f"{IN_YAML} object into {LIST}"]
    for _ in range(2):
        assert serialization.from_yaml("a: [") == {"Error": serialization.from_yaml_array("a: [")[0]}
    deep = "[" * 3000 + "]" * 3000
    for _ in range(2):
        assert len(serialization.from_yaml_array(deep)) == 1
