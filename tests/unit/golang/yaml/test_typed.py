from __future__ import annotations

from typing import Any

import pytest

from hivehelm.golang.yaml.error import YAMLError
from hivehelm.golang.yaml.typed import ANY, BOOL, INT, STRING, UINT, Fields, List, Map, decode

INNER = Fields("p.Inner", {"a": STRING})
SHAPE = Fields(
    "p.Outer",
    {
        "s": STRING,
        "b": BOOL,
        "i": INT,
        "u": UINT,
        "l": List(STRING),
        "m": Map(STRING),
        "any": ANY,
        "in": INNER,
        "ins": List(INNER),
    },
)


def values(text: str) -> dict[str, Any]:
    found = decode(text.encode(), SHAPE)
    return {name: value for name, value in found.items() if value != SHAPE.empty()[name]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s: x", {"s": "x"}),
        ("s: 0x1F", {"s": "0x1F"}),
        ("s: yes", {"s": "yes"}),
        ("s: true", {"s": "true"}),
        ("s: null", {}),
        ("s: !!binary aGk=", {"s": "hi"}),
        ("s: 2020-01-01", {"s": "2020-01-01"}),
        ("s: !!str 3", {"s": "3"}),
        ("s: !foo 3", {"s": "3"}),
        ("s: ! 3", {"s": "3"}),
        ("s: >-\n  a\n  b", {"s": "a b"}),
        ("b: true", {"b": True}),
        ("b: 'on'", {"b": True}),
        ("b: N", {}),
        ("i: -3", {"i": -3}),
        ("i: 2.9", {"i": 2}),
        ("u: 0b11", {"u": 3}),
        ("l: [a, 1, null, b]", {"l": ["a", "1", "b"]}),
        ("l: []", {"l": []}),
        ("m: {a: 1, 2: null}", {"m": {"a": "1", "2": ""}}),
        ("m: {null: a}", {"m": {"": "a"}}),
        (
            "any: {a: [1, .inf, yes, ~, 1.5, {b: true}]}",
            {"any": {"a": [1, float("inf"), "yes", None, 1.5, {"b": True}]}},
        ),
        ("any: !!float 3", {"any": 3.0}),
        ("in: {a: b, nosuch: 1}", {"in": {"a": "b"}}),
        ("ins: [{a: b}, {}]", {"ins": [{"a": "b"}, {"a": ""}]}),
        ("s: &x a\nl: [*x]", {"s": "a", "l": ["a"]}),
        ("x: &x {s: a, b: true}\n<<: *x\ns: own", {"s": "own", "b": True}),
        ("x: &x {s: a}\ny: &y {s: b, b: true, <<: *x}\n<<: [*x, *y]", {"s": "a", "b": True}),
        ("null: 1\ns: x", {"s": "x"}),
        ("{}", {}),
        ("null", {}),
    ],
)
def test_decoding(text: str, expected: dict[str, Any]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("s: [a]", ["line 1: cannot unmarshal !!seq into string"]),
        ("\ns: {a: b}", ["line 2: cannot unmarshal !!map into string"]),
        (
            "b: 3\ni: x",
            ["line 1: cannot unmarshal !!int `3` into bool", "line 2: cannot unmarshal !!str `x` into int64"],
        ),
        ("b: 'a long text'", ["line 1: cannot unmarshal !!str `a long ...` into bool"]),
        ("u: -1", ["line 1: cannot unmarshal !!int `-1` into uint64"]),
        ("u: true", ["line 1: cannot unmarshal !!bool `true` into uint64"]),
        ("l: x", ["line 1: cannot unmarshal !!str `x` into []string"]),
        ("ins: [x]", ["line 1: cannot unmarshal !!str `x` into p.Inner"]),
        ("m: [x]", ["line 1: cannot unmarshal !!seq into map[string]string"]),
        ("m: !!foo [x]", ["line 1: cannot unmarshal !!foo `` into map[string]string"]),
        ("[s: x]: y", ["line 1: cannot unmarshal !!seq into string"]),
        (
            "s: x\ns: y\ns: z",
            [
                'line 2: mapping key "s" already defined at line 1',
                'line 3: mapping key "s" already defined at line 1',
                'line 3: mapping key "s" already defined at line 2',
            ],
        ),
    ],
)
def test_what_does_not_fit(text: str, problems: list[str]) -> None:
    with pytest.raises(YAMLError) as caught:
        values(text)
    assert str(caught.value).split("\n  ") == ["yaml: unmarshal errors:", *problems]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "EOF"),
        ("a: [", "yaml: line 1: did not find expected node content"),
        ("s: !!int x", "yaml: cannot decode !!str `x` as a !!int"),
        ("s: !!binary '?'", "yaml: !!binary value contains invalid base64 data"),
        ("any: &a [*a]", "yaml: anchor 'a' value contains itself"),
        ("s: *x", "yaml: unknown anchor 'x' referenced"),
        ("<<: 3", "yaml: map merge requires map or sequence of maps as the value"),
    ],
)
def test_what_is_no_yaml(text: str, problem: str) -> None:
    with pytest.raises(YAMLError) as caught:
        values(text)
    assert str(caught.value) == problem


def test_fields_that_are_not_known() -> None:
    with pytest.raises(YAMLError) as caught:
        decode(b"s: x\nx: 1\ny: 2\n", SHAPE, known_fields=True)
    assert str(caught.value) == (
        "yaml: unmarshal errors:\n  line 2: field x not found in type p.Outer\n"
        "  line 3: field y not found in type p.Outer"
    )


def test_aliases_are_bounded() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(YAMLError, match="document contains excessive aliasing"):
        values("\n".join([*lines, "any: *a8"]))


def test_problems_are_bounded() -> None:
    with pytest.raises(YAMLError) as caught:
        values("s: x\n" * 100_000)
    assert len(str(caught.value)) < 1_000_000
