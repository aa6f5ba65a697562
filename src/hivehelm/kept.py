"""What this user's processes have made of their inputs before, for those that come after.

Only for what is parsed, never for what is rendered. Where the process has named no directory, nothing is
kept. What was made comes back as it was: a file says what it was made of, and with what sum.
"""

from __future__ import annotations

import sys

# Counts up with every change of what readers make of the same bytes.
VERSION = 1

# What the directory may hold, and what one file in it may be.
MAX_FILES = 1024
MAX_BYTES = 256 << 20
LARGEST = 32 << 20

# Smaller inputs are read again in the time that a file takes.
SMALLEST = 1024

_DIGEST = 16
_SUM = 4

_directory = ""
_checked = False


def use(directory: str) -> None:
    """Keep what this process makes in a directory, "" for nowhere. It has to be an absolute path."""
    global _directory, _checked
    _directory = directory if directory.startswith("/") else ""
    _checked = False


def _place() -> str:
    """Return the directory, made where it is missing; "" where it is not this user's alone."""
    global _directory, _checked
    if _directory and not _checked:
        from hivehelm import private

        _directory = _directory if private.directory(_directory) else ""
        _checked = True
    return _directory


def get(kind: str, data: bytes) -> memoryview | None:
    """Return what a process before has `put` for `data`, None where none has."""
    if len(data) < SMALLEST or not (place := _place()):
        return None
    from zlib import crc32

    from hivehelm import private

    key = _key(kind, data)
    found = private.read(f"{place}/{key.hex()}", LARGEST)
    if found is None or found[:_DIGEST] != key:
        return None
    made = memoryview(found)[_DIGEST + _SUM :]
    return made if found[_DIGEST : _DIGEST + _SUM] == crc32(made).to_bytes(_SUM, "big") else None


def put(kind: str, data: bytes, made: bytes) -> None:
    """Keep what was made of `data`; `kind` tells apart who makes other things of the same bytes."""
    if len(data) < SMALLEST or len(made) > LARGEST - _DIGEST - _SUM or not (place := _place()):
        return
    from zlib import crc32

    from hivehelm import private

    key = _key(kind, data)
    private.write(f"{place}/{key.hex()}", key + crc32(made).to_bytes(_SUM, "big") + made)
    if not key[0] % 16:
        private.prune(place, MAX_FILES, MAX_BYTES)


def _key(kind: str, data: bytes) -> bytes:
    from _blake2 import blake2b

    from hivehelm import fastpaths, private

    # Nobody else's digest of these bytes is ours: another version's neither, nor that of the long ways.
    ways = "" if fastpaths.FAST else "long "
    salt = f"{private.RELEASE} {VERSION} {sys.hexversion} {ways}{kind}".encode()
    return blake2b(data, digest_size=_DIGEST, key=salt).digest()
