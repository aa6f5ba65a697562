"""HTTP/1.1 on a connection: requests out, answers in, within bounds (net/http's transport, net/textproto)."""

from __future__ import annotations

import time

from hivehelm.http.errors import BodyError, ProtocolError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _socket
    from collections.abc import Iterable, Iterator

MAX_HEAD = 10 << 20
"""Bytes that the status line and headers of an answer may take (`MaxResponseHeaderBytes`)."""

_BROKEN = "net/http: HTTP/1.x transport connection broken: "
_PIECE = 1 << 16
_MAX_CHUNK_LINE = 4096
_MAX_HINTS = 5
_NAME = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


class Head:
    """An answer's status line and headers, by name in lower case; repeated ones are joined by `, `."""

    __slots__ = ("headers", "line", "persistent", "status")

    def __init__(self, line: str, status: int, headers: dict[str, str], persistent: bool) -> None:
        self.line = line
        self.status = status
        self.headers = headers
        self.persistent = persistent


class Reader:
    """What comes in on a connection; `deadline` is on `time.monotonic`'s clock, or None.

    Without a deadline, the peer may be silent for `idle` seconds, or for ever if that is None.
    """

    def __init__(self, connection: _socket.socket) -> None:
        self._connection = connection
        self._buffer = b""
        self._at = 0
        self.deadline: float | None = None
        self.idle: float | None = None
        self.begun = False

    def some(self, limit: int) -> bytes:
        """Return what is there, at most `limit` bytes; nothing at the end.

        Raises:
            TimeoutError: nothing came by the deadline.
            OSError: the connection broke.
        """
        if self._at >= len(self._buffer):
            self._buffer = self._receive()
            self._at = 0
        piece = self._buffer[self._at : self._at + limit]
        self._at += len(piece)
        return piece

    def line(self, limit: int, *, cut: bool = False) -> bytes | None:
        """Return the next line without its end; None where it is longer than `limit` bytes.

        With `cut`, what the connection ends within is a line as well.

        Raises:
            EOFError: the connection ended first.
            OSError: as `some`.
        """
        pieces: list[bytes] = []
        size = 0
        while True:
            if self._at >= len(self._buffer):
                self._buffer = self._receive()
                self._at = 0
                if not self._buffer:
                    if cut and size:
                        return b"".join(pieces)
                    raise EOFError
            end = self._buffer.find(b"\n", self._at)
            piece = self._buffer[self._at : end if end >= 0 else len(self._buffer)]
            self._at += len(piece) + (end >= 0)
            size += len(piece)
            if size > limit:
                return None
            pieces.append(piece)
            if end >= 0:
                line = b"".join(pieces)
                return line[:-1] if line.endswith(b"\r") else line

    @property
    def pending(self) -> bool:
        """Whether more has come in than was read."""
        return self._at < len(self._buffer)

    def _receive(self) -> bytes:
        left = self.idle
        if self.deadline is not None:
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
        self._connection.settimeout(left)
        data = self._connection.recv(_PIECE)
        self.begun = self.begun or bool(data)
        return data


def request(method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes | None) -> bytes:
    """Return a request as it goes over the wire, without its body.

    Raises:
        ProtocolError: a header cannot be sent.
    """
    lines = [f"{method} {target} HTTP/1.1"]
    for name, value in headers:
        if not name or not (_NAME.issuperset(name) or all(" " < c < "\x7f" and c != ":" for c in name)):
            raise ProtocolError(f'net/http: invalid header field name "{name}"')
        if not (value.isprintable() or all((c >= " " or c == "\t") and c != "\x7f" for c in value)):
            raise ProtocolError(f'net/http: invalid header field value for "{name}"')
        lines.append(f"{name}: {value}")
    if body is not None or method in ("POST", "PUT", "PATCH"):
        lines.append(f"Content-Length: {len(body or b'')}")
    return "\r\n".join((*lines, "", "")).encode("utf-8", "surrogateescape")


def read_head(reader: Reader) -> Head:
    """Read an answer's head; interim answers (1xx) are passed over.

    Raises:
        EOFError: the connection ended before it began.
        ProtocolError: it is no HTTP.
        OSError: the connection broke, or nothing came in time.
    """
    for _ in range(_MAX_HINTS + 1):
        head = _read_head(reader)
        if head.status >= 200 or head.status == 101:
            return head
    raise ProtocolError(f"{_BROKEN}net/http: too many 1xx informational responses")


