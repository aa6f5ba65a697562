"""The order of versions."""

from __future__ import annotations

import itertools

from hivehelm.golang.semver import parse
from hivehelm.golang.sort import sort
from hivehelm.sources.index.index import is_range
from hivehelm.sources.index.order import key, newest_first
from hivehelm.sources.index.table import ABOVE_ALL, RELEASE, marks

VERSIONS = [
    "0.0.0-0",
    "0.0.0-a",
    "0.0.0",
    "0.0.1-rc.1",
    "1",
    "v1.0",
    "1.0.0+b",
    "1.0.0-1",
    "1.0.0-01a",
    "1.0.0-rc.2",
    "1.0.0-rc.10",
    "1.0.0-rc",
    "1.0.0-18446744073709551615",
    "1.0.0-18446744073709551616",
    "1.0.0-9999999999999999999999",
    "10.0.0",
    "9.9.9",
    "999999999999999999.0.0",
    "1.0.18446744073709551615",
    "2.0.0-A",
    "2.0.0-a",
]


def test_keys_order_as_versions_do() -> None:
    for one, other in itertools.product(VERSIONS, repeat=2):
        assert (key(one) < key(other)) == (parse(one) < parse(other)), (one, other)
        assert (key(one) == key(other)) == (parse(one) == parse(other)), (one, other)


def test_equal_ones_are_left_as_by_go() -> None:
    versions = [f"1.{n % 3}.0+{n}" for n in range(60)]
    expected = list(versions)
    sort(expected, lambda one, other: parse(other) < parse(one))
    assert newest_first(versions, str) == expected
    assert expected != sorted(versions, key=parse, reverse=True)


def test_marks() -> None:
    assert marks(key("0.0.0-0")) == 0
    assert marks(key("0.0.0-1")) == marks(key("0.0.0")) == marks(key("2.0.0-rc.1")) == ABOVE_ALL
    assert marks(key("0.0.1")) == RELEASE | ABOVE_ALL


def test_ranges() -> None:
    assert all(
        map(is_range, ("^1", "~1", "<2", ">1", "=1", "!=1", "*", "1 || 2", "1 - 2", "1.x", "X", "1.X-a"))
    )
    assert not any(map(is_range, ("1", "1.0.0", "v1.2", "1.0.0-x", "1.0.0+X", "a")))
