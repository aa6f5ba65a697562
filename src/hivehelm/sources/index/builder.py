"""An index in the form that opens at once: what `store.Store` reads, written chart by chart.

First every version on its own (a marshalled document), then a table for each chart, then the head that says
where the tables are, then the foot that says where the head is. Each part has a checksum: the form is only
trusted where it is whole.
"""

from __future__ import annotations

import marshal
from binascii import crc32

from hivehelm.chart.errors import ValidationError
from hivehelm.sources.index.check import checked
from hivehelm.sources.index.form import CHECK, FOOT, FORMAT
from hivehelm.sources.index.order import arranged, key
from hivehelm.sources.index.table import marks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, BinaryIO

    from hivehelm.sources.index.decode import Document
    from hivehelm.sources.index.order import Key
    from hivehelm.sources.index.table import Text

_BUFFER = 1 << 18


class Builder:
    """Writes the entries of an index to a file, in the order in which they come."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._pending: list[bytes] = []
        self._pending_size = 0
        self._offset = 0
        self._tables: list[bytes] = []
        self._charts: dict[str, tuple[int, int]] = {}
        self._skipped: list[tuple[str, str | None, str]] = []
        self._tables_size = 0
        self.begin("")

    def begin(self, name: str) -> None:
        """Begin a chart, by the name that the index has it under."""
        self._name = name
        self._versions: list[str] = []
        self._keys: list[Key] = []
        self._rows: list[tuple[str, int, int, int]] = []
        self._texts: dict[Text, int] = {}
        self._refused: list[tuple[str, str | None, str]] = []

    def add(self, document: Document | None, *, odd: bool = True) -> None:
        """Add a version to the chart; `odd` may be what no chart can be, which is then left out."""
        if document is None:
            self._refused.append((self._name, None, ""))
            return
        if odd or "name" not in document or "version" not in document:
            try:
                document = checked(document)
            except ValidationError as error:
                self._refused.append((self._name, document.get("version", ""), str(error)))
                return
        elif "apiVersion" not in document:
            document["apiVersion"] = "v1"
        data = marshal.dumps(document, FORMAT)
        version = document["version"]
        text = (document["name"], document.get("description", ""), " ".join(document.get("keywords") or ()))
        place = self._texts.setdefault(text, len(self._texts))
        self._versions.append(version)
        self._keys.append(key(version))
        self._rows.append((document.get("appVersion", ""), place, self._offset, CHECK + len(data)))
        self._write(_checked(data))

    def end(self) -> None:
        """End the chart: put its versions in order."""
        places = arranged(self._keys)
        versions = [self._versions[place] for place in places]
        rows = [self._rows[place] for place in places]
        shown = self._shown(places, versions)
        parts = (
            list(self._texts),
            marshal.dumps(shown, FORMAT),
            marshal.dumps((versions, [row[2] for row in rows], [row[3] for row in rows]), FORMAT),
        )
        table = _checked(marshal.dumps(parts, FORMAT))
        self._charts[self._name] = (self._tables_size, len(table))
        self._tables_size += len(table)
        self._tables.append(table)
        # Go through them as Helm does: from the last to the first.
        self._skipped += reversed(self._refused)

    def _shown(self, places: list[int], versions: list[str]) -> list[tuple[str, str, int, int]]:
        """Return the rows that a search sees."""
        keys = [self._keys[place] for place in places]
        if len(set(keys)) < len(keys):
            # A search sorts once more, and of two that are spelt alike the last stays.
            again = arranged(keys)
            places = [places[one] for one in again]
            versions = [versions[one] for one in again]
        rows = {}
        for place, version in zip(places, versions, strict=True):
            application, text, _, _ = self._rows[place]
            rows[version] = (version, application, text, marks(self._keys[place]))
        return list(rows.values())

    def finish(self, top: Mapping[str, Any]) -> None:
        """End the index; `top` is what it says of itself."""
        start = self._offset
        for table in self._tables:
            self._write(table)
        at = self._offset
        from _blake2 import blake2b

        head = marshal.dumps((dict(top), self._charts, self._skipped, start), FORMAT)
        foot = b"%b%b" % (at.to_bytes(8, "little"), len(head).to_bytes(8, "little"))
        self._write(head + blake2b(foot + head, digest_size=FOOT - 16).digest() + foot)
        self._flush()

    def _write(self, data: bytes) -> None:
        self._pending.append(data)
        self._offset += len(data)
        self._pending_size += len(data)
        if self._pending_size > _BUFFER:
            self._flush()

    def _flush(self) -> None:
        self._file.write(b"".join(self._pending))
        self._pending.clear()
        self._pending_size = 0


def _checked(data: bytes) -> bytes:
    return crc32(data).to_bytes(CHECK, "little") + data
