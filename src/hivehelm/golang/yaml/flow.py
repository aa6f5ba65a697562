"""JSON that is the same to YAML, by Python's own reader: it takes a twentieth of libyaml's time."""

from __future__ import annotations

from hivehelm.fastpaths import FAST
from hivehelm.golang import jsonscan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

_MOST_DIGITS: Final = 15
# go-yaml takes keys of 1024 characters up to their colon; an escape stands for two or more here.
_LONG_KEY: Final = 256
_SPACES: Final = " " * _LONG_KEY
# go-yaml takes 10,000 levels; Python's reader as many as there is room for.
_MOST_LEVELS: Final = 250
_NO_BRACKETS: Final = bytes(code for code in range(256) if code not in b"[]{}")


def read(text: str, *, whole: bool = False) -> Any:
    """Return the maps, lists, texts, numbers, booleans and None that YAML finds in a text of JSON.

    Integers become `float`, as in encoding/json; with `whole` they stay `int`.

    Raises:
        ValueError: it is not JSON, or may be something else to go-yaml.
    """
    if not FAST or not _is_same(text):
        raise ValueError("perhaps not the same to YAML")

    def number(digits: str) -> float:
        if len(digits) > _MOST_DIGITS or digits[:2] == "-0" or "e" in digits or "E" in digits:
            raise ValueError("a number that may be another one")
        return int(digits) if whole and "." not in digits else float(digits)

    try:
        return jsonscan.whole(text, number, _refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _is_same(text: str) -> bool:
    """Tell whether a text, if it is JSON, is the same to YAML.

    Told apart are slashes and halves of surrogate pairs behind a backslash, merges, and keys that end a line
    or are long.
    """
    if not text.replace("\n", " ").isprintable() or '"<<"' in text:
        return False
    if "\\" in text:
        if "\\/" in text or "\\ud" in text or "\\uD" in text:
            return False
        text = text.replace("\\\\", "--").replace('\\"', "--")
    if "\n" in text and "\n:" in text.replace(" ", ""):
        return False
    pieces = text.split('"')
    if text.count("[") + text.count("{") > _MOST_LEVELS and _is_deep("".join(pieces[::2])):
        return False
    if max(map(len, pieces)) < _LONG_KEY:
        return True
    return not any(
        behind.startswith(_SPACES) or (len(quoted) >= _LONG_KEY and behind.lstrip(" ")[:1] == ":")
        for quoted, behind in zip(pieces[1::2], pieces[2::2], strict=False)
    )


def _is_deep(text: str) -> bool:
    """Tell whether brackets may be nested in more than so many levels, where they come in pairs."""
    brackets = text.encode().translate(None, _NO_BRACKETS)
    for _ in range(_MOST_LEVELS):
        # The innermost go, of one kind after the other.
        rest = brackets.replace(b"[]", b"").replace(b"{}", b"")
        if len(rest) == len(brackets):
            return False
        brackets = rest
    return True


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is another number to YAML")
