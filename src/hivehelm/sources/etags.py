"""What servers call the indexes that they sent (RFC 9110, 8.8.3): the same need not be sent again.

Helm does without. The names are in a directory of our own, and count only for the very bytes they came with.
"""

from __future__ import annotations

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


def _path(url: str, directory: str) -> str:
    from hivehelm.golang.filepath import join
    from hivehelm.golang.sha256 import hexdigest

    key = hexdigest(url.encode("utf-8", "surrogateescape"))[:32]
    return join(directory, f"{key}.etag")


def recall(url: str, path: str, directory: str | None) -> str:
    """Return the ETag of the index at `path`, "" unless that is what the server had sent with it."""
    if not directory:
        return ""
    try:
        with open(_path(url, directory), encoding="utf-8") as file:
            tag, _, digest = file.read(4096).partition("\n")
        with open(path, "rb") as index:
            return tag if digest == _digest(index) else ""
    except (OSError, ValueError):
        return ""


def remember(tag: str, url: str, index: BinaryIO, directory: str | None) -> None:
    """Note the ETag that an index came with; that it cannot be noted is no harm.

    By the time it is in its place, another process may have put one there that came with another ETag.
    """
    if not directory or not tag or len(tag) > 1024 or not tag.isprintable():
        return
    from hivehelm.chart.save import make_directory
    from hivehelm.sources.atomic import write

    try:
        index.seek(0)
        digest = _digest(index)
        make_directory(directory)
        write(_path(url, directory), f"{tag}\n{digest}".encode(), 0o600)
    except (OSError, HivehelmError):
        pass


def _digest(file: BinaryIO) -> str:
    from os import fstat

    from hivehelm.golang.sha256 import new

    found = new(fstat(file.fileno()).st_size)
    while piece := file.read(1 << 18):
        found.update(piece)
    return found.hexdigest()
