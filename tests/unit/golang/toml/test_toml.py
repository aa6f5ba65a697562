"""TOML: the cases hold what BurntSushi's toml v1.6.0 made of each text and value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import pytest

from hivehelm.golang import kinds, toml
from hivehelm.golang.duration import Duration
from hivehelm.golang.semver import parse
from hivehelm.golang.time import Time

CASES = Path(__file__).parents[3] / "cases/toml"
READ: list[dict[str, Any]] = json.loads((CASES / "load.json").read_text(encoding="utf-8"))
WRITTEN: list[dict[str, Any]] = json.loads((CASES / "dump.json").read_text(encoding="utf-8"))


class Point(kinds.Struct):
    FIELDS: ClassVar[dict[str, str]] = {"X": "x", "Y": "y"}

    def __init__(self, x: Any, y: Any) -> None:
        self.x = x
        self.y = y


def _plain(value: Any) -> Any:
    """Return a value in the terms of the cases."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Time):
        return f"{value.format('2006-01-02T15:04:05.999999999Z07:00')} {value.location.name}"
    if isinstance(value, float) and not abs(value) < float("inf"):
        return repr(value)
    return int(value) if isinstance(value, kinds.Int64) else value


@pytest.mark.parametrize("case", READ, ids=lambda case: ascii(case["toml"])[:40])
def test_texts_are_read_as_the_library_reads_them(case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(toml.TOMLError) as caught:
            toml.loads(case["toml"])
        assert str(caught.value) == case["error"]
    else:
        assert _plain(toml.loads(case["toml"])) == case["value"]


@pytest.mark.parametrize("case", WRITTEN, ids=lambda case: ascii(case["value"])[:40])
def test_values_are_written_as_the_library_writes_them(case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(toml.TOMLError) as caught:
            toml.dumps(case["value"])
        assert str(caught.value) == case["error"]
    else:
        assert toml.dumps(case["value"]) == case["toml"]


def test_what_is_read_has_goes_kinds() -> None:
    value = toml.loads("i=1\nf=1.0\nl=[1]\n[[t]]\nx=1\n")
    assert {key: kinds.type_name(item) for key, item in value.items()} == {
        "i": "int64",
        "f": "float64",
        "l": "[]interface {}",
        "t": "[]map[string]interface {}",
    }


def test_bytes_are_read_too() -> None:
    assert toml.loads(b"\xff\xfea=1") == {"a": 1}
    with pytest.raises(toml.TOMLError, match="using UTF-16"):
        toml.loads(b"\xff\xfea\0=\0")
    assert toml.loads(b"a=1\n") == {"a": 1}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": Point(1, "b")}, '\n[a]\n  X = 1\n  Y = "b"\n'.lstrip("\n")),
        ({"a": [Point(1, None)]}, "[[a]]\n  X = 1\n"),
        ({"a": [[Point(1, 2)]]}, "a = [[{X = 1, Y = 2}]]\n"),
        ({"a": Duration(1_000_000_000)}, 'a = "1s"\n'),
        ({"a": b"\x01\x02"}, "a = [1, 2]\n"),
        ({"a": kinds.Float32(0.5), "b": float("-inf"), "c": float("nan")}, "a = 0.5\nb = -inf\nc = nan\n"),
    ],
)
def test_goes_kinds_are_written(value: Any, text: str) -> None:
    assert toml.dumps(value) == text


@pytest.mark.parametrize(
    "text",
    [
        "a = 1979-05-27T07:32:00-08:00\n",
        "a = 1979-05-27T07:32:00.5\n", "a = 1979-05-27\n", "a = 07:32:00.25\n",
        "a = 1979-05-27T07:32:00Z\n",
    ],
)  # fmt: skip
def test_times_come_back(text: str) -> None:
    assert toml.dumps(toml.loads(text)) == text


def test_functions_cannot_be_written() -> None:
    with pytest.raises(toml.TOMLError, match="unsupported type: func"):
        toml.dumps({"a": len})


def test_depth_ends_in_an_error() -> None:
    with pytest.raises(toml.TOMLError, match="nested too deeply"):
        toml.loads("a = " + "[" * 5000)
    loop: dict[str, Any] = {}
    loop["a"] = loop
    with pytest.raises(toml.TOMLError, match="nested too deeply"):
        toml.dumps(loop)


