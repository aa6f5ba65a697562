"""Where routes do what blocks: a bounded pool of threads."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")

WORKERS: Final = 24
"""How many threads ask the cluster, disks and other servers."""


class Threads:
    """Threads that serve any event loop; those who find all of them busy wait for their turn."""

    def __init__(self, workers: int = WORKERS) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="api")

    async def run(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Return what `function` returns, called in a thread."""
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, partial(function, *arguments, **named)
        )
