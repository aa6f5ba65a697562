"""Connections that wait for another request, by where they lead."""

from __future__ import annotations

from _thread import allocate_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from hivehelm.http.connection import Connection, Route


class Pool:
    """Keeps at most `most` idle connections to each server. Safe to use from several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = allocate_lock()
        self._idle: dict[tuple[str, str, int, str], list[Connection]] = {}

    def take(self, route: Route, secure: Callable[[], ssl.SSLContext], end: float | None) -> Connection:
        """Return a connection that was kept and still stands, else a new one; arguments and errors as of
        `hivehelm.http.connection.connect`.
        """
        while True:
            with self._lock:
                kept = self._idle.get(route.key)
                connection = kept.pop() if kept else None
            if connection is None:
                from hivehelm.http.connection import connect

                return connect(route, secure, end)
            if connection.idle():
                return connection
            connection.close()

    def keep(self, connection: Connection) -> None:
        """Take back a connection whose answer has been read to its end."""
        with self._lock:
            kept = self._idle.setdefault(connection.route.key, [])
            if len(kept) < self._most:
                kept.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Close what is idle."""
        with self._lock:
            idle, self._idle = self._idle, {}
        for connections in idle.values():
            for connection in connections:
                connection.close()
