"""HTTP to one API server: pooled keep-alive connections, TLS, proxies, retries, bounded responses.

`Transport` is the seam below `Client`: whatever has its `request`, `stream` and `close` can stand in for a
cluster (`hivehelm.testing.FakeCluster` does).
"""

from __future__ import annotations

import os
import threading
import time
from urllib.parse import urlencode, urlsplit

import urllib3

from hivehelm.http.dialing import DIAL_SECONDS, dial, go_errno
from hivehelm.http.errors import DialError
from hivehelm.kube.credentials import Credentials
from hivehelm.kube.errors import (
    ConfigError,
    CredentialsError,
    KubeError,
    RequestError,
    ResponseTooLargeError,
)
from hivehelm.kube.pools import open_pool
from hivehelm.kube.retrying import MAX_ATTEMPTS, delay, repeatable
from hivehelm.kube.streaming import HttpStream
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Protocol
    from urllib.parse import SplitResult

    from urllib3.connectionpool import HTTPConnectionPool

    from hivehelm.kube.connection import ConnectionInfo
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
# The API server answers within a minute or its own time limits; a peer silent for longer is gone.
READ_SECONDS = 120.0
_TOO_LATE = "context deadline exceeded (Client.Timeout exceeded"


class Response(Record):
    """An answer: status code, headers by lower-case name, and the whole body, decompressed."""

    status: int
    headers: dict[str, str]
    data: bytes


