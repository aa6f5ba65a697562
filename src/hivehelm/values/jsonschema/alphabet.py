"""Characters that formats are made of, and how Go counts and shows them."""

from __future__ import annotations

DIGITS = frozenset("0123456789")
HEX = frozenset("0123456789abcdefABCDEF")
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
ALPHANUMERIC = LETTERS | DIGITS


def char(character: str) -> str:
    """Return a character in Go's single quotes (`%q` of a rune)."""
    from hivehelm.golang.fmt import sprintf

    return sprintf("%q", [ord(character)])


def byte_length(text: str) -> int:
    """Return how long `text` is to Go's `len`."""
    return len(text.encode("utf-8", "surrogatepass"))
