"""YAML as people write it: plain where that is safe, else quoted; blocks for texts of several lines."""

from __future__ import annotations

import re

_PLAIN = re.compile(
    r"[A-Za-z/_](?:[A-Za-z0-9_./@+=-]|,(?=[A-Za-z0-9])|:(?=[A-Za-z0-9/])| (?=[A-Za-z0-9(]))*\Z"
)
# Quantities, percentages and versions, which no YAML takes for numbers.
_QUANTITY = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:m|[KMGTPE]i|%)\Z|[0-9]+\.[0-9]+\.[0-9]+[A-Za-z0-9.-]*\Z")
# What YAML 1.1 takes for something else than text.
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})


def is_plain(text: str) -> bool:
    """Tell whether a text can stand without quotes and stays a text."""
    if _QUANTITY.match(text):
        return True
    return bool(_PLAIN.match(text)) and text.lower() not in _WORDS


def scalar(text: str) -> str:
    """Return a text as a scalar on one line."""
    return text if is_plain(text) else quoted(text)


def quoted(text: str) -> str:
    """Return a text between quotes."""
    printable = all(letter == " " or letter.isprintable() for letter in text)
    if printable and ('"' in text or "\\" in text):
        return "'" + text.replace("'", "''") + "'"
    return f'"{inside(text)}"'


def inside(text: str) -> str:
    """Return a text as it stands between double quotes."""
    return "".join(map(_escaped, text))


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    if letter == " " or letter.isprintable():
        return letter
    if letter in "\n\t\r":
        return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}[letter]
    code = ord(letter)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def block_mark(text: str) -> str:
    """Return the mark under which a text can stand as a block, "" where it cannot.

    Blocks end with one line end at most: more of them would not survive the trimming of manifests.
    """
    if "\n" not in text.rstrip("\n") and not text.endswith("\n"):
        return ""
    lines = text.split("\n")
    if not lines[0] or lines[0][0] in " \t" or text.endswith("\n\n"):
        return ""
    for line in lines:
        if not all(letter in " \t" or letter.isprintable() for letter in line) or (line and not line.strip()):
            return ""
    return "|" if text.endswith("\n") else "|-"
