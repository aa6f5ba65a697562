from __future__ import annotations

import itertools

import pytest

from hivehelm.golang.yaml.order import natural_sort


@pytest.mark.parametrize(
    "expected",
    [
        ["a", "b"],
        ["1", "2", "10", "A", "a"],
        ["a-b", "a.b", "a_b", "ab"],
        ["a1", "a2", "a10", "ab"],
        ["a1", "a01", "a001"][::-1] and ["a001", "a01", "a1"],
        ["x1y2", "x1y10", "x10y1"],
        ["", "a", "aa"],
        ["app.kubernetes.io/name", "appName"],
        ["é1", "é2"],
    ],
)
def test_keys_are_in_natural_order(expected: list[str]) -> None:
    for keys in itertools.permutations(expected):
        assert natural_sort(keys) == sorted(expected, key=natural_sort(expected).index)


def test_digits_sort_by_value_and_letters_last() -> None:
    assert natural_sort(["a10", "a2", "ab", "a-1", "A"]) == ["A", "a-1", "a2", "a10", "ab"]


def test_the_versions_differ_where_a_letter_meets_digits() -> None:
    keys = ["a1b", "a10"]
    assert natural_sort(keys) == ["a10", "a1b"]
    assert natural_sort(keys, version=3) == ["a1b", "a10"]


def test_long_numbers_wrap_as_int64_does() -> None:
    assert natural_sort(["9223372036854775808", "1"]) == ["9223372036854775808", "1"]


def test_zeros_after_a_number_are_part_of_it() -> None:
    assert natural_sort(["a100", "a10-"]) == ["a10-", "a100"]
    assert natural_sort(["a01", "a10"]) == ["a01", "a10"]


def test_digits_are_those_of_gos_unicode() -> None:
    # Kawi's, which Python 3.11 does not know yet.
    assert natural_sort(["\U00011f54b", "\U0010deb9c"]) == ["\U0010deb9c", "\U00011f54b"]
