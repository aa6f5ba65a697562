from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hivehelm import kept
from hivehelm.chart.model import Chart, Metadata
from hivehelm.errors import HivehelmError
from hivehelm.values.coalesce import coalesce
from hivehelm.values.inputs import merge
from hivehelm.values.jsonschema import compiled, keywords
from hivehelm.values.jsonschema.plain import SAYING
from hivehelm.values.schema import SchemaError, check, validate

CASES = Path(__file__).parents[2] / "cases" / "schema" / "cases.json"
FOUND: dict[str, Any] = json.loads(CASES.read_text(encoding="utf-8"))
HEAD = "values don't meet the specifications of the schema(s) in the following chart(s):\n"


def load(url: str) -> bytes:
    path = url.removeprefix("file://")
    if path in FOUND["documents"]:
        return str(FOUND["documents"][path]).encode()
    raise HivehelmError(f"open {path}: no such file or directory")


def as_set(text: str) -> list[str]:
    """Return lines in an order of their own: Helm's is random, and so is that of names within one."""
    named = re.sub(
        r"(additional properties )(.*)( not)",
        lambda m: m[1] + ", ".join(sorted(m[2].split(", "))) + m[3],
        text,
    )
    return sorted(named.splitlines())


@pytest.mark.parametrize("case", FOUND["cases"], ids=lambda case: f"{case['schema']} {case['set']}"[:120])
def test_failures_read_as_helms(case: dict[str, str]) -> None:
    values = merge(set_json=[case["set"]] if case["set"] else [])
    said = check(coalesce(Chart(Metadata("c")), values), case["schema"].encode(), load)
    assert as_set(said) == as_set(case["error"])


def test_the_order_is_always_the_same() -> None:
    schema = b'{"additionalProperties": false, "required": ["z", "y"]}'
    wanted = "- at '': missing properties 'z', 'y'\n- at '': additional properties 'a', 'b' not allowed\n"
    assert check({"b": 1.0, "a": 1.0}, schema) == wanted


def chart(name: str, schema: str | None, *below: Chart) -> Chart:
    return Chart(
        Metadata(name, "1.0.0", "v2"), schema=None if schema is None else schema.encode(), dependencies=below
    )


def test_subcharts_are_checked_with_their_tables() -> None:
    leaf = chart("c", '{"properties": {"x": {"type": "string"}}}')
    top = chart("a", '{"required": ["r"]}', chart("b", None, leaf), chart("d", '{"type": "array"}'))
    validate(top, {"r": 1.0, "b": {"c": {"x": "y"}}, "d": None})
    with pytest.raises(SchemaError) as raised:
        validate(top, {"b": {"c": {"x": 1.0}}, "d": {}})
    assert raised.value.problems == [
        ("a", "- at '': missing property 'r'\n"),
        ("c", "- at '/x': got number, want string\n"),
        ("d", "- at '': got object, want array\n"),
    ]
    assert str(raised.value) == (
        f"{HEAD}a:\n- at '': missing property 'r'\nc:\n- at '/x': got number, want string\n"
        "d:\n- at '': got object, want array\n"
    )


def test_subcharts_without_a_table_are_told() -> None:
    with pytest.raises(SchemaError) as raised:
        validate(chart("a", None, chart("b", "{}")), {"b": [1.0]})
    assert (
        str(raised.value)
        == f"{HEAD}b:\ninvalid type for values: expected object (map), got []interface {{}}\n"
    )


def test_references_need_a_loader() -> None:
    assert check({}, b'{"$ref": "http://x/y.json"}') == 'failing loading "http://x/y.json": no URLLoader set'


def test_references_are_loaded_once() -> None:
    asked: list[str] = []

    def loader(url: str) -> bytes:
        asked.append(url)
        return b'{"$defs": {"x": {"$ref": "http://h/other"}, "y": {"type": "string"}}}'

    schema = (
        b'{"properties": {"a": {"$ref": "http://h/one#/$defs/y"}, "b": {"$ref": "http://h/one#/$defs/x"}}}'
    )
    assert check({"a": "x", "b": 1.0}, schema, loader) == ""
    assert asked.count("http://h/one") == 1


