from __future__ import annotations

from typing import Any

import pytest

from hivehelm.golang.kinds import Int64, NilSlice, StringSlice, Struct
from hivehelm.golang.reflect import deep_equal, slots
from hivehelm.golang.semver import parse

NAN = float("nan")


class Plain(Struct):
    def __init__(self, value: object) -> None:
        self.value = value


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (1, 1, True),
        (1, True, False),
        (1, Int64(1), False),
        (Int64(1), Int64(1), True),
        (1, 1.0, False),
        (NAN, NAN, False),
        ([1, [2]], [1, [2]], True),
        ([1], [1, 2], False),
        (["a"], StringSlice(["a"]), False),
        ([], NilSlice(), False),
        (NilSlice(), NilSlice(), True),
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1}, {"b": 1}, False),
        ({"a": None}, {"a": 0}, False),
        (parse("1.2.3"), parse("1.2.3"), True),
        (parse("1.2.3"), parse("v1.2.3"), False),
        (Plain([1]), Plain([1]), True),
        (b"a", b"a", True),
    ],
)
def test_deep_equality(left: Any, right: Any, equal: bool) -> None:
    assert deep_equal(left, right) is equal


def test_the_same_object_equals_itself() -> None:
    values = [NAN]
    assert deep_equal(values, values)


def test_slots() -> None:
    assert slots(Plain(1)) == ["value"]
