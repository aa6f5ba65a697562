"""The way to a server through proxies."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hivehelm.http.client import Client
from hivehelm.http.connection import Connection, Route, gives_http, peer_certificate
from hivehelm.http.errors import DialError, HttpError
from hivehelm.testing.authority import Authority
from hivehelm.testing.chart_repository import ChartRepository


class Proxy:
    """A proxy that connects as it is told, or says what it is told to; `seen` are the heads of requests."""

    def __init__(self, answer: bytes = b"", context: ssl.SSLContext | None = None) -> None:
        self.seen: list[str] = []
        self._answer = answer
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection: socket.socket = self._listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, plain: socket.socket) -> None:
        try:
            connection = self._context.wrap_socket(plain, server_side=True) if self._context else plain
            head = connection.recv(1 << 16)
            self.seen.append(head.decode())
            method, target = head.decode().split(" ")[:2]
            if self._answer or method != "CONNECT":
                connection.sendall(self._answer or b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy")
                connection.close()
                return
            port = int(target.rpartition(":")[2])
            with socket.create_connection(("127.0.0.1", port)) as server:
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=_pump, args=(server, connection), daemon=True)
                back.start()
                _pump(connection, server)
        except OSError:
            plain.close()


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(1 << 16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def server(tmp_path: Path, authority: Authority) -> Iterator[ChartRepository]:
    (tmp_path / "a").write_text("hello")
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    with ChartRepository(tmp_path, tls=authority, hosts=("example.test", "127.0.0.1")) as running:
        yield running


def fetched(server: ChartRepository, proxy: str, scheme: str = "https") -> str:
    """Return what comes from the server by another name, so that the proxy has to be asked."""
    environ = {f"{scheme.upper()}_PROXY": proxy}
    with Client(ca_file=str(server.directory / "ca.pem"), environ=environ, timeout=60.0) as client:
        return client.request("GET", f"{scheme}://example.test:{server.port}/a").data.decode()


def problem(server: ChartRepository, proxy: str, scheme: str = "https") -> str:
    with pytest.raises(HttpError) as raised:
        fetched(server, proxy, scheme)
    text = str(raised.value)
    start = f'Get "{scheme}://example.test:{server.port}/a": '
    assert text.startswith(start)
    return text.removeprefix(start)


def test_tunnels(server: ChartRepository) -> None:
    proxy = Proxy()
    assert fetched(server, f"http://u:p%40@127.0.0.1:{proxy.port}") == "hello"
    target = f"example.test:{server.port}"
    assert proxy.seen[0] == (
        f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\nUser-Agent: Go-http-client/1.1\r\n"
        "Proxy-Authorization: Basic dTpwQA==\r\n\r\n"
    )
    assert "proxy-authorization" not in server.requests[0].headers
    proxy.close()


def test_plain_requests_are_passed_on(server: ChartRepository) -> None:
    proxy = Proxy()
    assert fetched(server, f"http://u:p@127.0.0.1:{proxy.port}", "http") == "proxy"
    assert fetched(server, f"127.0.0.1:{proxy.port}", "http") == "proxy"
    assert proxy.seen[0].startswith(f"GET http://example.test:{server.port}/a HTTP/1.1\r\n")
    assert "Proxy-Authorization: Basic dTpw\r\n" in proxy.seen[0]
    assert "Proxy-Authorization" not in proxy.seen[1]
    proxy.close()


def test_proxies_over_tls(server: ChartRepository, authority: Authority, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    (tmp_path / "proxy.pem").write_bytes(b"".join(authority.issue("proxy")))
    context.load_cert_chain(tmp_path / "proxy.pem")
    proxy = Proxy(context=context)
    assert fetched(server, f"https://127.0.0.1:{proxy.port}") == "hello"
    assert fetched(server, f"https://127.0.0.1:{proxy.port}", "http") == "proxy"
    proxy.close()
    (tmp_path / "proxy.pem").write_bytes(b"".join(Authority().issue("proxy")))
    context.load_cert_chain(tmp_path / "proxy.pem")
    proxy = Proxy(context=context)
    assert problem(server, f"https://127.0.0.1:{proxy.port}") == (
        "proxyconnect tcp: tls: failed to verify certificate: x509: certificate signed by unknown authority"
    )
    proxy.close()


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "Proxy Authentication Required"),
        (b"HTTP/1.1 500\r\n\r\n", "unknown status code"),
        (b"junk\r\n", 'malformed HTTP response "junk"'),
        (b"HTTP/1.1 200 OK\r\n", "unexpected EOF"),
    ],
)
def test_proxies_that_do_not_connect(server: ChartRepository, answer: bytes, text: str) -> None:
    proxy = Proxy(answer)
    assert problem(server, f"http://127.0.0.1:{proxy.port}").endswith(text)
    proxy.close()


def test_proxies_that_are_not_there(server: ChartRepository) -> None:
    refused = "proxyconnect tcp: dial tcp 127.0.0.1:1: connect: connection refused"
    assert problem(server, "http://127.0.0.1:1") == refused
    assert problem(server, "http://127.0.0.1:1", "http") == refused
    assert problem(server, "socks5://127.0.0.1:1").startswith("proxyconnect tcp: ")
    assert problem(server, "gopher://127.0.0.1:1") == "proxyconnect tcp: unknown proxy scheme: gopher"
    wrong = "proxyconnect tcp: dial tcp: address 99999: invalid port"
    assert problem(server, "http://127.0.0.1:99999") == wrong


def test_proxies_that_say_nothing(server: ChartRepository) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = f"http://127.0.0.1:{listener.getsockname()[1]}"
        environ = {"HTTPS_PROXY": proxy}
        with Client(environ=environ, timeout=0.1) as client, pytest.raises(HttpError) as raised:
            client.request("GET", f"https://example.test:{server.port}/a")
    assert str(raised.value).endswith(
        "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
    )


def test_proxies_that_hang_up(server: ChartRepository) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            for linger in (b"\0\0\0\0\0\0\0\0", b"\1\0\0\0\0\0\0\0"):
                connection = listener.accept()[0]
                connection.recv(4 if linger[0] else 1 << 16)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                connection.close()

        threading.Thread(target=run, daemon=True).start()
        proxy = f"http://127.0.0.1:{listener.getsockname()[1]}"
        assert problem(server, proxy) == "unexpected EOF"
        assert problem(server, proxy) == "connection reset by peer"


def test_certificates_for_the_text_of_errors(server: ChartRepository) -> None:
    def context() -> ssl.SSLContext:
        raise AssertionError

    assert b"example.test" in peer_certificate(Route("https", "127.0.0.1", server.port), context)
    assert peer_certificate(Route("https", "127.0.0.1", 1), context) == b""
    assert gives_http(Route("https", "127.0.0.1", 1), context)


def test_a_server_that_hangs_up_before_its_name_is_asked_for() -> None:
    with socket.socket() as never:
        never.bind(("127.0.0.1", 0))
        connection = Connection(Route("http", "127.0.0.1", 9), never)
        said = str(connection.words(ConnectionResetError(104, "x")))
        assert said.endswith("->127.0.0.1:9: read: connection reset by peer")
        beyond = Connection(Route("http", "127.0.0.1", 9, "http://p"), never)
        assert str(beyond.words(ConnectionResetError(104, "x"))).endswith(
            "->: read: connection reset by peer"
        )


def test_what_breaks_in_other_ways() -> None:
    near, far = socket.socketpair()
    with near, far:
        connection = Connection(Route("http", "h", 1), near)
        assert str(connection.words(ValueError("x"))) == "x"
        fault = DialError("y")
        assert connection.words(fault) is fault
        broken = ssl.SSLError(1, "z")
        broken.reason = "BAD_Z"
        assert str(connection.words(broken)) == "tls: bad z"
        assert connection.idle()
        far.sendall(b"x")
        assert not connection.idle()
        assert connection.reader.some(0) == b""
        assert not connection.idle()


@pytest.mark.parametrize("reset", [False, True])
def test_servers_that_hang_up_on_a_handshake(reset: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            connection = listener.accept()[0]
            connection.recv(4 if reset else 1 << 16)
            if reset:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.close()

        threading.Thread(target=run, daemon=True).start()
        port = listener.getsockname()[1]
        with Client(environ={}, timeout=60.0) as client, pytest.raises(HttpError) as raised:
            client.request("GET", f"https://127.0.0.1:{port}")
    text = str(raised.value).removeprefix(f'Get "https://127.0.0.1:{port}": ')
    if reset:
        assert text.startswith("read tcp 127.0.0.1:")
        assert text.endswith(f"->127.0.0.1:{port}: read: connection reset by peer")
    else:
        assert text == "EOF"
