"""Properties and simple case mappings of one rune, as Go's package unicode has them.

Python's own case methods map one character to several (`"ß".upper()` is `"SS"`) and look at its neighbours;
Go maps rune by rune.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_RUNES = 4096
_PUNCTUATION = frozenset("!\"#%&'()*,-./:;?@[\\]_{}")

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
# Of other categories than those that Python 3.11 gives to what it does not know.
_NEW_CATEGORIES = (
    ("Nd", _NEW_DIGITS),
    ("Ll", (0x1DF25, 0x1DF2A)),
    ("No", (0x1D2C0, 0x1D2D3)),
    ("Po", (0x11B00, 0x11B09, 0x11F43, 0x11F4F)),
)

# What Unicode 15.1 to 17.0 added, which Python from 3.13 on knows in part, and Go does not: again, ranges.
_LATER = (
    *(0x88F, 0x88F, 0x897, 0x897, 0xC5C, 0xC5C, 0xCDC, 0xCDC, 0x1ACF, 0x1ADD, 0x1AE0, 0x1AEB),
    *(0x1B4E, 0x1B4F, 0x1B7F, 0x1B7F, 0x1C89, 0x1C8A, 0x20C1, 0x20C1, 0x2427, 0x2429, 0x2B96, 0x2B96),
    *(0x2FFC, 0x2FFF, 0x31E4, 0x31E5, 0x31EF, 0x31EF, 0xA7CB, 0xA7CF, 0xA7D2, 0xA7D2, 0xA7D4, 0xA7D4),
    *(0xA7DA, 0xA7DC, 0xA7F1, 0xA7F1, 0xFBC3, 0xFBD2, 0xFD90, 0xFD91, 0xFDC8, 0xFDCE, 0x105C0, 0x105F3),
    *(0x10940, 0x10959, 0x10D40, 0x10D65, 0x10D69, 0x10D85, 0x10D8E, 0x10D8F, 0x10EC2, 0x10EC7),
    *(0x10ED0, 0x10ED8, 0x10EFA, 0x10EFC, 0x11380, 0x11389, 0x1138B, 0x1138B, 0x1138E, 0x1138E),
    *(0x11390, 0x113B5, 0x113B7, 0x113C0, 0x113C2, 0x113C2, 0x113C5, 0x113C5, 0x113C7, 0x113CA),
    *(0x113CC, 0x113D5, 0x113D7, 0x113D8, 0x113E1, 0x113E2, 0x116D0, 0x116E3, 0x11B60, 0x11B67),
    *(0x11BC0, 0x11BE1, 0x11BF0, 0x11BF9, 0x11DB0, 0x11DDB, 0x11DE0, 0x11DE9, 0x11F5A, 0x11F5A),
    *(0x13460, 0x143FA, 0x16100, 0x16139, 0x16D40, 0x16D79, 0x16EA0, 0x16EB8, 0x16EBB, 0x16ED3),
    *(0x16FF2, 0x16FF6, 0x187F8, 0x187FF, 0x18CFF, 0x18CFF, 0x18D09, 0x18D1E, 0x18D80, 0x18DF2),
    *(0x1CC00, 0x1CCFC, 0x1CD00, 0x1CEB3, 0x1CEBA, 0x1CED0, 0x1CEE0, 0x1CEF0, 0x1E5D0, 0x1E5FA),
    *(0x1E5FF, 0x1E5FF, 0x1E6C0, 0x1E6DE, 0x1E6E0, 0x1E6F5, 0x1E6FE, 0x1E6FF, 0x1F6D8, 0x1F6D8),
    *(0x1F777, 0x1F77A, 0x1F8B2, 0x1F8BB, 0x1F8C0, 0x1F8C1, 0x1F8D0, 0x1F8D8, 0x1FA54, 0x1FA57),
    *(0x1FA89, 0x1FA8A, 0x1FA8E, 0x1FA8F, 0x1FABE, 0x1FABE, 0x1FAC6, 0x1FAC6, 0x1FAC8, 0x1FAC8),
    *(0x1FACD, 0x1FACD, 0x1FADC, 0x1FADC, 0x1FADF, 0x1FADF, 0x1FAE9, 0x1FAEA, 0x1FAEF, 0x1FAEF),
    *(0x1FBCB, 0x1FBEF, 0x1FBFA, 0x1FBFA, 0x2B73A, 0x2B73F, 0x2CEA2, 0x2CEAD, 0x2EBF0, 0x2EE5D),
    *(0x323B0, 0x33479),
)


def _within(rune: str, ranges: tuple[int, ...]) -> bool:
    if rune < chr(ranges[0]):
        return False
    from bisect import bisect_left

    place = bisect_left(ranges, ord(rune))
    return place < len(ranges) and (place % 2 == 1 or ranges[place] == ord(rune))


class Runes(dict[int, str]):
    """What a function makes of runes, as `str.translate` takes it, each made once."""

    def __init__(self, make: Callable[[str], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, code: int) -> str:
        if len(self) >= _MAX_RUNES:
            self.clear()
        made = self[code] = self._make(chr(code))
        return made


def is_print(rune: str) -> bool:
    """`unicode.IsPrint` and `strconv.IsPrint`."""
    return (rune.isprintable() and not _within(rune, _LATER)) or _within(rune, _NEW)


def _category(rune: str) -> str:
    from unicodedata import category

    if _within(rune, _LATER):
        return "Cn"
    if (found := category(rune)) == "Cn":
        return next((name for name, ranges in _NEW_CATEGORIES if _within(rune, ranges)), found)
    return found


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
    if rune < "\x80":
        return rune.isalpha()
    return (rune.isalpha() and not _within(rune, _LATER)) or _within(rune, _NEW_LETTERS)


def is_digit(rune: str) -> bool:
    """`unicode.IsDigit`: category Nd."""
    if rune < "\x80":
        return rune.isdecimal()
    return (rune.isdecimal() and not _within(rune, _LATER)) or _within(rune, _NEW_DIGITS)


def is_number(rune: str) -> bool:
    """`unicode.IsNumber`: category N."""
    return "0" <= rune <= "9" if rune < "\x80" else _category(rune)[0] == "N"


def is_punct(rune: str) -> bool:
    """`unicode.IsPunct`: category P."""
    if rune < "\x80":
        return rune in _PUNCTUATION
    return _category(rune)[0] == "P"


def to_upper(rune: str) -> str:
    """`unicode.ToUpper`."""
    if rune < "\x80":
        return rune.upper()
    upper = rune.upper()
    return _single(upper if len(upper) == 1 else rune.title(), rune)


def to_lower(rune: str) -> str:
    """`unicode.ToLower`."""
    if rune < "\x80":
        return rune.lower()
    return "i" if rune == "\u0130" else _single(rune.lower(), rune)


def to_title(rune: str) -> str:
    """`unicode.ToTitle`."""
    if rune < "\x80":
        return rune.upper()
    return _single(rune.title(), rune)


def _single(mapped: str, rune: str) -> str:
    # No letter of Go's is mapped to one that came later, nor is one of those.
    later = len(mapped) != 1 or _within(mapped, _LATER) or _within(rune, _LATER)
    return rune if later else mapped
