"""What is wrong with an index, or is not in it, in Helm's words."""

from __future__ import annotations

from hivehelm.sources.errors import SourceError


class IndexFileError(SourceError):
    """Base of what an index file can be wrong in, and of what is not in it."""


class BrokenIndexError(IndexFileError):
    """An index cannot be read; `cause` says why, `path` is its file where there is one."""

    def __init__(self, cause: str, path: str = "") -> None:
        super().__init__(cause, path)
        self.cause = cause
        self.path = path

    def __str__(self) -> str:
        return f"error loading {self.path}: {self.cause}" if self.path else self.cause


class NoChartNameError(IndexFileError):
    """An index has no chart of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return "no chart name found"


class NoChartVersionError(IndexFileError):
    """An index has the chart `name`, and no version that `version` asks for; `empty`: no version at all."""

    def __init__(self, name: str, version: str, *, empty: bool = False) -> None:
        super().__init__(name, version)
        self.name = name
        self.version = version
        self.empty = empty

    def __str__(self) -> str:
        if self.empty:
            return "no chart version found"
        return f"no chart version found for {self.name}-{self.version}"
