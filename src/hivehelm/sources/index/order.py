"""The order of a chart's versions in an index: the newest first (`SortEntries`)."""

from __future__ import annotations

from hivehelm.golang.semver import DIGITS, MAX_UINT64, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    T = TypeVar("T")
    Key = tuple[int, int, int, int, tuple[tuple[int, int | str], ...]]

_RELEASE = 1


def key(version: str) -> Key:
    """Return what orders a version among others; equal for versions that differ in metadata only.

    Raises:
        VersionError: it is none.
    """
    parts = version.split(".")
    if len(parts) == 3 and all(part.isascii() and part.isdigit() and len(part) < 18 for part in parts):
        major, minor, patch = map(int, parts)
        return major, minor, patch, _RELEASE, ()
    found = parse(version)
    if not found.prerelease:
        return int(found.major), int(found.minor), int(found.patch), _RELEASE, ()
    tags = tuple(map(_tag, found.prerelease.split(".")))
    return int(found.major), int(found.minor), int(found.patch), 0, tags


def _tag(part: str) -> tuple[int, int | str]:
    # Numbers come before words; what no uint64 holds is a word.
    if DIGITS.issuperset(part) and (number := int(part)) <= MAX_UINT64:
        return 0, number
    return 1, part


def newest_first(items: Sequence[T], version: Callable[[T], str]) -> list[T]:
    """Return `items` from the newest version to the oldest, equal ones as Go's `sort.Sort` leaves them.

    Raises:
        VersionError: one has no version.
    """
    return [items[place] for place in arranged([key(version(item)) for item in items])]


def arranged(keys: Sequence[Key]) -> list[int]:
    """Return the places of `keys` from the greatest to the least, equal ones as `sort.Sort` leaves them."""
    places = sorted(range(len(keys)), key=keys.__getitem__, reverse=True)
    if len(set(keys)) < len(keys):
        from hivehelm.golang.sort import sort

        places = list(range(len(keys)))
        sort(places, lambda one, other: keys[other] < keys[one])
    return places
