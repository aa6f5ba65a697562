"""Threads in which the guard waits for others: the cluster, and issuers of tokens."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ParamSpec, TypeVar

    P = ParamSpec("P")
    T = TypeVar("T")

# Threads of their own: where everything else waits, one can still find out who asks.
_POOL = ThreadPoolExecutor(8, thread_name_prefix="guard")


async def aside(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what `function` returns, called in a thread."""
    return await asyncio.get_running_loop().run_in_executor(_POOL, lambda: function(*args, **kwargs))
