"""Requests that end by a given time, however slow the server is."""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivehelm.kube.transport import Response, Stream, Transport

    Query = Sequence[tuple[str, str]]

# No time left is as good as this much, in seconds: sockets take 0 for "do not wait at all".
_LEAST_SECONDS = 0.001
# They take no eternity either.
_MOST_SECONDS = 86400.0


class Bounded:
    """A transport whose requests, all attempts of each, end by `deadline`, on `time.monotonic`'s clock."""

    def __init__(self, transport: Transport, deadline: float) -> None:
        self._transport = transport
        self._deadline = deadline

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        body: bytes | None = None,
        content_type: str = "",
        accept: str = "application/json",
        timeout: float | None = None,
    ) -> Response:
        """Send one request and return the whole answer, as `Transport` does."""
        return self._transport.request(
            method,
            path,
            query=query,
            body=body,
            content_type=content_type,
            accept=accept,
            timeout=self._left(timeout),
        )

    def stream(
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        accept: str = "application/json",
        timeout: float | None = None,
    ) -> Stream:
        """Send one request and return its answer as it comes in, as `Transport` does."""
        return self._transport.stream(method, path, query=query, accept=accept, timeout=self._left(timeout))

    def close(self) -> None:
        """Let go of every connection of the transport."""
        self._transport.close()

    def _left(self, timeout: float | None) -> float:
        left = min(_MOST_SECONDS, max(_LEAST_SECONDS, self._deadline - time.monotonic()))
        return left if timeout is None else min(left, timeout)
