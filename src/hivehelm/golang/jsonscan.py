"""CPython's reader of JSON without the package `json`, whose regular expressions take 5 ms to import."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_SPACE = " \t\n\r"


class _Wanted:
    """What the reader asks for: what makes values of numbers, and of NaN and its like."""

    strict = True
    object_hook = None
    object_pairs_hook = None

    def __init__(self, number: Callable[[str], Any], constant: Callable[[str], Any]) -> None:
        self.parse_int = self.parse_float = number
        self.parse_constant = constant


def first(
    text: str, start: int, number: Callable[[str], Any], constant: Callable[[str], Any]
) -> tuple[Any, int]:
    """Return the value that begins at `start`, and where it ends.

    Raises:
        ValueError: there is none.
        RecursionError: it is nested too deeply.
    """
    wanted: Any = _Wanted(number, constant)
    try:
        from _json import make_scanner

        scan: Any = make_scanner(wanted)
    except ImportError:
        from json import JSONDecoder

        wanted = JSONDecoder(parse_int=number, parse_float=number, parse_constant=constant)
        scan = wanted.scan_once
    try:
        value, end = scan(text, start)
    except (StopIteration, SystemError):
        # Up to 3.11 the reader fails to fail where nobody has imported `json.decoder`, whose error it wants.
        raise ValueError("no JSON") from None
    return value, end


def whole(text: str, number: Callable[[str], Any], constant: Callable[[str], Any]) -> Any:
    """Return the value that a text is, white space apart; raises as `first`."""
    value, end = first(text, len(text) - len(text.lstrip(_SPACE)), number, constant)
    if text[end:].strip(_SPACE):
        raise ValueError("more than JSON")
    return value
