"""The order in which go-yaml writes the keys of a map: by letter, and by value where digits differ."""

from __future__ import annotations

from hivehelm.fastpaths import FAST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_DIGITS = frozenset("0123456789")
# Letters come after all else.
_LETTERS_LAST = {code: code + 0x100 for code in range(0x80) if chr(code).isalpha()}


def natural_sort(keys: Iterable[str], *, version: int = 2) -> list[str]:
    """Return string keys in the order of go-yaml `version`: 2 and 3 differ where a letter meets digits.

    Letters come last, and numbers by their value; only keys with digits need to be compared in pairs.
    """
    found = list(keys)
    if len(found) < 2:
        return found
    every = "".join(found)
    if FAST and every.isascii():
        if every.isalpha():
            return sorted(found)
        if _DIGITS.isdisjoint(every):
            return sorted(found, key=lambda key: key.translate(_LETTERS_LAST))
    from functools import cmp_to_key

    from hivehelm.golang.json import repair

    # Bytes that are not UTF-8 are the replacement character as runes.
    place = cmp_to_key(_compare3 if version == 3 else _compare2)
    return sorted(found, key=lambda key: place(repair(key)))


def _compare2(left: str, right: str) -> int:
    return _compare(left, right, follow_digits=False)


def _compare3(left: str, right: str) -> int:
    return _compare(left, right, follow_digits=True)


def _compare(left: str, right: str, *, follow_digits: bool) -> int:
    from hivehelm.golang.unicode import is_digit, is_letter

    place = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        place += 1
    else:
        return len(left) - len(right)
    letter, other_letter = is_letter(one), is_letter(other)
    if letter and other_letter:
        return -1 if one < other else 1
    if letter or other_letter:
        first = letter if follow_digits and place and is_digit(left[place - 1]) else other_letter
        return -1 if first else 1
    return _numbers(left, right, place)


def _numbers(left: str, right: str, place: int) -> int:
    """Compare from `place` on, where the first characters that differ stand and neither is a letter."""
    from hivehelm.golang.unicode import is_digit

    start = 0
    if left[place] == "0" or right[place] == "0":
        for before in range(place - 1, -1, -1):
            if not is_digit(left[before]):
                break
            if left[before] != "0":
                start = 1
                break
    value, end = _value(left, place, start)
    other, other_end = _value(right, place, start)
    if value != other:
        return -1 if value < other else 1
    if end != other_end:
        return -1 if end < other_end else 1
    return -1 if left[place] < right[place] else 1


def _value(text: str, place: int, start: int) -> tuple[int, int]:
    from hivehelm.golang.unicode import is_digit

    value = start
    while place < len(text) and is_digit(text[place]):
        value = value * 10 + ord(text[place]) - 48
        place += 1
    value &= (1 << 64) - 1  # int64 wraps
    return value - (1 << 64) if value >> 63 else value, place
