"""JSON that is the same to YAML, by Python's own reader: it takes a twentieth of libyaml's time."""

from __future__ import annotations

import re

from hivehelm.fastpaths import FAST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

# What the two read differently, or go-yaml refuses: slashes and code points behind a backslash, merges, and
# keys that end a line, or that take more than 1024 characters up to their colon (less, to be sure).
_DIFFERENT: Final = re.compile(r'\\[/u]|"<<"|\n *+:|"(?:[^"\\]|\\.){256,}+" *+:|" {256}')
_MOST_DIGITS: Final = 15


def read(text: str, *, whole: bool = False) -> Any:
    """Return the maps, lists, texts, numbers, booleans and None that YAML finds in a text of JSON.

    Integers become `float`, as in encoding/json; with `whole` they stay `int`.

    Raises:
        ValueError: it is not JSON, or may be something else to go-yaml.
    """
    if not FAST or not text.replace("\n", " ").isprintable() or _DIFFERENT.search(text):
        raise ValueError("perhaps not the same to YAML")
    from json import loads

    integer = int if whole else float

    def small(digits: str) -> float:
        if len(digits) > _MOST_DIGITS or digits[:2] == "-0":
            raise ValueError("a number that may be another one")
        return integer(digits)

    try:
        return loads(text, parse_int=small, parse_float=_decimal, parse_constant=_decimal)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _decimal(digits: str) -> float:
    if len(digits) > _MOST_DIGITS or digits[:2] == "-0" or "e" in digits.lower() or digits[-1] > "9":
        raise ValueError("a number that may be another one")
    return float(digits)
