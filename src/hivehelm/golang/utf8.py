"""Go's strings are bytes: what that means for `str`, where those that are not UTF-8 are surrogate escapes."""

from __future__ import annotations

REPLACEMENT = "\ufffd"


def encode(text: str) -> bytes:
    """Return the bytes of a Go string."""
    return text.encode("utf-8", "surrogateescape")


def decode(data: bytes) -> str:
    """Return bytes as a Go string."""
    return data.decode("utf-8", "surrogateescape")


def length(text: str) -> int:
    """Return Go's `len` of a string: its bytes."""
    return len(text) if text.isascii() else len(encode(text))


def valid(text: str) -> bool:
    """Return whether a string is UTF-8 throughout (`utf8.ValidString`)."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def runes(text: str) -> str:
    """Return the runes of a string, one character each: a byte that is not UTF-8 reads as U+FFFD."""
    if valid(text):
        return text
    return "".join(REPLACEMENT if "\udc80" <= c <= "\udcff" else c for c in text)


def normal(text: str) -> str:
    """Return a string with escapes that, put side by side, became UTF-8 again, as its bytes decode."""
    return text if valid(text) else decode(encode(text))
