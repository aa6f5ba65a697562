"""GnuPG's keybox, pubring.kbx: keys among what GnuPG keeps with them (GnuPG's `kbx/keybox-blob.c`)."""

from __future__ import annotations

from hivehelm.provenance.errors import KeyringError

_HEADER, _OPENPGP = 1, 2
_EPHEMERAL = 2
_MIN_BLOB, _MIN_OPENPGP = 5, 16


def is_keybox(data: bytes) -> bool:
    """Tell whether data are a keybox: its first blob, a header, has a mark at its eighth byte."""
    return len(data) >= 12 and data[4] == _HEADER and data[8:12] == b"KBXf"


def public_keys(data: bytes) -> bytes:
    """Return the packets of the OpenPGP keys in a keybox, one key after the other.

    What GnuPG has marked as not of the keyring is left out.

    Raises:
        KeyringError: the keybox is broken, or has no such keys.
    """
    found = []
    offset = 0
    while offset < len(data):
        room = len(data) - offset
        if room < _MIN_BLOB:
            raise KeyringError(f"truncated blob header at offset {offset}")
        size = int.from_bytes(data[offset : offset + 4], "big")
        if size < _MIN_BLOB:
            raise KeyringError(f"invalid blob length {size} at offset {offset}")
        if size > room:
            raise KeyringError(
                f"blob at offset {offset} has length {size} exceeding the {room} remaining bytes"
            )
        if data[offset + 4] == _OPENPGP:
            found.append(_keyblock(data[offset : offset + size], offset))
        offset += size
    if not any(found):
        raise KeyringError("keybox contains no OpenPGP keys")
    return b"".join(found)


def _keyblock(blob: bytes, offset: int) -> bytes:
    if len(blob) < _MIN_OPENPGP:
        raise KeyringError(f"OpenPGP blob at offset {offset} is too short")
    flags, start, size = (int.from_bytes(blob[a:b], "big") for a, b in ((6, 8), (8, 12), (12, 16)))
    if start + size > len(blob):
        raise KeyringError(f"OpenPGP blob at offset {offset} has an out-of-range keyblock")
    return b"" if flags & _EPHEMERAL else blob[start : start + size]
