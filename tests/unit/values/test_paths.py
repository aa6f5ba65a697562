from __future__ import annotations

from typing import Any

import pytest

from hivehelm.values.coalesce import ValuesError
from hivehelm.values.paths import NoTableError, NoValueError, table, value

VALUES: dict[str, Any] = {"a": {"b": {"c": 1}, "d": None}, "x": "y", "": {"e": 2}}


def test_tables_are_found() -> None:
    assert table(VALUES, "a.b") == {"c": 1}


@pytest.mark.parametrize(
    ("path", "key"), [("x", "x"), ("a.nothing", "nothing"), ("a.b.c", "c"), ("n.a", "n")]
)
def test_what_is_no_table_is_named(path: str, key: str) -> None:
    with pytest.raises(NoTableError, match=rf'^"{key}" is not a table$') as raised:
        table(VALUES, path)
    assert raised.value.path == key


@pytest.mark.parametrize(("path", "found"), [("x", "y"), ("a.b.c", 1), ("a.d", None), (".e", 2)])
def test_values_are_found(path: str, found: object) -> None:
    assert value(VALUES, path) == found


@pytest.mark.parametrize(
    ("path", "key"), [("a", "a"), ("a.b", "b"), ("a.x", "x"), ("x.y", "y"), ("nothing", "nothing")]
)
def test_what_is_no_value_is_named(path: str, key: str) -> None:
    with pytest.raises(NoValueError, match=rf'^"{key}" is not a value$'):
        value(VALUES, path)


def test_no_path_is_an_error() -> None:
    with pytest.raises(ValuesError, match=r"^YAML path cannot be empty$"):
        value(VALUES, "")
