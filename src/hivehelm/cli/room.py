"""Room for input that is nested as deeply as Go takes it: 10,000 levels of YAML or JSON."""

from __future__ import annotations

import sys

# Linux keeps at least 128 MiB of addresses free below the main thread's stack, whatever the limit was.
STACK = 120 << 20

# What a frame of Python takes at most, with the frames of C between it and the next one.
FRAME = 3072


def make_room() -> None:
    """Give the process larger stacks and a recursion limit to go with them.

    A program of its own may do that; a library may not. Where the system does not let the main thread's stack
    grow, all stays as it was, and deep input ends in an error.
    """
    if sys.platform != "linux":
        return
    import _thread
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    unlimited = resource.RLIM_INFINITY
    size = STACK if hard == unlimited else min(STACK, hard)
    try:
        if soft != unlimited and soft < size:
            resource.setrlimit(resource.RLIMIT_STACK, (size, hard))
        _thread.stack_size(size)
    except (ValueError, OSError):
        return
    sys.setrecursionlimit(max(sys.getrecursionlimit(), size // FRAME))

    from hivehelm.gotemplate import stack

    stack.size = size
    stack.budget = sys.getrecursionlimit() * 2 // 5
