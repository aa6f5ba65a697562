"""No request outlasts a deadline, whatever the server does or does not do."""

from __future__ import annotations

import json
import math
import socket
import threading
import time
from contextlib import suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from hivehelm.kube.client import Client
from hivehelm.kube.connection import ConnectionInfo
from hivehelm.kube.deadline import Bounded
from hivehelm.kube.errors import NoMatchError, RequestError, WaitError
from hivehelm.kube.exchange import Exchange
from hivehelm.kube.resources import build
from hivehelm.kube.wait import wait_deleted, wait_hook, wait_ready
from hivehelm.testing import FakeCluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MANIFEST = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {}\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


class Stubborn:
    """A server that takes connections and writes `pieces`, over and over, or nothing at all."""

    def __init__(self, head: bytes = b"", piece: bytes = b"") -> None:
        self._head = head
        self._piece = piece
        self._open = True
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def client(self) -> Client:
        return Client(ConnectionInfo(server=self.url, namespace="default"), cache_dir=None)

    def close(self) -> None:
        self._open = False
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection = self._listener.accept()[0]
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.sendall(self._head)
            while self._open:
                connection.sendall(self._piece)
                time.sleep(0.02)


@pytest.fixture
def silent() -> Iterator[Stubborn]:
    server = Stubborn()
    yield server
    server.close()


REQUESTS: dict[str, Callable[[Client], Any]] = {
    "get": lambda client: client.get("v1", "Pod", "p", "default"),
    "list": lambda client: client.list("v1", "Pod", "default"),
    "create": lambda client: client.create({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}),
    "patch": lambda client: client.patch("v1", "Pod", "p", {}),
    "delete": lambda client: client.delete("v1", "Pod", "p", "default"),
    "watch": lambda client: client.watch("v1", "Pod", "default"),
    "logs": lambda client: list(client.logs("p", "default")),
    "version": lambda client: client.version(),
    "discovery": lambda client: client.resource_type("apps/v1", "Deployment"),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_server_that_never_answers(name: str, silent: Stubborn) -> None:
    started = time.monotonic()
    with pytest.raises(RequestError, match=r"context deadline exceeded \(Client.Timeout exceeded while"):
        REQUESTS[name](silent.client().until(started + 0.2))
    assert 0.15 < time.monotonic() - started < 60


@pytest.fixture
def nearly(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let the time of an answer be nearly over when it has begun; what is given are the ends there were.

    Beginning and ending within one short time, as a slow machine would have to, is not asked for.
    """
    ends: list[float] = []
    pieces = Exchange.pieces

    def hurried(self: Exchange, end: float | None, silence: float | None = None) -> Iterator[bytes]:
        assert end is not None
        ends.append(end)
        return pieces(self, time.monotonic() + 0.2, silence)

    monkeypatch.setattr(Exchange, "pieces", hurried)
    return ends


def test_a_server_that_never_ends_its_answer(nearly: list[float]) -> None:
    server = Stubborn(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n")
    end = time.monotonic() + 300
    with pytest.raises(RequestError, match="while reading body"):
        server.client().until(end).get("v1", "Pod", "p", "default")
    assert nearly == [pytest.approx(end, abs=0.001)]
    assert time.monotonic() < end
    server.close()


def test_a_stream_that_never_ends(nearly: list[float]) -> None:
    event = json.dumps({"type": "BOOKMARK", "object": {"metadata": {}}}).encode() + b"\n"
    server = Stubborn(HEAD + b"\r\n" + event, event)
    end = time.monotonic() + 300
    client = server.client().until(end)
    assert {kind for kind, _ in client.watch("v1", "Pod")} == {"BOOKMARK"}
    assert nearly == [pytest.approx(end, abs=0.001)]
    assert time.monotonic() < end
    server.close()


def test_what_is_found_out_in_time_is_known_afterwards() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    bounded = client.until(time.monotonic() + 60)
    bounded.resource_type("apps/v1", "Deployment")
    asked = len(cluster.requests)
    client.resource_type("apps/v1", "Deployment")
    assert len(cluster.requests) == asked
    bounded.discovery.invalidate()
    client.resource_type("apps/v1", "Deployment")
    assert len(cluster.requests) > asked
    with pytest.raises(NoMatchError):
        bounded.resource_type("x/v1", "Foo")


def test_the_nearer_of_two_deadlines_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hivehelm.kube.deadline.time", SimpleNamespace(monotonic=lambda: 1000.0))
    given: list[float | None] = []

    class Noting(FakeCluster):
        def request(self, *args: Any, timeout: float | None = None, **kwargs: Any) -> Any:
            given.append(timeout)
            return super().request(*args, timeout=timeout, **kwargs)

    bounded = Bounded(Bounded(Noting(), 1005.0), 1050.0)
    bounded.request("GET", "/version")
    bounded.request("GET", "/version", timeout=1)
    Bounded(Noting(), math.inf).request("GET", "/version")
    bounded.close()
    assert given == [5.0, 1.0, 86400.0]


@pytest.mark.parametrize("strategy", ["watcher", "legacy"])
def test_waits_end_in_time(strategy: str, silent: Stubborn) -> None:
    pods = build(FakeCluster().client(), MANIFEST)
    client = silent.client()
    for wait in (wait_ready, wait_hook, wait_deleted):
        started = time.monotonic()
        with pytest.raises((WaitError, RequestError)):
            wait(client, pods, 0.2, strategy=strategy)
        assert time.monotonic() - started < 60
