"""Requests to one API server over connections that are kept, and the beginning of their answers."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from hivehelm.http.connection import TOO_LATE, Route, proxy_login
from hivehelm.http.errors import BodyError, DialError, HttpError, ProtocolError
from hivehelm.http.pool import Pool
from hivehelm.http.proxies import proxy_for
from hivehelm.http.wire import Body, read_head, request
from hivehelm.kube.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator, Mapping, Sequence

    from hivehelm.http.connection import Connection
    from hivehelm.http.wire import Head
    from hivehelm.kube.connection import ConnectionInfo

POOL_SIZE = 32
# The API server answers within a minute or its own time limits; a peer silent for longer is gone.
READ_SECONDS = 120.0
AWAITING = f"{TOO_LATE} (Client.Timeout exceeded while awaiting headers)"
READING = f"{TOO_LATE} (Client.Timeout exceeded while reading body)"


class Exchange:
    """An answer whose head is read; `pieces` are its body, `release` lets go of the connection."""

    def __init__(self, line: Line, connection: Connection, head: Head, body: Body) -> None:
        self.status = head.status
        self.headers = head.headers
        self._line = line
        self._connection = connection
        self._body = body

    def pieces(self, end: float | None, silence: float | None = None) -> Iterator[bytes]:
        """Yield the body as it comes in, until `end` on `time.monotonic`'s clock.

        `silence` is how many seconds the server may take for a piece.

        Raises:
            DialError: the connection broke, the answer was cut off, or it took too long.
        """
        reader = self._connection.reader
        reader.deadline = _deadline(end, silence)
        try:
            for piece in self._body.pieces():
                yield piece
                if silence is not None:
                    reader.deadline = _deadline(end, silence)
        except TimeoutError:
            raise DialError(READING) from None
        except BodyError as error:
            raise DialError(str(error), reset=True) from None
        except (OSError, EOFError) as error:
            raise DialError(str(self._connection.words(error)), reset=True) from None

    def release(self) -> None:
        """Keep the connection for another request if the body was read to its end, else close it."""
        if self._body.done and self._body.persistent:
            self._line.pool.keep(self._connection)
        else:
            self._connection.close()

    def interrupt(self) -> None:
        """End `pieces`, from any thread."""
        import socket

        try:
            # TLS is passed over: its own way of shutting down is not for use beside a reader.
            socket.socket.shutdown(self._connection.socket, socket.SHUT_RD)
        except (OSError, TypeError):
            self._connection.close()


class Line:
    """The way to an API server, and the connections that are kept there."""

    def __init__(
        self,
        info: ConnectionInfo,
        address: tuple[str, int],
        certificate: tuple[bytes, bytes],
        environ: Mapping[str, str],
    ) -> None:
        """Prepare; nothing is connected yet. `certificate` is ours, with its key, as PEM.

        Raises:
            ConfigError: a certificate, the scheme or the proxy's address cannot be used.
        """
        scheme = info.server.partition("://")[0]
        if scheme not in ("http", "https"):
            raise ConfigError(f'unsupported protocol scheme "{scheme}"')
        host, port = address
        proxy = proxy_for(info.server, info.proxy_url, environ)
        if proxy and not urlsplit(proxy).hostname:
            raise ConfigError('invalid proxy address ""')
        self.pool = Pool(POOL_SIZE)
        self._route = Route(scheme, host, port, proxy, info.tls_server_name)
        self._info = info
        self._certificate = certificate
        self._context: ssl.SSLContext | None = None
        if info.secure:
            self._secure()
        shown = f"[{host}]" if ":" in host else host
        self._host = shown if port == {"http": 80, "https": 443}[scheme] else f"{shown}:{port}"
        self._origin = f"http://{self._host}" if self._route.forwarded else ""
        self._login: list[tuple[str, str]] = []
        if self._route.forwarded and (login := proxy_login(proxy)):
            self._login = [("Proxy-Authorization", login)]

    def send(
        self,
        method: str,
        target: str,
        headers: Sequence[tuple[str, str]],
        body: bytes | None,
        end: float | None,
    ) -> Exchange:
        """Send a request and return the beginning of its answer, which has to be there by `end`.

        Raises:
            DialError: there is none; `reset` tells that a connection stood before.
        """
        start = request(
            method, f"{self._origin}{target}", [("Host", self._host), *headers, *self._login], body
        )
        try:
            connection = self.pool.take(self._route, self._secure, end)
        except HttpError as error:
            raise _told(error) from None
        reader = connection.reader
        reader.deadline = end
        reader.begun = False
        try:
            connection.send(start if body is None else start + body)
            head = read_head(reader)
            return Exchange(self, connection, head, Body(reader, head, method))
        except (HttpError, OSError, EOFError) as error:
            connection.close()
            verb = "write" if isinstance(error, BrokenPipeError) else "read"
            raise _told(connection.words(error, verb)) from None
        except BaseException:
            connection.close()
            raise

    def _secure(self) -> ssl.SSLContext:
        if self._context is None:
            from hivehelm.kube.tls import context_for

            self._context = context_for(self._info, *self._certificate)
        return self._context


def _deadline(end: float | None, silence: float | None) -> float | None:
    if silence is None:
        return end
    by = time.monotonic() + silence
    return by if end is None else min(by, end)


def _told(error: HttpError) -> DialError:
    """Return what net/http's client says of it."""
    if str(error) == TOO_LATE:
        return DialError(AWAITING)
    if isinstance(error, DialError):
        return error
    return DialError(
        str(error), reset=isinstance(error, ProtocolError) and str(error).endswith("unexpected EOF")
    )
