"""Deep recursion without touching the interpreter's limit: a fresh thread has a fresh stack.

Python counts frames per thread and the limit is one for the whole process, so a library may not raise it;
with a raised limit, recursion in C code could overflow the stack and kill the process, too.
"""

from __future__ import annotations

import _thread

from hivehelm.limits import Watch, ignore_clock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ParamSpec, TypeVar

    P = ParamSpec("P")
    R = TypeVar("R")

# Frames that a thread may spend on templates; a caller's own frames and a function's must fit beside them.
# A program with a recursion limit of its own may put it up.
budget = 400
# Bytes of a thread's stack; asking `_thread.stack_size()` would set it.
size = 8 << 20


class _Used(_thread._local):
    """How many frames the running templates have taken in this thread."""

    frames = 0


used = _Used()


def fresh(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call `function` on an empty stack; what it raises is raised here, with its traceback."""
    import contextvars

    context = contextvars.copy_context()
    done = _thread.allocate_lock()
    done.acquire()
    results: list[R] = []
    failures: list[BaseException] = []

    def run() -> None:
        ignore_clock()
        try:
            results.append(context.run(function, *args, **kwargs))
        except BaseException as error:
            failures.append(error)
        finally:
            done.release()

    watch = Watch.active
    if watch is not None:
        watch.spare(size)
    try:
        try:
            _thread.start_new_thread(run, ())
        except RuntimeError:
            # No memory for another stack: what is left of this one may do.
            return function(*args, **kwargs)
        done.acquire()
    finally:
        if watch is not None:
            watch.spare(-size)
    if failures:
        try:
            raise failures[0]
        finally:
            failures.clear()
    return results[0]
