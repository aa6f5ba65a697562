"""Go's base64.StdEncoding and base32.StdEncoding: line breaks are skipped, errors say where."""

from __future__ import annotations

from hivehelm.errors import HivehelmError

_BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_BASE32 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
_BREAKS = b"\r\n"
_PAD = 0x3D


class CorruptInputError(HivehelmError):
    """A text is not in its encoding; `position` is the byte at which Go notices."""

    def __init__(self, encoding: str, position: int) -> None:
        super().__init__(f"illegal {encoding} data at input byte {position}")
        self.position = position


def decode64(data: bytes) -> bytes:
    """Return what `data` encodes in base64.

    Raises:
        CorruptInputError: it is not base64.
    """
    from binascii import Error, a2b_base64

    plain = data.translate(None, _BREAKS)
    if len(plain) % 4 == 0 and not plain.endswith(b"==="):
        # Python's strict mode lets padding follow where none is due; here the length leaves no room for it.
        try:
            return a2b_base64(plain, strict_mode=True)
        except Error:
            pass
    raise CorruptInputError("base64", _mistake64(data))


def _mistake64(data: bytes) -> int:
    """Return the byte at which Go notices that this is no base64."""
    position = quantum = 0
    size = len(data)
    while position < size:
        byte = data[position]
        position += 1
        if byte in _BREAKS:
            continue
        if byte in _BASE64:
            quantum = (quantum + 1) % 4
            continue
        if byte != _PAD or quantum < 2:
            return position - 1
        if quantum == 2:
            position = _skip(data, position)
            if position == size:
                return size
            if data[position] != _PAD:
                return position - 1
            position += 1
        return _skip(data, position)
    return size - quantum


def _skip(data: bytes, position: int) -> int:
    while position < len(data) and data[position] in _BREAKS:
        position += 1
    return position


def decode32(data: bytes) -> bytes:
    """Return what `data` encodes in base32.

    Raises:
        CorruptInputError: it is not base32.
    """
    from base64 import b32decode

    kept = data.translate(None, _BREAKS)
    letters = _letters32(kept)
    return b32decode(kept[:letters] + b"=" * (-letters % 8))


def _letters32(data: bytes) -> int:
    size = len(data)
    for position, byte in enumerate(data):
        place = position % 8
        rest = size - position - 1
        if byte == _PAD and place >= 2 and rest < 8:
            if rest + place < 7:
                raise CorruptInputError("base32", size)
            for k in range(7 - place):
                if rest > k and data[position + 1 + k] != _PAD:
                    raise CorruptInputError("base32", position + k)
            if place in (3, 6):
                raise CorruptInputError("base32", position)
            return position
        if byte not in _BASE32:
            raise CorruptInputError("base32", position)
    if size % 8:
        raise CorruptInputError("base32", size - size % 8)
    return size
