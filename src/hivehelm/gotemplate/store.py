"""Entries of a cache in a directory, many to a file: making a file takes as long as parsing a small template.

What a process has made is a pack, a file that never changes. The index says in which pack each entry is, and
where in it; what it says last of an entry counts.
"""

from __future__ import annotations

from hivehelm import private

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# What a directory may hold; texts that `tpl` makes up anew each time would fill any disk.
MAX_ENTRIES = 4096
MAX_FILES = 4096
MAX_BYTES = 256 << 20

# Every so many-th pack, by its name, makes its writer look at what the directory holds.
_LOOK = 16
# So many packs are held in memory: a chart's, and those of charts that have templates in common with it.
_PACKS = 4

# A record of the index: the entry's key, its pack's name, where it begins there, its size.
_KEY, _NAME, _NUMBER = 16, 8, 4
_RECORD = _KEY + _NAME + _NUMBER + _NUMBER


class Store:
    """Bytes by keys of 16 bytes, in a directory of this user alone; what is damaged is not there.

    Thread-safe. The directory may be shared by processes and deleted at any time. What was written longest
    ago goes when there are more than about `MAX_ENTRIES` or `MAX_FILES`, or `MAX_BYTES`.
    """

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._index = f"{directory}/index"
        self._places: dict[bytes, bytes] | None = None
        self._packs: dict[bytes, bytes] = {}

    def get(self, key: bytes) -> memoryview | None:
        """Return what was put under `key`, None where there is nothing."""
        places = self._places
        if places is None:
            places = self._places = dict(self._records())
        place = places.get(key)
        if place is None:
            return None
        name = place[:_NAME]
        start = int.from_bytes(place[_NAME:-_NUMBER], "big")
        size = int.from_bytes(place[-_NUMBER:], "big")
        entry = memoryview(self._pack(name))[start : start + size]
        data = entry[_KEY:]
        if entry[:_KEY] == checksum(key, data):
            return data
        self._lose(name)
        return None

    def put(self, entries: Mapping[bytes, bytes]) -> None:
        """Keep entries by their keys. Failing to is not an error: they are made again."""
        import os

        name = os.urandom(_NAME)
        records: list[tuple[bytes, bytes]] = []
        parts: list[bytes] = []
        start = 0
        for key, data in entries.items():
            size = _KEY + len(data)
            place = name + start.to_bytes(_NUMBER, "big") + size.to_bytes(_NUMBER, "big")
            records.append((key, place))
            parts += checksum(key, data), data
            start += size
        if start > MAX_BYTES // 4:
            return
        private.write(self._path(name), b"".join(parts))
        # Two processes at this at the same time: what the first has made is made again by a third.
        records = self._records() + records
        if len(records) > MAX_ENTRIES or not name[0] % _LOOK:
            private.prune(self._directory, MAX_FILES, MAX_BYTES)
            try:
                there = set(os.listdir(self._directory))
            except OSError:
                return
            records = [record for record in records[-MAX_ENTRIES:] if record[1][:_NAME].hex() in there]
        private.write(self._index, b"".join(map(b"".join, records)))
        self._places = None
        self._packs.clear()

    def _path(self, name: bytes) -> str:
        return f"{self._directory}/{name.hex()}"

    def _pack(self, name: bytes) -> bytes:
        data = self._packs.get(name)
        if data is None:
            if len(self._packs) >= _PACKS:
                self._packs.clear()
            data = self._packs[name] = private.read(self._path(name), MAX_BYTES) or b""
        return data

    def _lose(self, name: bytes) -> None:
        """Let go of a pack in which something is wrong."""
        import contextlib
        import os

        with contextlib.suppress(OSError):
            os.unlink(self._path(name))
        self._places = {key: place for key, place in self._records() if place[:_NAME] != name}

    def _records(self) -> list[tuple[bytes, bytes]]:
        """Return the entries' keys and places, the newest last; none where the index is not whole."""
        data = private.read(self._index, 2 * MAX_ENTRIES * _RECORD) or b""
        if len(data) % _RECORD:
            return []
        return [
            (data[start : start + _KEY], data[start + _KEY : start + _RECORD])
            for start in range(0, len(data), _RECORD)
        ]


def checksum(key: bytes, data: bytes | memoryview) -> bytes:
    """Return what an entry begins with: that of another key is none of this one.

    It tells damage, not malice: who could write entries could write sums, too.
    """
    from zlib import crc32

    return key[:-4] + crc32(data).to_bytes(4, "big")
