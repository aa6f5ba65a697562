"""Files for what can be made again, in directories that nobody else can write to."""

from __future__ import annotations

RELEASE = "0.1.0"
"""Of this package: what another one has made of the same is made again."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def directory(path: str) -> bool:
    """Make a directory, and those above it, where they are missing; tell whether it is this user's alone.

    A link that another user may have put on the way leads nowhere, and what others can write to is not taken.
    What they could only read, they cannot any more.
    """
    import os
    import stat

    user = os.geteuid()
    try:
        try:
            status = os.stat(path)
        except FileNotFoundError:
            for place in _places(path):
                _make(place)
            status = os.stat(path)
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != user or status.st_mode & 0o022:
            return False
        for place in _places(path):
            above = os.lstat(place)
            if stat.S_ISLNK(above.st_mode) and above.st_uid not in (0, user):
                return False
        if status.st_mode & 0o055:
            os.chmod(path, 0o700)
    except OSError:
        return False
    return True


def _places(path: str) -> Iterator[str]:
    """Go through the directories above a path, the outermost first, and the path itself."""
    place = path.find("/", 1)
    while place > 0:
        yield path[:place]
        place = path.find("/", place + 1)
    yield path


def _make(path: str) -> None:
    """Make a directory for this user alone, whatever the umask, where there is nothing yet."""
    import os

    try:
        os.mkdir(path, 0o700)
    except OSError:
        # Where nothing can be made, there may be one.
        if not os.path.isdir(path):
            raise


def entry(path: str, most: int) -> int | None:
    """Open a file for reading and return its descriptor; None unless it is one of this user alone.

    Links are not followed, nothing but a file is waited for, and none of more than `most` bytes is taken.
    """
    import os
    import stat

    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        status = os.fstat(descriptor)
    except OSError:
        return None
    if (
        stat.S_ISREG(status.st_mode)
        and not status.st_mode & 0o077
        and status.st_uid == os.geteuid()
        # Another name of it may stand where others can write.
        and status.st_nlink <= 1
        and status.st_size <= most
    ):
        return descriptor
    os.close(descriptor)
    return None


def read(path: str, most: int) -> bytes | None:
    """Return the bytes of a file as `entry` takes it, None where there is none."""
    import os

    descriptor = entry(path, most)
    if descriptor is None:
        return None
    try:
        size = os.fstat(descriptor).st_size
        data = os.read(descriptor, size)
        while len(data) < size and (more := os.read(descriptor, size - len(data))):
            data += more
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return data


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
    except BaseException as error:
        import contextlib

        with contextlib.suppress(OSError):
            os.unlink(temporary)
        if not isinstance(error, OSError):
            raise


def prune(path: str, files: int, size: int) -> None:
    """Delete what was written longest ago, down to three quarters of `files` and `size` in bytes.

    Nothing is done where there is no more than that; the newest file always stays.
    """
    import os

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
    from contextlib import suppress

    for _, freed, name in sorted(found)[:-1]:
        if count <= files * 3 // 4 and total <= size * 3 // 4:
            break
        with suppress(OSError):
            os.unlink(name)
        count -= 1
        total -= freed
