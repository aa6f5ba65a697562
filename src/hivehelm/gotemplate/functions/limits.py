"""Bounds on what one call may produce: templates come from strangers."""

from __future__ import annotations

from hivehelm.gotemplate.functions.signature import FunctionError

MAX_BYTES = 1 << 28
MAX_ELEMENTS = 1 << 24


def bounded(size: int, message: str, most: int = MAX_BYTES) -> None:
    """Raise `FunctionError` with `message` where a result would have more than `most` bytes or elements."""
    if size > most:
        raise FunctionError(message)