def _read_head(reader: Reader) -> Head:
    from hivehelm.golang.fmt import quote
    from hivehelm.golang.utf8 import decode

    reader.begun = reader.pending
    left = MAX_HEAD
    try:
        first = reader.line(left, cut=True)
    except EOFError:
        if reader.begun:
            raise ProtocolError(f"{_BROKEN}unexpected EOF") from None
        raise
    if first is None:
        raise _too_large()
    text = decode(first)
    version, space, line = text.partition(" ")
    if not space:
        raise ProtocolError(f"{_BROKEN}malformed HTTP response {quote(text)}")
    line = line.lstrip(" ")
    code = line.partition(" ")[0]
    if len(code) != 3 or not (code.isascii() and code.isdigit()):
        raise ProtocolError(f"{_BROKEN}malformed HTTP status code {quote(code)}")
    if len(version) != 8 or version[:5] != "HTTP/" or version[6] != ".":
        raise ProtocolError(f"{_BROKEN}malformed HTTP version {quote(version)}")
    left -= len(first)
    # Pieces, since a header may come a million times.
    found: dict[str, list[str]] = {}
    key = ""
    while True:
        try:
            raw = reader.line(left, cut=True)
        except EOFError:
            raise ProtocolError(f"{_BROKEN}unexpected EOF") from None
        if raw is None:
            raise _too_large()
        if not raw:
            break
        left -= len(raw) + 2
        field = decode(raw)
        if field[0] in " \t":
            if not key:
                raise ProtocolError(f"{_BROKEN}malformed MIME header initial line: {quote(field)}")
            # A value that goes on, as it was once done.
            found[key] += " ", field.strip(" \t")
            continue
        name, colon, value = field.partition(":")
        if not colon:
            raise ProtocolError(f"{_BROKEN}malformed MIME header: missing colon: {quote(field)}")
        if (
            not name
            or not _NAME.issuperset(name)
            or not (value.isprintable() or all(c >= " " or c == "\t" for c in value))
        ):
            raise ProtocolError(f"{_BROKEN}malformed MIME header line: {quote(field)}")
        key = name.lower()
        value = value.strip(" \t")
        if key == "content-length" and key in found and "".join(found[key]) != value:
            both = f"[{quote(''.join(found[key]))} {quote(value)}]"
            message = f"http: message cannot contain multiple Content-Length headers; got {both}"
            raise ProtocolError(f"{_BROKEN}{message}")
        if key not in found:
            found[key] = [value]
        elif key not in ("content-length", "location"):
            found[key] += ", ", value
    headers = {name: "".join(pieces) for name, pieces in found.items()}
    options = headers.get("connection", "").lower()
    persistent = "keep-alive" in options if version == "HTTP/1.0" else "close" not in options
    return Head(line, int(code), headers, persistent)


def _too_large() -> ProtocolError:
    return ProtocolError(f"net/http: server response headers exceeded {MAX_HEAD} bytes; aborted")


class Body:
    """The body of one answer; `persistent` tells, after its end, whether the connection can serve again."""

    def __init__(self, reader: Reader, head: Head, method: str) -> None:
        """Take the body that follows a head.

        Raises:
            ProtocolError: its length cannot be told.
        """
        self._reader = reader
        self.persistent = head.persistent
        self.done = False
        self._chunked = False
        self._length: int | None = None
        encoding = head.headers.get("transfer-encoding", "").lower()
        length = head.headers.get("content-length")
        if length is not None and not (length.isascii() and length.isdigit()):
            from hivehelm.golang.fmt import quote

            raise ProtocolError(f"{_BROKEN}bad Content-Length {quote(length)}")
        if method == "HEAD" or head.status in (204, 304):
            self._length = 0
        elif encoding:
            if encoding != "chunked":
                from hivehelm.golang.fmt import quote

                raise ProtocolError(f"{_BROKEN}unsupported transfer encoding: {quote(encoding)}")
            self._chunked = True
        elif length is not None:
            self._length = int(length)
        else:
            self.persistent = False
        self.done = self._length == 0

    def pieces(self) -> Iterator[bytes]:
        """Yield the body as it comes in.

        Raises:
            BodyError: it is cut off or no chunks.
            OSError: the connection broke, or nothing came in time.
        """
        if self._chunked:
            yield from self._chunks()
        elif self._length is None:
            while piece := self._reader.some(_PIECE):
                yield piece
        else:
            yield from self._exactly(self._length)
        self.done = True

    def _exactly(self, size: int) -> Iterator[bytes]:
        while size:
            piece = self._reader.some(min(size, _PIECE))
            if not piece:
                raise BodyError("unexpected EOF")
            size -= len(piece)
            yield piece

    def _chunks(self) -> Iterator[bytes]:
        while size := self._chunk_size():
            yield from self._exactly(size)
            if self._line(_MAX_CHUNK_LINE):
                raise BodyError("malformed chunked encoding")
        left = MAX_HEAD
        while trailer := self._line(left):
            left -= len(trailer)

    def _chunk_size(self) -> int:
        digits = self._line(_MAX_CHUNK_LINE).partition(b";")[0].rstrip(b" \t")
        if not digits:
            raise BodyError("empty hex number for chunk length")
        if len(digits) > 16:
            raise BodyError("http chunk length too large")
        if not all(byte in b"0123456789abcdefABCDEF" for byte in digits):
            raise BodyError("invalid byte in chunk length")
        return int(digits, 16)

    def _line(self, limit: int) -> bytes:
        try:
            line = self._reader.line(limit)
        except EOFError:
            raise BodyError("unexpected EOF") from None
        if line is None:
            raise BodyError("header line too long")
        return line
