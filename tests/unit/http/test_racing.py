"""Several addresses of one host."""

from __future__ import annotations

import _socket
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from hivehelm.http import racing
from hivehelm.http.dialing import dial
from hivehelm.http.errors import DialError
from hivehelm.http.racing import race


def address(port: int) -> Any:
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))


@pytest.fixture
def server() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def silent() -> Iterator[int]:
    """A port where nobody answers: a full backlog drops what comes after."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        filled = []
        for _ in range(4):
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
            filled.append(waiting)
        yield port
        for waiting in filled:
            waiting.close()


def reached(ports: list[int], seconds: float = 60.0) -> int:
    with closing(race([address(port) for port in ports], time.monotonic() + seconds)) as connection:
        return int(connection.getpeername()[1])


def test_the_first_is_taken(server: int, silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(racing, "PAUSE", 0.02)
    assert reached([server, silent]) == server
    assert reached([silent, server]) == server
    assert reached([1, server]) == server
    assert reached([silent, 1, silent, server]) == server


def test_none_answers(silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConnectionRefusedError):
        reached([1, 2])
    with pytest.raises(TimeoutError):
        reached([silent, silent], 0.05)
    with pytest.raises(TimeoutError):
        reached([1, 2], -1.0)
    # Ten rounds of it, however long each takes.
    steps = count(time.monotonic(), 0.01)
    monkeypatch.setattr(racing, "time", SimpleNamespace(monotonic=lambda: next(steps)))
    with pytest.raises(ConnectionRefusedError):
        race([address(1), address(silent)], next(steps) + 0.1)


def test_families_that_are_not_there(server: int, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = (99, socket.SOCK_STREAM, 6, "", ("::1", server))
    unreachable = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("255.255.255.255", 1))
    with closing(race([odd, unreachable, address(server)], time.monotonic() + 60)) as connection:
        assert connection.getpeername()[1] == server
    with pytest.raises(OSError, match="not supported"):
        race([odd, odd], time.monotonic() + 60)


def test_hosts_of_several_addresses(server: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_socket, "getaddrinfo", lambda *_, **__: [address(1), address(server)])
    dial("h", server).close()
    monkeypatch.setattr(_socket, "getaddrinfo", lambda *_, **__: [address(1), address(2)])
    with pytest.raises(DialError, match=r"^dial tcp 127\.0\.0\.1:1: connect: connection refused$"):
        dial("h", 1)
