"""The files of a chart's directory, links followed, without what .helmignore leaves out.

Source: Helm's `pkg/chart/v2/loader/directory.go` and `internal/sympath`.
"""

from __future__ import annotations

import os
import stat

from hivehelm.chart.archive import BOM, MAX_CHART_SIZE
from hivehelm.chart.errors import ChartError
from hivehelm.chart.ignore import FILE_NAME, Rules, parse
from hivehelm.chart.model import File

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def read_files(directory: str, log: Callable[..., None] | None = None) -> list[File]:
    """Return the files below `directory` in the order of their names, paths with slashes and relative to it.

    `log(level, message, **attributes)` hears of every link that is followed.

    Raises:
        ChartError: a file cannot be read, is no regular file, or all are larger than `MAX_CHART_SIZE`; or
            .helmignore is malformed.
    """
    walk = _Walk(os.path.abspath(directory), log)
    walk.directory(walk.top, "")
    return walk.files


class _Walk:
    def __init__(self, top: str, log: Callable[..., None] | None) -> None:
        self.top = top
        self.log = log
        self.files: list[File] = []
        self.left = MAX_CHART_SIZE
        ignore_file = os.path.join(top, FILE_NAME)
        self.rules = parse(_read(ignore_file, -1), log) if os.path.exists(ignore_file) else Rules()

    def directory(self, path: str, inner: str) -> None:
        try:
            with os.scandir(path) as listing:
                entries = sorted(listing, key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            if not inner:
                return
            raise _os_error("open", path, error) from None
        for entry in entries:
            self.entry(os.path.join(path, entry.name), f"{inner}{entry.name}")

    def entry(self, path: str, inner: str) -> None:
        try:
            status = os.lstat(path)
        except OSError as error:
            raise _os_error("lstat", path, error) from None
        if stat.S_ISLNK(status.st_mode):
            status = self.follow(path)
        is_directory = stat.S_ISDIR(status.st_mode)
        if self.rules.ignores(inner, is_directory):
            return
        if is_directory:
            self.directory(path, f"{inner}/")
        elif not stat.S_ISREG(status.st_mode):
            raise ChartError(f"cannot load irregular file {path} as it has file mode type bits set", path)
        else:
            self.file(path, inner, status)

    def follow(self, path: str) -> os.stat_result:
        try:
            resolved = os.path.realpath(path, strict=True)
            status = os.lstat(resolved)
        except OSError as error:
            reason = _os_error("lstat", error.filename or path, error)
            if error.errno == 40:  # ELOOP
                reason = ChartError("EvalSymlinks: too many links")
            raise ChartError(f"error evaluating symlink {path}: {reason}", path) from None
        if self.log is not None:
            message = "found symbolic link in path. Contents of linked file included and used"
            self.log("INFO", message, path=path, resolved=resolved)
        return status

    def file(self, path: str, inner: str, status: os.stat_result) -> None:
        if status.st_size > self.left:
            raise ChartError(f"error reading {inner}: {_too_large()}", path)
        try:
            data = _read(path, self.left + 1)
        except ChartError as error:
            raise ChartError(f"error reading {inner}: {error}", path) from None
        if len(data) > self.left:
            raise ChartError(f"error reading {inner}: {_too_large()}", path)
        self.left -= len(data)
        self.files.append(File(inner, data.removeprefix(BOM), status.st_mtime_ns))


def _too_large() -> str:
    return f"chart exceeds maximum decompressed size of {MAX_CHART_SIZE} bytes"


def _read(path: str, limit: int) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read(limit)
    except OSError as error:
        verb = "read" if error.errno == 21 else "open"  # EISDIR
        raise _os_error(verb, path, error) from None


def _os_error(verb: str, path: str, error: OSError) -> ChartError:
    """Put a system error as Go's `os.PathError` does."""
    return ChartError(f"{verb} {path}: {(error.strerror or str(error)).lower()}", path)
