"""What Go's kinds add to Python's types."""

from __future__ import annotations

from typing import ClassVar

import pytest

from hivehelm.golang import kinds
from hivehelm.golang.method import takes


class Point(kinds.Struct):
    GO_TYPE: ClassVar[str] = "*x.Point"
    FIELDS: ClassVar[dict[str, str]] = {"X": "x"}
    METHODS: ClassVar[dict[str, str]] = {"Twice": "twice", "Move": "move", "Sum": "sum", "Join": "join"}

    def __init__(self, x: int) -> None:
        self.x = x

    def twice(self) -> int:
        return 2 * self.x

    @takes("int, string")
    def move(self, by: int, name: str) -> str:
        return f"{name}{self.x + by}"

    @takes("...int")
    def sum(self, *numbers: int) -> int:
        return sum(numbers)

    @takes("string, ...string")
    def join(self, by: str, *texts: str) -> str:
        return by.join(texts)


class Versions(kinds.MethodMap):
    METHODS: ClassVar[dict[str, str]] = {"Size": "size"}

    def size(self) -> int:
        return len(self)


class Flags(kinds.TypedMap):
    GO_TYPE: ClassVar[str] = "x.Flags"
    ELEMENT: ClassVar[str] = "bool"
    ZERO: ClassVar[bool] = False


class Names(list[str]):
    pass


class Table(dict[str, str]):
    pass


@pytest.mark.parametrize(
    ("kind", "number", "wrapped"),
    [
        (kinds.Int8, 127, 127), (kinds.Int8, 128, -128), (kinds.Int8, -129, 127), (kinds.Uint8, 256, 0),
        (kinds.Uint8, -1, 255), (kinds.Int64, 1 << 63, -1 << 63), (kinds.Uint64, -1, (1 << 64) - 1),
    ],
)  # fmt: skip
def test_integers_overflow(kind: type[kinds.SizedInt], number: int, wrapped: int) -> None:
    found = kind.wrap(number)
    assert found == wrapped
    assert type(found) is kind


def test_typed_maps_read_their_zero_where_nothing_is() -> None:
    assert kinds.StringMap(a="b").get("a") == "b"
    assert kinds.StringMap().get("a") == ""
    assert kinds.StringMap().get("a", "c") == "c"
    assert Flags().get("a") is False
    assert [kinds.type_name(value) for value in (kinds.StringMap(), Flags())] == [
        "map[string]string",
        "x.Flags",
    ]


def test_structs_have_fields_and_methods() -> None:
    point = Point(3)
    assert (point.get("X"), point.get("Twice"), point.get("Sum")) == (3, 6, 0)
    assert point.method("Move")(1, "p") == "p4"
    with pytest.raises(kinds.NoFieldError, match=r"^can't evaluate field Y in type \*x.Point$"):
        point.get("Y")
    with pytest.raises(kinds.MethodError, match=r"^wrong number of args for Move: want 2 got 0$"):
        point.get("Move")
    with pytest.raises(kinds.MethodError, match=r"^wrong number of args for Join: want at least 1 got 0$"):
        point.get("Join")


def test_methods_of_a_map_come_before_its_keys() -> None:
    versions = Versions(Size="key", other=1)
    assert (versions.get("Size"), versions.get("other"), versions.get("none")) == (2, 1, None)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "invalid"), (1, "int"), (kinds.Int8(1), "int8"), (b"", "slice"), (Names(), "slice"),
        (Table(), "map"), (kinds.NilMap(), "map"), (Point(1), "ptr"), (len, "func"), (1.5, "float64"),
    ],
)  # fmt: skip
def test_kinds_have_names(value: object, kind: str) -> None:
    assert kinds.kind_name(value) == kind
