"""HTTP to one API server: pooled keep-alive connections, TLS, proxies, retries, bounded responses.

`Transport` is the seam below `Client`: whatever has its `request`, `stream` and `close` can stand in for a
cluster (`hivehelm.testing.FakeCluster` does).
"""

from __future__ import annotations

import os
import threading
import time
from urllib.parse import urlencode, urlsplit

from hivehelm.http.errors import BodyError, DialError
from hivehelm.kube.credentials import Credentials
from hivehelm.kube.errors import (
    ConfigError,
    CredentialsError,
    KubeError,
    RequestError,
    ResponseTooLargeError,
)
from hivehelm.kube.exchange import READ_SECONDS, READING, Line
from hivehelm.kube.retrying import MAX_ATTEMPTS, delay, repeatable
from hivehelm.kube.streaming import HttpStream
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Protocol
    from urllib.parse import SplitResult

    from hivehelm.kube.connection import ConnectionInfo
    from hivehelm.kube.exchange import Exchange
    from hivehelm.kube.throttle import Throttle

    Query = Sequence[tuple[str, str]]

    class Transport(Protocol):
        """What `Client` needs to speak to a cluster."""

        def request(
            self,
            method: str,
            path: str,
            *,
            query: Query = (),
            body: bytes | None = None,
            content_type: str = "",
            accept: str = "application/json",
            timeout: float | None = None,
        ) -> Response:
            """Send one request and return the whole answer, whatever its status."""

        def stream(
            self,
            method: str,
            path: str,
            *,
            query: Query = (),
            accept: str = "application/json",
            timeout: float | None = None,
        ) -> Stream:
            """Send one request and return its answer as it comes in; it ends after `timeout` seconds."""

        def close(self) -> None:
            """Let go of every connection."""

    class Stream(Protocol):
        """An answer that is still coming in; `close` may be called from another thread and ends `chunks`."""

        status: int
        headers: dict[str, str]

        def chunks(self) -> Iterator[bytes]:
            """Yield what comes in, until the server or `close` ends it."""

        def close(self) -> None:
            """End the answer."""


MAX_RESPONSE = 512 << 20


class Response(Record):
    """An answer: status code, headers by lower-case name, and the whole body, decompressed."""

    status: int
    headers: dict[str, str]
    data: bytes


