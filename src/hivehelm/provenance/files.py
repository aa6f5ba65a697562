"""Files read whole, up to a size, and their checksums."""

from __future__ import annotations

from hivehelm.provenance.errors import ProvenanceFileError, TooLargeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = 1 << 20


def read_file(path: str, limit: int) -> bytes:
    """Return the bytes of a file (`os.ReadFile`).

    Raises:
        ProvenanceFileError: the system refuses.
        TooLargeError: there are more than `limit`.
    """
    pieces, size = [], 0
    for piece in _pieces(path):
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise TooLargeError(f"{path} has more than {limit} bytes")
    return b"".join(pieces)


def sha256(path: str) -> str:
    """Return the SHA-256 of a file in hexadecimal.

    Raises:
        ProvenanceFileError: the system refuses.
    """
    import hashlib

    digest = hashlib.sha256()
    for piece in _pieces(path):
        digest.update(piece)
    return digest.hexdigest()


def _pieces(path: str) -> Iterator[bytes]:
    import os

    call = "open"
    try:
        # `open()` would say of a directory what only reading tells here.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        call = "read"
        try:
            while piece := os.read(descriptor, _PIECE):
                yield piece
        finally:
            os.close(descriptor)
    except OSError as error:
        raise ProvenanceFileError(call, path, error) from None
