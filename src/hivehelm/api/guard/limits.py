"""How much of everything: bodies, rates, renders at a time."""

from __future__ import annotations

import asyncio
import contextlib

from hivehelm.api.auth.errors import TooManyRequestsError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from hivehelm.api.auth.identity import Identity

MEBIBYTE = 1 << 20


class Bounds(Record):
    """What one server takes.

    `body` and `upload` (of charts) are bytes, `body_seconds` how long one may take to arrive. There may be
    so many `headers`; `path` and `query` are bytes of the URL. A caller may send `rate` requests each second,
    `burst` at once; 0 is any number. A network address may fail to authenticate `failures` times a minute.
    `renders` charts are rendered at a time, `waiting` more wait for their turn, `render_seconds` at most.
    """

    body: int = 4 * MEBIBYTE
    upload: int = 20 * MEBIBYTE + 65_536
    body_seconds: float = 30.0
    headers: int = 100
    path: int = 2048
    query: int = 8192
    rate: float = 1000.0
    burst: float = 2000.0
    failures: int = 30
    renders: int = 2
    waiting: int = 16
    render_seconds: float = 10.0


class Renders:
    """Turns at rendering: so many at a time, and so many that wait."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._turns = asyncio.Semaphore(bounds.renders)
        self._waiting = 0
        self.running = 0

    @contextlib.asynccontextmanager
    async def __call__(self, identity: Identity | None = None) -> AsyncIterator[None]:
        """Hold a turn while the context lasts.

        Raises:
            TooManyRequestsError: too many wait already, or no turn came in time.
        """
        bounds = self._bounds
        if self._turns.locked() and self._waiting >= bounds.waiting:
            raise TooManyRequestsError("too many charts are being rendered: try again later", 2.0)
        self._waiting += 1
        try:
            async with asyncio.timeout(bounds.render_seconds):
                await self._turns.acquire()
        except TimeoutError:
            raise TooManyRequestsError("too many charts are being rendered: try again later", 2.0) from None
        finally:
            self._waiting -= 1
        self.running += 1
        try:
            yield
        finally:
            self.running -= 1
            self._turns.release()


class Limits:
    """The limits at work in one server."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        self.bounds = bounds or Bounds()
        self.render = Renders(self.bounds)
