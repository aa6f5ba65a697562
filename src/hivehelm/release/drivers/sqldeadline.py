"""Ends what a database takes too long for (ours: Helm waits for ever)."""

from __future__ import annotations

import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from psycopg import Connection

# What Go says of a context whose time is over.
EXCEEDED = "context deadline exceeded"


class Deadline:
    """Cuts a connection off at `end`, on `time.monotonic`'s clock, whatever it waits for; None is never.

    A server that has stopped cannot be asked to: nothing but this side's end of the line is closed.

    Attributes:
        passed: whether the connection was cut off.
    """

    def __init__(self, connection: Connection, end: float | None) -> None:
        self.passed = False
        self._connection = connection
        self._lock = threading.Lock()
        self._over = False
        self._timer = None if end is None else threading.Timer(left(end), self._cut)

    def __enter__(self) -> None:
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()

    def __exit__(self, *_: object) -> None:
        if self._timer is None:
            return
        self._timer.cancel()
        with self._lock:
            self._over = True
        if self.passed:
            self._connection.close()

    def _cut(self) -> None:
        import os
        import socket
        from contextlib import suppress

        from psycopg import Error

        with self._lock:
            if self._over or self._connection.closed:
                return
            self.passed = True
            # It may break by itself, or be closed, at the same moment.
            with suppress(OSError, Error), socket.socket(fileno=os.dup(self._connection.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)


def left(end: float) -> float:
    """Return how many seconds there are until `end`."""
    return max(0.0, end - time.monotonic())
