"""What was found out about credentials, for a while: by their hash, never by themselves."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from typing import Generic, TypeVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Remembered(Generic[T]):
    """Up to `most` things, each until its time; safe to use from several threads."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._held: OrderedDict[object, tuple[float, T]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object) -> T | None:
        """Return what is known by a key, None where nothing is."""
        found = self._held.get(key)
        return found[1] if found is not None and found[0] > self._clock() else None

    def put(self, key: object, value: T, seconds: float) -> None:
        """Remember something for so long."""
        with self._lock:
            self._held[key] = (self._clock() + seconds, value)
            self._held.move_to_end(key)
            if len(self._held) > self._most:
                self._held.popitem(last=False)


def mark(token: str) -> bytes:
    """Return what a token is remembered by."""
    return hashlib.sha256(token.encode()).digest()
