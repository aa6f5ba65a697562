"""What differs between two trees of values, down to what a template could tell."""

from __future__ import annotations

from marshal import dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    Path = tuple[str, ...]
    Place = tuple[str | int, ...]
    Table = dict[str, Any]
    Twins = frozenset[frozenset[Place]]

ABSENT: Final = object()
"""What a key has that a table has not."""


class Changes:
    """What differs between the values of two renders.

    Attributes:
        values: the values that are others or came, by their paths; `ABSENT` for those that went.
        keys: the keys, as they are now, of the tables whose keys are others or in another order, by the
            tables' paths.
        whole: those of the paths of `values` where a table came or went, or may have within a list: nothing
            that was below is what it was.
    """

    def __init__(self) -> None:
        self.values: dict[Path, Any] = {}
        self.keys: dict[Path, list[str]] = {}
        self.whole: list[Path] = []

    @classmethod
    def between(cls, old: Table, new: Table) -> Changes:
        """Return all that differs between two tables."""
        changes = cls()
        changes._compare(old, new, ())
        return changes

    def _compare(self, old: Table, new: Table, path: Path) -> None:
        if list(old) != list(new):
            self.keys[path] = list(new)
            for key in old.keys() - new.keys():
                self._note((*path, key), old[key], ABSENT)
        for key, value in new.items():
            if key not in old:
                self._note((*path, key), ABSENT, value)
                continue
            before = old[key]
            if before is value or _alike(before, value):
                continue
            if isinstance(value, dict) and isinstance(before, dict) and type(value) is type(before):
                self._compare(before, value, (*path, key))
            elif not same(before, value):
                self._note((*path, key), before, value)

    def _note(self, path: Path, before: Any, value: Any) -> None:
        self.values[path] = value
        if holds_tables(value) or holds_tables(before):
            self.whole.append(path)


def holds_tables(value: Any) -> bool:
    """Tell whether a value is a table, or a list with one in it."""
    if isinstance(value, list):
        return any(map(holds_tables, value))
    return isinstance(value, dict)


def _alike(old: Any, new: Any) -> bool:
    """Tell at once that two values are the same in all respects; what is the same may not be alike."""
    if new.__class__ is str or new.__class__ is bool:
        return new.__class__ is old.__class__ and bool(new == old)
    try:
        # Version 2 knows no references, which depend on what else there is.
        return dumps(old, 2) == dumps(new, 2)
    except ValueError:
        return False


def same(old: Any, new: Any) -> bool:
    """Tell whether two values are one to every template: of the same types, in the same order."""
    if type(old) is not type(new):
        return False
    if isinstance(new, list):
        return len(old) == len(new) and all(map(same, old, new))
    if isinstance(new, dict):
        return list(old) == list(new) and all(same(old[key], new[key]) for key in new)
    if new.__class__ is float:
        # Two zeros are one to ==, and not as texts.
        return dumps(old, 2) == dumps(new, 2)
    return bool(old == new)


def twins(tree: Table) -> Twins:
    """Return the places of each table of a tree that stands in several."""
    met: dict[int, list[Place]] = {}

    def walk(value: Any, place: Place) -> None:
        if value.__class__ is dict:
            met.setdefault(id(value), []).append(place)
            for key, inner in value.items():
                if inner.__class__ is dict or inner.__class__ is list:
                    walk(inner, (*place, key))
        else:
            for index, inner in enumerate(value):
                if inner.__class__ is dict or inner.__class__ is list:
                    walk(inner, (*place, index))

    walk(tree, ())
    return frozenset(frozenset(places) for places in met.values() if len(places) > 1)


def grafted(old: Table, new: Table) -> Table:
    """Return a tree like `new` that shares with `old` what is the same in both.

    So what has changed between the two is found at a glance. `new` itself is returned where its twins would
    be others by it.
    """
    made: dict[int, Table] = {}

    def graft(old: Table, new: Table) -> Table:
        known = made.get(id(new))
        if known is None:
            known = made[id(new)] = {}
            for key, value in new.items():
                before = old.get(key)
                if before is not None and _alike(before, value):
                    value = before
                elif before.__class__ is dict and value.__class__ is dict:
                    value = graft(before, value)
                known[key] = value
        return known

    whole = graft(old, new)
    return whole if twins(new) == twins(whole) else new
