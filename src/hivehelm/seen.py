"""What this process has made of its inputs before, found again by the inputs themselves.

Nothing is looked up by a path or a name, so what has changed is made anew.
"""

from __future__ import annotations

from _thread import allocate_lock

from hivehelm import kept

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    Source = TypeVar("Source", bytes, str)


class Seen:
    """Results by what they were made of; the first go where all together would be larger than `most` bytes.

    What is kept is shared by all who ask: nobody may change it. Thread-safe.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._results: dict[object, tuple[Any, int]] = {}
        self._lock = allocate_lock()

    def get(self, key: object) -> Any:
        """Return what was made of `key`; None if nothing was, or if it is forgotten."""
        known = self._results.get(key)
        return None if known is None else known[0]

    def put(self, key: object, result: object, size: int) -> None:
        """Keep what was made of `key`; the two take about `size` bytes. A quarter of all is too much."""
        if size > self._most // 4:
            return
        with self._lock:
            results = self._results
            before = results.pop(key, None)
            self._size += size - (before[1] if before is not None else 0)
            results[key] = (result, size)
            while self._size > self._most:
                self._size -= results.pop(next(iter(results)))[1]


class SeenTrees:
    """Trees of maps, lists, texts, numbers, booleans and None by what they were read from.

    Everyone who asks gets a tree of their own. Thread-safe. What is read from bytes is `kept`, too; texts are
    not, as they were made here.
    """

    def __init__(self, most: int) -> None:
        self._seen = Seen(most)

    def read(self, kind: str, data: Source, reader: Callable[[Source], Any]) -> Any:
        """Return what `reader` makes of `data`; what it raises is raised each time.

        `kind` tells readers apart that make other things of the same bytes.
        """
        from marshal import dumps, loads

        key = (kind, data)
        dumped = self._seen.get(key)
        if dumped is None and isinstance(data, bytes) and (dumped := kept.get(kind, data)) is not None:
            self._seen.put(key, dumped, len(data) + len(dumped))
        if dumped is not None:
            return loads(dumped)  # noqa: S302 - only what was dumped below
        tree = reader(data)
        try:
            dumped = dumps(tree)
        except ValueError:
            # Deeper than marshal goes.
            return tree
        if isinstance(data, bytes):
            kept.put(kind, data, dumped)
        self._seen.put(key, dumped, len(data) + len(dumped))
        return tree
