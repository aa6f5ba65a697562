from __future__ import annotations

import time
from typing import Any

import pytest
import urllib3

from hivehelm.kube.streaming import HttpStream


class Raw:
    """An answer in pieces; an exception among them is raised."""

    status = 200

    def __init__(self, *pieces: bytes | Exception, shutdown: Exception | None = None) -> None:
        self.headers = urllib3.HTTPHeaderDict({"Content-Type": "x"})
        self._pieces = [*pieces, b""]
        self._shutdown = shutdown
        self.said: list[str] = []

    def read1(self, _: int) -> bytes:
        piece = self._pieces.pop(0)
        if isinstance(piece, Exception):
            raise piece
        return piece

    def shutdown(self) -> None:
        self.said.append("shutdown")
        if self._shutdown is not None:
            raise self._shutdown

    def close(self) -> None:
        self.said.append("close")


def stream(raw: Any, end: float | None = None) -> HttpStream:
    return HttpStream(raw, end)


def test_pieces_come_as_they_are() -> None:
    raw = Raw(b"a", b"bc")
    answer = stream(raw)
    assert (answer.status, answer.headers) == (200, {"content-type": "x"})
    assert list(answer.chunks()) == [b"a", b"bc"]
    assert raw.said == ["close"]


@pytest.mark.parametrize(
    "trouble",
    [
        urllib3.exceptions.ProtocolError("broken"),
        urllib3.exceptions.ReadTimeoutError(None, "/", "late"),  # type: ignore[arg-type]
        OSError("gone"),
        ValueError("read of closed file"),
        AttributeError("no file"),
    ],
)
def test_broken_is_ended(trouble: Exception) -> None:
    raw = Raw(b"a", trouble, b"b")
    assert list(stream(raw).chunks()) == [b"a"]
    assert raw.said == ["close"]


def test_it_ends_when_time_is_up() -> None:
    assert list(stream(Raw(b"a", b"b"), time.monotonic() - 1).chunks()) == [b"a"]
    assert list(stream(Raw(b"a", b"b"), time.monotonic() + 60).chunks()) == [b"a", b"b"]


@pytest.mark.parametrize("error", [ValueError(), RuntimeError(), OSError()])
def test_closing_twice_is_closing_once(error: Exception) -> None:
    raw = Raw()
    answer = stream(raw)
    answer.close()
    answer.close()
    assert raw.said == ["shutdown"]
    stubborn = Raw(shutdown=error)
    stream(stubborn).close()
    assert stubborn.said == ["shutdown", "close"]
