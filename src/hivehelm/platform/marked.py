"""What was made of something that changes, for as long as it has not."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable

T = TypeVar("T")


class Marked(Generic[T]):
    """Things by key, `most` of them, each made of what had some mark; safe to use from several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._made: OrderedDict[Hashable, tuple[object, T]] = OrderedDict()

    def get(self, key: Hashable, mark: object) -> T | None:
        """Return what was made for `key`, None where the mark has changed since."""
        made = self._made.get(key)
        return made[1] if made is not None and made[0] == mark else None

    def put(self, key: Hashable, mark: object, made: T) -> None:
        """Keep what was made; what was made longest ago makes room."""
        with self._lock:
            self._made[key] = mark, made
            self._made.move_to_end(key)
            while len(self._made) > self._most:
                self._made.popitem(last=False)

    def __len__(self) -> int:
        return len(self._made)
