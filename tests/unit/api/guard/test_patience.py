"""Heads of requests that are endless, or take forever, on a real server."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from hivehelm.api.guard import patience
from hivehelm.api.guard.guard import Guard

LONG = 3.0
"""Seconds for a head: enough for a client on a machine that is busy."""


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    while scope["type"] == "http" and (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture(scope="module", params=[LONG])
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    """Where a server listens that waits so many seconds for a head."""
    patched = pytest.MonkeyPatch()
    patched.setattr(patience, "SECONDS", request.param)
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, lifespan="off", timeout_keep_alive=60, **Guard.open().uvicorn())
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield int(bound.getsockname()[1])
    server.should_exit = True
    thread.join()
    patched.undo()


def talk(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    """Send pieces, and return everything that comes until the server hangs up."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        try:
            for at, piece in enumerate(pieces):
                if at:
                    time.sleep(pause)
                connection.sendall(piece)
            while data := connection.recv(65_536):
                got += data
        except (BrokenPipeError, ConnectionResetError):
            pass
    return got


HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"


def test_whole_requests_are_answered(port: int) -> None:
    close = b"Connection: close\r\n\r\n"
    assert talk(port, HEAD + close).endswith(b"ok")
    assert talk(port, HEAD + b"\r\n", HEAD + close, pause=LONG * 1.2).count(b"200 OK") == 2
    assert talk(port, HEAD + b"X: " + b"x" * 30_000 + b"\r\n" + close).endswith(b"ok")
    assert talk(port, HEAD + b"Upgrade: websocket\r\nConnection: upgrade, close\r\n\r\n").endswith(b"ok")


def test_a_body_may_take_longer_than_a_head(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\n"
    assert talk(port, head, b"ab", b"cd", pause=LONG * 0.7).endswith(b"ok")


@pytest.mark.parametrize("port", [0.3], indirect=True)
@pytest.mark.parametrize("pieces", [(), (b"GET / HT",), (HEAD,), (HEAD, *[b"X: y\r\n"] * 20)])
def test_who_takes_forever_is_left(port: int, pieces: tuple[bytes, ...]) -> None:
    assert talk(port, *pieces, pause=0.05) == b""


def test_the_second_request_of_a_connection_may_not_take_forever_either(port: int) -> None:
    assert talk(port, HEAD + b"\r\n", HEAD).count(b"200 OK") == 1


@pytest.mark.parametrize(
    "pieces", [(HEAD + b"X: " + b"x" * 100_000,), (HEAD, *[b"X: " + b"x" * 10_000 + b"\r\n"] * 10)]
)
def test_endless_heads_are_refused(port: int, pieces: tuple[bytes, ...]) -> None:
    assert talk(port, *pieces)[:12] in (b"HTTP/1.1 431", b"")
