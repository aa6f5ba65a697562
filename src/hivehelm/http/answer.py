"""Answers of HTTP servers: whole ones, and those whose body is still to come."""

from __future__ import annotations

from hivehelm.http.connection import TOO_LATE
from hivehelm.http.errors import BodyError, BodyTooLargeError
from hivehelm.http.redirects import redacted
from hivehelm.http.unpack import unpack
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Self

    from hivehelm.golang.url import URL
    from hivehelm.http.connection import Connection
    from hivehelm.http.wire import Body, Head

LIMIT = 256 << 20
"""Bytes that an answer's body may have where the caller says nothing."""

_SKIPPED = 2048
_READING = f"{TOO_LATE} (Client.Timeout or context cancellation while reading body)"


class Answer(Record):
    """A whole answer.

    Attributes:
        status: its code, as 404.
        line: code and reason as the server sent them, as `404 Not Found`.
        headers: by name in lower case; repeated ones joined by `, `.
        data: the body.
        url: where it came from in the end, without a password.
    """

    status: int
    line: str
    headers: dict[str, str]
    data: bytes
    url: str

    @property
    def reason(self) -> str:
        """The server's word for the status, as `Not Found`."""
        return self.line.partition(" ")[2]


class Stream:
    """An answer whose body is still to come; a context manager, closed at the end of the body or block.

    Attributes:
        status, line, headers, url: as of `Answer`.
        length: bytes of the body as announced, None where that is not known.
    """

    def __init__(
        self,
        connection: Connection,
        head: Head,
        body: Body,
        url: URL,
        *,
        packed: bool,
        keep: Callable[[Connection], None],
    ) -> None:
        """Take an answer whose head is read.

        `packed` tells that gzip was asked for; `keep` takes the connection back where it can serve again.
        """
        self.status = head.status
        self.line = head.line
        self.headers = head.headers
        self.url = redacted(url)
        self._keep = keep
        self._connection: Connection | None = connection
        self._body = body
        self._packed = packed and head.headers.get("content-encoding", "").lower() == "gzip"
        if self._packed:
            self.headers = {
                name: value
                for name, value in head.headers.items()
                if name not in ("content-encoding", "content-length")
            }
        length = self.headers.get("content-length", "")
        self.length = int(length) if length.isdigit() else None

    @property
    def reason(self) -> str:
        """The server's word for the status, as `Not Found`."""
        return self.line.partition(" ")[2]

    def chunks(self, limit: int = LIMIT) -> Iterator[bytes]:
        """Yield the body as it comes in, decompressed where the client had asked for compression.

        Raises:
            BodyTooLargeError: it has more than `limit` bytes.
            BodyError: it broke off.
        """
        connection = self._connection
        if connection is None:
            return
        size = 0
        try:
            pieces = self._body.pieces()
            for piece in unpack(pieces) if self._packed else pieces:
                size += len(piece)
                if size > limit:
                    raise BodyTooLargeError(limit)
                yield piece
        except TimeoutError:
            raise BodyError(_READING) from None
        except OSError as error:
            raise BodyError(str(connection.words(error))) from None
        finally:
            self.close()

    def read(self, limit: int = LIMIT) -> bytes:
        """Return the whole body; errors as of `chunks`."""
        return b"".join(self.chunks(limit))

    def skip(self) -> None:
        """Close the answer, after its body where that is small: the connection can serve again then."""
        try:
            if (self.length or 0) <= _SKIPPED:
                self.read(_SKIPPED)
        except BodyError:
            pass
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the connection: kept for another request if the body has been read, else closed."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if self._body.done and self._body.persistent:
            self._keep(connection)
        else:
            connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
