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
    return rune.isalpha()


def is_digit(rune: str) -> bool:
    """`unicode.IsDigit`: category Nd."""
    return rune.isdecimal()


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
