"""What lists and histories show of records that were read before: no record is fetched and decoded twice.

A record is known by its object's UID and resourceVersion, which no two states of any object share, and, since
a cluster's store may be set back, by what Helm's labels say of its state and its age.
"""

from __future__ import annotations

from hivehelm import private
from hivehelm.release.model import Info, Release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.release.drivers.entry import Entry

_VERSION = 1
_MOST = 20_000
_MOST_BYTES = 64 << 20
_LENGTH = 5
_SUM = 9
_OF_CHARTS = ("name", "version", "appVersion", "apiVersion")


class Seen:
    """Remembers names, states, times, descriptions and charts of releases in the file at `path`."""

    def __init__(self, path: str) -> None:
        """Read the file; one that is not there, or broken, is as good as empty."""
        self._path = path
        self._rows: dict[str, list[Any]] = _read(path)
        self._used: dict[str, list[Any]] = {}
        self._new = False

    def get(self, entry: Entry) -> Release | None:
        """Return what is remembered of the record at `entry` as it is now; None if that is nothing."""
        row = self._rows.get(entry.stamp)
        if row is None or len(row) != _LENGTH:
            return None
        self._used[entry.stamp] = row
        return _release(entry, row, entry.labels)

    def put(self, entry: Entry, release: Release) -> Release:
        """Remember the release that was read at `entry`, and return no more than is remembered of it."""
        info = release.info
        metadata = release.chart_metadata
        kept = {name: metadata[name] for name in _OF_CHARTS if name in metadata} if metadata else None
        row = [info.description, info.status, info.last_deployed, info.rollback_revision, kept]
        if entry.stamp:
            self._used[entry.stamp] = row
            self._new = True
        return _release(entry, row, release.labels)

    def save(self) -> None:
        """Write the file if there is anything new in it; what is long unused makes room."""
        if not self._new:
            return
        import os
        from json import dumps

        rows = {**self._used, **self._rows} if len(self._rows) < _MOST else self._used
        if private.directory(os.path.dirname(self._path)):
            data = dumps({"version": _VERSION, "rows": rows}).encode()
            private.write(self._path, _sum(data) + data)
        self._new = False


def _sum(data: bytes) -> bytes:
    """Return the first line of the file, by which what was damaged is told from what was written."""
    from zlib import crc32

    return b"%08x\n" % crc32(data)


def _release(entry: Entry, row: list[Any], labels: dict[str, str]) -> Release:
    description, status, deployed, rollback, metadata = row
    return Release(
        name=entry.name,
        namespace=entry.namespace,
        version=entry.version,
        info=Info(status=status, last_deployed=deployed, description=description, rollback_revision=rollback),
        chart_document=None if metadata is None else {"metadata": metadata},
        labels=labels,
    )


def _read(path: str) -> dict[str, list[Any]]:
    import os

    if not private.directory(os.path.dirname(path)):
        return {}
    data = private.read(path, _MOST_BYTES)
    if data is None:
        return {}
    data, found = data[_SUM:], data[:_SUM]
    if found != _sum(data):
        return {}
    from json import loads

    try:
        document = loads(data)
        if document["version"] != _VERSION:
            return {}
        rows: dict[str, list[Any]] = dict(document["rows"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return rows
