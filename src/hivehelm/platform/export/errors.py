"""Why something deployed cannot be turned into a chart."""

from __future__ import annotations

from hivehelm.platform.errors import PlatformError


class ExportError(PlatformError):
    """What is deployed cannot be turned into a chart."""


class NothingToExportError(ExportError):
    """There is nothing to make a chart of."""


class ExportNameError(ExportError):
    """A chart cannot have that `name`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return (
            f"{quote(self.name)} cannot be a chart's name: "
            "it takes lower-case letters, digits and '-', 53 at most; --chart-name gives another"
        )


class OutputExistsError(ExportError):
    """The directory at `path` is there and not empty."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path} is there already and not empty; --force replaces it"
