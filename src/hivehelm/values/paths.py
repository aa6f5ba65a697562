"""Dotted paths into values (`Values.Table` and `Values.PathValue` of Helm's `pkg/chart/common`)."""

from __future__ import annotations

from hivehelm.values.coalesce import ValuesError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class NoTableError(ValuesError):
    """There is no table of that name; `path` is the name."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{_quote(key)} is not a table", key)


class NoValueError(ValuesError):
    """There is nothing of that name but, perhaps, a table; `path` is the name."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{_quote(key)} is not a value", key)


def table(values: dict[str, Any], path: str) -> dict[str, Any]:
    """Return the table at `path`, keys with dots between.

    Raises:
        NoTableError: a key is missing or holds something else.
    """
    for key in path.split("."):
        inner = values.get(key)
        if not isinstance(inner, dict):
            raise NoTableError(key)
        values = inner
    return values


def value(values: dict[str, Any], path: str) -> Any:
    """Return what is at `path`, which may be null but not a table.

    Raises:
        ValuesError: the path is empty.
        NoValueError: there is nothing, or a table.
    """
    if not path:
        raise ValuesError("YAML path cannot be empty")
    above, dot, key = path.rpartition(".")
    try:
        holder = table(values, above) if dot else values
    except NoTableError:
        raise NoValueError(key) from None
    if key not in holder or isinstance(holder[key], dict):
        raise NoValueError(key)
    return holder[key]


def _quote(text: str) -> str:
    from hivehelm.golang.fmt import quote

    return quote(text)
