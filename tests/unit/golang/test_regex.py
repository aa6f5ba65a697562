from __future__ import annotations

import pytest
from tests.cases.samples import wrong

from hivehelm.golang import regex
from hivehelm.gotemplate.functions.table import SPRIG, resolve


def test_samples_from_go() -> None:
    assert wrong("regex", lambda name: resolve(SPRIG[name])) == []


def test_patterns_are_remembered_within_bounds() -> None:
    first = regex.compile("remembered")
    assert regex.compile("remembered") is first
    for i in range(300):
        regex.compile(f"p{i}")
    assert len(regex._COMPILED) <= 256
    assert regex.compile("remembered") is not first


def test_a_pattern_that_grows_too_large_is_refused() -> None:
    with pytest.raises(regex.RegexError, match=r"expression too large|invalid repeat count"):
        regex.compile("((a{100}){100}){100}")


def test_linear_time() -> None:
    assert not regex.compile("(a+)+$").match("a" * 50_000 + "b")


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("\udcff", "invalid UTF-8: `\udcff`"),
        ("a\udcffb", "invalid UTF-8: `\udcffb`"),
        ("a(", "missing closing ): `a(`"),
        ("(?<", "invalid or unsupported Perl syntax: `(?<`"),
        ("(?<n", "invalid named capture: `(?<n`"),
        ("(?<=a)", "invalid named capture: `(?<=a)`"),
        ("a{1,1001}", "invalid repeat count: `{1,1001}`"),
        ("a{2,1}", "invalid repeat count: `{2,1}`"),
        ("a**", "invalid nested repetition operator: `**`"),
        ("\\", "trailing backslash at end of expression: ``"),
        (r"\Qab\E\C", r"invalid escape sequence: `\C`"),
        ("[z-a]", "invalid character class range: `z-a`"),
    ],
)
def test_patterns_that_go_refuses(pattern: str, message: str) -> None:
    with pytest.raises(regex.RegexError) as caught:
        regex.compile(pattern)
    assert str(caught.value) == f"error parsing regexp: {message}"


def test_groups_nest_up_to_a_bound() -> None:
    def nested(depth: int) -> str:
        return r"\(x" + "(" * depth + "a" + ")" * depth

    assert regex.compile(nested(999)).match("(xa")
    for depth in (1000, 5000):
        with pytest.raises(regex.RegexError, match=r"^error parsing regexp: expression nests too deeply: `"):
            regex.compile(nested(depth))
    assert regex.compile(r"\Qa\C").match("a\\C")


def test_no_match_begins_within_a_character() -> None:
    assert regex.compile(r"\B").replace("aéb", "-") == "aéb"
    assert regex.quote_meta("a.b[é]") == r"a\.b\[é\]"


def test_patterns_take_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regex, "_MEMORY", 1 << 12)
    with pytest.raises(regex.RegexError, match=r"^error parsing regexp: expression too large: `"):
        regex.compile(r"\pL{99}")
