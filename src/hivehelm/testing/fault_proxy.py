"""A bad network: a proxy in front of an API server that refuses, drops and delays as it is told."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from hivehelm.kube.errors import KubeError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Self

    from hivehelm.kube.transport import Transport

    Choose = Callable[[str, str], "Fault | None"]

_CHUNKED = "watch=true"
_REASONS = {429: "TooManyRequests", 500: "InternalError", 503: "ServiceUnavailable", 504: "Timeout"}


class Fault(Record):
    """What goes wrong with one request.

    Attributes:
        status: answered in place of the server; 0 asks the server.
        retry_after: seconds that the answer names for another try; 0 names none.
        drop: the connection is cut without an answer.
        late: it is cut after the server has done what was asked, rather than before.
        delay: seconds that pass first.
    """

    status: int = 0
    retry_after: int = 0
    drop: bool = False
    late: bool = False
    delay: float = 0.0


class FaultProxy:
    """A server on loopback, without TLS, that passes requests on; a context manager.

    Whoever asks it speaks to the cluster as the holder of `transport`'s credentials.

    ```python
    every_third = itertools.count()
    choose = lambda method, path: Fault(status=500) if next(every_third) % 3 == 0 else None
    with FaultProxy(client.transport, choose) as proxy:
        context = connect(str(proxy.write_kubeconfig(directory / "kubeconfig")))
    ```

    Args:
        transport: how the cluster is reached.
        choose: what goes wrong, by method and path; None for nothing. Called from several threads.
    """

    def __init__(self, transport: Transport, choose: Choose) -> None:
        self.faults = 0
        self._transport = transport
        self._choose = choose
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def address(self) -> str:
        """The URL of the proxy."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def write_kubeconfig(self, path: Path) -> Path:
        """Write a kubeconfig that names the proxy, and return its path."""
        document = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "proxy", "cluster": {"server": self.address}}],
            "users": [{"name": "proxy", "user": {}}],
            "contexts": [{"name": "proxy", "context": {"cluster": "proxy", "user": "proxy"}}],
            "current-context": "proxy",
        }
        path.write_text(json.dumps(document))
        return path

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening; what is under way is cut."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def fault(self, method: str, path: str) -> Fault:
        """Return what goes wrong with a request, and count it."""
        with self._lock:
            fault = self._choose(method, path)
            if fault is None:
                return Fault()
            self.faults += 1
            return fault

    @property
    def transport(self) -> Transport:
        """How the cluster is reached."""
        return self._transport


def _handler(proxy: FaultProxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fault = proxy.fault(self.command, self.path)
            if fault.delay:
                time.sleep(fault.delay)
            if fault.drop and not fault.late:
                self._cut()
            elif fault.status:
                self._refuse(fault)
            elif _CHUNKED in self.path and self.command == "GET":
                self._stream()
            else:
                self._forward(body, late=fault.late)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            """Say nothing."""

        def _forward(self, body: bytes, *, late: bool) -> None:
            url = urlsplit(self.path)
            try:
                answer = proxy.transport.request(
                    self.command,
                    url.path,
                    query=parse_qsl(url.query, keep_blank_values=True),
                    body=body or None,
                    content_type=self.headers.get("Content-Type") or "",
                    accept=self.headers.get("Accept") or "*/*",
                )
            except KubeError:
                self._cut()
                return
            if late:
                self._cut()
                return
            self._answer(answer.status, answer.headers.get("content-type", ""), answer.data)

        def _stream(self) -> None:
            url = urlsplit(self.path)
            try:
                stream = proxy.transport.stream(
                    "GET", url.path, query=parse_qsl(url.query), accept=self.headers.get("Accept") or "*/*"
                )
            except KubeError:
                self._cut()
                return
            self.send_response(stream.status)
            self.send_header("Content-Type", stream.headers.get("content-type", "application/json"))
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            with contextlib.suppress(OSError, KubeError), contextlib.closing(stream):
                for chunk in stream.chunks():
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
                self.wfile.write(b"0\r\n\r\n")
                return
            self._cut()

        def _refuse(self, fault: Fault) -> None:
            refusal = {
                "kind": "Status",
                "apiVersion": "v1",
                "metadata": {},
                "status": "Failure",
                "message": "injected",
                "reason": _REASONS.get(fault.status, "InternalError"),
                "code": fault.status,
            }
            self._answer(
                fault.status, "application/json", json.dumps(refusal).encode(), retry_after=fault.retry_after
            )

        def _answer(self, status: int, kind: str, data: bytes, *, retry_after: int = 0) -> None:
            with contextlib.suppress(OSError):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                if retry_after:
                    self.send_header("Retry-After", str(retry_after))
                self.end_headers()
                self.wfile.write(data)

        def _cut(self) -> None:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

    return Handler
