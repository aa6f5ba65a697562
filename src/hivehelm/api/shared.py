"""One answer for many who ask the same at the same time, or shortly after."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable

T = TypeVar("T")

MOST: Final = 512
"""How many answers are kept."""


class Shared(Generic[T]):
    """Answers by key, each kept for so many `seconds`; for one event loop. Failures are shared, not kept."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._answers: dict[Hashable, tuple[float, asyncio.Future[T]]] = {}

    async def get(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """Return the answer for `key`: a recent one, one that is being made, or what `make` gives."""
        now = self._clock()
        known = self._answers.get(key)
        if known is not None and now < known[0]:
            # Who goes away does not take the answer from the others.
            return await asyncio.shield(known[1])
        future = asyncio.ensure_future(make())
        # Until it is there it is shared, however long that takes.
        self._answers[key] = (float("inf"), future)
        future.add_done_callback(lambda done: self._done(key, done))
        return await asyncio.shield(future)

    def _done(self, key: Hashable, future: asyncio.Future[T]) -> None:
        if future.cancelled() or future.exception() is not None:
            self._answers.pop(key, None)
            return
        now = self._clock()
        self._answers[key] = (now + self._seconds, future)
        if len(self._answers) > MOST:
            self._answers = {
                kept: answer for kept, answer in list(self._answers.items())[-MOST:] if now < answer[0]
            }