def test_urns_let_everything_pass_and_are_told() -> None:
    said: list[object] = []
    check({}, b'{"$ref": "urn:x:y"}', log=lambda level, _, **more: said.append((level, more)))
    assert said == [("DEBUG", {"schema": '{"$ref": "urn:x:y"}'}), ("WARN", {"urn": "urn:x:y"})]


def test_a_urn_is_told_once_to_each_log() -> None:
    said: list[object] = []

    def log(level: str, _message: str, **more: object) -> None:
        if level == "WARN":
            said.append(more["urn"])

    for _ in range(2):
        check({}, b'{"allOf": [{"$ref": "urn:x:y"}, {"$ref": "urn:x:z"}]}', log=log)
    assert said == ["urn:x:y", "urn:x:z"]


def test_metaschemas_of_others_lead_to_a_draft() -> None:
    meta = {"http://x/meta": b'{"$schema": "http://json-schema.org/draft-07/schema#"}'}
    schema = b'{"$schema": "http://x/meta", "properties": {"a": {"format": "ipv4"}}}'
    assert "is not valid ipv4" in check({"a": "x"}, schema, meta.__getitem__)
    circle = {
        "http://x/meta": b'{"$schema": "http://x/other"}',
        "http://x/other": b'{"$schema": "http://x/meta"}',
    }
    assert check({}, schema, circle.__getitem__).startswith('cycle in resolving $schema in "http://x/')


def test_names_may_stand_only_once() -> None:
    twice = b'{"$defs": {"a": {"$anchor": "n"}, "b": {"$anchor": "n"}}}'
    assert check({}, twice).startswith('duplicate anchor "n" in "file:///values.schema.json" at ')
    same = b'{"$defs": {"a": {"$id": "http://x/y"}, "b": {"$id": "http://x/y"}}}'
    assert check({}, same).startswith('duplicate id "http://x/y" in "file:///values.schema.json" at ')


def test_numbers_that_json_lacks_have_no_type() -> None:
    assert check({"a": float("nan")}, b'{"properties": {"a": {"type": "number"}}}') == (
        "- at '/a': invalid jsonType float64\n"
    )


def test_property_names_are_told_where_they_stand() -> None:
    # Helm says this too, unless a sibling has overwritten its path meanwhile.
    schema = b'{"properties": {"a": {"propertyNames": {"minLength": 3, "pattern": "^q"}}}}'
    assert check({"a": {"xy": 1.0}}, schema) == (
        "- at '/a': invalid propertyName 'xy'\n"
        "  - at '': minLength: got 2, want 3\n"
        "  - at '': 'xy' does not match pattern '^q'\n"
    )


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        (b"", "EOF"),
        (b" \n", "EOF"),
        (b"{", "unexpected EOF"),
        (b"-", "unexpected EOF"),
        (b"\x89PNG", "invalid character '\\u0089' looking for beginning of value"),
        (b"\xff\xfe{", "invalid character '\u00ff' looking for beginning of value"),
        (b'{"type": "\xff"', "unexpected EOF"),
    ],
)
def test_what_is_no_json_is_told_as_go_tells_it(schema: bytes, problem: str) -> None:
    assert check({}, schema) == problem


def test_bytes_that_are_no_text_are_replaced_in_schemas() -> None:
    assert check({"a": 1.0}, b'{"title": "\xff", "required": ["a"]}') == ""


def test_a_document_is_fetched_once() -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return b'{"$schema": "http://json-schema.org/draft-07/schema#"}'

    named = {"$schema": "http://x.example/meta", "type": "string"}
    schema = {"properties": {"a": {"$id": "a", **named}, "b": {"$id": "b", **named}}}
    assert check({"a": "x"}, json.dumps(schema).encode(), fetch) == ""
    assert asked == ["http://x.example/meta"]


