"""What the cases of `tests/cases/gotemplate/formats.txt`, which come from Go, do not reach."""

from __future__ import annotations

import ast
import json
import math
import time
from pathlib import Path
from typing import Any

import pytest

from hivehelm.golang import fmt
from hivehelm.golang.duration import Duration
from hivehelm.golang.fmt import default, quote, sprint, sprintf, sprintln, stringer
from hivehelm.golang.fmt.printer import Printer
from hivehelm.golang.fmt.verbs import Format
from hivehelm.golang.formatfloat import format_float
from hivehelm.golang.kinds import (
    Float32,
    Int64,
    NilMap,
    NilSlice,
    NilStringSlice,
    SizedInt,
    StringMap,
    Struct,
    Uint,
)
from hivehelm.golang.time import civil


class Minutes(SizedInt):
    """An integer with a String method."""

    GO_TYPE = "x.Minutes"
    GO_KIND = "int64"

    def go_string(self) -> str:
        return f"{int(self)}m"


class Plain(Struct):
    GO_TYPE = "x.Plain"
    FIELDS = {"A": "a", "B": "b"}

    def __init__(self, a: Any = 1, b: Any = "two") -> None:
        self.a = a
        self.b = b


class Addressed(Plain):
    """Its String method belongs to the pointer."""

    GO_STRING_BY_POINTER = True

    def go_string(self) -> str:
        return "addressed"


class Pointer(Plain):
    GO_TYPE = "*x.Plain"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Minutes(5), "5m"),
        ([Minutes(5), {"k": Minutes(6)}], "[5m map[k:6m]]"),
        (Plain(), "{1 two}"),
        (Plain(None, [1.5]), "{<nil> [1.5]}"),
        (Addressed(), "{1 two}"),
        (Pointer(), "&{1 two}"),
        (Int64(-3), "-3"),
        (NilSlice(), "[]"),
        (StringMap(b="2", a="1"), "map[a:1 b:2]"),
        (Float32(0.10000000149011612), "0.1"),
        (math.inf, "+Inf"),
        (-math.inf, "-Inf"),
        (math.nan, "NaN"),
        (-0.0, "-0"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (999999.0, "999999"),
        (1000000.0, "1e+06"),
        (1.5e300, "1.5e+300"),
        ((1, 2), "[1 2]"),
    ],
)
def test_default_format(value: Any, text: str) -> None:
    assert default(value) == text


@pytest.mark.parametrize(
    ("form", "args", "text"),
    [
        ("%d %s %q %x", [Minutes(5)] * 4, '5 5m "5m" 356d'),
        ("%#v %#v", [Minutes(5), Uint(255)], "5 0xff"),
        ("%#v", [Plain()], 'x.Plain{A:1, B:"two"}'),
        ("%+v", [Pointer()], "&{A:1 B:two}"),
        ("%#v %#v", [NilSlice(), NilStringSlice()], "[]interface {}(nil) []string(nil)"),
        ("%+.1f % f %06.1f", [math.inf, math.nan, -math.inf], "+Inf  NaN   -Inf"),
        ("%5t|%-7t|", [True, False], " true|false  |"),
        ("%t", [Plain()], "{%!t(int=1) %!t(string=two)}"),
        ("%v", [[None, True]], "[<nil> true]"),
        ("%x", [3.5], "0x1.cp+01"),
        ("%.20d", [1], "00000000000000000001"),
    ],
)
def test_sprintf(form: str, args: list[Any], text: str) -> None:
    assert sprintf(form, args) == text


def test_addresses() -> None:
    pointer = Pointer()
    text = sprintf("%p %v %#v %x %s", [pointer, [pointer], [pointer], [pointer], [len]])
    address = sprintf("%p", [pointer])
    assert address.startswith("0xc0")
    assert text.startswith(
        f"{address} [{address}] []interface {{}}{{(*x.Plain)({address})}} [{address[2:]}] [%!s("
    )
    assert sprintf("%p", [5]) == "%!p(int=5)"


