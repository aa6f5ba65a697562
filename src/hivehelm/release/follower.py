"""Follows the objects of one kind: lists them, watches them, and starts over where it lost the thread."""

from __future__ import annotations

import random
import threading
import time

from hivehelm.kube.errors import ApiError, KubeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, Protocol

    from hivehelm.kube.watch import Watch
    from hivehelm.release.drivers.requests import Requests

    Object = dict[str, Any]

    class Listener(Protocol):
        """Who is told."""

        def listing(self, namespace: str, found: Iterable[Object], version: str) -> None:
            """Take in all there is at `version`: the metadata of objects."""

        def event(self, kind: str, found: Object) -> None:
            """Take in that an object was ADDED, MODIFIED or DELETED, or that a BOOKMARK came by."""


_PAGE = 1000
#: How long the server keeps a watch open, in seconds; a little more or less, so that not all end at once.
_OPEN = 240
#: How long to wait where the cluster forbids it: rights may be given later.
_FORBIDDEN = 60.0


class Follower:
    """Tells `listener` of the objects in `namespace`, "" is all, that `selector` chooses."""

    def __init__(
        self,
        requests: Requests,
        listener: Listener,
        namespace: str,
        selector: str,
        *,
        log: Callable[..., None] | None = None,
        pause: Callable[[int], float] | None = None,
    ) -> None:
        """Prepare; nothing is asked before `run`. `pause(attempt)` is how long to wait before a retry."""
        self.namespace = namespace
        #: Set once there was a first listing.
        self.listed = threading.Event()
        #: Whether the cluster does not let us list or watch.
        self.refused = False
        #: Why there is no news; "" while there is.
        self.error = ""
        self._requests = requests
        self._listener = listener
        self._selector = selector
        self._log = log
        self._pause: Callable[[int], float] = pause or backoff
        self._closed = threading.Event()
        self._watch: Watch | None = None
        self._version = ""
        self._lost = time.monotonic()
        self._lock = threading.Lock()

    def age(self) -> float:
        """Return for how many seconds there has been no news, 0 while a watch is open."""
        return 0.0 if self._watch is not None else time.monotonic() - self._lost

    def close(self) -> None:
        """End `run`, from any thread."""
        with self._lock:
            self._closed.set()
            watch = self._watch
        if watch is not None:
            watch.close()

    def run(self) -> None:
        """Follow until closed."""
        attempt = 0
        while not self._closed.is_set():
            begun = time.monotonic()
            try:
                if not self._version:
                    self._list()
                self._follow()
            except ApiError as error:
                if error.expired:
                    self._version = ""
                    if attempt == 0:
                        attempt = 1
                        continue
                self.refused = error.forbidden or error.status == 401
                self._failed(error)
            except KubeError as error:
                self._failed(error)
            except Exception as error:
                # Nobody else would go on: what we were told is looked at anew.
                self._version = ""
                self._failed(error)
            # Servers that end each watch at once are not to be asked without end.
            attempt = attempt + 1 if self.error or time.monotonic() - begun < 1.0 else 0
            if attempt:
                self._closed.wait(_FORBIDDEN if self.refused else self._pause(attempt))

    def _list(self) -> None:
        found, version = self._requests.listed(self.namespace, self._selector, _PAGE)
        self._listener.listing(self.namespace, found, version)
        self.refused = False
        self._version = version
        self.listed.set()

    def _follow(self) -> None:
        """Watch until the watch ends, and remember from where to go on."""
        seconds = _OPEN + random.randint(0, 60)  # noqa: S311 - a spread, no secret
        watch = self._requests.watch(self.namespace, self._selector, self._version, seconds)
        with self._lock:
            if self._closed.is_set():
                watch.close()
                return
            self._watch = watch
        self.refused, self.error = False, ""
        try:
            with watch:
                for kind, found in watch:
                    self._listener.event(kind, found)
        finally:
            self._lost = time.monotonic()
            self._watch = None
            self._version = watch.resource_version or self._version

    def _failed(self, error: Exception) -> None:
        if self._log is not None and str(error) != self.error:
            self._log("WARN", "following release records failed", namespace=self.namespace, error=error)
        self.error = str(error) or type(error).__name__


def backoff(attempt: int) -> float:
    """Return how long to wait before the next attempt, in seconds: longer each time, 30 at most, spread."""
    return min(0.25 * 2.0 ** min(attempt, 10), 30.0) * (0.5 + random.random() / 2)  # noqa: S311
