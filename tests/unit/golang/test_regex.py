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
