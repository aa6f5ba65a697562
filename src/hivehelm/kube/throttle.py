"""A limit on how fast requests go out, for users who ask for one (`--qps`, `--burst-limit`)."""

from __future__ import annotations

import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Throttle:
    """A bucket of `burst` requests that refills at `qps` requests per second (client-go's flowcontrol).

    Safe to use from several threads. `clock` gives seconds, `sleep` takes them.
    """

    def __init__(
        self,
        qps: float,
        burst: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._qps = qps
        self._burst = max(1, burst)
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._tokens = float(self._burst)
        self._counted = clock()

    def wait(self) -> None:
        """Return when a request may go out."""
        with self._lock:
            now = self._clock()
            self._tokens = min(self._burst, self._tokens + (now - self._counted) * self._qps)
            self._counted = now
            # Below nothing: taken by requests that are waiting for their turn.
            self._tokens -= 1
            delay = -self._tokens / self._qps
        if delay > 0:
            self._sleep(delay)
