"""Bytes as characters, in the pieces that go-yaml decodes at once, and what it says of wrong bytes."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, Literal

_PIECE: Final = 512
_REFUSED: Final = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTROL: Final = "control characters are not allowed"
# These are found at the end only: what stands before them in the piece is read.
_INCOMPLETE: Final = frozenset(
    ["incomplete UTF-8 octet sequence", "incomplete UTF-16 character", "incomplete UTF-16 surrogate pair"]
)


def pieces(raw: bytes) -> tuple[list[str], str]:
    """Return the text of each piece of 512 bytes, up to one that is no text, and what is wrong with that.

    The encoding is UTF-16 after its byte order mark, else UTF-8. Bytes of a character that is not complete go
    to the front of the next piece.
    """
    decode, start = _utf_8, 0
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        decode, start = (_utf_16_little if raw[:1] == b"\xff" else _utf_16_big), 2
    elif raw[:3] == b"\xef\xbb\xbf":
        start = 3
    found: list[str] = []
    end = _PIECE
    while start < len(raw):
        text, used, problem = decode(raw[start:end], end >= len(raw))
        if problem and problem not in _INCOMPLETE:
            return found, problem
        found.append(text)
        if problem:
            return found, problem
        start += used
        end = start + _PIECE
    return found, ""


def _utf_8(piece: bytes, last: bool) -> tuple[str, int, str]:
    """Return the characters of a piece, how many bytes they took, and what is wrong with the next."""
    used, problem = len(piece), ""
    try:
        text = piece.decode()
    except UnicodeDecodeError as error:
        used = error.start
        text = piece[:used].decode()
        problem = _wrong_utf_8(piece[used:], last)
    return text, used, _CONTROL if _REFUSED.search(text) else problem


def _wrong_utf_8(rest: bytes, last: bool) -> str:
    lead = rest[0]
    width = 2 if lead & 0xE0 == 0xC0 else 3 if lead & 0xF0 == 0xE0 else 4 if lead & 0xF8 == 0xF0 else 0
    if not width:
        return "invalid leading UTF-8 octet"
    if width > len(rest):
        return "incomplete UTF-8 octet sequence" if last else ""
    value = lead & (0x7F >> width)
    for octet in rest[1:width]:
        if octet & 0xC0 != 0x80:
            return "invalid trailing UTF-8 octet"
        value = value << 6 | octet & 0x3F
    if value < (0x80, 0x800, 0x10000)[width - 2]:
        return "invalid length of a UTF-8 sequence"
    return "invalid Unicode character"


def _utf_16_little(piece: bytes, last: bool) -> tuple[str, int, str]:
    return _utf_16(piece, last, "little")


def _utf_16_big(piece: bytes, last: bool) -> tuple[str, int, str]:
    return _utf_16(piece, last, "big")


def _utf_16(piece: bytes, last: bool, order: Literal["little", "big"]) -> tuple[str, int, str]:
    chars: list[str] = []
    at = 0
    problem = ""
    while at < len(piece):
        if len(piece) - at < 2:
            problem = "incomplete UTF-16 character"
            break
        value = int.from_bytes(piece[at : at + 2], order)
        width = 2
        if value & 0xFC00 == 0xDC00:
            problem = "unexpected low surrogate area"
            break
        if value & 0xFC00 == 0xD800:
            if len(piece) - at < 4:
                problem = "incomplete UTF-16 surrogate pair"
                break
            low = int.from_bytes(piece[at + 2 : at + 4], order)
            if low & 0xFC00 != 0xDC00:
                problem = "expected low surrogate area"
                break
            value = 0x10000 + ((value & 0x3FF) << 10) + (low & 0x3FF)
            width = 4
        if _REFUSED.match(chr(value)):
            problem = _CONTROL
            break
        chars.append(chr(value))
        at += width
    return "".join(chars), at, problem if last or problem not in _INCOMPLETE else ""
