"""Knows bearers of our own tokens, as they stand in the cluster and in files a few seconds ago."""

from __future__ import annotations

import asyncio
import time

from hivehelm.api.auth.aside import aside
from hivehelm.api.auth.errors import AccessUnavailableError, UnauthenticatedError
from hivehelm.api.auth.token import PREFIX, Token, identifier
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from typing import Protocol

    from hivehelm.api.auth.identity import Identity
    from hivehelm.api.guard.log import Log

    class Source(Protocol):
        """Where tokens are kept."""

        def list(self) -> Sequence[Token]:
            """Return the tokens that are there; may take its time."""


FRESH = 3.0
"""Seconds after which tokens are looked at again, while those that are known are still good."""
OLD = 6.0
"""Seconds after which nobody is let in by what was known: a revoked token ends by then."""
STALE = 120.0
"""Seconds for which what was known stands in where the cluster does not answer."""
_AGAIN = 1.0

# What a token that nobody knows is compared with: it takes as long as one that somebody does.
_NOBODY = Token(id="", name="nobody", role="viewer", digest="0" * 64)


class Tokens:
    """Our own tokens, from all sources together."""

    def __init__(
        self,
        sources: Sequence[Source],
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        log: Log | None = None,
    ) -> None:
        self._sources = tuple(sources)
        self._clock = clock
        self._monotonic = monotonic
        self._sleep = sleep
        self._log = log
        self._held: dict[str, tuple[Token, Identity]] = {}
        self._looked = -1e9
        self._tried = -1e9
        self._task: asyncio.Task[None] | None = None

    def knows(self, token: str) -> bool:
        """Tell whether a token looks like one of ours."""
        return token.startswith(PREFIX)

    def knows_already(self, token: str) -> bool:
        """Tell that looking at one of ours costs nothing."""
        return identifier(token) in self._held

    async def verify(self, token: str) -> Identity:
        """Return whose token it is.

        Raises:
            UnauthenticatedError: nobody's, or it has expired or been revoked.
            AccessUnavailableError: the tokens cannot be looked at.
        """
        known = identifier(token)
        now = self._monotonic()
        age = now - self._looked
        if known and known not in self._held:  # It may be new.
            await self._look_after(now)
        elif age > OLD:
            await self._look()
        elif age > FRESH:
            self._start()
        if self._monotonic() - self._looked > STALE:
            raise AccessUnavailableError("tokens cannot be checked: the cluster does not answer")
        held, identity = self._held.get(known, (_NOBODY, None))
        good = held.matches(token)
        if not good or identity is None or held.expired(self._clock()):
            raise UnauthenticatedError(given=True)
        return identity

    async def _look_after(self, moment: float) -> None:
        """Look at the tokens as they are at a moment, or later: what was begun before may have missed one."""
        if self._task is not None and not self._task.done():
            await asyncio.shield(self._task)
        while self._looked < moment and (left := self._tried + _AGAIN - self._monotonic()) > 0:
            await self._sleep(left)
        if self._looked < moment:
            await self._look()

    async def _look(self) -> None:
        task = self._start()
        if task is not None:
            # Whoever gives up waiting does not end it for the others.
            await asyncio.shield(task)

    def _start(self) -> asyncio.Task[None] | None:
        """Start to look at the tokens, unless that goes on already or failed just now."""
        if self._task is None or self._task.done():
            if self._monotonic() - self._tried < _AGAIN:
                return None
            self._tried = self._monotonic()
            self._task = asyncio.get_running_loop().create_task(self._refresh())
        return self._task

    async def _refresh(self) -> None:
        started = self._monotonic()
        try:
            found = await aside(self._read)
        except HivehelmError as error:
            if self._log is not None:
                self._log.write("warning", "tokens cannot be read", error=str(error))
            return
        self._held = {token.id: (token, token.identity()) for token in found}
        self._looked = started

    def _read(self) -> list[Token]:
        return [token for source in self._sources for token in source.list()]
