"""Whole releases that were read before, packed: those used last, within a bound on memory."""

from __future__ import annotations

import threading
import zlib
from collections import OrderedDict

from hivehelm.release import codec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable

    from hivehelm.release.model import Release

#: How much packed releases may take, in bytes.
MOST = 32 << 20
# Beyond this unpacking takes as long as asking the cluster does.
_LARGEST = 1 << 20
# What a packed release takes beside its bytes.
_OVERHEAD = 500


class Shelf:
    """Releases by key; safe to use from several threads."""

    def __init__(self, most: int = MOST) -> None:
        """Keep no more than `most` bytes."""
        self.size = 0
        self._most = most
        self._lock = threading.Lock()
        self._packed: OrderedDict[Hashable, tuple[bytes, dict[str, str]]] = OrderedDict()

    def get(self, key: Hashable) -> Release | None:
        """Return what was put under `key`, None if that is gone."""
        with self._lock:
            kept = self._packed.get(key)
            if kept is None:
                return None
            self._packed.move_to_end(key)
        return codec.from_json(zlib.decompress(kept[0])).replace(labels=kept[1])

    def put(self, key: Hashable, release: Release) -> None:
        """Keep a release; what was not used for longest makes room."""
        packed = zlib.compress(codec.to_json(release).encode("utf-8", "replace"), 1)
        if len(packed) > _LARGEST:
            return
        with self._lock:
            if key not in self._packed:
                self._packed[key] = packed, release.labels
                self.size += len(packed) + _OVERHEAD
            while self.size > self._most:
                _, (gone, _) = self._packed.popitem(last=False)
                self.size -= len(gone) + _OVERHEAD

    def __len__(self) -> int:
        return len(self._packed)
