"""Requests that end by a given time, however slow the server is."""

from __future__ import annotations

import time

from hivehelm.kube.relay import Relay

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.kube.transport import Response, Stream, Transport

# No time left is as good as this much, in seconds: sockets take 0 for "do not wait at all".
_LEAST_SECONDS = 0.001
# They take no eternity either.
_MOST_SECONDS = 86400.0


class Bounded(Relay):
    """A transport whose requests, all attempts of each, end by `deadline`, on `time.monotonic`'s clock."""

    def __init__(self, transport: Transport, deadline: float) -> None:
        super().__init__(transport)
        self._deadline = deadline

    def request(self, method: str, path: str, *, timeout: float | None = None, **asked: Any) -> Response:
        """Send one request and return the whole answer, as `Transport` does."""
        return super().request(method, path, timeout=self._left(timeout), **asked)

    def stream(self, method: str, path: str, *, timeout: float | None = None, **asked: Any) -> Stream:
        """Send one request and return its answer as it comes in, as `Transport` does."""
        return super().stream(method, path, timeout=self._left(timeout), **asked)

    def _left(self, timeout: float | None) -> float:
        left = min(_MOST_SECONDS, max(_LEAST_SECONDS, self._deadline - time.monotonic()))
        return left if timeout is None else min(left, timeout)
