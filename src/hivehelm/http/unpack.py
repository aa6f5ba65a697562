"""Bodies that come packed (RFC 9110, 8.4.1.3)."""

from __future__ import annotations

from hivehelm.http.errors import BodyError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def unpack(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what gzip members hold, in pieces of at most 256 KiB.

    Raises:
        BodyError: it is no gzip, or ends too early.
    """
    import zlib

    member = zlib.decompressobj(wbits=31)
    begun = False
    for piece in pieces:
        data = piece
        while data:
            begun = True
            try:
                out = member.decompress(data, 1 << 18)
            except zlib.error:
                raise BodyError("gzip: invalid header") from None
            if out:
                yield out
            data = member.unconsumed_tail
            if member.eof:
                data = member.unused_data
                member = zlib.decompressobj(wbits=31)
                begun = bool(data)
    if begun:
        raise BodyError("unexpected EOF")
