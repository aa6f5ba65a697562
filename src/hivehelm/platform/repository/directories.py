"""Charts that are directories beside the archives: served as if they were packaged, as they are now.

What one comes to is kept in `.hivemind/packed` under a stamp of its files: all replicas serve the same.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

PREFIX = "directory-"
"""What the stamps of directories begin with."""
_PACKED = "packed"
_MOST_FILES = 10_000
# A replica may be about to open what another has no more use for.
_LEFT_SECONDS = 3600.0


class Directory:
    """A chart's directory at `path`: the `stamp` of its files, and when the newest was written (ns)."""

    __slots__ = ("modified", "path", "stamp")

    def __init__(self, path: str, stamp: str, modified: int) -> None:
        self.path = path
        self.stamp = stamp
        self.modified = modified


def directories(top: str) -> Iterator[Directory]:
    """Yield the directories of charts right below `top`; links lead nowhere."""
    try:
        with os.scandir(top) as found:
            names = sorted(
                one.name
                for one in found
                if not one.name.startswith(".") and one.is_dir(follow_symlinks=False)
            )
    except OSError:
        return
    for name in names:
        path = os.path.join(top, name)
        if os.path.isfile(os.path.join(path, "Chart.yaml")):
            try:
                stamp, modified = _stamp(path)
            except OSError:
                continue  # It is being written, or taken away.
            yield Directory(path, stamp, modified)


def _stamp(path: str) -> tuple[str, int]:
    from hashlib import blake2b

    hashed, newest, count = blake2b(digest_size=16), 0, 0
    for directory, below, files in os.walk(path):
        below.sort()
        for name in sorted(files):
            file = os.path.join(directory, name)
            found = os.stat(file)
            told = (os.path.relpath(file, path), found.st_size, found.st_mtime_ns)
            hashed.update(repr(told).encode("utf-8", "surrogateescape"))
            newest = max(newest, found.st_mtime_ns)
            count += 1
            if count > _MOST_FILES:
                raise OSError(f"{path} has more than {_MOST_FILES} files")
    return f"{PREFIX}{hashed.hexdigest()}", newest


def archive_of(directory: Directory, own: str) -> bytes:
    """Return a directory as an archive: the one that was made of it before, wherever, or a new one.

    Raises:
        ChartError: it is no chart.
    """
    from contextlib import suppress

    from hivehelm.chart.load import load
    from hivehelm.chart.pack import packed
    from hivehelm.errors import HivehelmError
    from hivehelm.sources.atomic import write

    path = packed_path(directory.stamp, own)
    with suppress(OSError), open(path, "rb") as file:
        return file.read()
    data = b"".join(packed(load(directory.path), directory.modified // 1_000_000_000))
    with suppress(OSError, HivehelmError):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write(path, data)
    return data


def packed_path(stamp: str, own: str) -> str:
    """Return where the archive of a directory with this stamp is kept."""
    return os.path.join(own, _PACKED, f"{stamp}.tgz")


def clear(own: str, stamps: Collection[str]) -> None:
    """Remove the archives of directories that are no longer like that."""
    import time
    from contextlib import suppress

    with suppress(OSError), os.scandir(os.path.join(own, _PACKED)) as found:
        for one in found:
            if one.name.removesuffix(".tgz") not in stamps:
                with suppress(OSError):
                    if time.time() - one.stat().st_mtime > _LEFT_SECONDS:
                        os.unlink(one.path)
