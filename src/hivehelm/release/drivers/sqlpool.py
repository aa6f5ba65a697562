"""Connections to PostgreSQL, shared by the threads of a process, and what goes wrong with them."""

from __future__ import annotations

import threading

from hivehelm.release.drivers.sqldeadline import EXCEEDED, Deadline, left
from hivehelm.release.errors import SQLConnectionError, SQLError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from psycopg import Connection

#: How many connections a process has at most; servers allow a hundred for everybody.
MOST = 8


class Pool:
    """Up to `MOST` connections, made when they are wanted; who finds none free waits for one."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = settings
        self._free: list[Connection] = []
        self._slots = threading.BoundedSemaphore(MOST)
        self._own = threading.local()
        self._prepared = False

    def session(self, failure: type[SQLError] = SQLError, end: float | None = None) -> Session:
        """Return a context with a connection; what goes wrong with it comes out as `failure`.

        Within another session of the same thread it is that one's connection. All of it is over by `end`, on
        `time.monotonic`'s clock; None is never.
        """
        return Session(self, failure, end)

    def close(self) -> None:
        """Let go of the connections that nobody uses."""
        while True:
            try:
                self._free.pop().close()
            except IndexError:
                return

    def take(self, end: float | None = None) -> Connection:
        """Return this thread's connection.

        Raises:
            SQLError: there is none by `end`, or none is to be had.
        """
        own: list[Connection] = self._own.__dict__.setdefault("connections", [])
        if not own:
            if not self._slots.acquire(timeout=None if end is None else left(end)):
                raise SQLError(EXCEEDED)
            try:
                own.append(self._found(end))
            except BaseException:
                self._slots.release()
                raise
        else:
            own.append(own[-1])
        return own[-1]

    def give_back(self) -> None:
        """Take back what `take` returned."""
        connection = self._own.connections.pop()
        if not self._own.connections:
            if connection.closed:
                # The others have most likely gone with it.
                self.close()
            else:
                self._free.append(connection)
            self._slots.release()

    def words(self, error: Any) -> str:
        """Return what went wrong as lib/pq tells it."""
        return _words(error, self._settings)

    def _found(self, end: float | None) -> Connection:
        while True:
            # Popping and appending are atomic.
            try:
                connection = self._free.pop()
            except IndexError:
                break
            if not connection.closed:
                return connection
        made = _connected(self._settings, end, prepare=not self._prepared)
        self._prepared = True
        return made


class Session:
    """A connection for one use."""

    def __init__(self, pool: Pool, failure: type[SQLError], end: float | None) -> None:
        self._pool = pool
        self._failure = failure
        self._end = end

    def __enter__(self) -> Connection:
        connection = self._pool.take(self._end)
        self._deadline = Deadline(connection, self._end)
        try:
            self._deadline.__enter__()
        except BaseException:
            self._pool.give_back()
            raise
        return connection

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._deadline.__exit__()
        self._pool.give_back()
        from psycopg import Error

        if isinstance(error, Error):
            raise self._failure(EXCEEDED if self._deadline.passed else self._pool.words(error)) from None


def _connected(settings: Mapping[str, str], end: float | None = None, *, prepare: bool) -> Connection:
    import psycopg

    from hivehelm.release.drivers.sqlschema import prepare as make_tables

    try:
        connection = psycopg.connect(**_hurried(settings, end), autocommit=True)  # type: ignore[arg-type]
    except psycopg.Error as error:
        passed = end is not None and not left(end)
        raise SQLConnectionError(EXCEEDED if passed else _words(error, settings)) from None
    deadline = Deadline(connection, end)
    try:
        if prepare:
            with deadline:
                make_tables(connection)
    except psycopg.Error as error:
        connection.close()
        raise SQLConnectionError(EXCEEDED if deadline.passed else _words(error, settings)) from None
    return connection


def _hurried(settings: Mapping[str, str], end: float | None) -> Mapping[str, str]:
    """Return settings by which connecting does not take longer than until `end`; libpq counts in seconds."""
    if end is None:
        return settings
    seconds = int(left(end)) + 1
    if (given := settings.get("connect_timeout", "")).isdigit() and int(given):
        seconds = min(seconds, int(given))
    return {**settings, "connect_timeout": str(seconds)}


def _words(error: Any, settings: Mapping[str, str]) -> str:
    """Return what went wrong as lib/pq tells it; the password, should it be in there, is not."""
    message = error.diag.message_primary
    if message:
        text = f"pq: {message} ({error.sqlstate})" if error.sqlstate else f"pq: {message}"
    else:
        text = _refusal(str(error)) or type(error).__name__
    password = settings.get("password", "")
    return text.replace(password, "***") if password else text


def _refusal(text: str) -> str:
    """Return why a connection was not to be had, as Go tells it, given how libpq does."""
    import re

    if found := re.search(r"(?:FATAL|ERROR|PANIC): +(.*)", text):
        message = found[1]
        for pattern, state in _STATES:
            if re.search(pattern, message):
                return f"pq: {message} ({state})"
        return f"pq: {message}"
    if "server does not support SSL" in text:
        return "pq: SSL is not enabled on the server"
    if found := re.search(r'at "([^"]*)"(?: \(([^)]*)\))?, port (\d+) failed: (.*)', text):
        host, address, port, reason = found.groups()
        return f"dial tcp {address or host}:{port}: connect: {reason.lower()}"
    return text.strip().partition("\n")[0]


# libpq does not pass on the codes of what goes wrong before a connection stands.
_STATES = (
    ("^password authentication failed", "28P01"),
    ("^database .* does not exist", "3D000"),
    ("^role .* (does not exist|is not permitted to log in)|^no pg_hba", "28000"),
    ("^permission denied", "42501"),
    ("^sorry, too many|^remaining connection slots|^too many connections", "53300"),
    ("^the database system is", "57P03"),
    ("^unrecognized configuration parameter", "42704"),
)
