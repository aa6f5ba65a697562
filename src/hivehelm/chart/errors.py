"""What goes wrong when a chart is read."""

from __future__ import annotations

from hivehelm.errors import HivehelmError


class ChartError(HivehelmError):
    """A chart cannot be read; `str()` is Helm's text, `path` the file or directory where it is known."""

    def __init__(self, message: str, path: str | None = None) -> None:
        super().__init__(message)
        self.path = path


class ValidationError(ChartError):
    """Chart.yaml says something that a chart must not say (`pkg/chart/v2/errors.go`)."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"validation: {problem}")
        self.problem = problem


class PathError(ChartError):
    """The system refuses `call` on `path`; `problem` is its word for it (Go's `os.PathError`)."""

    def __init__(self, call: str, path: str, error: OSError) -> None:
        import os

        self.call = call
        self.problem = os.strerror(error.errno).lower() if error.errno else str(error)
        super().__init__(f"{call} {path}: {self.problem}", path)


class ArchiveError(ChartError):
    """The bytes are not the archive of a chart, or one that is not safe to read."""


class GzipHeaderError(ArchiveError):
    """The bytes do not start as gzip does."""

    def __init__(self) -> None:
        super().__init__("gzip: invalid header")
