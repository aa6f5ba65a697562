"""Globs: each expectation was checked against gobwas/glob v0.2.3 with "/" as the separator."""

from __future__ import annotations

import pytest

from hivehelm.golang import glob


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("config/*", "config/a.yaml", True), ("config/*",
        "config/a/b.yaml", False), ("config/**", "config/a/b", True),
        ("*.yaml", "a.yaml", True), ("*.yaml", "d/a.yaml", False), ("**.yaml", "d/e/a.yaml", True),
        ("**/a", "b/c/a", True), ("**/a", "a", False), ("a?c", "abc", True), ("a?c", "a/c", False),
        ("[abc]x", "bx", True), ("[abc]x", "dx", False), ("[!abc]x", "dx", True), ("[!abc]x", "/x", True),
        ("[a-c]", "b", True), ("[a-c]", "d", False), ("[!a-c]", "d", True), ("[!a-c]", "b", False),
        ("{a,b}.txt", "b.txt", True), ("{a,b}.txt", "c.txt", False), ("{*.yaml,*.yml}", "x.yml", True),
        ("{a,{b,c}d}", "cd", True), ("{a,{b,c}d}", "c", False), ("a,b", "a,b", True), ("a}", "a}", True),
        (r"\*", "*", True), (r"\*", "a", False), (r"a\{b", "a{b", True), ("{a", "a", True), ("", "", True),
        ("", "a", False), ("é?", "éü", True), ("[]-a]",
        "^", True), ("a***b", "axb", True), ("a\0b", "a", True),
        ("a\\", "a", True), (r"[a\]b]", "]", True),
    ],
)  # fmt: skip
def test_patterns(pattern: str, path: str, expected: bool) -> None:
    assert glob.match(pattern, path) is expected
    assert glob.compile(pattern)(path) is expected


@pytest.mark.parametrize(
    ("pattern", "error"),
    [
        ("[a", "unexpected end of input"), ("[",
        "unexpected end of input"), ("[!", "unexpected end of input"),
        ("[a-", "unexpected end of input"), ("[a-b",
        "unexpected end of input"), ("[]", "could not parse range"),
        ("[!]", "could not parse range"), ("[a-bc]", "expected close range character"),
        ("[b-a]", "hi character 'a' should be greater than lo 'b'"), ("a\udcff", "could not read rune"),
    ],
)  # fmt: skip
def test_wrong_patterns(pattern: str, error: str) -> None:
    with pytest.raises(glob.GlobError) as caught:
        glob.compile(pattern)
    assert str(caught.value) == error
    assert caught.value.pattern == pattern


def test_separators_are_the_callers() -> None:
    assert glob.match("*", "a/b", separators=".")
    assert not glob.match("*", "a.b", separators=".")


def test_matching_takes_time_in_proportion() -> None:
    assert not glob.match("**a" * 40 + "b", "a" * 400)
