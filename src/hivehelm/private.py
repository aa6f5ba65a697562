"""Files for what can be made again, in directories that nobody else can write to."""

from __future__ import annotations


def directory(path: str) -> bool:
    """Make a directory where it is missing; tell whether only this user can write to it."""
    import os
    import stat

    try:
        os.makedirs(path, mode=0o700, exist_ok=True)
        status = os.stat(path)
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o022


def write(path: str, data: bytes) -> None:
    """Write a file, whole or not at all, for this user alone; where that fails, nothing is said."""
    import os
    from _thread import get_ident

    temporary = f"{path}.{os.getpid()}.{get_ident()}"
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except OSError:
        import contextlib

        with contextlib.suppress(OSError):
            os.unlink(temporary)
