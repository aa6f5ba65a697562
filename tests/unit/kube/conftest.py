"""A scripted HTTP server, plain or over TLS, and certificates to go with it."""

from __future__ import annotations

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hivehelm.testing.authority import Authority

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Answer = tuple[int, dict[str, str], bytes]


class Server:
    """Answers what `answer(method, path, headers, body)` returns, and keeps what it was asked."""

    def __init__(self, answer: Callable[..., Answer], context: ssl.SSLContext | None = None) -> None:
        self.requests: list[tuple[str, str, dict[str, list[str]], bytes]] = []
        self.peers: set[object] = set()
        self.certificates: list[object] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Print nothing."""

            def _handle(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): self.headers.get_all(name) or [] for name in self.headers}
                outer.requests.append((self.command, self.path, headers, body))
                outer.peers.add(self.client_address)
                if isinstance(self.connection, ssl.SSLSocket):
                    outer.certificates.append(self.connection.getpeercert())
                status, extra, data = answer(self.command, self.path, headers, body)
                if status == 0:
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **extra}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        for verb in ("GET", "POST", "PUT", "PATCH", "DELETE", "CONNECT"):
            setattr(Handler, f"do_{verb}", Handler._handle)

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, request: object, client_address: object) -> None:
                """Print nothing: handshakes are meant to fail here."""

        self._server = Quiet(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def serve(authority: Authority, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start servers: `serve(answer)`, or over TLS with `certificate=(cert, key)`."""
    started: list[Server] = []

    def start(
        answer: Callable[..., Answer],
        certificate: tuple[bytes, bytes] | None = None,
        *,
        ask_client: bool = False,
    ) -> Server:
        context = None
        if certificate is not None:
            path = tmp_path / f"server{len(started)}.pem"
            path.write_bytes(b"".join(certificate))
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(path)
            if ask_client:
                context.verify_mode = ssl.CERT_OPTIONAL
                context.load_verify_locations(cadata=authority.pem.decode())
        server = Server(answer, context)
        started.append(server)
        return server

    yield start
    for server in started:
        server.close()
