"""Another process that does tasks side by side with this one: Python has one at its work at a time."""

from __future__ import annotations

import os
from _thread import allocate_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

_SIZE = 4
_SIGKILL = 9
MOST = 4096
"""Tasks that there may be: their numbers have room in a pipe."""


class Fork:
    """A process that does tasks by number, one after the other; those that this one claims are not for it.

    `work(number)` is called there, and returns what `marshal` can write; what it raises ends the process. It
    must be made before there are threads.
    """

    def __init__(self, tasks: Sequence[int], work: Callable[[int], Any]) -> None:
        self._lock = allocate_lock()
        self._tasks, end = os.pipe()
        os.write(end, b"".join(number.to_bytes(_SIZE, "big") for number in tasks[:MOST]))
        os.close(end)
        self._results, end = os.pipe()
        self._child = os.fork()
        if not self._child:
            try:
                os.close(self._results)
                self._serve(end, work)
            finally:
                # Nothing of the other process's own is to be done twice: no flushing, no handlers.
                os._exit(0)
        os.close(end)

    def _serve(self, end: int, work: Callable[[int], Any]) -> None:
        import marshal

        while (number := self.claim()) is not None:
            data = marshal.dumps(work(number))
            message = number.to_bytes(_SIZE, "big") + len(data).to_bytes(_SIZE, "big") + data
            while message:
                message = message[os.write(end, message) :]

    def claim(self) -> int | None:
        """Return a task that nobody else has; None where there is none left."""
        with self._lock:
            number = os.read(self._tasks, _SIZE) if self._tasks >= 0 else b""
        return int.from_bytes(number, "big") if number else None

    def results(self) -> Iterator[tuple[int, Any]]:
        """Go through the tasks that the process has done, and what came of each, until it is done or gone.

        This must be gone through to its end, if need be in a thread.
        """
        import marshal

        with open(self._results, "rb") as results:
            while len(head := results.read(2 * _SIZE)) == 2 * _SIZE:
                size = int.from_bytes(head[_SIZE:], "big")
                if len(data := results.read(size)) < size:
                    break
                yield int.from_bytes(head[:_SIZE], "big"), marshal.loads(data)  # noqa: S302 - our own child's
        with self._lock:
            os.waitpid(self._child, 0)
            self._child = 0

    def close(self) -> None:
        """End the process, whatever it is at."""
        with self._lock:
            os.close(self._tasks)
            self._tasks = -1
            if self._child:
                os.kill(self._child, _SIGKILL)
