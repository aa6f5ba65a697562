"""The lock that Helm takes on repositories.yaml (github.com/gofrs/flock): both tools wait for each other."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 30.0
_PAUSE = 0.05


def lock_path(path: str) -> str:
    """Return the file to lock for a file: `.lock` in place of its extension (`pkg/cmd/repo_add.go`)."""
    from hivehelm.golang.filepath import base

    _, dot, extension = base(path).rpartition(".")
    if dot and len(extension) + 1 < len(path):
        path = path[: -len(extension) - 1]
    return f"{path}.lock"


@contextmanager
def locked(path: str, *, create: bool = True, seconds: float = SECONDS) -> Iterator[None]:
    """Hold the lock for the file at `path` in the block, alone among all processes.

    Without `create`, a lock that nobody has ever made is not taken.

    Raises:
        SourceError: another process has held it for `seconds`.
        PathError: the lock cannot be made.
    """
    import fcntl

    from hivehelm.chart.errors import PathError
    from hivehelm.sources.errors import SourceError

    target = lock_path(path)
    flags = os.O_RDONLY | os.O_CLOEXEC | (os.O_CREAT if create else 0)
    try:
        descriptor = os.open(target, flags, 0o600)
    except FileNotFoundError as error:
        if create:
            raise PathError("open", target, error) from error
        yield
        return
    except OSError as error:
        raise PathError("open", target, error) from error
    try:
        end = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= end:
                    raise SourceError("context deadline exceeded") from None
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)
