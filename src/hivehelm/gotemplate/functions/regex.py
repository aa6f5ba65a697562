"""Sprig's regular expressions: Go's package regexp.

The functions without `must` panic over a bad pattern, but for `regexMatch`, which does not match then.
"""

from __future__ import annotations

from hivehelm.golang import regex
from hivehelm.golang.fmt import quote
from hivehelm.golang.kinds import NilStringSlice, StringSlice
from hivehelm.golang.utf8 import valid
from hivehelm.gotemplate.functions.signature import FunctionError, go


def _compiled(pattern: str) -> regex.Regex:
    try:
        return regex.compile(pattern)
    except regex.RegexError as error:
        raise FunctionError(str(error)) from None


def _must_compiled(pattern: str) -> regex.Regex:
    try:
        return regex.compile(pattern)
    except regex.RegexError as error:
        raise FunctionError(f"regexp: Compile({_quoted(pattern)}): {error}") from None


def _quoted(pattern: str) -> str:
    plain = valid(pattern) and not any(c in "`\x7f\ufeff" or (c < " " and c != "\t") for c in pattern)
    return f"`{pattern}`" if plain else quote(pattern)


def _slice(texts: list[str] | None) -> StringSlice:
    return NilStringSlice() if texts is None else StringSlice(texts)


@go("string, string")
def match(pattern: str, text: str) -> bool:
    """`regexMatch`: whether the pattern matches anywhere; a bad one does not."""
    try:
        return regex.compile(pattern).match(text)
    except regex.RegexError:
        return False


@go("string, string")
def must_match(pattern: str, text: str) -> bool:
    """`mustRegexMatch`."""
    return _compiled(pattern).match(text)


@go("string, string")
def find(pattern: str, text: str) -> str:
    """`regexFind`: the leftmost match, or nothing."""
    return _must_compiled(pattern).find(text)


@go("string, string")
def must_find(pattern: str, text: str) -> str:
    """`mustRegexFind`."""
    return _compiled(pattern).find(text)


@go("string, string, int")
def find_all(pattern: str, text: str, limit: int) -> StringSlice:
    """`regexFindAll`: at most `limit` matches, all where it is negative; a nil slice where there are none."""
    return _slice(_must_compiled(pattern).find_all(text, limit))


@go("string, string, int")
def must_find_all(pattern: str, text: str, limit: int) -> StringSlice:
    """`mustRegexFindAll`."""
    return _slice(_compiled(pattern).find_all(text, limit))


@go("string, string, string")
def replace_all(pattern: str, text: str, replacement: str) -> str:
    """`regexReplaceAll`: each match replaced; `$1` and `${name}` stand for groups."""
    return _must_compiled(pattern).replace(text, replacement)


@go("string, string, string")
def must_replace_all(pattern: str, text: str, replacement: str) -> str:
    """`mustRegexReplaceAll`."""
    return _compiled(pattern).replace(text, replacement)


@go("string, string, string")
def replace_all_literal(pattern: str, text: str, replacement: str) -> str:
    """`regexReplaceAllLiteral`: each match replaced by a text taken as it is."""
    return _must_compiled(pattern).replace_literal(text, replacement)


@go("string, string, string")
def must_replace_all_literal(pattern: str, text: str, replacement: str) -> str:
    """`mustRegexReplaceAllLiteral`."""
    return _compiled(pattern).replace_literal(text, replacement)


@go("string, string, int")
def split(pattern: str, text: str, limit: int) -> StringSlice:
    """`regexSplit`: the texts between matches, at most `limit`, all where it is negative."""
    return _slice(_must_compiled(pattern).split(text, limit))


@go("string, string, int")
def must_split(pattern: str, text: str, limit: int) -> StringSlice:
    """`mustRegexSplit`."""
    return _slice(_compiled(pattern).split(text, limit))


@go("string")
def quote_meta(text: str) -> str:
    """`regexQuoteMeta`: a pattern that matches just `text`."""
    return regex.quote_meta(text)