def test_sprint_puts_spaces_between_operands_that_are_not_strings() -> None:
    assert sprint() == ""
    assert sprint("a", 1, 2, "b", "c", None) == "a1 2bc<nil>"
    assert sprint(1, 2, "a", 3) == "1 2a3"
    assert sprintln("a", 1) == "a 1\n"


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("plain", '"plain"'),
        ('a"b\\', '"a\\"b\\\\"'),
        ("\a\b\f\n\r\t\v", '"\\a\\b\\f\\n\\r\\t\\v"'),
        ("\0\x1f\x7f", '"\\x00\\x1f\\x7f"'),
        ("é☃😀", '"é☃😀"'),
        ("\u2028\U000e0001", '"\\u2028\\U000e0001"'),
        ("\udcff", '"\\xff"'),
    ],
)
def test_quote(text: str, quoted: str) -> None:
    assert quote(text) == quoted


def test_quote_of_ascii_is_that_of_its_characters() -> None:
    text = "".join(map(chr, range(128)))
    for mark in "\"'`":
        # What is not ASCII goes character by character.
        assert quote(text, mark=mark)[:-1] == quote(text + "é", mark=mark)[:-2]


def test_quote_in_ascii_and_of_runes() -> None:
    assert quote("é😀", ascii_only=True) == '"\\u00e9\\U0001f600"'
    assert quote("'", mark="'") == "'\\''"


def test_stringer() -> None:
    assert stringer(Minutes(1))() == "1m"
    assert stringer(Addressed()) is None
    assert stringer("text") is None


@pytest.mark.parametrize(
    ("value", "verb", "precision", "bits", "text"),
    [
        (1.0, "b", -1, 64, "4503599627370496p-52"),
        (0.0, "b", -1, 64, "0p-1074"),
        (1.5, "b", -1, 32, "12582912p-23"),
        (1.0, "x", -1, 64, "0x1p+00"),
        (0.0, "x", 3, 64, "0x0.000p+00"),
        (-0.0, "x", -1, 64, "-0x0p+00"),
        (1.96875, "x", 0, 64, "0x1p+01"),
        (1.03125, "X", 1, 64, "0X1.0P+00"),
        (1.09375, "x", 1, 64, "0x1.2p+00"),
        (123456789.0, "g", 3, 64, "1.23e+08"),
        (0.00012345, "g", 3, 64, "0.000123"),
        (100.0, "g", 5, 64, "100"),
        (120.0, "g", 3, 64, "120"),
        (0.0, "g", 3, 64, "0"),
        (1e-10, "G", 2, 64, "1E-10"),
        (2.5, "F", 1, 64, "2.5"),
        (2.5, "E", -1, 64, "2.5E+00"),
    ],
)
def test_format_float(value: float, verb: str, precision: int, bits: int, text: str) -> None:
    assert format_float(value, verb, precision, bits) == text


@pytest.mark.parametrize(
    ("form", "value", "text"),
    [
        ("%#v", NilMap(), "map[string]interface {}(nil)"),
        ("%#v", b"\xff\x00", "[]byte{0xff, 0x0}"),
        ("%#v", [b"", b"h"], "[]interface {}{[]uint8{}, []uint8{0x68}}"),
        ("%#06.3v", b"h", "[]byte{ 0x068}"),
        ("%v", {"\u2029": 1, "\udc80": 2, "é": 3}, "map[\udc80:2 é:3 \u2029:1]"),
    ],
)
def test_what_random_values_found(form: str, value: Any, text: str) -> None:
    assert sprintf(form, (value,)) == text


