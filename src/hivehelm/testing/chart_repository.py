"""A chart repository on loopback: a directory over HTTP or HTTPS, that can be told to misbehave."""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import ssl
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Self

    from hivehelm.testing.authority import Authority

    Choose = Callable[["Asked"], "Reply | None"]

_PATIENCE = 20
_TYPES = {".yaml": "text/yaml", ".tgz": "application/gzip", ".json": "application/json"}


class Asked(Record):
    """A request: `path` has its query, `headers` are by name in lower case, `user` is of the certificate."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""
    user: str = ""


class Reply(Record):
    """What is answered in place of a file.

    Attributes:
        status, reason, headers, body: the answer; an empty `reason` is the usual one.
        length: the Content-Length to name; None for the true one.
        chunked: the body goes out in chunks, without a length.
        cut: the connection is closed after so many bytes of the body; None for none of that.
        delay: seconds before the answer.
        pause: seconds between pieces of 16 bytes of the body.
        raw: sent as it is instead of everything else; the connection is closed then.
    """

    status: int = 200
    reason: str = ""
    headers: Mapping[str, str] = {}
    body: bytes = b""
    length: int | None = None
    chunked: bool = False
    cut: int | None = None
    delay: float = 0.0
    pause: float = 0.0
    raw: bytes | None = None


class _Server(ThreadingHTTPServer):
    """Gives each connection a thread, and waits where there is none to be had just now."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.faults: list[BaseException] = []

    def handle_error(self, request: object, client_address: object) -> None:
        fault = sys.exc_info()[1]
        # What goes wrong with a client is what tests are about.
        if fault is not None and not isinstance(fault, OSError):
            self.faults.append(fault)

    def process_request(self, request: Any, client_address: Any) -> None:
        for _ in range(_PATIENCE):
            try:
                super().process_request(request, client_address)
            except RuntimeError:
                time.sleep(0.05)
            else:
                return
        super().process_request(request, client_address)


class ChartRepository:
    """Serves the files of a directory; a context manager.

    ```python
    with ChartRepository(directory, username="u", password="p") as repository:
        main(["repo", "add", "r", repository.url, "--username", "u", "--password", "p"])
        assert repository.requests[0].path == "/index.yaml"
    ```

    Files have an ETag; who names it in If-None-Match is told that nothing changed. With `compress`, who takes
    gzip gets it.

    Args:
        directory: what is served.
        username: whom to let in, with `password`; everybody if empty.
        tls: who signs the certificate to serve HTTPS with; `hosts` are the names in it. Plain HTTP without.
        clients: who signs the certificates that clients have to show.
        choose: what to answer in place of a file; None for the file. Called from several threads.

    Attributes:
        requests: what was asked, in order.
        replies: what to answer in place of a file, by path without query; may be changed at any time.
    """

    def __init__(
        self,
        directory: Path | str,
        *,
        username: str = "",
        password: str = "",
        tls: Authority | None = None,
        hosts: tuple[str, ...] = ("127.0.0.1", "localhost"),
        clients: Authority | None = None,
        compress: bool = False,
        choose: Choose | None = None,
    ) -> None:
        self.directory = Path(directory).resolve()
        self.username = username
        self.password = password
        self.compress = compress
        self.requests: list[Asked] = []
        self.replies: dict[str, Reply] = {}
        self._choose = choose
        self._scheme = "https" if tls else "http"
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        # As many as come at once: who is turned away only tries again after a second.
        self._server.socket.listen(128)
        if tls is not None:
            self._server.socket = _context(tls, hosts, clients).wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def faults(self) -> list[BaseException]:
        """What went wrong while answering, clients that went away apart."""
        return self._server.faults

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The address of the repository, without a slash at its end."""
        return f"{self._scheme}://127.0.0.1:{self.port}"

    def asked(self, path: str) -> list[Asked]:
        """Return the requests for a path, whatever their query."""
        return [one for one in self.requests if one.path.partition("?")[0] == path]

    def reply(self, asked: Asked) -> Reply:
        """Return the answer to a request."""
        path = asked.path.partition("?")[0]
        special = self._choose(asked) if self._choose is not None else None
        special = special or self.replies.get(path)
        if special is not None:
            return special
        if self.username:
            login = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
            if asked.headers.get("authorization") != f"Basic {login}":
                challenge = {"WWW-Authenticate": 'Basic realm="charts"'}
                return Reply(status=401, headers=challenge, body=b"who are you?\n")
        return self._file(path, asked)

    def _file(self, path: str, asked: Asked) -> Reply:
        file = (self.directory / unquote(urlsplit(path).path).lstrip("/")).resolve()
        if not file.is_relative_to(self.directory) or not file.is_file():
            return Reply(status=404, body=b"404 page not found\n")
        data = file.read_bytes()
        headers = {
            "Content-Type": _TYPES.get(file.suffix, "application/octet-stream"),
            "ETag": f'"{hashlib.sha256(data).hexdigest()[:16]}"',
        }
        if asked.headers.get("if-none-match") == headers["ETag"]:
            return Reply(status=304, headers=headers)
        if self.compress and "gzip" in asked.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            data = gzip.compress(data, 1)
        return Reply(headers=headers, body=data)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _context(authority: Authority, hosts: tuple[str, ...], clients: Authority | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate, key = authority.issue("repository", hosts)
    with tempfile.NamedTemporaryFile() as file:
        file.write(certificate + key)
        file.flush()
        context.load_cert_chain(file.name)
    if clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=clients.pem.decode())
    return context


def _handler(repository: ChartRepository) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # A body does not wait until the head before it was acknowledged, which may take 40 ms.
        disable_nagle_algorithm = True

        def handle_any(self) -> None:
            asked = Asked(
                method=self.command,
                path=self.path,
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
                user=_common_name(self.connection),
            )
            repository.requests.append(asked)
            with contextlib.suppress(OSError):
                self._answer(repository.reply(asked))

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            """Say nothing."""

        def version_string(self) -> str:
            return "charts"

        def _answer(self, reply: Reply) -> None:
            if reply.delay:
                time.sleep(reply.delay)
            if reply.raw is not None:
                self.close_connection = True
                self.wfile.write(reply.raw)
                return
            self.send_response(reply.status, reply.reason or None)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            empty = reply.status in (204, 304) or self.command == "HEAD"
            if reply.chunked:
                self.send_header("Transfer-Encoding", "chunked")
            elif reply.status not in (204, 304):
                self.send_header(
                    "Content-Length", str(len(reply.body) if reply.length is None else reply.length)
                )
            self.end_headers()
            if not empty:
                self._body(reply)
            if reply.cut is not None or reply.length is not None:
                self.close_connection = True

        def _body(self, reply: Reply) -> None:
            data = reply.body if reply.cut is None else reply.body[: reply.cut]
            size = 16 if reply.pause else 1 << 16
            for start in range(0, len(data), size):
                piece = data[start : start + size]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if reply.chunked else piece)
                if reply.pause:
                    self.wfile.flush()
                    time.sleep(reply.pause)
            if reply.chunked and reply.cut is None:
                self.wfile.write(b"0\r\n\r\n")

    return Handler


def _common_name(connection: object) -> str:
    if not isinstance(connection, ssl.SSLSocket):
        return ""
    subject = (connection.getpeercert() or {}).get("subject", ())
    return next((str(v) for part in subject for k, v in part if k == "commonName"), "")  # type: ignore[str-unpack]
