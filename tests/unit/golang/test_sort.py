from __future__ import annotations

import hashlib
import random

import pytest

from hivehelm.golang import sort

# How many items, of how many keys, whether less says true of equals; and digests of the places that Go 1.26's
# sort.Slice and sort.SliceStable leave.
GO = [
    (13, 2, True, "b51b2aad", "c61cdb70"),
    (13, 2, False, "92f7aa1a", "35aa6adc"),
    (13, 7, True, "0229e37e", "c53653ec"),
    (13, 7, False, "2c862a1f", "f6562952"),
    (13, 100, True, "b5ef54ab", "b5ef54ab"),
    (13, 100, False, "e096abf8", "e096abf8"),
    (60, 2, True, "e81a8e6e", "0be3c68f"),
    (60, 2, False, "eddc024f", "ceaa5548"),
    (60, 7, True, "448856c9", "7eac0eff"),
    (60, 7, False, "8cb3bc41", "8f516baf"),
    (60, 100, True, "5a57be1f", "40614c5e"),
    (60, 100, False, "4dc4ecdb", "c1078c1a"),
    (200, 2, True, "54459956", "ef08813c"),
    (200, 2, False, "9c543b57", "238efea0"),
    (200, 7, True, "5de5e2cb", "97c19bd9"),
    (200, 7, False, "9e027f7d", "e92c958a"),
    (200, 100, True, "9d5fbf44", "3bfa989d"),
    (200, 100, False, "32d94602", "a0f02352"),
    (1000, 2, True, "1ab0eaab", "99008a20"),
    (1000, 2, False, "f3132f4b", "260eee8a"),
    (1000, 7, True, "8c1db81b", "e93e95d4"),
    (1000, 7, False, "331e35e8", "46c9dc24"),
    (1000, 100, True, "4a44a494", "1a6a064f"),
    (1000, 100, False, "3a4ffe5f", "21d2a88b"),
]
PAIRS = [(key, place) for place, key in enumerate("bab")]


def at_most(one: tuple[object, int], other: tuple[object, int]) -> bool:
    return str(one[0]) <= str(other[0])


def before(one: tuple[object, int], other: tuple[object, int]) -> bool:
    return str(one[0]) < str(other[0])


def test_equals_change_places_where_less_says_so() -> None:
    items = list(PAIRS)
    sort.sort(items, at_most)
    assert items == [("a", 1), ("b", 2), ("b", 0)]
    items = list(PAIRS)
    sort.stable(items, at_most)
    assert items == [("a", 1), ("b", 2), ("b", 0)]


@pytest.mark.parametrize("count", [0, 1, 12, 13, 49, 50, 51, 200, 1000])
@pytest.mark.parametrize("keys", [1, 3, 40, 10_000])
def test_sorted_is_sorted(count: int, keys: int) -> None:
    source = random.Random(count * keys)  # noqa: S311 - repeatable is the point
    items = [(f"{source.randrange(keys):05d}", place) for place in range(count)]
    for order in (items, sorted(items), sorted(items, reverse=True)):
        found = list(order)
        sort.sort(found, before)
        assert [key for key, _ in found] == sorted(key for key, _ in items)
        assert sorted(found) == sorted(items)
        found = list(order)
        sort.stable(found, before)
        assert found == sorted(order, key=lambda item: item[0])


@pytest.mark.parametrize("name", sorted(("organ pipe", "saw", "few inversions", "late drop")))
def test_patterns_are_sorted(name: str) -> None:
    values = {
        "organ pipe": [*range(60), *range(60, 0, -1)],
        "saw": [place % 17 for place in range(300)],
        "few inversions": [*range(30), 29, *range(31, 80), 2, *range(80, 120)],
        "late drop": [*range(1, 100), 0, 1],
    }[name]
    items = [(f"{value:03d}", place) for place, value in enumerate(values)]
    sort.sort(items, before)
    assert [key for key, _ in items] == sorted(f"{value:03d}" for value in values)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 10, 100])
def test_heaps_are_sorted(count: int) -> None:
    source = random.Random(count)  # noqa: S311 - repeatable is the point
    items = [(f"{source.randrange(50):05d}", place) for place in range(count)]
    wanted = sorted(key for key, _ in items)
    sort._Quick(items, before)._heap(0, count)
    assert [key for key, _ in items] == wanted


def test_a_less_that_never_settles_ends() -> None:
    items = [(place, place) for place in range(500)]
    sort.sort(items, lambda one, other: (one[0] * 7919 + other[0] * 104729) % 3 == 0)
    assert sorted(items) == [(place, place) for place in range(500)]


@pytest.mark.parametrize(("count", "keys", "loose", "sorted_", "stable"), GO)
def test_the_order_is_gos(count: int, keys: int, loose: bool, sorted_: str, stable: str) -> None:
    state, items = 1, []
    for place in range(count):
        state = (state * 1664525 + 1013904223) % (1 << 32)
        items.append((f"{(state >> 16) % keys:03d}", place))
    less = at_most if loose else before
    for order, wanted in ((sort.sort, sorted_), (sort.stable, stable)):
        found = list(items)
        order(found, less)
        text = "".join(f"{place}," for _, place in found)
        assert hashlib.sha256(text.encode()).hexdigest()[:8] == wanted
