"""Who wants to be told of which operation."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Condition

    from hivehelm.operations.model import Operation

    Callback = Callable[[Operation], None]


class Subscribers:
    """Callbacks by the operations that they are for; safe to use from several threads.

    `lock` is held while they are looked up, never while they are called. `log` hears of those that fail.
    """

    def __init__(self, lock: Condition, log: Callable[..., None]) -> None:
        self._lock = lock
        self._log = log
        self._callbacks: dict[str, list[Callback]] = {}

    def add(self, identifier: str, callback: Callback) -> Callable[[], None]:
        """Have `callback` told of an operation from now on; return what ends that."""
        with self._lock:
            self._callbacks.setdefault(identifier, []).append(callback)

        def stop() -> None:
            with self._lock:
                callbacks = self._callbacks.get(identifier, [])
                if callback in callbacks:
                    callbacks.remove(callback)
                if not callbacks:
                    self._callbacks.pop(identifier, None)

        return stop

    def tell(self, operation: Operation) -> None:
        """Tell those who want to know what has become of an operation."""
        with self._lock:
            callbacks = list(self._callbacks.get(operation.id, ()))
        for callback in callbacks:
            try:
                callback(operation)
            except Exception as error:
                self._log("ERROR", "a subscriber failed", operation=operation.id, error=repr(error))