FORMATS = Path(__file__).parents[2] / "cases/golang/formats.jsonl"
CASES = [json.loads(line) for line in FORMATS.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case["format"]))
def test_formats_print_as_in_go(case: dict[str, str]) -> None:
    """The cases hold what Go made of random formats and values."""
    assert sprintf(case["format"], ast.literal_eval(case["arguments"])) == case["text"]


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    ("form", "arguments", "text"),
    [
        ("%f|%5f|%+f|% f|%05f", [math.nan] * 5, "NaN|  NaN|+NaN| NaN|  NaN"),
        ("%s|%.1s|%x|%q|%d", [b"ab"] * 5, 'ab|a|6162|"ab"|[97 98]'),
        ("%f|%t", [b"ab"] * 2, "[%!f(uint8=97) %!f(uint8=98)]|[%!t(uint8=97) %!t(uint8=98)]"),
        ("%v|%T|%d", [None] * 3, "<nil>|<nil>|%!d(<nil>)"),
        ("%.2T|%w|%p", [1, 1, 1], "in|%!w(int=1)|%!p(int=1)"),
        ("%#.3g|%#g|%#.3x|%#e", [0.0] * 4, "0.00|0.00000|0x0.000p+00|0.000000e+00"),
        ("%#v", [civil(2020, 2, 3)], "time.Date(2020, time.February, 3, 0, 0, 0, 0, time.UTC)"),
        ("%+d|% d|%.0d|%.5d|%#b|%#o|%O", [5, 5, 0, 5, 5, 5, 5], "+5| 5||00005|0b101|05|0o5"),
        ("%#X|%-05d|%+05d|%05d", [255, 5, 5, -5], "0XFF|5    |+0005|-0005"),
        ("%# X|% x|%#x|%.1x|%#x", ["ab", "ab", "ab", "ab", ""], "0X61 0X62|61 62|0x6162|61|"),
        ("%-*d|%[2]*[1]d|%[1]5d|%99999999d", [-5, 3, 4], "3    | -5|%!d(BADINDEX)|%!(NOVERB)"),
        ("%[1]5d|%[5]d|%[x]d|%[1]", [5], "%!d(BADINDEX)|%!d(BADINDEX)|%!d(BADINDEX)|%!(NOVERB)"),
        ("%t|%s|%d", [True] * 3, "true|%!s(bool=true)|%!d(bool=true)"),
        ("%s|%q|%v", [Text("a")] * 3, 'a|"a"|a'),
        ("%s-%s", ["a", "b"], "a-b"),
        ("%w", [Duration(5)], "%!w(time.Duration=5)"),
    ],
)
def test_flags_and_wrong_verbs(form: str, arguments: list[Any], text: str) -> None:
    assert sprintf(form, arguments) == text


def test_one_value_alone() -> None:
    assert [sprint(1), sprint("a"), sprint()] == ["1", "a", ""]


def test_many_bytes_print_at_once() -> None:
    data = bytes(range(256)) * 4000
    start = time.process_time()
    assert default(data) == f"[{' '.join(str(byte) for byte in data)}]"
    assert time.process_time() - start < 1
    assert sprintf("%03d", [b"\x00\xff"]) == "[000 255]"
    assert sprintf("%#v", [b"\x00\xff"]) == "[]byte{0x0, 0xff}"


@pytest.mark.parametrize(
    "form",
    [
        "%s-%d",
        "%d%%",
        "%%%d",
        "%%%%s",
        "%05d|%s",
        "%0d",
        "%0003d",
        "%v/%v",
        "%",
        "%%%",
        "a%",
        "%5%",
        "%d %z",
        "%00x5d",
    ],
)
@pytest.mark.parametrize(
    "args",
    [
        [],
        [1],
        ["a", 1],
        [Int64(-7), "b"],
        [True],
        [None, 2.5],
        [Minutes(5), Minutes(6)],
        [[1], {"a": 1}],
        [b"x", ""],
    ],
    ids=range(9),
)
def test_short_and_long_ways_format_alike(form: str, args: list[Any]) -> None:
    assert sprintf(form, args) == Format(args).text(form)


@pytest.mark.parametrize("value", [Int64(-7), Uint(7), Minutes(5), Duration(10**9), True, 7], ids=range(6))
def test_integers_are_shown_alike(value: int) -> None:
    printer = Printer()
    printer.print_argument(value, "v")
    assert default(value) == "".join(printer.out)


def test_formats_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fmt, "_MAX_FORMS", 3)
    monkeypatch.setattr(fmt, "_FORMS", {})
    assert [sprintf(f"{number}%d", [number]) for number in range(5)] == ["00", "11", "22", "33", "44"]
    assert len(fmt._FORMS) == 2


def test_other_characters_are_quoted_again_and_again() -> None:
    for _ in range(2):
        assert quote('é"\\\n\u2028\udcff日\x85') == '"é\\"\\\\\\n\\u2028\\xff日\\u0085"'
