"""JSON: the cases hold what encoding/json of Go 1.26 made of each value and text."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hivehelm.golang import json as golang_json
from hivehelm.golang import jsonread, kinds
from hivehelm.golang.jsonread import first
from hivehelm.golang.time import Time
from hivehelm.golang.zone import UTC

CASES = Path(__file__).parents[2] / "cases/json"
WRITTEN: list[dict[str, Any]] = json.loads((CASES / "dump.json").read_text(encoding="utf-8"))
READ: list[dict[str, Any]] = json.loads((CASES / "load.json").read_text(encoding="utf-8"))


class Point(kinds.Struct):
    FIELDS: ClassVar[dict[str, str]] = {"Y": "y", "X": "x"}

    def __init__(self, x: Any, y: Any) -> None:
        self.x = x
        self.y = y


class Tagged(Point):
    def to_json(self) -> dict[str, Any]:
        return {"x": self.x}


class Texted(kinds.Struct):
    METHODS: ClassVar[dict[str, str]] = {"MarshalText": "text"}

    def text(self) -> bytes:
        return b"<me>"


@pytest.mark.parametrize("case", WRITTEN, ids=lambda case: ascii(case["value"])[:40])
def test_values_are_written_as_go_writes_them(case: dict[str, Any]) -> None:
    assert golang_json.dumps(case["value"]) == case["json"]
    assert golang_json.dumps(case["value"], indent="  ") == case["indented"]
    assert golang_json.dumps(case["value"], html=False) == case["raw"]


@pytest.mark.parametrize("case", READ, ids=lambda case: ascii(case["json"])[:40])
def test_texts_are_read_as_go_reads_them(case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(golang_json.JSONError) as caught:
            golang_json.loads(case["json"])
        assert str(caught.value) == case["error"]
    else:
        assert repr(golang_json.loads(case["json"])) == repr(case["value"])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (kinds.Int64(-5), "-5"),
        (kinds.Float32(0.5), "0.5"),
        (kinds.StringSlice(["a"]), '["a"]'),
        (kinds.NilSlice(), "null"),
        (kinds.NilStringSlice(), "null"),
        (kinds.NilMap(), "null"),
        (kinds.StringMap(b="1", a="2"), '{"a":"2","b":"1"}'),
        (b"a\xff", '"Yf8="'),
        (Point(1, "a"), '{"Y":"a","X":1}'),
        (Tagged(1, "a"), '{"x":1}'),
        (Texted(), '"\\u003cme\\u003e"'),
        ([Point(None, [])], '[{"Y":[],"X":null}]'),
        (Time(0, 0, UTC), '"1970-01-01T00:00:00Z"'),
        (("a", 1), '["a",1]'),
    ],
)
def test_goes_kinds_are_written(value: Any, text: str) -> None:
    assert golang_json.dumps(value) == text


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (float("nan"), "json: unsupported value: NaN"),
        ([float("inf")], "json: unsupported value: +Inf"),
        ({"a": float("-inf")}, "json: unsupported value: -Inf"),
        (len, "json: unsupported type: "),
    ],
)
def test_some_values_cannot_be_written(value: Any, error: str) -> None:
    with pytest.raises(golang_json.JSONError) as caught:
        golang_json.dumps(value)
    assert str(caught.value).startswith(error)


def test_a_value_that_contains_itself_is_refused() -> None:
    loop: dict[str, Any] = {}
    loop["a"] = loop
    with pytest.raises(golang_json.JSONError, match="encountered a cycle via map"):
        golang_json.dumps(loop)


def test_bytes_are_read_as_text_is() -> None:
    assert golang_json.loads(b'["\xff", "\xc3\xa9"]') == ["\ufffd", "é"]


def test_depth_is_bounded() -> None:
    value = golang_json.loads('{"a":[' * 5000 + "]}" * 5000)
    assert list(value) == ["a"]
    with pytest.raises(golang_json.JSONError) as caught:
        golang_json.loads("[" * 10_001)
    assert str(caught.value) == "invalid character '[' exceeded max depth"
    with pytest.raises(golang_json.JSONError, match="unexpected end of JSON input"):
        golang_json.loads("[" * 10_000)


def test_an_error_says_where() -> None:
    with pytest.raises(golang_json.JSONError) as caught:
        golang_json.loads("[1,x]")
    assert caught.value.offset == 4


@pytest.mark.parametrize(
    ("text", "message", "in_stream"),
    [
        ("tru", "invalid character ' ' in literal true (expecting 'e')", "unexpected EOF"),
        ("tru}", "invalid character '}' in literal true (expecting 'e')", ""),
        (r'"\x"', "invalid character 'x' in string escape code", ""),
        ('"\\', "invalid character ' ' in string escape code", "unexpected EOF"),
        (r'"\u12"', "invalid character '\"' in \\u hexadecimal character escape", ""),
        (r'"\u12', r"invalid character ' ' in \u hexadecimal character escape", "unexpected EOF"),
        ("1.", "invalid character ' ' after decimal point in numeric literal", "unexpected EOF"),
        ("1e", "invalid character ' ' in exponent of numeric literal", "unexpected EOF"),
        ("-", "invalid character ' ' in numeric literal", "unexpected EOF"),
        ('"a\x01"', r"invalid character '\x01' in string literal", ""),
        ("t\x00", r"invalid character '\x00' in literal true (expecting 'r')", ""),
        ("1e999", "json: cannot unmarshal number 1e999 into Go value of type float64", ""),
    ],
)
def test_what_is_wrong_or_not_complete(text: str, message: str, in_stream: str) -> None:
    """Go shows the end of the text as a blank; its decoder of streams knows it for what it is."""
    with pytest.raises(golang_json.JSONError) as caught:
        golang_json.loads(text)
    assert str(caught.value) == message
    with pytest.raises(golang_json.JSONError) as caught:
        first(text, finite=True)
    assert str(caught.value) == (in_stream or message)


@pytest.mark.parametrize(
    ("text", "value", "end"), [("01", 0.0, 1), (' "a"x', "a", 4), ("[true]]", [True], 6)]
)
def test_what_follows_the_first_value_is_not_read(text: str, value: Any, end: int) -> None:
    assert first(text) == (value, end)


@pytest.mark.parametrize("text", ["", " \n"])
def test_there_may_be_no_first_value(text: str) -> None:
    with pytest.raises(EOFError):
        first(text)


def test_numbers_without_bounds_are_infinite() -> None:
    assert first("[1e999, 1]") == ([float("inf"), 1.0], 10)
    text = r'[true, null, "\u00e9\n\ud83d\ude00\ud800", -1e999]'
    assert first(text) == ([True, None, "é\n\U0001f600\ufffd", float("-inf")], len(text))


def test_many_brackets_need_not_be_deep() -> None:
    assert golang_json.loads(f"[{'[],' * 10_001}1]")[-1] == 1.0


@given(
    st.text(alphabet='{}[]",:\\ux0123456789abcdefABCDEF.eE+-truefalsnl \t\n\x01é\udcff', max_size=30)
    | st.recursive(
        st.none()
        | st.booleans()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.integers()
        | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=6,
    ).map(json.dumps)
)
def test_texts_are_read_alike_without_cpythons_reader(text: str) -> None:
    """What we read by ourselves comes to the same values and the same errors."""

    def read(name: str, *, fast: bool) -> object:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(jsonread, "FAST", fast)
            try:
                return repr(getattr(jsonread, name)(text))
            except EOFError:
                return "nothing"
            except golang_json.JSONError as error:
                return str(error), error.offset

    for name in ("loads", "first"):
        assert read(name, fast=True) == read(name, fast=False)


def test_json_is_not_imported_to_read() -> None:
    program = (
        "import sys; from hivehelm.golang.json import loads; "
        "loads('{\"a\": [1]}'); loads(' ' * 9000 + '1'); assert 'json' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("text", ["{", '{"a": 1,}', '"\\x"', '"a', "[1,", "nul", '{"a" 1}', "[1 2]"])
def test_what_is_wrong_is_told_without_it(text: str) -> None:
    """CPython's reader in C wants an error of the package `json`, which may not be there."""
    with pytest.raises(golang_json.JSONError) as caught:
        golang_json.loads(text)
    program = (
        "import sys\n"
        "from hivehelm.golang.json import JSONError, loads\n"
        "assert 'json' not in sys.modules\n"
        "try:\n    loads(sys.argv[1])\n"
        "except JSONError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, text], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == (f"{caught.value}\n", "")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_short_and_long_ways_write_numbers_alike(value: float) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(golang_json, "FAST", False)
        expected = golang_json.number(value)
    assert golang_json.number(value) == expected


@pytest.mark.parametrize(
    "value", [0.0, -0.0, 1.0, 1e14, 1e15, -1e15, 1e-4, 1e-5, 0.1, 1e21, 123456789012345.6]
)
def test_short_and_long_ways_write_these_alike(value: float, monkeypatch: pytest.MonkeyPatch) -> None:
    text = golang_json.number(value)
    monkeypatch.setattr(golang_json, "FAST", False)
    assert golang_json.number(value) == text


def test_literals_that_are_known_are_forgotten_when_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(golang_json, "_MOST_KNOWN", 5)
    value = {f"key {number}": "<" * length for number, length in enumerate(range(55, 75))}
    wanted = ",".join(f'"key {number}":"{"<" * length}"' for number, length in enumerate(range(55, 75)))
    for html in (False, True, False):
        monkeypatch.setitem(golang_json._KNOWN, html, golang_json._Known(html))
        shown = wanted.replace("<", "\\u003c") if html else wanted
        # Keys are in the order of their bytes.
        assert sorted(golang_json.dumps(value, html=html)[1:-1].split(",")) == sorted(shown.split(","))
        assert len(golang_json._KNOWN[html]) <= 5
        assert all(len(text) <= 64 for text in golang_json._KNOWN[html])
