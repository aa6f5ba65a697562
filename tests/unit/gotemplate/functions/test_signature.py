from __future__ import annotations

from typing import Any

import pytest

from hivehelm.golang.kinds import Int64, NamedMap, StringMap, StringSlice, Struct, Uint8
from hivehelm.gotemplate.functions.signature import (
    CallError,
    FunctionError,
    bind,
    can_be_nil,
    go,
    signature,
)


@go("string, []any, ...map[string]any")
def declared(*given: Any) -> tuple[Any, ...]:
    return given


class Table(NamedMap):
    GO_TYPE = "common.Values"


class Pointer(Struct):
    GO_TYPE = "*x.Thing"


def test_parameters_are_named_as_reflection_names_them() -> None:
    found = signature(declared)
    assert found.kinds == ("string", "[]interface {}", "map[string]interface {}")
    assert found.variadic
    assert [found.kind(position) for position in (0, 1, 2, 7)] == [*found.kinds, "map[string]interface {}"]


def test_without_a_declaration_everything_is_any() -> None:
    def plain(_a: object, _b: object, *_rest: object) -> None: ...

    assert signature(plain).kinds == ("interface {}",) * 3
    assert signature(plain).variadic
    assert signature(len).variadic
    assert signature("text".split).kinds == ("interface {}",)
    assert signature(Table().get).kinds == ("interface {}",)


def test_what_needs_no_check_is_called_directly() -> None:
    @go("string, any, int")
    def function(*given: Any) -> tuple[Any, ...]:
        return given

    assert bind("f", function, "s..")("a", None, 1) == ("a", None, 1)

    @go("string, any")
    def direct(*given: Any) -> tuple[Any, ...]:
        return given

    assert bind("f", direct, "s.") is direct


@pytest.mark.parametrize(
    ("parameters", "shape", "given", "got"),
    [
        ("int", "#", (4,), (4,)),
        ("int", "#", (4.0,), (4,)),
        ("int", "#", (4 + 0j,), (4,)),
        ("int64", "#", (4,), (Int64(4),)),
        ("uint8", "#", (300,), (Uint8(44),)),
        ("float64", "#", (4,), (4.0,)),
        ("float64", "#", (4 + 0j,), (4.0,)),
        ("map[string]any", "n", (None,), (None,)),
        ("[]any", ".", (None,), (None,)),
        ("map[string]any", ".", (Table(a=1),), ({"a": 1},)),
        ("x.Thing", ".", (Pointer,), None),
        ("error", ".", (FunctionError("x"),), None),
        ("string, string", "..", ("a", "b"), ("a", "b")),
        ("string, any", ".|", ("a", None), ("a", None)),
        ("any, string", ".|", (None, "b"), (None, "b")),
        ("any, any, string", "..|", (1, 2, "c"), (1, 2, "c")),
        ("string, any, any", "...", ("a", 2, 3), ("a", 2, 3)),
        ("...int", "#.#", (1, 2, 3.0), (1, 2, 3)),
    ],
)
def test_arguments_are_converted_as_go_does(
    parameters: str, shape: str, given: tuple[Any, ...], got: tuple[Any, ...] | None
) -> None:
    function = go(parameters)(lambda *arguments: arguments)
    if given == (Pointer,):
        given = (Pointer(),)
    result = bind("f", function, shape)(*given)
    assert result == (given if got is None else got)
    if got is not None:
        assert [type(value) for value in result] == [
            type(value) if not isinstance(value, Table) else Table
            for value in (given if shape == "." else got)
        ]


@pytest.mark.parametrize(
    ("parameters", "shape", "given", "message", "argument"),
    [
        ("string", ".", (1.0,), "wrong type for value; expected string; got float64", 0),
        ("string", "|", (None,), "invalid value; expected string", 0),
        ("string", "f", (None,), "wrong type for value; expected string; got interface {}", 0),
        ("string, string", "s.", ("a", True), "wrong type for value; expected string; got bool", 1),
        ("any, any, string", "..|", (1, 2, 3), "wrong type for value; expected string; got int", 2),
        ("int", ".", (Int64(1),), "wrong type for value; expected int; got int64", 0),
        ("[]any", ".", (StringSlice(),), "wrong type for value; expected []interface {}; got []string", 0),
        (
            "map[string]any",
            ".",
            (StringMap(),),
            "wrong type for value; expected map[string]interface {}; got map[string]string",
            0,
        ),
        ("string", "#", (1,), "expected string; found ", 0),
        ("bool", "s", ("a",), "expected bool; found ", 0),
        ("int", "s", ("a",), "expected integer; found ", 0),
        ("int", "#", (1.5,), "expected integer; found ", 0),
        ("uint8", "#", (-1,), "expected unsigned integer; found ", 0),
        ("float64", "s", ("a",), "expected float; found ", 0),
        ("[]any", "s", ("a",), "can't handle ", 0),
        ("string", "n", (None,), "cannot assign nil to string", 0),
    ],
)
def test_arguments_are_refused_as_go_does(
    parameters: str, shape: str, given: tuple[Any, ...], message: str, argument: int
) -> None:
    function = go(parameters)(lambda *arguments: arguments)
    with pytest.raises(CallError) as caught:
        bind("f", function, shape)(*given)
    assert (str(caught.value), caught.value.argument) == (message, argument)


@pytest.mark.parametrize(
    ("parameters", "shape", "message"),
    [
        ("", ".", "wrong number of args for f: want 0 got 1"),
        ("string", "", "wrong number of args for f: want 1 got 0"),
        ("string", ".^", "wrong number of args for f: want 1 got 2"),
        ("string, any, ...any", "^", "wrong number of args for f: want at least 2 got 0"),
    ],
)
def test_the_number_of_arguments_is_checked_first(parameters: str, shape: str, message: str) -> None:
    function = go(parameters)(lambda *arguments: arguments)
    with pytest.raises(CallError) as caught:
        bind("f", function, shape)
    assert (str(caught.value), caught.value.argument) == (message, None)


def test_a_piped_value_is_evaluated_before_arguments_are_counted() -> None:
    call = bind("f", go("string")(lambda *arguments: arguments), ".|")
    with pytest.raises(CallError, match=r"^wrong number of args for f: want 1 got 2$"):
        call("a", "b")


def test_which_types_nil_is_a_value_of() -> None:
    kinds = ["interface {}", "reflect.Value", "error", "[]string", "map[string]int", "*x.Y", "func()"]
    assert all(map(can_be_nil, kinds))
    assert not any(map(can_be_nil, ["string", "int", "time.Time"]))
