"""Keys and strings as TOML writes them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_ESCAPES = {
    **{code: f"\\u{code:04x}" for code in (*range(0x20), 0x7F)},
    **{ord(char): "\\" + letter for char, letter in zip('\\"\b\t\n\f\r', '\\"btnfr', strict=True)},
}


def quote(text: str) -> str:
    """Return `text` as a basic string."""
    return f'"{text.translate(_ESCAPES)}"'


def spell(part: str) -> str:
    """Return one part of a key, in quotes where it needs them."""
    if part and part.isascii() and part.replace("-", "_").replace("_", "a").isalnum():
        return part
    return quote(part)


def join(key: Sequence[str]) -> str:
    """Return a key's parts with dots between them."""
    return ".".join(map(spell, key))
