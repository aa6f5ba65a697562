"""Bytes read as Go's readers give them, so that what is left after a packet is what Go has left."""

from __future__ import annotations

from hivehelm.provenance.errors import EndOfStreamError, TruncatedError, UnsupportedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Source(Protocol):
        """Something to read from."""

        def read(self, size: int) -> bytes:
            """Return up to `size` bytes, none at the end.

            Raises:
                ProvenanceError: the data are broken here.
            """


_PIECE = 1 << 16


class Octets:
    """A source of the bytes given."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, none at the end."""
        piece = self._data[self._position : self._position + size]
        self._position += len(piece)
        return piece


class Span:
    """The next `size` bytes of a source."""

    def __init__(self, source: Source, size: int) -> None:
        self._source = source
        self._left = size

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, none at the span's end.

        Raises:
            TruncatedError: the source ends before the span does.
        """
        if self._left <= 0:
            return b""
        piece = self._source.read(min(size, self._left))
        if not piece:
            raise TruncatedError
        self._left -= len(piece)
        return piece


class Pieces:
    """A body in pieces, each with its length before it (RFC 9580, 4.2.1.4); `size` is the first one's."""

    def __init__(self, source: Source, size: int) -> None:
        self._source = source
        self._left = size
        self._more = True

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, none after the last piece.

        Raises:
            TruncatedError: the source ends amid a piece.
        """
        while not self._left:
            if not self._more:
                return b""
            self._left, self._more = read_length(self._source)
        piece = self._source.read(min(size, self._left))
        if not piece:
            raise TruncatedError
        self._left -= len(piece)
        return piece


def read_full(source: Source, size: int) -> bytes:
    """Return exactly `size` bytes (`io.ReadFull`).

    Raises:
        EndOfStreamError: there are none.
        TruncatedError: there are fewer.
    """
    data = source.read(size) if size else b""
    if len(data) == size:
        return data
    pieces, missing = [data], size - len(data)
    while missing:
        piece = source.read(missing) if data else b""
        if not piece:
            raise TruncatedError if data else EndOfStreamError
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def need(source: Source, size: int) -> bytes:
    """Return exactly `size` bytes.

    Raises:
        TruncatedError: there are fewer.
    """
    try:
        return read_full(source, size)
    except EndOfStreamError:
        raise TruncatedError from None


def read_all(source: Source) -> bytes:
    """Return what is left of a source."""
    pieces = []
    while piece := source.read(_PIECE):
        pieces.append(piece)
    return b"".join(pieces)


def read_length(source: Source) -> tuple[int, bool]:
    """Return a length of the newer format (RFC 9580, 4.2.1), and whether more pieces follow the one it is of.

    Raises:
        TruncatedError: the source ends amid it.
    """
    first = need(source, 1)[0]
    if first < 192:
        return first, False
    if first < 224:
        return ((first - 192) << 8) + need(source, 1)[0] + 192, False
    if first < 255:
        return 1 << (first & 0x1F), True
    return int.from_bytes(need(source, 4), "big"), False


class Integer:
    """A multiprecision integer (RFC 9580, 3.2): `data` as it is written, after `bits`, how many it claims."""

    __slots__ = ("bits", "data")

    def __init__(self, bits: int, data: bytes) -> None:
        self.bits = bits
        self.data = data

    @classmethod
    def read(cls, source: Source) -> Integer:
        """Read one.

        Raises:
            TruncatedError: the source ends amid it.
        """
        bits = int.from_bytes(need(source, 2), "big")
        return cls(bits, need(source, (bits + 7) // 8))

    @classmethod
    def of(cls, data: bytes) -> Integer:
        """Return the one of big-endian bytes, with no zeros before."""
        data = data.lstrip(b"\0")
        return cls(int.from_bytes(data, "big").bit_length(), data)

    @property
    def value(self) -> int:
        """The number."""
        return int.from_bytes(self.data, "big")

    @property
    def encoded(self) -> bytes:
        """The bytes of it in a packet."""
        return self.bits.to_bytes(2, "big") + self.data


def read_counted(source: Source) -> bytes:
    """Return bytes that follow their number, which is in one byte (curves and their parameters, 5.5.5).

    Raises:
        TruncatedError: the source ends amid them.
        UnsupportedError: the number is one that is reserved.
    """
    size = need(source, 1)[0]
    if size in (0, 0xFF):
        raise UnsupportedError("reserved for future extensions")
    return need(source, size)
