from __future__ import annotations

import socket
import threading
import time

import pytest

from hivehelm.http import wire
from hivehelm.http.errors import ProtocolError
from hivehelm.http.wire import Head, Reader, read_head


def head(data: bytes) -> Head:
    ours, theirs = socket.socketpair()

    def send() -> None:
        with theirs:
            try:
                theirs.sendall(data)
            except OSError:
                return

    sender = threading.Thread(target=send)
    sender.start()
    try:
        with ours:
            return read_head(Reader(ours))
    finally:
        sender.join()


def test_repeated_headers_are_joined() -> None:
    found = head(b"HTTP/1.1 200 OK\r\nA: b\r\na: c\r\n\td \r\nLocation: x\r\nLocation: y\r\n\r\n")
    assert found.headers == {"a": "b, c d", "location": "x"}


@pytest.mark.parametrize("line", [b"A: b\r\n", b"\tb\r\n"])
def test_a_header_very_many_times(line: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_HEAD", 2 << 20)
    start = time.process_time()
    with pytest.raises(ProtocolError, match="response headers exceeded 2097152 bytes"):
        head(b"HTTP/1.1 200 OK\r\nA: b\r\n" + line * 600_000 + b"\r\n")
    assert time.process_time() - start < 5