class HttpTransport:
    """A transport over HTTP/1.1; safe to use from several threads.

    429 and 5xx with `Retry-After` are tried again up to ten times, as is what lost its connection, creating
    apart; other 5xx a few times (`hivehelm.kube.retrying`). A server that answered before and lets nobody in
    now is given time to come back. Redirects are not followed. `on_warning` is called with each warning the
    server sends.
    """

    def __init__(
        self,
        connection: ConnectionInfo,
        *,
        user_agent: str = "hivehelm",
        on_warning: Callable[[str], None] | None = None,
        throttle: Throttle | None = None,
        max_response: int = MAX_RESPONSE,
        environ: Mapping[str, str] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare to speak to `connection`'s server; nothing is sent and no plugin is run yet.

        Raises:
            ConfigError: a certificate or key cannot be used.
            CredentialsError: the exec plugin's apiVersion is none that we speak.
        """
        self._info = connection
        self._credentials = Credentials(connection)
        self._user_agent = user_agent
        self._on_warning = on_warning
        self._throttle = throttle
        self._max_response = max_response
        self._environ = os.environ if environ is None else environ
        self._sleep = sleep
        self._lock = threading.Lock()
        self._line: Line | None = None
        self._certificate: tuple[bytes, bytes] = (b"", b"")
        self._answered = False
        url = urlsplit(connection.server)
        self._host = url.hostname or ""
        self._port = _port(url)
        # On the same machine packing takes longer than sending.
        self._packed = not (connection.disable_compression or _is_loopback(self._host))
        self._prefix = url.path.rstrip("/")
        self._shown = connection.server
        if url.password is not None:
            self._shown = self._shown.replace(f":{url.password}@", ":***@", 1)
        if connection.exec_plugin is None and connection.secure:
            self._way()

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        body: bytes | None = None,
        content_type: str = "",
        accept: str = "application/json",
        timeout: float | None = None,
    ) -> Response:
        """Send one request and return the whole answer, whatever its status.

        `path` starts with a slash; `timeout` is in seconds, for all attempts together.

        Raises:
            RequestError: no answer came; its cause says why in Go's words.
            ResponseTooLargeError: the answer exceeds the bound.
        """
        headers = [("Accept", accept)]
        if content_type:
            headers.append(("Content-Type", content_type))
        if self._packed:
            headers.append(("Accept-Encoding", "gzip"))
        target = _target(path, query)
        end = None if timeout is None else time.monotonic() + timeout
        attempt = 0
        while True:
            try:
                exchange = self._open(method, target, headers, body, self._by(end))
                response = self._read(exchange, end)
            except DialError as error:
                # Who was refused has sent nothing: a server that was there is likely to come back.
                absent = self._answered and str(error).endswith("connection refused")
                again = absent or (error.reset and repeatable(method))
                # The first reset is most often a pooled connection that the server had closed meanwhile.
                pause = min(attempt, 1.0)
                if attempt >= MAX_ATTEMPTS - 1 or not (again and self._pause(pause, end)):
                    raise RequestError(method, f"{self._shown}{target}", error) from None
            else:
                self._answered = True
                wait = delay(method, response, attempt)
                if wait is None or not self._pause(wait, end):
                    return response
            attempt += 1

    def _by(self, end: float | None) -> float:
        """Return when an answer has to begin, on `time.monotonic`'s clock."""
        by = time.monotonic() + READ_SECONDS
        return by if end is None else min(by, end)

    def _pause(self, seconds: float, end: float | None) -> bool:
        """Wait before the next attempt; False where there is no time left for one."""
        if end is not None and time.monotonic() + seconds >= end:
            return False
        self._sleep(seconds)
        return True

    def stream(
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        accept: str = "application/json",
        timeout: float | None = None,
    ) -> HttpStream:
        """Send one request and return its answer as it comes in, uncompressed.

        After `timeout` seconds the answer ends, wherever it is.

        Raises:
            RequestError: no answer came.
        """
        target = _target(path, query)
        end = None if timeout is None else time.monotonic() + timeout
        headers = [("Accept", accept), ("Accept-Encoding", "identity")]
        try:
            exchange = self._open(method, target, headers, None, end)
        except DialError as error:
            raise RequestError(method, f"{self._shown}{target}", error) from None
        return HttpStream(exchange, end)

    def close(self) -> None:
        """Close every idle connection."""
        with self._lock:
            if self._line is not None:
                self._line.pool.close()
            self._line = None

    def _open(
        self,
        method: str,
        target: str,
        headers: list[tuple[str, str]],
        body: bytes | None,
        end: float | None,
    ) -> Exchange:
        try:
            line = self._way()
            sent = [*headers, ("User-Agent", self._user_agent), *self._credentials.headers()]
        except KubeError as error:
            raise RequestError(method, f"{self._shown}{target}", error) from None
        if self._throttle is not None:
            self._throttle.wait()
        exchange = line.send(method, f"{self._prefix}{target}", sent, body, end)
        if exchange.status == 401:
            self._credentials.refused()
        if self._on_warning is not None and "warning" in exchange.headers:
            for text in _warnings(exchange.headers["warning"]):
                self._on_warning(text)
        return exchange

    def _read(self, exchange: Exchange, end: float | None) -> Response:
        pieces: list[bytes] = []
        size = 0
        try:
            for piece in self._unpacked(exchange, end):
                size += len(piece)
                if size > self._max_response:
                    raise ResponseTooLargeError(self._max_response)
                if end is not None and time.monotonic() >= end:
                    raise DialError(READING)
                pieces.append(piece)
        except BodyError as error:
            raise DialError(str(error)) from None
        finally:
            exchange.release()
        return Response(status=exchange.status, headers=exchange.headers, data=b"".join(pieces))

    def _unpacked(self, exchange: Exchange, end: float | None) -> Iterator[bytes]:
        pieces = exchange.pieces(end, READ_SECONDS)
        if exchange.headers.get("content-encoding", "") != "gzip":
            return pieces
        from hivehelm.http.unpack import unpack

        return unpack(pieces)

    def _way(self) -> Line:
        """Return the way to the server; a new one where an exec plugin has given another certificate."""
        certificate = self._credentials.client_certificate() if self._info.secure else (b"", b"")
        with self._lock:
            if self._line is None or certificate != self._certificate:
                if self._line is not None:
                    self._line.pool.close()
                try:
                    self._line = Line(self._info, (self._host, self._port), certificate, self._environ)
                except ConfigError as error:
                    if self._info.exec_plugin is None or self._info.cert_data:
                        raise
                    text = f"getting credentials: failed parsing client key/certificate: {error}"
                    raise CredentialsError(text) from None
                self._certificate = certificate
            return self._line


def _port(url: SplitResult) -> int:
    text = url.netloc.rpartition(":")[2]
    if text.isdigit() and not url.netloc.endswith("]"):
        return int(text)
    return 443 if url.scheme == "https" else 80


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or (host.startswith("127.") and host.replace(".", "").isdigit())


def _target(path: str, query: Query) -> str:
    if not query:
        return path
    return f"{path}?{urlencode(query)}"


def _warnings(header: str) -> Iterator[str]:
    """Yield the texts of a header's `299 - "text"` (RFC 7234), duplicates within one answer once."""
    import re

    texts = [
        re.sub(r"\\(.)", r"\1", match.group(1))
        for match in re.finditer(r'\b299 [^ ]+ "((?:[^"\\]|\\.)*)"', header)
    ]
    yield from dict.fromkeys(texts)
