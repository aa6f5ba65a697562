"""Operations followed by an event loop: no thread waits."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from hivehelm.api.threads import Threads
    from hivehelm.operations.model import Operation
    from hivehelm.operations.runner import Runner


class Following:
    """An operation as it changes; `newest` is what was told last."""

    def __init__(self) -> None:
        self.newest: Operation | None = None
        self._changed = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def tell(self, operation: Operation) -> None:
        """Take news, from any thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            self._loop.call_soon_threadsafe(self._take, operation)

    def _take(self, operation: Operation) -> None:
        if self.newest is None or not self.newest.is_final:
            self.newest = operation
            self._changed.set()

    async def next(self, seconds: float) -> Operation | None:
        """Return the operation when there is news of it, None where there is none for so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return None
        self._changed.clear()
        return self.newest


@contextlib.asynccontextmanager
async def following(runner: Runner, threads: Threads, identifier: str) -> AsyncIterator[Following]:
    """Follow an operation while the context lasts.

    Raises:
        OperationNotFoundError: there is none.
    """
    follower = Following()
    stop = await threads.run(runner.subscribe, identifier, follower.tell)
    try:
        yield follower
    finally:
        stop()


async def until_over(runner: Runner, threads: Threads, operation: Operation, seconds: float) -> Operation:
    """Return an operation when it is over, or as it is after so many seconds."""
    if operation.is_final:
        return operation
    async with following(runner, threads, operation.id) as follower:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not operation.is_final:
                    operation = await follower.next(seconds) or operation
    return operation
