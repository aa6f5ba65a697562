"""Values that note who reads what of them, and who changes them, for `render.memory`.

To templates they are what they stand for: maps of the same Go types, with the same entries. What a function
does to a map in C goes the way of subclasses, through the methods here, as `__iter__` is another one than
dict's.
"""

from __future__ import annotations

from hivehelm.render.context import Values
from hivehelm.render.watch import SCOPES
from hivehelm.values.changes import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from hivehelm.render.watch import Path, Place, Watch


class Node(dict[str, "Any"]):
    """A map that is watched.

    Attributes:
        path: where it stands among the values; maps in a list have the list's path.
        place: the same, but its own in a list, too.
    """

    __slots__ = ()
    path: Path
    place: Place
    watch: Watch

    def _see(self) -> None:
        if (reads := self.watch.reads) is not None:
            reads.keys.add(self.path)

    def _ask(self, key: str) -> None:
        if (reads := self.watch.reads) is not None:
            reads.entries.add((*self.path, key))

    def _write(self, key: str, value: Any) -> None:
        self.watch.write(self, key, value)

    def become(self, entries: dict[str, Any]) -> None:
        """Have these entries and no others, without a note."""
        dict.clear(self)
        dict.update(self, entries)

    def assign(self, key: str, value: Any) -> None:
        """Set a key, or remove it (`ABSENT`), without a note."""
        if value is ABSENT:
            dict.pop(self, key, None)
        else:
            dict.__setitem__(self, key, value)

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
        self._write(key, value)
        dict.__setitem__(self, key, value)

    def __delitem__(self, key: str) -> None:
        self._write(key, ABSENT)
        dict.__delitem__(self, key)

    def pop(self, key: str, *default: Any) -> Any:
        """Take a key out."""
        self._write(key, ABSENT)
        return dict.pop(self, key, *default)

    def setdefault(self, key: str, default: Any = None) -> Any:
        """Return the value of a key, after setting it where there is none."""
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, *others: Any, **more: Any) -> None:
        """Take in entries."""
        for key, value in dict(*others, **more).items():
            self[key] = value

    def clear(self) -> None:
        """Take everything out."""
        for key in list(self):
            del self[key]


