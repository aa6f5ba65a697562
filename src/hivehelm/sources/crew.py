"""Work spread over processes: reading indexes is the processor's work, and Python has one at a time."""

from __future__ import annotations

import _thread
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

THREADS = 8
"""Tasks that each process has under way at once: most of a task is waiting for a server."""

_SIZE = 4


def processes(tasks: int) -> int:
    """Return over how many processes tasks are best spread; 1 where this one cannot be forked safely."""
    if tasks < 2 or not hasattr(os, "fork") or _thread._count():
        return 1
    try:
        available = len(os.sched_getaffinity(0))
    except AttributeError:
        available = os.cpu_count() or 1
    return min(available, tasks, 4)


def spread(tasks: int, work: Callable[[int], Any], heard: Callable[[int, Any], None], count: int) -> set[int]:
    """Let `count` processes do tasks by number, and return the numbers of those that were not done.

    `work(number)` is called in another process, several at once, and returns what `marshal` can write;
    `heard(number, result)` is called here, in the order in which results come.
    """
    from contextlib import suppress

    numbers, queue = os.pipe()
    children: dict[int, int] = {}
    try:
        for _ in range(count):
            result, end = os.pipe()
            child = os.fork()
            if not child:
                status = 1
                try:
                    os.close(result)
                    os.close(queue)
                    _serve(numbers, end, work)
                    status = 0
                finally:
                    # Nothing of this process's own is to be done twice: no flushing, no handlers.
                    os._exit(status)
            os.close(end)
            children[result] = child
        os.close(numbers)
        numbers = -1
        # A pipe of 64 KiB takes them all, or the children make room; where all are gone, they did nothing.
        with suppress(BrokenPipeError):
            os.write(queue, b"".join(number.to_bytes(_SIZE, "big") for number in range(tasks)))
        os.close(queue)
        queue = -1
        return set(range(tasks)) - _gather(list(children), heard)
    finally:
        for descriptor in (numbers, queue, *children):
            if descriptor >= 0:
                os.close(descriptor)
        for child in children.values():
            os.waitpid(child, 0)


def _serve(numbers: int, end: int, work: Callable[[int], Any]) -> None:
    """Do tasks for as long as there are any."""
    import marshal
    from contextlib import suppress

    lock = _thread.allocate_lock()

    def run() -> None:
        # Whatever goes wrong: a task without a result is done by who asked for it, and fails there again.
        with suppress(BaseException):
            while number := os.read(numbers, _SIZE):
                data = marshal.dumps(work(int.from_bytes(number, "big")))
                message = number + len(data).to_bytes(_SIZE, "big") + data
                with lock:
                    while message:
                        message = message[os.write(end, message) :]

    together(run, THREADS)


def together(work: Callable[[], None], count: int) -> None:
    """Let `count` threads do the same, this one among them; fewer where the system allows no more."""
    under_way: list[_thread.LockType] = []

    def run(done: _thread.LockType) -> None:
        try:
            work()
        finally:
            done.release()

    for _ in range(count - 1):
        done = _thread.allocate_lock()
        done.acquire()
        try:
            _thread.start_new_thread(run, (done,))
        except RuntimeError:
            break
        under_way.append(done)
    work()
    for done in under_way:
        done.acquire()


def _gather(ends: list[int], heard: Callable[[int, Any], None]) -> set[int]:
    """Take results until the last process is done or gone."""
    import marshal
    import select

    done: set[int] = set()
    pending = dict.fromkeys(ends, b"")
    while pending:
        for end in select.select(list(pending), (), ())[0]:
            data = os.read(end, 1 << 16)
            if not data:
                del pending[end]
                continue
            buffer = pending[end] + data
            while len(buffer) >= 2 * _SIZE:
                size = int.from_bytes(buffer[_SIZE : 2 * _SIZE], "big")
                if len(buffer) < 2 * _SIZE + size:
                    break
                number = int.from_bytes(buffer[:_SIZE], "big")
                result = marshal.loads(buffer[2 * _SIZE : 2 * _SIZE + size])  # noqa: S302 - our own children's
                buffer = buffer[2 * _SIZE + size :]
                done.add(number)
                heard(number, result)
            pending[end] = buffer
    return done
