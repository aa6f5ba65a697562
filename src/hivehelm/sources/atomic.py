"""Files that are there whole or not at all (Helm's `internal/fileutil`)."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def write(path: str, data: bytes, mode: int = 0o644) -> None:
    """Write a file beside `path`, then put it in its place; what was there stays until then.

    Raises:
        PathError: the system refuses; the file of before is as it was.
        RenameError: something else than a file is in its place.
    """
    write_pieces(path, (data,), mode)


def write_pieces(path: str, pieces: Iterable[bytes], mode: int = 0o644) -> None:
    """Write a file that comes in pieces, as `write` does."""
    from hivehelm.chart.errors import PathError

    part = f"{path}{int.from_bytes(os.urandom(4), 'big')}"
    try:
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except (OSError, ValueError) as error:
        refused = error if isinstance(error, OSError) else OSError(22, "")
        raise PathError("open", part, refused) from error
    try:
        call = "write"
        with open(descriptor, "wb") as file:
            for piece in pieces:
                file.write(piece)
            os.fchmod(descriptor, mode)
        call = "rename"
        os.replace(part, path)
    except BaseException as error:
        from contextlib import suppress

        with suppress(OSError):  # Somebody may have deleted the whole directory.
            os.unlink(part)
        if not isinstance(error, OSError):
            raise
        if call == "write":
            raise PathError(call, part, error) from error
        from hivehelm.sources.errors import RenameError

        # What Go finds before it asks the system.
        problem = "file exists" if os.path.isdir(path) else os.strerror(error.errno or 0).lower()
        raise RenameError(part, path, problem) from error