class Map(Node):
    """A `map[string]interface {}` of the values."""

    __slots__ = ("path", "place", "watch")

    @property
    def __class__(self) -> type:
        """What the map stands for: rooms tell types by `__class__`."""
        return dict

    @__class__.setter
    def __class__(self, _: type) -> None:
        raise TypeError

    def __init__(self, entries: Iterable[tuple[str, Any]], path: Path, place: Place, watch: Watch) -> None:
        self.path = path
        self.place = place
        self.watch = watch
        dict.__init__(self, entries)

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a key."""
        if (reads := self.watch.reads) is not None:
            reads.entries.add((*self.path, key))
        return dict.get(self, key, default)


class Root(Node, Values):
    """The `.Values` of a chart."""

    __slots__ = ("path", "place", "watch")

    @property
    def __class__(self) -> type:
        """What it stands for."""
        return Values

    @__class__.setter
    def __class__(self, _: type) -> None:
        raise TypeError

    def __init__(self, entries: Map) -> None:
        self.path = entries.path
        self.place = entries.place
        self.watch = entries.watch
        dict.__init__(self, entries)

    def get(self, name: str, default: Any = None) -> Any:
        """Return what method `name` gives without arguments, else the value of that key."""
        if (reads := self.watch.reads) is not None:
            reads.entries.add((*self.path, name))
        if name in self.METHODS:
            return Values.get(self, name, default)
        return dict.get(self, name, default)


# What a template starts with that is the same for all of a chart, whatever the values are.
_GIVEN = frozenset({"Values", "Release", "Chart", "Capabilities", "Files"})


class Scope(Node, Values):
    """What the templates of a chart start with."""

    __slots__ = ("path", "place", "watch")

    @property
    def __class__(self) -> type:
        """What it stands for."""
        return Values

    @__class__.setter
    def __class__(self, _: type) -> None:
        raise TypeError

    def __init__(self, watch: Watch, chart: str, entries: dict[str, Any]) -> None:
        self.path = (*SCOPES, chart)
        self.place = self.path
        self.watch = watch
        dict.__init__(self, entries)

    def get(self, name: str, default: Any = None) -> Any:
        """Return what method `name` gives without arguments, else the value of that key."""
        if name in _GIVEN:
            return dict.get(self, name, default)
        self._ask(name)
        return Values.get(self, name, default)

    def assign(self, key: str, value: Any) -> None:
        """Set a key, or remove it, without a note."""
        super().assign(key, value)
        plain: dict[str, Any] = super().plain()
        if value is ABSENT:
            plain.pop(key, None)
        else:
            plain[key] = value

    def become(self, entries: dict[str, Any]) -> None:
        """Have these entries and no others, without a note."""
        super().become(entries)
        plain: dict[str, Any] = super().plain()
        plain.clear()
        plain.update(entries)

    def plain(self) -> dict[str, Any]:
        """Return the same map as a map[string]any, of which nobody sees what is read later."""
        for key in self:
            self._ask(key)
        return super().plain()

    def _ask(self, key: str) -> None:
        reads = self.watch.reads
        if reads is None:
            return
        if key == "Template":
            reads.portable = False
        elif key == "Subcharts":
            # Theirs are plain maps.
            reads.entries.add(SCOPES)
        else:
            reads.entries.add((*self.path, key))

    def _write(self, key: str, value: Any) -> None:
        if key in _GIVEN or key in ("Template", "Subcharts"):
            self.watch.poison()
        else:
            self.watch.write(self, key, value)


class Shared(dict[str, "Any"]):
    """A map that all templates see and none should change: `.Release`, `.Chart`, `.Subcharts`."""

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
        self.watch.poison()
        dict.__setitem__(self, key, value)

    def pop(self, key: str, *default: Any) -> Any:
        """Take a key out."""
        self.watch.poison()
        return dict.pop(self, key, *default)


class Watched:
    """Values as they are, every map in them watched.

    What stands in two places, as tables of globals do, is one and the same in both, with the path of the
    first.
    """

    def __init__(self, watch: Watch, plain: dict[str, Any]) -> None:
        self._watch = watch
        self._made: dict[int, Any] = {}
        self._roots: dict[int, Root] = {}
        self.top: Map = self._of(plain, (), ())
        self._made = {}

    def _of(self, value: Any, path: Path, place: Place) -> Any:
        kind = value.__class__
        if kind is not dict and kind is not list:
            return value
        known = self._made.get(id(value))
        if known is not None:
            return known
        made: Any
        if kind is dict:
            entries = []
            for key, entry in dict.items(value):
                if entry.__class__ is dict or entry.__class__ is list:
                    below = (*path, key)
                    entry = self._of(entry, below, below if place is path else (*place, key))
                entries.append((key, entry))
            made = Map(entries, path, place, self._watch)
        else:
            made = [self._of(entry, path, (*place, index)) for index, entry in enumerate(value)]
        self._made[id(value)] = made
        return made

    def root(self, table: Map | None = None) -> Root:
        """Return the `.Values` of the chart whose table it is: that at the top, unless another is given."""
        node = self.top if table is None else table
        known = self._roots.get(id(node))
        if known is None:
            known = self._roots[id(node)] = Root.of(node)
        return known

    def set(self, path: tuple[str, ...], value: Any) -> None:
        """Set the value at a path, in which no maps are and none have been, or remove it, without a note."""
        for node in self._at(path[:-1]):
            node.assign(path[-1], value)

    def order(self, path: tuple[str, ...], keys: list[str]) -> None:
        """Put the keys of the map at a path in order, without a note."""
        for node in self._at(path):
            node.become({key: dict.__getitem__(node, key) for key in keys})

    def _at(self, path: tuple[str, ...]) -> list[Node]:
        node = self.top
        for key in path:
            node = dict.__getitem__(node, key)
        root = self._roots.get(id(node))
        return [node] if root is None else [node, root]


def shared(value: Any, watch: Watch) -> Any:
    """Return what all templates share, every plain map in it watched for changes."""
    if value.__class__ is dict:
        return Shared([(key, shared(entry, watch)) for key, entry in value.items()], watch)
    if value.__class__ is list:
        return [shared(entry, watch) for entry in value]
    return value