class HttpTransport:
    """A transport over urllib3; safe to use from several threads.

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
        self._pool: HTTPConnectionPool | None = None
        self._pool_certificate: tuple[bytes, bytes] = (b"", b"")
        self._answered = False
        url = urlsplit(connection.server)
        self._host = url.hostname or ""
        self._port = _port(url)
        # On the same machine packing takes longer than sending.
        self._packed = not (connection.disable_compression or _is_loopback(self._host))
        self._prefix = url.path.rstrip("/")
        self._origin = ""
        self._shown = connection.server
        if url.password is not None:
            self._shown = self._shown.replace(f":{url.password}@", ":***@", 1)
        if connection.exec_plugin is None and connection.secure:
            self._connections()

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
        headers = {"Accept": accept}
        if content_type:
            headers["Content-Type"] = content_type
        if self._packed:
            headers["Accept-Encoding"] = "gzip"
        target = _target(path, query)
        end = None if timeout is None else time.monotonic() + timeout
        attempt = 0
        while True:
            try:
                raw = self._open(method, target, headers, body, self._left(end))
                response = self._read(raw, end)
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

    def _left(self, end: float | None) -> float:
        """Return how long an answer may take, in seconds."""
        return READ_SECONDS if end is None else max(0.001, min(READ_SECONDS, end - time.monotonic()))

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
        headers = {"Accept": accept, "Accept-Encoding": "identity"}
        try:
            raw = self._open(method, target, headers, None, timeout)
        except DialError as error:
            raise RequestError(method, f"{self._shown}{target}", error) from None
        return HttpStream(raw, end)

    def close(self) -> None:
        """Close every idle connection."""
        with self._lock:
            if self._pool is not None:
                self._pool.close()
            self._pool = None

    def _open(
        self, method: str, target: str, headers: dict[str, str], body: bytes | None, timeout: float | None
    ) -> urllib3.BaseHTTPResponse:
        try:
            pool = self._connections()
            sent = urllib3.HTTPHeaderDict({**headers, "User-Agent": self._user_agent})
            for name, value in self._credentials.headers():
                sent.add(name, value)
        except KubeError as error:
            raise RequestError(method, f"{self._shown}{target}", error) from None
        if self._throttle is not None:
            self._throttle.wait()
        try:
            response = pool.urlopen(
                method,
                f"{self._origin}{self._prefix}{target}",
                body=body,
                headers=sent,
                retries=False,
                redirect=False,
                assert_same_host=False,
                preload_content=False,
                timeout=urllib3.Timeout(connect=min(DIAL_SECONDS, timeout or DIAL_SECONDS), read=timeout),
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise self._failure(error) from None
        if response.status == 401:
            self._credentials.refused()
        if self._on_warning is not None:
            for text in _warnings(response.headers.getlist("Warning")):
                self._on_warning(text)
        return response

    def _read(self, raw: urllib3.BaseHTTPResponse, end: float | None) -> Response:
        pieces: list[bytes] = []
        size = 0
        whole = False
        try:
            for piece in raw.stream(1 << 18, decode_content=True):
                size += len(piece)
                if size > self._max_response:
                    raise ResponseTooLargeError(self._max_response)
                if end is not None and time.monotonic() >= end:
                    raise DialError(f"{_TOO_LATE} while reading body)")
                pieces.append(piece)
            whole = True
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise self._failure(error, reading=True) from None
        finally:
            if not whole:
                raw.close()
            raw.release_conn()
        headers = {name.lower(): value for name, value in raw.headers.items()}
        if not size and raw.status == 200 and not headers.keys() & {"content-length", "transfer-encoding"}:
            # Cut off within its headers: http.client takes that for their end.
            raise DialError("unexpected EOF", reset=True)
        return Response(status=raw.status, headers=headers, data=b"".join(pieces))

    def _failure(self, error: Exception, *, reading: bool = False) -> DialError:
        """Say in Go's words what urllib3 met."""
        import ssl

        cause: BaseException = error
        while isinstance(cause, urllib3.exceptions.HTTPError):
            inner = next((a for a in cause.args if isinstance(a, BaseException)), None) or cause.__cause__
            if inner is None or inner is cause:
                break
            cause = inner
        if isinstance(cause, DialError):
            return cause
        if isinstance(cause, ssl.SSLError):
            from hivehelm.http.x509 import handshake_text

            name = self._info.tls_server_name or self._host
            return DialError(handshake_text(cause, name, self._peer_certificate))
        if isinstance(cause, (TimeoutError, urllib3.exceptions.TimeoutError)):
            return DialError(f"{_TOO_LATE} while awaiting headers)")
        if isinstance(cause, (ConnectionResetError, BrokenPipeError, ConnectionAbortedError)):
            verb = "write" if isinstance(cause, BrokenPipeError) else "read"
            if cause.errno is None:
                return DialError("EOF", reset=True)
            return DialError(f"{verb} tcp {self._where()}: {verb}: {go_errno(cause)}", reset=True)
        if isinstance(cause, OSError):
            text = str(cause)
            if text.startswith("Tunnel connection failed: "):
                return DialError(text.removeprefix("Tunnel connection failed: ").partition(" ")[2])
            return DialError(go_errno(cause))
        if reading or "closed connection without response" in str(cause):
            return DialError("unexpected EOF" if reading else "EOF", reset=True)
        return DialError(str(cause))

    def _where(self) -> str:
        return f"[{self._host}]:{self._port}" if ":" in self._host else f"{self._host}:{self._port}"

    def _peer_certificate(self) -> bytes:
        """Return the server's certificate unverified, for the text of an error; empty if it cannot be had."""
        import ssl

        name = self._info.tls_server_name or self._host
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        try:
            with (
                dial(self._host, self._port, 5.0) as plain,
                context.wrap_socket(plain, server_hostname=name) as secured,
            ):
                return secured.getpeercert(binary_form=True) or b""
        except (DialError, OSError):
            return b""

    def _connections(self) -> HTTPConnectionPool:
        """Return the pool; a new one where an exec plugin has given another client certificate."""
        certificate = self._credentials.client_certificate() if self._info.secure else (b"", b"")
        with self._lock:
            if self._pool is None or certificate != self._pool_certificate:
                if self._pool is not None:
                    self._pool.close()
                try:
                    self._pool, self._origin = open_pool(
                        self._info, (self._host, self._port), certificate, self._environ
                    )
                except ConfigError as error:
                    if self._info.exec_plugin is None or self._info.cert_data:
                        raise
                    text = f"getting credentials: failed parsing client key/certificate: {error}"
                    raise CredentialsError(text) from None
                self._pool_certificate = certificate
            return self._pool


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


def _warnings(headers: Sequence[str]) -> Iterator[str]:
    """Yield the texts of `Warning: 299 - "text"` headers (RFC 7234), duplicates within one answer once."""
    import re

    texts = [
        re.sub(r"\\(.)", r"\1", match.group(1))
        for header in headers
        for match in re.finditer(r'\b299 [^ ]+ "((?:[^"\\]|\\.)*)"', header)
    ]
    yield from dict.fromkeys(texts)
