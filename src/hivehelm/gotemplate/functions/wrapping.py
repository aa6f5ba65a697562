"""Sprig's functions that fit text into a width, and pick letters out of it.

Rules: github.com/Masterminds/goutils v1.1.1, which counts bytes and, where it looks at characters, takes each
byte for one.
"""

from __future__ import annotations

from hivehelm.golang.unicode import is_space
from hivehelm.golang.utf8 import decode, encode
from hivehelm.gotemplate.functions.limits import bounded
from hivehelm.gotemplate.functions.signature import go


@go("int, string")
def wrap(width: int, text: str) -> str:
    """`wrap`: lines of at most `width` bytes, but for longer words."""
    return decode(_wrapped(encode(text), width, b"\n", cut=False))


@go("int, string, string")
def wrap_with(width: int, separator: str, text: str) -> str:
    """`wrapWith`: lines of at most `width` bytes, longer words cut, with `separator` between the lines."""
    return decode(_wrapped(encode(text), width, encode(separator) or b"\n", cut=True))


def _wrapped(data: bytes, width: int, separator: bytes, *, cut: bool) -> bytes:
    width = max(width, 1)
    bounded(len(data) // width * len(separator), "runtime error: makeslice: len out of range")
    lines: list[bytes] = []
    offset = 0
    while len(data) - offset > width:
        if data[offset] == 0x20:
            offset += 1
            continue
        space = data.rfind(b" ", offset, offset + width + 1)
        if space < 0 and not cut:
            space = data.find(b" ", offset + width)
            if space < 0:
                lines.append(data[offset:])
                return separator.join(lines)
        if space < 0:
            lines.append(data[offset : offset + width])
            offset += width
        else:
            lines.append(data[offset:space])
            offset = space + 1
    return separator.join([*lines, data[offset:]])


@go("int, string")
def abbrev(width: int, text: str) -> str:
    """`abbrev`: at most `width` bytes, the last three of them dots where something is missing."""
    return text if width < 4 else decode(_abbreviated(encode(text), 0, width))


@go("int, int, string")
def abbrevboth(left: int, right: int, text: str) -> str:
    """`abbrevboth`: at most `right` bytes around offset `left`, with dots where something is missing."""
    if right < 4 or (left > 0 and right < 7):
        return text
    return decode(_abbreviated(encode(text), left, right))


def _abbreviated(data: bytes, offset: int, width: int) -> bytes:
    if len(data) <= width:
        return data
    room = width - 3
    offset = min(offset, len(data))
    if len(data) - offset < room:
        offset = len(data) - room
    if offset <= 4:
        return data[:room] + b"..."
    if width < 7:
        return b""
    if offset + room < len(data):
        # What is left of a width of 7 is still enough for `abbrev`.
        return b"..." + _abbreviated(data[offset:], 0, room)
    return b"..." + data[len(data) - room :]


@go("string")
def initials(text: str) -> str:
    """`initials`: the first byte of each word."""
    result = []
    gap = True
    for character in encode(text).decode("latin-1"):
        if is_space(character):
            gap = True
        elif gap:
            result.append(character)
            gap = False
    return "".join(result)


@go("string")
def nospace(text: str) -> str:
    """`nospace`: without white space."""
    characters = encode(text).decode("latin-1")
    kept = "".join(character for character in characters if not is_space(character))
    return text if len(kept) == len(characters) else kept
