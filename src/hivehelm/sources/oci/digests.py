"""Digests of content, `sha256:…` (github.com/opencontainers/go-digest)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from queue import SimpleQueue
    from threading import Thread
    from typing import Protocol, Self

    class Hash(Protocol):
        """Of `hashlib`'s objects what is needed here."""

        def update(self, data: bytes, /) -> None:
            """Take in more."""

        def hexdigest(self) -> str:
            """Return the digest of everything taken in."""


_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_HEX = frozenset("0123456789abcdef")
_LOWER = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")
_ENCODED = _LOWER | frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ=_-")


class DigestError(HivehelmError):
    """A text is no digest that can be verified."""


def of(data: bytes) -> str:
    """Return the canonical digest of `data`."""
    from hashlib import sha256

    return f"sha256:{sha256(data).hexdigest()}"


class Hashed:
    """The canonical digest of `data`, computed while its maker does something else."""

    def __init__(self, data: bytes) -> None:
        from threading import Thread

        self._found = ""
        self._data = data
        self._thread = Thread(target=self._compute, daemon=True)
        self._thread.start()

    def _compute(self) -> None:
        self._found = of(self._data)

    def digest(self) -> str:
        """Return the digest, when it is there."""
        self._thread.join()
        return self._found


class Trailing:
    """A hash of what comes in piece by piece, computed by a thread of its own where that is worth it.

    A context manager: after the block, `hexdigest` is of everything taken in.
    """

    def __init__(self, hashed: Hash, *, aside: bool) -> None:
        self._hash = hashed
        self.update: Callable[[bytes], object] = hashed.update
        self._thread: Thread | None = None
        if aside:
            from queue import SimpleQueue
            from threading import Thread

            self._pieces: SimpleQueue[bytes | None] = SimpleQueue()
            self.update = self._pieces.put
            self._thread = Thread(target=self._follow, daemon=True)
            self._thread.start()

    def _follow(self) -> None:
        while (piece := self._pieces.get()) is not None:
            self._hash.update(piece)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread is not None:
            self._pieces.put(None)
            self._thread.join()

    def hexdigest(self) -> str:
        """Return the digest of everything taken in."""
        return self._hash.hexdigest()


def hasher(digest: str) -> Hash:
    """Return what computes a digest of the same algorithm; `digest` has been validated."""
    import hashlib

    return hashlib.new(digest.partition(":")[0])


def validate(text: str) -> str:
    """Return `text`, which is a digest.

    Raises:
        DigestError: it is not, or its algorithm is not known.
    """
    algorithm, colon, encoded = text.partition(":")
    if not colon or not algorithm or not encoded:
        raise DigestError("invalid checksum digest format")
    if (length := _LENGTHS.get(algorithm)) is None:
        if not _ENCODED.issuperset(encoded) or not _is_name(algorithm):
            raise DigestError("invalid checksum digest format")
        raise DigestError("unsupported digest algorithm")
    if len(encoded) != length:
        raise DigestError("invalid checksum digest length")
    if not _HEX.issuperset(encoded):
        raise DigestError("invalid checksum digest format")
    return text


def _is_name(algorithm: str) -> bool:
    for separator in "+._":
        algorithm = algorithm.replace(separator, "-")
    return all(part and _LOWER.issuperset(part) for part in algorithm.split("-"))
