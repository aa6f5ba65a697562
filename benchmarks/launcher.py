"""Starts the measured processes: run with `python -I -S`, it is smaller than any of them.

Linux counts into the peak of a process what the one that started it held at that moment, and starting takes
longer the more that is. Jobs come in and what they took goes out as `marshal` writes them; `processes` is
the other end.
"""

from __future__ import annotations

import marshal
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def run(
    command: list[str], environment: Mapping[str, str], out: str, error: str
) -> tuple[int, float, float, int]:
    """Run a command, its output and errors to files; return exit code, seconds, processor seconds, peak."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    files = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, out, flags, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, error, flags, 0o600),
    ]
    start = time.perf_counter()
    child = os.posix_spawn(command[0], command, environment, file_actions=files)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    return os.waitstatus_to_exitcode(status), seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def serve() -> None:
    """Run what standard input asks for, until it ends."""
    while True:
        try:
            job = marshal.load(sys.stdin.buffer)  # noqa: S302 - from the process that started this one
        except EOFError:
            return
        marshal.dump(run(*job), sys.stdout.buffer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    serve()
