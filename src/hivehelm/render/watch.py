"""Who reads what of the values, and who changes them, while templates run."""

from __future__ import annotations

from marshal import dumps

from hivehelm.values.changes import ABSENT, same

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Final

    from hivehelm.render.watched import Node

    Path = tuple[str | None, ...]
    Place = tuple[str | int | None, ...]
    Write = tuple[Node, str, Any]


class Reads:
    """What a template, or a call in one, read and did; that of the calls in it is its own, too.

    Attributes:
        entries: the paths of values that it asked for by key.
        keys: the paths of maps whose keys it saw.
        pure: whether its text depends on nothing else, and what it changed could be changed again.
        portable: whether the other templates of the chart would have read the same.
        writes: what it changed of the values, in order: maps, keys and values, `ABSENT` for keys removed.
        deepest: the most calls that were at work at once.
    """

    __slots__ = ("deepest", "entries", "keys", "portable", "pure", "writes")

    def __init__(self, deepest: int = 0) -> None:
        self.entries: set[Path] = set()
        self.keys: set[Path] = set()
        self.pure = True
        self.portable = True
        self.writes: list[Write] = []
        self.deepest = deepest

    def take(self, inner: Reads) -> None:
        """Take what a call within read and did for one's own."""
        self.entries |= inner.entries
        self.keys |= inner.keys
        self.pure &= inner.pure
        self.portable &= inner.portable
        self.writes += inner.writes
        self.deepest = max(self.deepest, inner.deepest)

    def touched(self, places: Places) -> bool:
        """Tell whether something at these places has been read."""
        return not (places.entries.isdisjoint(self.entries) and places.keys.isdisjoint(self.keys))


class Places:
    """Values, by their paths, and maps whose keys are others than before."""

    __slots__ = ("entries", "keys")

    def __init__(self) -> None:
        self.entries: set[Path] = set()
        self.keys: set[Path] = set()

    def add(self, node: Node, key: str, *, keys: bool) -> None:
        """Add the value of a key; `keys` tells that the key came or went."""
        self.entries.add((*node.path, key))
        if node.path[0:1] == (None,):
            self.entries.add(SCOPES)
        if keys:
            self.keys.add(node.path)


SCOPES: Final[Path] = (None,)
"""The path of what templates start with, of all charts together."""


class Watch:
    """One render: whose reads are noted at the moment, and what has been changed so far.

    Attributes:
        reads: those of the template or call at work, None between templates.
        written: what templates have changed.
        poisoned: whether a template has changed what nobody watches the reading of.
    """

    def __init__(self) -> None:
        self.reads: Reads | None = None
        self.written = Places()
        self.poisoned = False
        self._before: dict[int, tuple[Node, dict[str, Any]]] = {}

    def restart(self) -> None:
        """Begin another render: every map becomes what it was before the last one."""
        for node, entries in self._before.values():
            node.become(entries)
        self._before = {}
        self.reads = None
        self.written = Places()
        self.poisoned = False

    def write(self, node: Node, key: str, value: Any) -> None:
        """Note that the template at work is about to set a key of a map, or to remove it (`ABSENT`)."""
        reads = self.reads
        if reads is None:
            return
        now = dict.get(node, key, ABSENT)
        if _unchanged(now, value):
            # Whether this changes anything depends on what is there.
            reads.entries.add((*node.path, key))
            return
        reads.writes.append((node, key, value))
        reads.pure = reads.pure and _repeatable(value)
        self._wrote(node, key, keys=now is ABSENT or value is ABSENT)

    def _wrote(self, node: Node, key: str, *, keys: bool) -> None:
        self._before.setdefault(id(node), (node, dict.copy(node)))
        self.written.add(node, key, keys=keys)

    def repeat(self, writes: Iterable[Write]) -> None:
        """Change what a template has changed when it ran."""
        for node, key, value in writes:
            self._wrote(node, key, keys=value is ABSENT or not dict.__contains__(node, key))
            node.assign(key, value)

    def poison(self) -> None:
        """Note that the template at work changes what all see, but nobody watches the reading of."""
        if self.reads is not None:
            self.reads.pure = False
            self.poisoned = True

    def taint(self) -> None:
        """Note that the template at work gives something else each time."""
        if self.reads is not None:
            self.reads.pure = False


_SCALARS = (str, bool, int, float)


def _unchanged(now: Any, value: Any) -> bool:
    return now is value or (type(value) in _SCALARS and same(now, value))


def _repeatable(value: Any) -> bool:
    """Tell whether setting this value again does the same: nothing can be changed within it unseen."""
    if value is None or value is ABSENT or type(value) in _SCALARS:
        return True
    if type(value) is list:
        return all(map(_repeatable, value))
    return hasattr(type(value), "become")


def summary(writes: Iterable[Write]) -> list[object]:
    """Return what tells one series of changes from another."""
    return [(type(node), node.place, key, _told(value)) for node, key, value in writes]


def _told(value: Any) -> object:
    if value is None or value is ABSENT or type(value) in (str, bool, int):
        return type(value), value
    if type(value) is float:
        return float, dumps(value)
    if type(value) is list:
        return list, [_told(item) for item in value]
    if hasattr(type(value), "become"):
        return type(value), value.place
    # What is in it may change without a sign.
    return object()
