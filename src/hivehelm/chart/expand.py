"""A packaged chart's files, written to a directory (Helm's `pkg/chart/v2/util/expand.go`)."""

from __future__ import annotations

import os

from hivehelm.chart import decode
from hivehelm.chart.archive import read_files
from hivehelm.chart.errors import ChartError, PathError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO, Final

    from hivehelm.chart.model import File

_MAX_NAME: Final = 255


def expand(directory: str, stream: BinaryIO) -> str:
    """Write the files of the archive below `directory`, under the chart's name; return the path of that.

    `directory` has to be new: nothing in it may be a link. Names that lead out of it are refused.

    Raises:
        ChartError: the archive cannot be read, its chart has no name, or a file cannot be written.
    """
    files = read_files(stream)
    name = _name(files)
    _check_lengths(directory, name)
    top = os.path.join(directory, name)
    for file in files:
        _check_lengths(top, file.name)
        path = os.path.join(top, file.name)
        try:
            os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
        except (NotADirectoryError, FileExistsError):
            # Go tells of what is in the way, not of what it wanted.
            raise ChartError(f"mkdir {_obstacle(os.path.dirname(path))}: not a directory", path) from None
        except OSError as error:
            raise PathError("mkdir", error.filename, error) from None
        try:
            with open(path, "wb") as target:
                target.write(file.data)
        except OSError as error:
            raise PathError("open", path, error) from None
    return top


def _check_lengths(directory: str, name: str) -> None:
    """Refuse elements that are longer than file systems take, in the words of `securejoin`."""
    parts = name.split("/")
    for count, part in enumerate(parts, start=1):
        if len(os.fsencode(part)) > _MAX_NAME:
            path = f"{directory}//{'/'.join(parts[:count])}"
            raise ChartError(f"lstat {path}: file name too long", path)


def _name(files: list[File]) -> str:
    """Return the name that the archive's Chart.yaml gives, fit to be that of a directory."""
    from hivehelm.golang.fmt import quote

    name = ""
    for file in files:
        if file.name == "Chart.yaml":
            try:
                name = decode.metadata(file.data).name
            except ChartError as error:
                raise ChartError(f"cannot load Chart.yaml: {error}") from None
    if not name:
        raise ChartError("chart name not specified")
    if name in (".", ".."):
        raise ChartError(f"chart name {quote(name)} is not allowed")
    if name == "/":
        raise ChartError(f"chart name {quote(name)} resolves to the extraction root")
    if "/" in name:
        raise ChartError(f"chart name {quote(name)} must not contain path separators")
    return name


def _obstacle(path: str) -> str:
    while not os.path.lexists(path):
        path = os.path.dirname(path)
    return path
