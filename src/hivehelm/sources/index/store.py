"""An index as `builder` left it: only what is asked for is read."""

from __future__ import annotations

import marshal
from binascii import crc32

from hivehelm.sources.index.form import CHECK, FOOT
from hivehelm.sources.index.table import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from mmap import mmap
    from typing import Any

    from hivehelm.sources.index.decode import Document


class DamagedError(Exception):
    """The bytes are not those that were written: cut short, or changed."""


class Store:
    """The parts of a parsed index.

    Attributes:
        top: what the index says of itself.
        skipped: entries that were left out: chart, version or None where there is no entry, and why.

    Raises:
        DamagedError: here, and whenever a part is read that is not what was written.
    """

    def __init__(self, data: bytes | mmap) -> None:
        from _blake2 import blake2b

        self._data = data
        foot = data[-FOOT:]
        at, length = int.from_bytes(foot[-16:-8], "little"), int.from_bytes(foot[-8:], "little")
        if at + length + FOOT != len(data):
            raise DamagedError
        head = data[at : at + length]
        if blake2b(foot[-16:] + head, digest_size=FOOT - 16).digest() != foot[:-16]:
            raise DamagedError
        self.top: dict[str, Any]
        self.skipped: list[tuple[str, str | None, str]]
        self.top, self._charts, self.skipped, self._start = marshal.loads(head)  # noqa: S302 checked

    def _part(self, at: int, size: int) -> Any:
        data = self._data[at : at + size]
        if crc32(data[CHECK:]) != int.from_bytes(data[:CHECK], "little"):
            raise DamagedError
        return marshal.loads(memoryview(data)[CHECK:])  # noqa: S302 checked

    def names(self) -> list[str]:
        """Return the names of charts as they came."""
        return list(self._charts)

    def __contains__(self, name: object) -> bool:
        return name in self._charts

    def mentions(self, text: str) -> bool:
        """Tell whether a text is in any version; ASCII only."""
        return self._data.find(text.encode("ascii")) >= 0

    def holding(self, text: str) -> Iterator[Document]:
        """Go through the versions that a text is in; ASCII only."""
        from bisect import bisect

        wanted = text.encode("ascii")
        places: list[int] = []
        at = self._data.find(wanted) if wanted else -1
        while at >= 0:
            places.append(at)
            at = self._data.find(wanted, at + 1)
        if wanted and not places:
            return
        for name in self._charts:
            for at, size in zip(*self.versions(name)[1:], strict=True):
                if not wanted or bisect(places, at) < bisect(places, at + size):
                    yield self.document(at, size)

    def versions(self, name: str) -> tuple[list[str], list[int], list[int]]:
        """Return a chart's versions, the newest first, and where each is: offsets and sizes."""
        at, size = self._charts[name]
        found: tuple[list[str], list[int], list[int]]
        found = marshal.loads(self._part(self._start + at, size)[2])  # noqa: S302 checked
        return found

    def document(self, at: int, size: int) -> Document:
        """Return the version at a place."""
        document: Document = self._part(at, size)
        return document

    def tables(self) -> Iterator[tuple[str, Table]]:
        """Go through the charts."""
        for name, (at, size) in self._charts.items():
            parts = self._part(self._start + at, size)
            yield name, Table(parts[0], parts[1])
