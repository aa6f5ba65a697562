"""Charts of any apiVersion, read as `pkg/chart/v2/loader` does: what is not about to be installed."""

from __future__ import annotations

import os

from hivehelm.chart.archive import read_files
from hivehelm.chart.errors import ChartError, GzipHeaderError, PathError
from hivehelm.chart.load import head, load, load_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.chart.model import Chart

    Log = Callable[..., None]


def load_any(path: str, log: Log | None = None) -> Chart:
    """Return the chart in the directory or the archive at `path`.

    Raises:
        ChartError: there is no chart, or it is broken.
    """
    try:
        is_directory = os.path.isdir(path) or not os.stat(path)
    except OSError as error:
        raise PathError("stat", path, error) from None
    return load_directory(path, log) if is_directory else _load_archive(path, log)


def load_directory(path: str, log: Log | None = None) -> Chart:
    """Return the chart in the directory `path`; where there is none, it has no Chart.yaml either.

    Raises:
        ChartError: there is no chart, or it is broken.
    """
    from hivehelm.chart.directory import read_files as walk

    return load_files(walk(path, log), log)


def load_file(path: str, log: Log | None = None) -> Chart:
    """Return the chart in the archive at `path`.

    Raises:
        ChartError: it is a directory, or no chart, or a broken one.
    """
    if os.path.isdir(path):
        raise ChartError("cannot load a directory", path)
    return load_any(path, log)


def _load_archive(path: str, log: Log | None) -> Chart:
    try:
        stream = open(path, "rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise PathError("open", path, error) from None
    with stream:
        if head(stream, path) != b"\x1f\x8b\x08":
            # What is not packed at all fails in the same words as everywhere.
            return load(path, log)
        try:
            files = read_files(stream)
        except GzipHeaderError as error:
            problem = f"file '{path}' does not appear to be a valid chart file (details: {error})"
            raise ChartError(problem, path) from error
        return load_files(files, log)
