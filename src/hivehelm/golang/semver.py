"""Semantic versions, as github.com/Masterminds/semver v3.5.0 reads, orders and prints them.

Written without regular expressions: every chart with a `kubeVersion` needs this at start-up.
"""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.golang.kinds import Struct, Uint64
from hivehelm.golang.method import takes
from hivehelm.golang.utf8 import length

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from hivehelm.golang.constraint import Constraint as Constraint

MAX_VERSION_LENGTH = 256
MAX_UINT64 = (1 << 64) - 1

DIGITS = frozenset("0123456789")
IDENTIFIER = DIGITS | frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-")


class VersionError(HivehelmError):
    """A text is not a version or a constraint; `str()` is the library's text."""

    def __init__(self, message: str, text: str) -> None:
        super().__init__(message)
        self.text = text


class VersionOverflowError(HivehelmError):
    """A part of a version cannot grow; `str()` is the text of the library's panic."""


class VersionValue(Struct):
    """A version that is no pointer: what the `Inc…` and `Set…` methods return in Go.

    Comparing ignores metadata; prereleases come before their release.
    """

    __slots__ = ("major", "metadata", "minor", "original", "patch", "prerelease")

    GO_TYPE: ClassVar[str] = "semver.Version"
    LAYOUT: ClassVar[dict[str, str]] = {
        "major": "major",
        "minor": "minor",
        "patch": "patch",
        "pre": "prerelease",
        "metadata": "metadata",
        "original": "original",
    }
    METHODS: ClassVar[dict[str, str]] = {
        "IncMajor": "next_major",
        "IncMinor": "next_minor",
        "IncPatch": "next_patch",
        "Major": "_major",
        "MarshalJSON": "_json",
        "MarshalText": "_text",
        "Metadata": "_metadata",
        "Minor": "_minor",
        "Patch": "_patch",
        "Prerelease": "_prerelease",
        "SetMetadata": "with_metadata",
        "SetPrerelease": "with_prerelease",
        "String": "go_string",
        "Value": "go_string",
    }

    def __init__(
        self, major: int, minor: int, patch: int, prerelease: str = "", metadata: str = "", original: str = ""
    ) -> None:
        self.major = Uint64(major)
        self.minor = Uint64(minor)
        self.patch = Uint64(patch)
        self.prerelease = prerelease
        self.metadata = metadata
        self.original = original or str(self)

    def __str__(self) -> str:
        text = f"{int(self.major)}.{int(self.minor)}.{int(self.patch)}"
        if self.prerelease:
            text += f"-{self.prerelease}"
        return f"{text}+{self.metadata}" if self.metadata else text

    def go_string(self) -> str:
        """Return what `String` does in Go: what fmt prints."""
        return str(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.original!r})"

    def _major(self) -> Uint64:
        return self.major

    def _minor(self) -> Uint64:
        return self.minor

    def _patch(self) -> Uint64:
        return self.patch

    def _prerelease(self) -> str:
        return self.prerelease

    def _metadata(self) -> str:
        return self.metadata

    def _text(self) -> bytes:
        return str(self).encode()

    def _json(self) -> bytes:
        return f'"{self}"'.encode()

    def _next(self, major: int, minor: int, patch: int) -> VersionValue:
        grown = VersionValue(major, minor, patch)
        return self._renamed(grown)

    def _renamed(self, other: VersionValue) -> VersionValue:
        other.original = ("v" if self.original.startswith("v") else "") + str(other)
        return other

    def next_major(self) -> VersionValue:
        """Return the next major version, without prerelease and metadata."""
        return self._next(_grow(self.major, "major"), 0, 0)

    def next_minor(self) -> VersionValue:
        """Return the next minor version, without prerelease and metadata."""
        return self._next(self.major, _grow(self.minor, "minor"), 0)

    def next_patch(self) -> VersionValue:
        """Return the next patch version; of a prerelease, the release it leads to."""
        return self._next(
            self.major, self.minor, self.patch if self.prerelease else _grow(self.patch, "patch")
        )

    @takes("string")
    def with_prerelease(self, prerelease: str) -> VersionValue:
        """Return this version with another prerelease, given without its hyphen."""
        if prerelease:
            check_prerelease(prerelease, prerelease)
        return self._renamed(
            VersionValue(self.major, self.minor, self.patch, prerelease, self.metadata, self.original)
        )

    @takes("string")
    def with_metadata(self, metadata: str) -> VersionValue:
        """Return this version with other metadata, given without its plus sign."""
        if metadata:
            check_metadata(metadata, metadata)
        return self._renamed(
            VersionValue(self.major, self.minor, self.patch, self.prerelease, metadata, self.original)
        )


class Version(VersionValue):
    """A version as `parse` and the template function `semver` give it; ordered and hashable."""

    __slots__ = ()

    GO_TYPE: ClassVar[str] = "*semver.Version"
    METHODS: ClassVar[dict[str, str]] = {
        **VersionValue.METHODS,
        "Compare": "_compare",
        "Equal": "_equal",
        "GreaterThan": "_greater",
        "GreaterThanEqual": "_greater_equal",
        "LessThan": "_less",
        "LessThanEqual": "_less_equal",
        "Original": "_original",
    }

    def _original(self) -> str:
        return self.original

    @takes("*semver.Version")
    def _compare(self, other: VersionValue) -> int:
        return compare(self, other)

    @takes("*semver.Version")
    def _equal(self, other: VersionValue) -> bool:
        return compare(self, other) == 0

    @takes("*semver.Version")
    def _less(self, other: VersionValue) -> bool:
        return compare(self, other) < 0

    @takes("*semver.Version")
    def _less_equal(self, other: VersionValue) -> bool:
        return compare(self, other) <= 0

    @takes("*semver.Version")
    def _greater(self, other: VersionValue) -> bool:
        return compare(self, other) > 0

    @takes("*semver.Version")
    def _greater_equal(self, other: VersionValue) -> bool:
        return compare(self, other) >= 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VersionValue) and compare(self, other) == 0

    def __hash__(self) -> int:
        return hash((self.major, self.minor, self.patch, self.prerelease))

    def __lt__(self, other: VersionValue) -> bool:
        return compare(self, other) < 0

    def __le__(self, other: VersionValue) -> bool:
        return compare(self, other) <= 0

    def __gt__(self, other: VersionValue) -> bool:
        return compare(self, other) > 0

    def __ge__(self, other: VersionValue) -> bool:
        return compare(self, other) >= 0


