"""Writing YAML: the cases hold what sigs.k8s.io/yaml's Marshal and go-yaml v3's Encoder wrote."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, ClassVar

import pytest

from hivehelm.golang import kinds, yaml
from hivehelm.golang.duration import Duration
from hivehelm.golang.time import Time
from hivehelm.golang.zone import UTC

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "cases/yaml/dump.json").read_text(encoding="utf-8")
)
# A byte that is not UTF-8.
LOST = "\udcff"


class Point(kinds.Struct):
    GO_TYPE: ClassVar[str] = "main.Point"
    FIELDS: ClassVar[dict[str, str]] = {"X": "x", "LongName": "long_name"}

    def __init__(self, x: Any, long_name: Any) -> None:
        self.x = x
        self.long_name = long_name


class Tagged(Point):
    def to_json(self) -> dict[str, Any]:
        return {"x": self.x}

    def to_yaml(self) -> dict[str, Any]:
        return {"longName": self.long_name}


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case["value"])[:40])
def test_values_are_written_as_go_writes_them(case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(yaml.YAMLError) as caught:
            yaml.dump(case["value"])
        assert str(caught.value) == case["error"]
    else:
        assert yaml.dump(case["value"]) == case["yaml"]
    assert yaml.dump(case["value"], pretty=True) == case["pretty"]


@pytest.mark.parametrize(
    ("value", "plain", "pretty"),
    [
        (kinds.Int64(5), "5\n", "5\n"),
        (kinds.Float32(0.5), "0.5\n", "0.5\n"),
        (kinds.StringSlice(["a"]), "- a\n", "- a\n"),
        (kinds.StringMap(a="b"), "a: b\n", "a: b\n"),
        (kinds.NilSlice(), "null\n", "[]\n"),
        (kinds.NilMap(), "null\n", "{}\n"),
        (
            {"a": kinds.NilSlice(), "b": kinds.NilMap(), "c": kinds.StringSlice()},
            "a: null\nb: null\nc: []\n",
            None,
        ),
        ([kinds.NilSlice()], "- null\n", "- []\n"),
        (b"ab", "YWI=\n", "- 97\n- 98\n"),
        ({"a": b"ab"}, "a: YWI=\n", "a:\n  - 97\n  - 98\n"),
        ({"a": b""}, 'a: ""\n', "a: []\n"),
        (Point(1, "a"), "LongName: a\nX: 1\n", "x: 1\nlongname: a\n"),
        (
            {"p": Point([1], None)},
            "p:\n  LongName: null\n  X:\n  - 1\n",
            "p:\n  x:\n    - 1\n  longname: null\n",
        ),
        ([Tagged(1, 2)], "- x: 1\n", "- longName: 2\n"),
        (Duration(1_500_000_000), "1500000000\n", "1.5s\n"),
        ({"t": Time(0, 0, UTC)}, 't: "1970-01-01T00:00:00Z"\n', "t: 1970-01-01T00:00:00Z\n"),
        (("a", 1), "- a\n- 1\n", None),
        ("\udcff", "�\n", "!!binary /w==\n"),
        ({"\udcff": "\udcff" * 60}, None, "!!binary /w==: !!binary |\n  //////"),
    ],
)
def test_goes_kinds_are_written(value: Any, plain: str | None, pretty: str | None) -> None:
    if plain is not None:
        assert yaml.dump(value) == plain
    if pretty is not None:
        assert yaml.dump(value, pretty=True).startswith(pretty)


def test_pretty_writes_what_json_cannot() -> None:
    value = [float("inf"), float("-inf"), float("nan"), -0.0, 1e6]
    assert yaml.dump(value, pretty=True) == "- .inf\n- -.inf\n- .nan\n- -0\n- 1e+06\n"


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
def test_json_lacks_some_numbers(number: str) -> None:
    with pytest.raises(yaml.YAMLError, match="error marshaling into JSON: json: unsupported value: "):
        yaml.dump({"a": float(number)})


def test_functions_cannot_be_written() -> None:
    with pytest.raises(yaml.YAMLError, match="error marshaling into JSON: json: unsupported type: "):
        yaml.dump([len])
    with pytest.raises(yaml.YAMLError, match="cannot marshal type"):
        yaml.dump([len], pretty=True)


def test_values_that_contain_themselves_are_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(yaml.YAMLError, match="encountered a cycle"):
        yaml.dump(loop)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (kinds.Float32(-55377268736.0), "-55377270000\n"),
        ("...\n\na: ", '"...\\n\\na: "\n'),
        ({LOST: 1, "\ufffd": 2}, "\ufffd: 1\n"),
        ({LOST: 1, "\ue000": 2}, "\ue000: 2\n\ufffd: 1\n"),
    ],
)
def test_what_random_values_found(value: Any, text: str) -> None:
    assert yaml.dump(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({LOST: 1, "\ue000": 2}, "\ue000: 2\n!!binary /w==: 1\n"),
        ("\u2028a" + " b" * 60, "'\u2028  a" + " b" * 60 + "'\n"),
    ],
)
def test_what_random_values_found_in_pretty_output(value: Any, text: str) -> None:
    assert yaml.dump(value, pretty=True) == text


def test_the_error_of_json_comes_before_that_of_a_string() -> None:
    with pytest.raises(yaml.YAMLError) as caught:
        yaml.dump({"a": "\x85", "b": "\ufffe", "c": 2j})
    assert str(caught.value) == "error marshaling into JSON: json: unsupported type: complex128"
    with pytest.raises(yaml.YAMLError, match="unsupported type: complex128"):
        yaml.dump({"\ufffd": 2j, LOST: 1})


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": Text("1")}, 'a: "1"\n'),
        ({"a": "\n\u2028ab\nc"}, "a: |2-\n\n\u2028  ab\n  c\n"),
        ({"a": "x\n\u2028ab c\u2029\nd"}, "a: |-\n  x\n\u2028  ab c\u2029\n  d\n"),
    ],
)
def test_texts_within_lines(value: Any, text: str) -> None:
    assert yaml.dump(value) == text


def test_long_texts_are_broken_at_blanks_even_with_breaks_of_unicode() -> None:
    first, second = "x y " * 19 + "x y", "x y " * 10
    assert yaml.dump(f"# a\u2028{first} {second}") == f"'# a\u2028  {first}\n  {second}'\n"


def deep(levels: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a map that nests so deeply, and the innermost one."""
    innermost: dict[str, Any] = {"a": 1.0}
    value = innermost
    for _ in range(levels):
        value = {"m": value}
    return value, innermost


def test_cycles_are_found_however_much_recursion_there_may_be() -> None:
    value, innermost = deep(3)
    innermost["l"] = [[value]]
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000_000)
    try:
        with pytest.raises(yaml.YAMLError, match="encountered a cycle"):
            yaml.dump(value)
        with pytest.raises(yaml.YAMLError, match="encountered a cycle"):
            yaml.dump([value])
    finally:
        sys.setrecursionlimit(before)


def test_what_is_deep_and_twice_there_is_no_cycle() -> None:
    value, innermost = deep(1010)
    innermost["twice"] = [{"x": 1.0}] * 2
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    try:
        assert yaml.dump(value).count("x: 1\n") == 2
    finally:
        sys.setrecursionlimit(before)