TOP_LEVEL = 'line 1 (last key "a"): expected a top-level item to end with a newline, comment, or EOF, but got'


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("a=@", "line 1 (last key \"a\"): expected value but found '@' instead"),
        ("a=\n", "line 1 (last key \"a\"): expected value but found '\\n' instead"),
        ("a=+inx", "line 1 (last key \"a\"): invalid float: '+in'"),
        ("a=+.5", "line 1 (last key \"a\"): floats must start with a digit, not '.'"),
        ("a=+x", "line 1 (last key \"a\"): expected a digit but got 'x'"),
        ("[a]\u200b", f"{TOP_LEVEL} '\\u200b' instead"),
        ("[a]\U000e0001", f"{TOP_LEVEL} '\\U000e0001' instead"),
        ("[a\x80", "line 1: expected '.' or ']' to end table name, but got '\\u0080' instead"),
    ],
)  # fmt: skip
def test_errors_name_what_was_found(text: str, error: str) -> None:
    with pytest.raises(toml.TOMLError) as caught:
        toml.loads(text)
    assert str(caught.value) == f"toml: {error}"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a=0_1.5", None),
        ("a=0e1", 0.0),
        ("a=1_0", 10),
        ("a=+inf", float("inf")),
        ("a=0_0", None),
        ("a=0.5", 0.5),
    ],
)
def test_numbers_that_begin_with_zero_or_a_sign(text: str, value: float | None) -> None:
    if value is None:
        with pytest.raises(toml.TOMLError, match="cannot have leading zeroes"):
            toml.loads(text)
    else:
        assert toml.loads(text) == {"a": value}


def test_nil_maps_and_slices_are_left_out() -> None:
    assert toml.dumps({"a": kinds.NilSlice(), "b": kinds.NilMap(), "c": 1}) == "c = 1\n"
    assert toml.dumps({"l": [{"a": kinds.NilSlice(), "b": 1}, 2]}) == "l = [{b = 1}, 2]\n"
    with pytest.raises(toml.TOMLError, match=r"^toml: cannot encode array with nil element$"):
        toml.dumps({"l": [kinds.NilStringSlice()]})


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (2j, "unsupported type for key '': complex128"),
        ({"a": 2j}, "unsupported type: complex128"),
        ({"a": [2j, None]}, "unsupported type: complex128"),
    ],
)
def test_complex_numbers_are_refused(value: object, error: str) -> None:
    with pytest.raises(toml.TOMLError) as caught:
        toml.dumps(value)
    assert str(caught.value) == error


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a = 0\nb = 1", {"a": 0, "b": 1}), ("a = 0", {"a": 0}), ('a = ""', {"a": ""}),
        ("a = {b = 1, # c\n c = 2}", {"a": {"b": 1, "c": 2}}),
        ("a = {b.c = 1, b.d = 2}", {"a": {"b": {"c": 1, "d": 2}}}),
        ("[[a]]\nb = 1\n[a.c]\nd = 1\n[[a]]\nb.c = 2", {"a": [{"b": 1, "c": {"d": 1}}, {"b": {"c": 2}}]}),
    ],
)  # fmt: skip
def test_zeros_comments_and_dots(text: str, value: Any) -> None:
    assert _plain(toml.loads(text)) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = 1__0.5", '1 (last key "a"): Invalid float "1__0.5": underscores must be surrounded by digits'),
        ("a = _1.5", "1 (last key \"a\"): expected value but found '_' instead"),
        ("a = \x01", "1 (last key \"a\"): TOML files cannot contain control characters: '0x01'"),
        ("a = {b = 1, b.c = 2}", "1 (last key \"a.b.c\"): Key 'a.b' has already been defined."),
        ("a = {b = [{}], b.c = 1}", '1 (last key "a.b.c"): "a.b" is not a table'),
        ("a = {b.c = 1, b.c.d = 2}", "1 (last key \"a.b.c.d\"): Key 'a.b.c' has already been defined."),
        ("a = 1\n[a.b]", "2: Key 'a' was already created as a hash."),
        ("[a]\nb = 1\nb.c = 2", "3 (last key \"a.b.c\"): Key 'a.b' has already been defined."),
        ("[a]\nb.c = 1\n[a.b.c.d]", "3 (last key \"a\"): Key 'a.b.c' was already created as a hash."),
        (
            "[a]\nb = [1]\n[[a.b]]",
            "3 (last key \"a\"): Key 'a.b' was already created and cannot be used as an array.",
        ),
    ],
)
def test_keys_given_twice_and_wrong_values(text: str, message: str) -> None:
    with pytest.raises(toml.TOMLError) as caught:
        toml.loads(text)
    assert str(caught.value) == f"toml: line {message}"


def test_versions_are_written_as_text() -> None:
    assert toml.dumps({"v": parse("v1.2")}) == 'v = "1.2.0"\n'