def parse(text: str) -> Version:
    """Return the version that `text` means, however loosely: `v1`, `1.2` and `01.02.03` are versions.

    Raises:
        VersionError: it is none (`semver.NewVersion`).
    """
    if length(text) > MAX_VERSION_LENGTH:
        raise VersionError(f"version string is too long (max {MAX_VERSION_LENGTH} bytes)", text)
    core, plus, metadata = text.partition("+")
    core, hyphen, prerelease = core.partition("-")
    numbers = core.removeprefix("v").split(".")
    if (
        len(numbers) > 3
        or not all(n and DIGITS.issuperset(n) for n in numbers)
        or (hyphen and not _identifiers(prerelease))
        or (plus and not _identifiers(metadata))
    ):
        raise VersionError("invalid semantic version", text)
    parts = [_segment(n, text, "error parsing version segment: ") for n in numbers]
    if prerelease:
        check_prerelease(prerelease, text)
    major, minor, patch = (*parts, 0, 0)[:3]
    return Version(major, minor, patch, prerelease, metadata, text)


def parse_strict(text: str) -> Version:
    """Return the version `text` spells in full, without `v` or leading zeros.

    Raises:
        VersionError: it does not (`semver.StrictNewVersion`).
    """
    if not text:
        raise VersionError("version string empty", text)
    if length(text) > MAX_VERSION_LENGTH:
        raise VersionError(f"version string is too long (max {MAX_VERSION_LENGTH} bytes)", text)
    parts = text.split(".", 2)
    if len(parts) != 3:
        raise VersionError("invalid semantic version", text)
    parts[2], plus, metadata = parts[2].partition("+")
    if plus:
        check_metadata(metadata, text)
    parts[2], hyphen, prerelease = parts[2].partition("-")
    if hyphen:
        check_prerelease(prerelease, text)
    for part in parts:
        if not DIGITS.issuperset(part):
            raise VersionError("invalid characters in version", text)
        if len(part) > 1 and part[0] == "0":
            raise VersionError("version segment starts with 0", text)
    major, minor, patch = (_segment(part, text, "") for part in parts)
    return Version(major, minor, patch, prerelease, metadata, text)


def compare(left: VersionValue, right: VersionValue) -> int:
    """Return -1, 0 or 1 as `left` comes before, with or after `right`."""
    ours = (left.major, left.minor, left.patch)
    theirs = (right.major, right.minor, right.patch)
    if ours != theirs:
        return -1 if ours < theirs else 1
    if not (left.prerelease and right.prerelease):
        return bool(right.prerelease) - bool(left.prerelease)
    return compare_prerelease(left.prerelease, right.prerelease)


def compare_prerelease(left: str, right: str) -> int:
    """Return -1, 0 or 1 as prerelease `left` comes before, with or after `right`."""
    ours, theirs = left.split("."), right.split(".")
    for i in range(max(len(ours), len(theirs))):
        a = ours[i] if i < len(ours) else ""
        b = theirs[i] if i < len(theirs) else ""
        if a == b:
            continue
        if not a or not b:
            return 1 if a else -1
        m, n = _number(a), _number(b)
        if m is None and n is None:
            return 1 if a > b else -1
        if m is None or n is None:
            return 1 if m is None else -1
        return 1 if m > n else -1
    return 0


def check_prerelease(prerelease: str, text: str) -> None:
    """Raise `VersionError` about `text` where `prerelease` is not one."""
    for part in prerelease.split("."):
        if not part or not IDENTIFIER.issuperset(part):
            raise VersionError("invalid prerelease string", text)
        if len(part) > 1 and part[0] == "0" and DIGITS.issuperset(part):
            raise VersionError("version segment starts with 0", text)


def check_metadata(metadata: str, text: str) -> None:
    """Raise `VersionError` about `text` where `metadata` is not any."""
    if not _identifiers(metadata):
        raise VersionError("invalid metadata string", text)


def _identifiers(dotted: str) -> bool:
    return all(part and IDENTIFIER.issuperset(part) for part in dotted.split("."))


def _segment(digits: str, text: str, prefix: str) -> int:
    if not digits:
        raise VersionError(f'{prefix}strconv.ParseUint: parsing "": invalid syntax', text)
    number = int(digits)
    if number > MAX_UINT64:
        raise VersionError(f'{prefix}strconv.ParseUint: parsing "{digits}": value out of range', text)
    return number


def _number(part: str) -> int | None:
    # A number beyond uint64 does not parse in Go, and orders as text.
    if not DIGITS.issuperset(part):
        return None
    number = int(part)
    return number if number <= MAX_UINT64 else None


def _grow(number: int, name: str) -> int:
    if number == MAX_UINT64:
        raise VersionOverflowError(f"{name} version increment would overflow uint64")
    return number + 1


def __getattr__(name: str) -> object:
    # `Constraint` is part of this module's face; only who needs it pays for it.
    if name == "Constraint":
        from hivehelm.golang.constraint import Constraint

        return Constraint
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
