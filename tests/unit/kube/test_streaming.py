from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from hivehelm.http.errors import DialError
from hivehelm.kube.streaming import HttpStream

if TYPE_CHECKING:
    from collections.abc import Iterator


class Answer:
    """An answer in pieces; an exception among them is raised."""

    status = 200

    def __init__(self, *pieces: bytes | Exception) -> None:
        self.headers = {"content-type": "x"}
        self._pieces = pieces
        self.said: list[str] = []
        self.end: float | None = None

    def pieces(self, end: float | None) -> Iterator[bytes]:
        self.end = end
        for piece in self._pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    def release(self) -> None:
        self.said.append("release")

    def interrupt(self) -> None:
        self.said.append("interrupt")


def stream(answer: Any, end: float | None = None) -> HttpStream:
    return HttpStream(answer, end)


def test_pieces_come_as_they_are() -> None:
    answer = Answer(b"a", b"bc")
    opened = stream(answer)
    assert (opened.status, opened.headers) == (200, {"content-type": "x"})
    assert list(opened.chunks()) == [b"a", b"bc"]
    assert answer.said == ["release"]


@pytest.mark.parametrize("trouble", [DialError("EOF"), ValueError("read of closed file")])
def test_broken_is_ended(trouble: Exception) -> None:
    answer = Answer(b"a", trouble, b"b")
    assert list(stream(answer).chunks()) == [b"a"]
    assert answer.said == ["release"]


def test_it_ends_when_time_is_up() -> None:
    end = time.monotonic() + 60
    answer = Answer(b"a", b"b")
    assert list(stream(answer, end).chunks()) == [b"a", b"b"]
    assert answer.end == end


def test_closing_what_has_ended_leaves_its_connection_alone() -> None:
    """It is kept for others, and may be theirs already: cutting it would lose what they ask for."""
    answer = Answer(b"a")
    opened = stream(answer)
    assert list(opened.chunks()) == [b"a"]
    opened.close()
    assert answer.said == ["release"]


def test_closing_twice_is_closing_once() -> None:
    answer = Answer()
    opened = stream(answer)
    opened.close()
    opened.close()
    assert answer.said == ["interrupt"]