def test_what_is_looked_at_is_told() -> None:
    said: list[object] = []
    top = chart("a", "{}", chart("b", None))
    validate(top, {"b": {}}, log=lambda level, message, **more: said.append((level, message, more)))
    assert said == [
        ("DEBUG", "chart name", {"chart-name": "a"}),
        ("DEBUG", "unmarshalled JSON schema", {"schema": "{}"}),
        ("DEBUG", "number of dependencies in the chart", {"chart": "a", "dependencies": 1}),
        ("DEBUG", "number of dependencies in the chart", {"chart": "b", "dependencies": 0}),
    ]


def test_there_are_no_other_metaschemas() -> None:
    url = "https://json-schema.org/draft/2020-12/meta/nothing"
    said = check({}, json.dumps({"$ref": url}).encode(), load)
    assert said == f'failing loading "{url}": open {url}: no such file or directory'


@pytest.mark.parametrize("keyword", sorted(SAYING - {"$recursiveRef", "$dynamicRef"}))
def test_each_keyword_is_looked_at_within_properties(keyword: str) -> None:
    broken: dict[str, tuple[dict[str, Any], object]] = {
        "$ref": ({"$ref": "#/definitions/none"}, "a"),
        "additionalItems": ({"items": [True], "additionalItems": False}, [1.0, 2.0]),
        "additionalProperties": ({"additionalProperties": False}, {"a": 1.0}),
        "allOf": ({"allOf": [False]}, "a"),
        "anyOf": ({"anyOf": [False]}, "a"),
        "const": ({"const": 1}, "a"),
        "contains": ({"contains": False}, ["a"]),
        "dependencies": ({"dependencies": {"a": ["b"]}}, {"a": 1.0}),
        "dependentRequired": ({"dependentRequired": {"a": ["b"]}}, {"a": 1.0}),
        "dependentSchemas": ({"dependentSchemas": {"a": False}}, {"a": 1.0}),
        "enum": ({"enum": [1]}, "a"),
        "exclusiveMaximum": ({"exclusiveMaximum": 1}, 1),
        "exclusiveMinimum": ({"exclusiveMinimum": 1}, 1),
        "format": ({"format": "ipv4"}, "a"),
        "if": ({"if": True, "then": False}, "a"),
        "items": ({"items": False}, ["a"]),
        "maxItems": ({"maxItems": 0}, ["a"]),
        "maxLength": ({"maxLength": 0}, "a"),
        "maxProperties": ({"maxProperties": 0}, {"a": 1.0}),
        "maximum": ({"maximum": 0}, 1),
        "minItems": ({"minItems": 2}, ["a"]),
        "minLength": ({"minLength": 2}, "a"),
        "minProperties": ({"minProperties": 2}, {"a": 1.0}),
        "minimum": ({"minimum": 2}, 1),
        "multipleOf": ({"multipleOf": 2}, 1),
        "not": ({"not": True}, "a"),
        "oneOf": ({"oneOf": [False]}, "a"),
        "pattern": ({"pattern": "b"}, "a"),
        "patternProperties": ({"patternProperties": {"a": False}}, {"a": 1.0}),
        "prefixItems": ({"prefixItems": [False]}, ["a"]),
        "properties": ({"properties": {"a": False}}, {"a": 1.0}),
        "propertyNames": ({"propertyNames": False}, {"a": 1.0}),
        "required": ({"required": ["b"]}, {"a": 1.0}),
        "unevaluatedItems": ({"unevaluatedItems": False}, ["a"]),
        "unevaluatedProperties": ({"unevaluatedProperties": False}, {"a": 1.0}),
        "uniqueItems": ({"uniqueItems": True}, ["a", "a"]),
    }
    schema, value = broken[keyword]
    draft = (
        "draft-07/schema#"
        if keyword in ("format", "additionalItems", "dependencies")
        else "draft/2020-12/schema"
    )
    whole = {
        "$schema": f"http{'' if '07' in draft else 's'}://json-schema.org/{draft}",
        "definitions": {"none": False},
        "properties": {"a": schema},
    }
    assert "- at '/a" in check({"a": value}, json.dumps(whole).encode())


