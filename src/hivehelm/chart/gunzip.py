"""gzip, read as Go's `compress/gzip` reads it: no further than asked, with its error texts.

`zlib` does the work; `gzip` of the standard library would check what Go never looks at.
"""

from __future__ import annotations

import zlib

from hivehelm.chart.errors import ArchiveError, GzipHeaderError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

# What fits the allocator's arenas: of 4 MiB at a time, most would be new pages.
_CHUNK = 1024 * 1024
# What is inflated at a time: a member that ends gives back what follows it, and there may be many of them.
_SOURCE = 64 * 1024
# Small steps, while the byte is looked for that deflate fails at.
_STEP = 512
_MAX_TEXT = 512


class Gunzip:
    """Reads as many bytes as it is asked for out of gzip members, and no further: what follows the end of
    the tar, sums included, is never looked at, as in Go.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.pending = b""
        self.start = 0
        self.buffer = b""
        self.position = 0
        self.checksum = 0
        self.size = 0
        self.taken = 0
        self.ended = False
        head = self._compressed(10)
        if not head:
            raise ArchiveError("EOF")
        self.inflate = self._open_member(head)

    def _compressed(self, count: int) -> bytes:
        while len(self.pending) - self.start < count and (more := self.stream.read(_CHUNK)):
            self.pending = self.pending[self.start :] + more
            self.start = 0
        taken = self.pending[self.start : self.start + count]
        self.start += len(taken)
        return taken

    def _must(self, count: int) -> bytes:
        if len(taken := self._compressed(count)) < count:
            raise ArchiveError("unexpected EOF")
        return taken

    def _text(self) -> bytes:
        """Return a name or a comment with its zero, which Go wants within 512 bytes."""
        text = b""
        while not text.endswith(b"\0"):
            if len(text) == _MAX_TEXT:
                raise GzipHeaderError()
            text += self._must(1)
        return text

    def _open_member(self, head: bytes) -> zlib._Decompress:
        if len(head) < 10:
            raise ArchiveError("unexpected EOF")
        if head[:3] != b"\x1f\x8b\x08":
            raise GzipHeaderError()
        flags = head[3]
        if flags & 4:
            head += (length := self._must(2))
            head += self._must(int.from_bytes(length, "little"))
        if flags & 8:
            head += self._text()
        if flags & 16:
            head += self._text()
        if flags & 2 and int.from_bytes(self._must(2), "little") != zlib.crc32(head) & 0xFFFF:
            raise GzipHeaderError()
        self.checksum = self.size = self.taken = 0
        return zlib.decompressobj(-15)

    def _next_member(self) -> bool:
        """Check the sums of the member that is over; tell whether another one follows."""
        sums = self.checksum.to_bytes(4, "little") + (self.size & 0xFFFFFFFF).to_bytes(4, "little")
        if self._must(8) != sums:
            raise ArchiveError("gzip: invalid checksum")
        if not (head := self._compressed(10)):
            return False
        self.inflate = self._open_member(head)
        return True

    def _more(self) -> bytes:
        """Return some more bytes, none at the end."""
        while not self.ended:
            inflate = self.inflate
            if inflate.eof:
                self.ended = not self._next_member()
                continue
            if (source := inflate.unconsumed_tail) == b"":
                source = self._compressed(_SOURCE)
                self.taken += len(source)
            before = inflate.copy()
            try:
                chunk = inflate.decompress(source, _CHUNK)
            except zlib.error:
                offset = self.taken - len(source) + _fault(before, source)
                raise ArchiveError(f"flate: corrupt input before offset {offset}") from None
            self.checksum = zlib.crc32(chunk, self.checksum)
            self.size += len(chunk)
            if inflate.eof:
                self.start -= len(inflate.unused_data)
            if chunk:
                return chunk
            if not source and not inflate.eof:
                raise ArchiveError("unexpected EOF")
        return b""

    def read(self, count: int) -> bytes:
        """Return `count` bytes, fewer only at the end."""
        start, end = self.position, self.position + count
        if end <= len(self.buffer):
            self.position = end
            return self.buffer[start:end]
        parts = [self.buffer[start:]]
        missing = count - len(parts[0])
        self.buffer, self.position = b"", 0
        while missing > 0 and (chunk := self._more()):
            parts.append(chunk[:missing])
            if len(chunk) > missing:
                self.buffer, self.position = chunk, missing
            missing -= len(parts[-1])
        return b"".join(parts)

    def skip(self, count: int) -> bool:
        """Pass over `count` bytes without keeping them; tell whether they were there."""
        while count > 0:
            if not (piece := self.read(min(count, _CHUNK))):
                return False
            count -= len(piece)
        return True


def _fault(inflate: zlib._Decompress, data: bytes) -> int:
    """Return how many bytes of `data` an inflater takes before it fails, with the one that it fails at."""
    place = 0
    for step in (_STEP, 1):
        while place < len(data):
            before = inflate.copy()
            try:
                inflate.decompress(data[place : place + step])
            except zlib.error:
                inflate = before
                break
            place += step
    return place + 1
