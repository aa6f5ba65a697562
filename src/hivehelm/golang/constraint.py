"""Constraints on versions, as github.com/Masterminds/semver v3.5.0 reads and checks them."""

from __future__ import annotations

from hivehelm.golang.semver import (
    IDENTIFIER,
    Version,
    VersionError,
    compare,
    compare_prerelease,
    parse,
)
from hivehelm.golang.utf8 import length

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_LENGTH = 512
MAX_GROUPS = 32

_NUMBER = frozenset("0123456789xX*|")
_WILD = frozenset({"", "x", "X", "*"})
_OPERATORS = frozenset({"", "=", "!=", ">", "<", ">=", "=>", "<=", "=<", "~", "~>", "^"})
_OPERATOR = frozenset("=!<>~^")
_SPACE = frozenset(" \t\n\f\r")


class Constraint:
    """Alternatives (`||`) of conditions that must all hold, such as `>=1.2 <2 || ~3.1`.

    Raises:
        VersionError: `text` is no constraint (`semver.NewConstraint`).
    """

    __slots__ = ("alternatives", "text")

    def __init__(self, text: str) -> None:
        if length(text) > MAX_LENGTH:
            raise VersionError(f"constraint string is too long (max {MAX_LENGTH} bytes)", text)
        self.text = text
        groups = _rewrite_ranges(text).split("||")
        if len(groups) > MAX_GROUPS:
            raise VersionError(f"too many constraint groups (max {MAX_GROUPS})", text)
        self.alternatives = [_conditions(group, text) for group in groups]

    def check(self, version: Version) -> bool:
        """Return whether `version` satisfies the constraint.

        A prerelease only does where a condition of the same alternative names a prerelease.
        """
        for conditions in self.alternatives:
            if version.prerelease and not any(c.version.prerelease for c in conditions):
                continue
            if all(c.holds(version) for c in conditions):
                return True
        return False

    def __str__(self) -> str:
        return " || ".join(
            " ".join(c.operator + c.text for c in conditions) for conditions in self.alternatives
        )


def read(text: str) -> Constraint:
    """Return the constraint that `text` is; those read before are not read again.

    Raises:
        VersionError: `text` is no constraint (`semver.NewConstraint`).
    """
    known = _READ.get(text)
    if known is None:
        if len(_READ) >= _MAX_READ:
            _READ.clear()
        known = _READ[text] = Constraint(text)
    return known


# What charts compare with is written in them: few, and the same again and again.
_READ: dict[str, Constraint] = {}
_MAX_READ = 1000


class Condition:
    """One operator and the version it is about, whose missing or wild parts are zero."""

    __slots__ = ("any_minor", "any_patch", "dirty", "operator", "text", "version")

    def __init__(self, operator: str, text: str, version: Version) -> None:
        self.operator = operator
        self.text = text
        self.version = version
        self.dirty = False
        self.any_minor = False
        self.any_patch = False

    def holds(self, version: Version) -> bool:
        """Return whether `version` meets the condition, prereleases included."""
        return _CHECKS[self.operator](version, self)


def _rewrite_ranges(text: str) -> str:
    # "1.2 - 1.4" becomes ">= 1.2, <= 1.4 ", wherever it stands.
    result = text
    start = 0
    while (found := _range_after(text, start)) is not None:
        begin, end, low, high = found
        result = result.replace(text[begin:end], f">= {low}, <= {high} ", 1)
        start = end
    return result


def _range_after(text: str, start: int) -> tuple[int, int, str, str] | None:
    # The hyphen of a range stands alone.
    if not any(before in _SPACE and sign == "-" and after in _SPACE for before, sign, after in _threes(text)):
        return None
    for begin in range(start, len(text)):
        first = _skip_space(text, begin)
        low_end = _scan_version(text, first)
        hyphen = _skip_space(text, low_end)
        if low_end == first or hyphen == low_end or text[hyphen : hyphen + 1] != "-":
            continue
        second = _skip_space(text, hyphen + 1)
        high_end = _scan_version(text, second)
        if second > hyphen + 1 and high_end > second:
            return begin, _skip_space(text, high_end), text[first:low_end], text[second:high_end]
    return None


def _threes(text: str) -> Iterator[tuple[str, str, str]]:
    return zip(text, text[1:], text[2:], strict=False)


def _conditions(group: str, text: str) -> list[Condition]:
    # The whole group must be well formed before any version in it is looked at.
    return [_condition(operator, spelt, text) for operator, spelt in _terms(group, text)]


def _terms(group: str, text: str) -> list[tuple[str, str]]:
    terms: list[tuple[str, str]] = []
    position = _skip_space(group, 0)
    while True:
        end = position
        while group[end : end + 1] in _OPERATOR:
            end += 1
        operator = group[position:end]
        first = _skip_space(group, end)
        end = _scan_version(group, first)
        if operator not in _OPERATORS or end == first:
            raise VersionError(f"improper constraint: {_quote(group)}", text)
        terms.append((operator, group[first:end]))
        position = _skip_space(group, end)
        if position == len(group):
            return terms
        if group[position] == ",":
            position = _skip_space(group, position + 1)
        elif position == end:
            raise VersionError(f"improper constraint: {_quote(group)}", text)


