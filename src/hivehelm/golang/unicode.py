"""Properties and simple case mappings of one rune, as Go's package unicode has them.

Python's own case methods map one character to several (`"ß".upper()` is `"SS"`) and look at its neighbours;
Go maps rune by rune.
"""

from __future__ import annotations

# White_Space; `str.isspace` also counts the information separators U+001C to U+001F.
SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)

# What Unicode 15.0 added, which Go knows and Python 3.11 does not: first and last of each range.
_NEW = (
    *(0xCF3, 0xCF3, 0xECE, 0xECE, 0x10EFD, 0x10EFF, 0x1123F, 0x11241, 0x11B00, 0x11B09, 0x11F00, 0x11F10),
    *(0x11F12, 0x11F3A, 0x11F3E, 0x11F59, 0x1342F, 0x1342F, 0x13440, 0x13455, 0x1B132, 0x1B132),
    *(0x1B155, 0x1B155, 0x1D2C0, 0x1D2D3, 0x1DF25, 0x1DF2A, 0x1E030, 0x1E06D, 0x1E08F, 0x1E08F),
    *(0x1E4D0, 0x1E4F9, 0x1F6DC, 0x1F6DC, 0x1F774, 0x1F776, 0x1F77B, 0x1F77F, 0x1F7D9, 0x1F7D9),
    *(0x1FA75, 0x1FA77, 0x1FA87, 0x1FA88, 0x1FAAD, 0x1FAAF, 0x1FABB, 0x1FABD, 0x1FABF, 0x1FABF),
    *(0x1FACE, 0x1FACF, 0x1FADA, 0x1FADB, 0x1FAE8, 0x1FAE8, 0x1FAF7, 0x1FAF8, 0x2B739, 0x2B739),
    *(0x31350, 0x323AF),
)
_NEW_LETTERS = (
    *(0x1123F, 0x11240, 0x11F02, 0x11F02, 0x11F04, 0x11F10, 0x11F12, 0x11F33, 0x1342F, 0x1342F),
    *(0x13441, 0x13446, 0x1B132, 0x1B132, 0x1B155, 0x1B155, 0x1DF25, 0x1DF2A, 0x1E030, 0x1E06D),
    *(0x1E4D0, 0x1E4EB, 0x2B739, 0x2B739, 0x31350, 0x323AF),
)
_NEW_DIGITS = (0x11F50, 0x11F59, 0x1E4F0, 0x1E4F9)


def _within(rune: str, ranges: tuple[int, ...]) -> bool:
    if ord(rune) < ranges[0]:
        return False
    from bisect import bisect_left

    place = bisect_left(ranges, ord(rune))
    return place < len(ranges) and (place % 2 == 1 or ranges[place] == ord(rune))


def is_print(rune: str) -> bool:
    """`unicode.IsPrint` and `strconv.IsPrint`."""
    return rune.isprintable() or _within(rune, _NEW)


def _category(rune: str) -> str:
    from unicodedata import category

    return category(rune)


def is_space(rune: str) -> bool:
    """`unicode.IsSpace`."""
    return rune in SPACE


def is_upper(rune: str) -> bool:
    """`unicode.IsUpper`: category Lu alone, where `str.isupper` counts more."""
    return "A" <= rune <= "Z" if rune < "\x80" else _category(rune) == "Lu"


def is_lower(rune: str) -> bool:
    """`unicode.IsLower`: category Ll alone."""
    return "a" <= rune <= "z" if rune < "\x80" else _category(rune) == "Ll"


def is_title(rune: str) -> bool:
    """`unicode.IsTitle`."""
    return rune >= "\x80" and _category(rune) == "Lt"


def is_letter(rune: str) -> bool:
    """`unicode.IsLetter`."""
    return rune.isalpha() or _within(rune, _NEW_LETTERS)


def is_digit(rune: str) -> bool:
    """`unicode.IsDigit`: category Nd."""
    return rune.isdecimal() or _within(rune, _NEW_DIGITS)


def is_number(rune: str) -> bool:
    """`unicode.IsNumber`: category N."""
    return "0" <= rune <= "9" if rune < "\x80" else _category(rune)[0] == "N"


def is_punct(rune: str) -> bool:
    """`unicode.IsPunct`: category P."""
    return _category(rune)[0] == "P"


def to_upper(rune: str) -> str:
    """`unicode.ToUpper`."""
    upper = rune.upper()
    return upper if len(upper) == 1 else _single(rune.title(), rune)


def to_lower(rune: str) -> str:
    """`unicode.ToLower`."""
    return "i" if rune == "\u0130" else _single(rune.lower(), rune)


def to_title(rune: str) -> str:
    """`unicode.ToTitle`."""
    return _single(rune.title(), rune)


def _single(mapped: str, rune: str) -> str:
    return mapped if len(mapped) == 1 else rune
