"""Values that note who reads what of them, and who changes them, for `render.memory`.

To templates they are what they stand for: maps of the same Go types, with the same entries. What a function
does to a map in C goes the way of subclasses, through the methods here, as `__iter__` is another one than
dict's.
"""

from __future__ import annotations

from hivehelm.render.context import Values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    Path = tuple[str, ...]


class Reads:
    """What one template read.

    Attributes:
        entries: the paths of values that it asked for by key.
        keys: the paths of maps whose keys it saw.
        pure: whether its text depends on nothing else, and it changed nothing that others see.
    """

    __slots__ = ("entries", "keys", "pure")

    def __init__(self) -> None:
        self.entries: set[Path] = set()
        self.keys: set[Path] = set()
        self.pure = True


class Watch:
    """One render: whose reads are noted at the moment, and what has been changed so far."""

    __slots__ = ("changed", "poisoned", "reads")

    def __init__(self) -> None:
        self.reads: Reads | None = None
        self.changed: set[Path] = set()
        self.poisoned = False

    def change(self, path: Path | None) -> None:
        """Note that the template at work changes the map at `path`; None is one that is not of the values."""
        if self.reads is not None:
            self.reads.pure = False
            if path is None:
                self.poisoned = True
            else:
                self.changed.add(path)

    def taint(self) -> None:
        """Note that the template at work gives something else each time."""
        if self.reads is not None:
            self.reads.pure = False


class _Node(dict[str, "Any"]):
    """A map of the values at `path`."""

    __slots__ = ()
    path: Path
    watch: Watch

    def _see(self) -> None:
        if (reads := self.watch.reads) is not None:
            reads.keys.add(self.path)

    def _ask(self, key: str) -> None:
        if (reads := self.watch.reads) is not None:
            reads.entries.add((*self.path, key))

    def __getitem__(self, key: str) -> Any:
        self._ask(key)
        return dict.__getitem__(self, key)

    def __contains__(self, key: object) -> bool:
        self._ask(key)  # type: ignore[arg-type]
        return dict.__contains__(self, key)

    def __iter__(self) -> Iterator[str]:
        self._see()
        return dict.__iter__(self)

    def __reversed__(self) -> Iterator[str]:
        self._see()
        return dict.__reversed__(self)

    def __len__(self) -> int:
        self._see()
        return dict.__len__(self)

    def __eq__(self, other: object) -> bool:
        return dict(self) == other

    __hash__ = None

    def __or__(self, other: Any) -> Any:
        return dict(self) | other

    def keys(self) -> Any:
        """Return the keys."""
        self._see()
        return dict.keys(self)

    def items(self) -> Any:
        """Return the keys with their values."""
        return {key: self[key] for key in self}.items()

    def values(self) -> Any:
        """Return the values."""
        return {key: self[key] for key in self}.values()

    def copy(self) -> Any:
        """Return a map of the same entries."""
        return dict(self)

    def __setitem__(self, key: str, value: Any) -> None:
        self.watch.change(self.path)
        dict.__setitem__(self, key, value)

    def __delitem__(self, key: str) -> None:
        self.watch.change(self.path)
        dict.__delitem__(self, key)

    def pop(self, key: str, *default: Any) -> Any:
        """Take a key out."""
        self.watch.change(self.path)
        return dict.pop(self, key, *default)

    def setdefault(self, key: str, default: Any = None) -> Any:
        """Return the value of a key, after setting it where there is none."""
        self.watch.change(self.path)
        return dict.setdefault(self, key, default)

    def update(self, *others: Any, **more: Any) -> None:
        """Take in entries."""
        self.watch.change(self.path)
        dict.update(self, *others, **more)

    def clear(self) -> None:
        """Take everything out."""
        self.watch.change(self.path)
        dict.clear(self)


class Map(_Node):
    """A `map[string]interface {}` of the values."""

    __slots__ = ("path", "watch")

    @property
    def __class__(self) -> type:
        """What the map stands for: rooms tell types by `__class__`."""
        return dict

    @__class__.setter
    def __class__(self, _: type) -> None:
        raise TypeError

    def __init__(self, entries: Iterable[tuple[str, Any]], path: Path, watch: Watch) -> None:
        self.path = path
        self.watch = watch
        dict.__init__(self, entries)

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a key."""
        if (reads := self.watch.reads) is not None:
            reads.entries.add((*self.path, key))
        return dict.get(self, key, default)


class Root(_Node, Values):
    """The `.Values` of a chart."""

    __slots__ = ("path", "watch")

    @property
    def __class__(self) -> type:
        """What it stands for."""
        return Values

    @__class__.setter
    def __class__(self, _: type) -> None:
        raise TypeError

    def __init__(self, entries: Map) -> None:
        self.path = entries.path
        self.watch = entries.watch
        dict.__init__(self, entries)

    def get(self, name: str, default: Any = None) -> Any:
        """Return what method `name` gives without arguments, else the value of that key."""
        if (reads := self.watch.reads) is not None:
            reads.entries.add((*self.path, name))
        return Values.get(self, name, default)


class Shared(dict[str, "Any"]):
    """A map that all templates see and none should change: `.Release`, `.Chart`."""

    __slots__ = ("watch",)

    @property
    def __class__(self) -> type:
        """What the map stands for."""
        return dict

    @__class__.setter
    def __class__(self, _: type) -> None:
        raise TypeError

    def __init__(self, entries: Iterable[tuple[str, Any]], watch: Watch) -> None:
        self.watch = watch
        dict.__init__(self, entries)

    def __setitem__(self, key: str, value: Any) -> None:
        self.watch.change(None)
        dict.__setitem__(self, key, value)

    def pop(self, key: str, *default: Any) -> Any:
        """Take a key out."""
        self.watch.change(None)
        return dict.pop(self, key, *default)


class Scope(Values):
    """What a template starts with."""

    __slots__ = ("watch",)

    @property
    def __class__(self) -> type:
        """What it stands for."""
        return Values

    @__class__.setter
    def __class__(self, _: type) -> None:
        raise TypeError

    def __init__(self, watch: Watch, **entries: Any) -> None:
        self.watch = watch
        dict.__init__(self, **entries)

    def __setitem__(self, key: str, value: Any) -> None:
        self.watch.change(None)
        dict.__setitem__(self, key, value)

    def pop(self, key: str, *default: Any) -> Any:
        """Take a key out."""
        self.watch.change(None)
        return dict.pop(self, key, *default)


class Watched:
    """Values as they are, every map in them watched; maps in a list have the list's path.

    What stands in two places, as tables of globals do, is one and the same in both, with the path of the
    first; `twins` are the second places, with the first ones.
    """

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._made: dict[int, tuple[Path, Any]] = {}
        self.twins: dict[Path, Path] = {}

    def of(self, value: Any, path: Path) -> Any:
        """Return `value`, which is at `path` and stays as it is meanwhile."""
        kind = value.__class__
        if kind is not dict and kind is not list:
            return value
        known = self._made.get(id(value))
        if known is not None:
            self.twins[path] = known[0]
            return known[1]
        made: Any
        if kind is dict:
            entries = [(key, self.of(entry, (*path, key))) for key, entry in dict.items(value)]
            made = Map(entries, path, self._watch)
        else:
            made = [self.of(entry, path) for entry in value]
        self._made[id(value)] = path, made
        return made


def shared(value: Any, watch: Watch) -> Any:
    """Return what all templates share, every plain map in it watched for changes."""
    if value.__class__ is dict:
        return Shared([(key, shared(entry, watch)) for key, entry in value.items()], watch)
    if value.__class__ is list:
        return [shared(entry, watch) for entry in value]
    return value