def _condition(operator: str, spelt: str, text: str) -> Condition:
    release, hyphen, prerelease = spelt.partition("+")[0].partition("-")
    parts = release.removeprefix("v").split(".")
    major, minor, patch = (*parts, "", "")[:3]
    suffix = hyphen + prerelease
    if major in _WILD:
        coerced = f"0.0.0{suffix}"
    elif minor in _WILD:
        coerced = f"{major}.0.0{suffix}"
    elif patch in _WILD:
        coerced = f"{major}.{minor}.0{suffix}"
    else:
        coerced = spelt
    try:
        version = parse(coerced)
    except VersionError:
        raise VersionError("constraint parser error", text) from None
    condition = Condition(operator, spelt, version)
    condition.dirty = major in _WILD or minor in _WILD or patch in _WILD
    condition.any_minor = major not in _WILD and minor in _WILD
    condition.any_patch = major not in _WILD and minor not in _WILD and patch in _WILD
    return condition


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position] in _SPACE:
        position += 1
    return position


def _scan_version(text: str, start: int) -> int:
    """Return where the version with wildcards at `start` ends; `start` itself where there is none."""
    position = start + 1 if text[start : start + 1] == "v" else start
    end = _scan(text, position, _NUMBER)
    if end == position:
        return start
    for _ in range(2):
        if text[end : end + 1] != "." or (after := _scan(text, end + 1, _NUMBER)) == end + 1:
            break
        end = after
    for sign in "-+":
        if text[end : end + 1] == sign and (after := _scan(text, end + 1, IDENTIFIER)) > end + 1:
            end = after
            while text[end : end + 1] == "." and (after := _scan(text, end + 1, IDENTIFIER)) > end + 1:
                end = after
    return end


def _scan(text: str, position: int, allowed: frozenset[str]) -> int:
    while position < len(text) and text[position] in allowed:
        position += 1
    return position


def _quote(text: str) -> str:
    from hivehelm.golang.fmt import quote

    return quote(text)


def _equal(v: Version, c: Condition) -> bool:
    return _tilde(v, c) if c.dirty else compare(v, c.version) == 0


def _not_equal(v: Version, c: Condition) -> bool:
    if not c.dirty:
        return compare(v, c.version) != 0
    if v.major != c.version.major:
        return True
    if c.any_minor:
        return False
    if v.minor != c.version.minor:
        return True
    if c.any_patch:
        return compare_prerelease(v.prerelease, c.version.prerelease) != 0
    # `!=*`
    return v.patch != c.version.patch or compare(v, c.version) != 0


def _greater(v: Version, c: Condition) -> bool:
    if not c.dirty or (v.major == c.version.major and not c.any_minor and not c.any_patch):
        return compare(v, c.version) > 0
    if v.major != c.version.major:
        return v.major > c.version.major
    return not c.any_minor and v.minor > c.version.minor


def _less(v: Version, c: Condition) -> bool:
    return compare(v, c.version) < 0


def _greater_or_equal(v: Version, c: Condition) -> bool:
    return compare(v, c.version) >= 0


def _less_or_equal(v: Version, c: Condition) -> bool:
    if not c.dirty:
        return compare(v, c.version) <= 0
    if v.major != c.version.major:
        return v.major < c.version.major
    return c.any_minor or v.minor <= c.version.minor


def _tilde(v: Version, c: Condition) -> bool:
    # ~1.2.3 is >=1.2.3 <1.3, ~1.2 is >=1.2 <1.3, ~1 is >=1 <2, ~* and ~0.0.0 are anything.
    if compare(v, c.version) < 0:
        return False
    low = c.version
    if not (low.major or low.minor or low.patch or c.any_minor or c.any_patch):
        return True
    return v.major == low.major and (c.any_minor or v.minor == low.minor)


def _caret(v: Version, c: Condition) -> bool:
    # ^1.2.3 is >=1.2.3 <2, ^0.2.3 is >=0.2.3 <0.3, ^0.0.3 is 0.0.3, ^0.0 is >=0.0 <0.1, ^0 is >=0 <1.
    low = c.version
    if compare(v, low) < 0 or v.major != low.major:
        return False
    if low.major or c.any_minor:
        return True
    if v.minor != low.minor:
        return False
    return bool(low.minor or c.any_patch or v.patch == low.patch)


_CHECKS: dict[str, Callable[[Version, Condition], bool]] = {
    "": _equal,
    "=": _equal,
    "!=": _not_equal,
    ">": _greater,
    "<": _less,
    ">=": _greater_or_equal,
    "=>": _greater_or_equal,
    "<=": _less_or_equal,
    "=<": _less_or_equal,
    "~": _tilde,
    "~>": _tilde,
    "^": _caret,
}
