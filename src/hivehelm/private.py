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


def prune(path: str, files: int, size: int) -> None:
    """Delete what was written longest ago, down to three quarters of `files` and `size` in bytes.

    Nothing is done where there is no more than that; the newest file always stays.
    """
    import os
    from contextlib import suppress

    found: list[tuple[int, int, str]] = []
    try:
        with os.scandir(path) as listing:
            for entry in listing:
                status = entry.stat(follow_symlinks=False)
                found.append((status.st_mtime_ns, status.st_size, entry.path))
    except OSError:
        # Another process is at it.
        return
    count, total = len(found), sum(entry[1] for entry in found)
    if count <= files and total <= size:
        return
    for _, freed, name in sorted(found)[:-1]:
        if count <= files * 3 // 4 and total <= size * 3 // 4:
            break
        with suppress(OSError):
            os.unlink(name)
        count -= 1
        total -= freed
