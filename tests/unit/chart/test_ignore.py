from __future__ import annotations

import pytest

from hivehelm.chart.ignore import IgnoreError, Rules, compile_pattern, parse


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("abc", "abc", True),
        ("abc", "abcd", False),
        ("*", "abc", True),
        ("*", "", True),
        ("*", "a/b", False),
        ("*c", "abc", True),
        ("*c", "a/c", False),
        ("a*", "a", True),
        ("a*/b", "a/c/b", False),
        ("a*b*c*d*e*/f", "axbxcxdxe/f", True),
        ("a*b*c*d*e*/f", "axbxcxdxe/xxx/f", False),
        ("a*b?c*x", "abxbbxdbxebxczzx", True),
        ("a*b?c*x", "abxbbxdbxebxczzy", False),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("ab[c]", "abc", True),
        ("ab[b-d]", "abc", True),
        ("ab[e-g]", "abc", False),
        ("ab[^c]", "abc", False),
        ("ab[^e-g]", "abc", True),
        ("a\\*b", "a*b", True),
        ("a\\*b", "ab", False),
        ("[a-é]*", "à", True),
        ("[\\]a]", "]", True),
        ("[\\-x]", "-", True),
        ("[x\\-]", "z", False),
        ("*\\x", "ax", True),
        ("**", "abc", True),
        ("", "", True),
        ("a*?", "a", False),
    ],
)
def test_patterns_match_as_in_go(pattern: str, name: str, matches: bool) -> None:
    assert compile_pattern(pattern)(name) is matches


@pytest.mark.parametrize(
    "pattern", ["[]a]", "[-]", "[x-]", "[-x]", "[a-b-c]", "[", "[^", "[^bc", "a[", "a\\", "[a\\"]
)
def test_malformed_patterns_are_refused(pattern: str) -> None:
    with pytest.raises(IgnoreError, match=r"^syntax error in pattern$"):
        compile_pattern(pattern)


def test_rules_in_helms_reading() -> None:
    rules = parse(b"\xef\xbb\xbf# a comment\n\n  *.bak  \n/top\ndir/\nsub/x\r\n.git\n")
    ignored = {
        "a.bak": True,
        "d/a.bak": True,
        "top": True,
        "d/top": False,
        "dir": False,
        "sub/x": True,
        "d/sub/x": False,
        ".git": True,
        ".helmignore": False,
        "templates/.x": True,
        "templates/.x/y": False,
        "# a comment": False,
    }
    assert {name: rules.ignores(name, False) for name in ignored} == ignored
    assert rules.ignores("dir", True)


def test_negation_ignores_everything_else() -> None:
    rules = parse(b"!keep\n")
    assert rules.ignores("Chart.yaml", False)
    assert not rules.ignores("keep", False)
    directories = parse(b"!keep/\n")
    assert directories.ignores("keep", False)
    assert not directories.ignores("keep", True)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a/**/b", r"double-star \(\*\*\) syntax is not supported"),
        (b"[a", "syntax error in pattern"),
        (b"a\n" + b"x" * 70000, "bufio.Scanner: token too long"),
    ],
)
def test_files_that_cannot_be_understood(data: bytes, message: str) -> None:
    with pytest.raises(IgnoreError, match=message):
        parse(data)


def test_a_rule_that_breaks_when_its_slash_goes_never_matches() -> None:
    rules = parse(b"a\\/\n")
    assert not rules.ignores("a", True)


@pytest.mark.parametrize(
    ("pattern", "rule", "told"),
    [
        ("dir*!\\", "dir*!\\", ["dir", "dir/dir2"]),
        ("x*[", "x*[", ["x", "a/x"]),
        ("z[*]*\\", "z[*]*\\", ["z*"]),
        ("/z*/\\", "z*/\\", ["z*"]),
        ("/a*/*\\", "a*/*\\", ["a/x"]),
        ("q\\*x*[", "q\\*x*[", []),
    ],
)
def test_mistakes_show_where_a_match_gets_that_far(pattern: str, rule: str, told: list[str]) -> None:
    said: list[object] = []
    rules = Rules([pattern], lambda *given, **more: said.append((*given, more)))
    where = []
    for name in ("a", "x", "dir", "dir/dir2", "a/x", "z*", "q*"):
        before = len(said)
        assert not rules.ignores(name, False)
        where += [name] * (len(said) - before)
    assert where == told
    problem = {"rule": rule, "error": "syntax error in pattern"}
    assert all(line == ("ERROR", "failed to compile", problem) for line in said)


def test_mistakes_are_not_told_where_nobody_listens() -> None:
    rules = Rules(["!dir*["])
    assert rules.ignores("dir", False)
    with pytest.raises(IgnoreError, match=r"^syntax error in pattern$"):
        Rules(["a*["])
