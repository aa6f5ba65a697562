"""What a chart repository refuses, in ChartMuseum's words where it has some."""

from __future__ import annotations

from hivehelm.errors import HivehelmError


class ChartRepositoryError(HivehelmError):
    """Base of what a chart repository refuses or cannot do; `status` is the code that HTTP has for it."""

    status = 500

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message


class InvalidArchiveError(ChartRepositoryError):
    """What was given is no chart's archive, or not one that a repository can keep."""

    status = 400


class InvalidProvenanceError(ChartRepositoryError):
    """What was given is no provenance of a chart, or of another one."""

    status = 400


class ArchiveTooLargeError(ChartRepositoryError):
    """An archive is larger than a repository takes: as it is, or unpacked."""

    status = 413


class ArchiveExistsError(ChartRepositoryError):
    """There is such a `file` already, and nothing was said of replacing it."""

    status = 409

    def __init__(self, file: str) -> None:
        super().__init__("file already exists")
        self.file = file


class RepositoryFullError(ChartRepositoryError):
    """There is no room for another archive."""

    status = 507


class NoArchiveError(ChartRepositoryError):
    """The repository has no such chart, version or file."""

    status = 404


class ReadOnlyRepositoryError(ChartRepositoryError):
    """The repository at `where` can be read only."""

    status = 405

    def __init__(self, where: str, why: str = "charts are published there, not here") -> None:
        super().__init__(f"the chart repository is read through from {where}: {why}")
        self.where = where


class RepositoryUnreachableError(ChartRepositoryError):
    """What keeps the charts cannot be reached, or does not answer as it should: `where`, and `cause`."""

    status = 502

    def __init__(self, where: str, cause: str) -> None:
        super().__init__(f"the charts of {where} cannot be had: {cause}")
        self.where = where
        self.cause = cause