_TYPE_NAMES = ("null", "boolean", "string", "object", "array", "number", "integer")
_SIMPLE = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(_TYPE_NAMES)
        | st.lists(st.sampled_from(_TYPE_NAMES), min_size=1, unique=True),
        "title": st.text(max_size=3),
        "minimum": st.integers(0, 3),
        "enum": st.lists(st.integers(0, 3), min_size=1, unique=True),
    },
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 4) | st.floats() | st.text(max_size=2),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from("abc"), below, max_size=3),
    max_leaves=8,
)


@given(
    schemas=st.dictionaries(st.sampled_from("abc"), _SIMPLE),
    value=st.dictionaries(st.sampled_from("abc"), _VALUES),
)
def test_what_plainly_fits_fits(schemas: dict[str, Any], value: dict[str, Any]) -> None:
    schema = json.dumps({"properties": schemas, "additionalProperties": {"type": "array", "items": _OF_ALL}})
    said = check(value, schema.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keywords, "plainly_fits", lambda *_: False)
        assert check(value, schema.encode()) == said


_OF_ALL = {"type": ["string", "integer", "array"]}


def test_a_schema_is_compiled_once_unless_others_are_asked() -> None:
    asked: list[str] = []

    def loader(url: str) -> bytes:
        asked.append(url)
        return b'{"type": "string"}'

    outside = b'{"properties": {"a": {"$ref": "file:///once.json"}}}'
    for _ in range(2):
        assert check({"a": "b"}, outside, loader) == ""
    assert asked == ["file:///once.json"] * 2
    alone = b'{"properties": {"compiled-once": {"type": "string"}}}'
    heard: list[str] = []
    for _ in range(2):
        assert "got number, want string" in check(
            {"compiled-once": 1.0}, alone, None, lambda _level, message, **_: heard.append(message)
        )
    assert heard == ["unmarshalled JSON schema"] * 2
    assert alone in compiled._known


def test_only_so_much_of_schemas_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_ROOM", 100)
    monkeypatch.setattr(compiled, "_known", {})
    for number in range(9):
        check({}, json.dumps({"title": f"{number:30}"}).encode())
    check({}, json.dumps({"title": "x" * 200}).encode())
    assert [json.loads(text)["title"].strip() for text in compiled._known] == ["7", "8"]


def test_what_compiled_in_another_process_comes_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    marks: dict[tuple[str, bytes], bytes] = {}
    monkeypatch.setattr(kept, "get", lambda kind, data: marks.get((kind, data)))
    monkeypatch.setattr(kept, "put", lambda kind, data, made: marks.update({(kind, data): made}))
    used = 0
    for case in FOUND["cases"]:
        values = coalesce(Chart(Metadata("c")), merge(set_json=[case["set"]] if case["set"] else []))
        schema = case["schema"].encode()
        said = []
        for _ in range(2):
            monkeypatch.setattr(compiled, "_known", {})
            said.append(check(values, schema, load))
            used += any(known.document.sound for known in compiled._known.values())
        assert said[0] == said[1], case
    assert used > len(FOUND["cases"]) / 2
    assert {mark[0] for mark in marks.values()} >= {4, 7, 19, 20}


def test_references_of_what_compiled_before_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "get", lambda *_: b"\x07")
    monkeypatch.setattr(compiled, "_known", {})
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$ref": "#/definitions/a~1b",
        "definitions": {
            "a/b": {"properties": {"c": {"$ref": "#"}, "d": {"$ref": "#/definitions/e"}}},
            "e": False,
        },
    }
    text = json.dumps(schema).encode()
    assert check({"c": {"c": {}}}, text) == ""
    assert "at '/c/c/d': false schema" in check({"c": {"c": {"d": 1.0}}}, text)
