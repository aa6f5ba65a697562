"""Several addresses of one host: the first that answers is taken (RFC 8305, "Happy Eyeballs")."""

from __future__ import annotations

import _socket
import errno
import os
import select
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Address = tuple[int, int, int, str, tuple[object, ...]]

PAUSE = 0.3
"""Seconds that one address has before the next is tried beside it (Go's `FallbackDelay`)."""


def race(addresses: Sequence[Address], deadline: float) -> _socket.socket:
    """Connect to the address that answers first; each begins when the one before has failed, or had its time.

    `deadline` is on `time.monotonic`'s clock.

    Raises:
        OSError: none answers; about the first one.
    """
    failures: dict[int, OSError] = {}
    under_way: dict[int, tuple[int, _socket.socket]] = {}
    poll = select.poll()
    started, begun = 0, 0.0
    try:
        while len(failures) < len(addresses):
            now = time.monotonic()
            if now >= deadline:
                break
            if started < len(addresses) and len(failures) == started:
                turn = now
            elif started < len(addresses):
                turn = min(begun + PAUSE, deadline)
            else:
                turn = deadline
            if turn <= now:
                begun = now
                connection = _begin(addresses[started], started, failures)
                if connection is not None:
                    under_way[connection.fileno()] = (started, connection)
                    poll.register(connection, select.POLLOUT)
                started += 1
                continue
            for descriptor, _ in poll.poll((turn - now) * 1000):
                number, connection = under_way.pop(descriptor)
                poll.unregister(descriptor)
                code = connection.getsockopt(_socket.SOL_SOCKET, _socket.SO_ERROR)
                if not code:
                    return connection
                connection.close()
                failures[number] = OSError(code, os.strerror(code))
    finally:
        for _, connection in under_way.values():
            connection.close()
    raise failures.get(0) or TimeoutError()


def _begin(address: Address, number: int, failures: dict[int, OSError]) -> _socket.socket | None:
    """Begin to connect; None where that fails at once."""
    family, kind, protocol, _, target = address
    connection: _socket.socket | None = None
    try:
        connection = _socket.socket(family, kind, protocol)
        connection.setblocking(False)
        code = connection.connect_ex(target)
        if code not in (0, errno.EINPROGRESS):
            raise OSError(code, os.strerror(code))
    except OSError as error:
        failures[number] = error
        if connection is not None:
            connection.close()
        return None
    return connection
