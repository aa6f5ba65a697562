"""The index of a chart repository: what charts it has, in what versions (Helm's `pkg/repo/v1/index.go`)."""

from __future__ import annotations

from hivehelm.sources.index.entry import ChartVersion
from hivehelm.sources.index.errors import (
    BrokenIndexError,
    IndexFileError,
    NoChartNameError,
    NoChartVersionError,
)
from hivehelm.sources.index.index import Index
from hivehelm.sources.index.load import load, read

__all__ = [
    "BrokenIndexError",
    "ChartVersion",
    "Index",
    "IndexFileError",
    "NoChartNameError",
    "NoChartVersionError",
    "load",
    "read",
]
