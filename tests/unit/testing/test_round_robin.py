"""The proxy sends each request once, to one server that listens."""

from __future__ import annotations

import socket
import threading
import time
from http.client import BadStatusLine, HTTPConnection, IncompleteRead
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from hivehelm.testing import RoundRobin

if TYPE_CHECKING:
    from collections.abc import Iterator


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/die":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(200)
        if self.path == "/half":
            self.send_header("content-length", "1000")
            self.end_headers()
            self.wfile.write(b"half")
            return
        answer = f"{self.connection.getsockname()[1]} {body.decode()}".encode()
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def servers() -> Iterator[list[ThreadingHTTPServer]]:
    made = [ThreadingHTTPServer(("127.0.0.1", 0), Handler) for _ in range(2)]
    threads = [threading.Thread(target=one.serve_forever, args=(0.01,), daemon=True) for one in made]
    for thread in threads:
        thread.start()
    yield made
    for one in made:
        one.shutdown()
        one.server_close()


def post(port: int, path: str = "/", body: str = "hello") -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", path, body)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_takes_turns_and_passes_over_who_does_not_listen(servers: list[ThreadingHTTPServer]) -> None:
    ports = [one.server_address[1] for one in servers]
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with RoundRobin([*ports, unused.getsockname()[1]]) as proxy:
            answers = [post(proxy.port) for _ in range(6)]
    assert set(answers) == {(200, f"{port} hello") for port in ports}
    assert sum(proxy.sent.values()) == 6


def test_says_that_nobody_listens() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with RoundRobin([unused.getsockname()[1]]) as proxy:
            assert post(proxy.port) == (503, "")


def late() -> Iterator[bytes]:
    """A body that goes on when the answer is there."""
    yield b"a"
    time.sleep(0.1)
    yield b"b" * 100_000


def test_asks_for_a_length_and_hears_the_request_out() -> None:
    with RoundRobin([]) as proxy:
        connection = HTTPConnection("127.0.0.1", proxy.port, timeout=60)
        connection.request("POST", "/", late(), encode_chunked=True)
        assert connection.getresponse().status == 411
        connection.close()


def test_never_sends_twice(servers: list[ThreadingHTTPServer]) -> None:
    with RoundRobin([one.server_address[1] for one in servers]) as proxy:
        assert post(proxy.port, "/die") == (502, "")
        assert sum(proxy.sent.values()) == 1
        with pytest.raises((IncompleteRead, BadStatusLine)):
            post(proxy.port, "/half")
        assert sum(proxy.sent.values()) == 2
