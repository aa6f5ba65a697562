"""What differs between two trees of values, down to what a template could tell."""

from __future__ import annotations

from marshal import dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Path = tuple[str, ...]


class Changes:
    """What differs between the values of two renders.

    Attributes:
        values: the paths of values that are others, came or went.
        keys: the paths of maps whose keys are others, or in another order.
        whole: those of `values` where a map came or went, or may have within a list: nothing that was below
            is what it was.
    """

    def __init__(self) -> None:
        self.values: dict[Path, Any] = {}
        self.keys: set[Path] = set()
        self.whole: list[Path] = []

    @classmethod
    def between(cls, old: dict[str, Any], new: dict[str, Any]) -> Changes:
        """Return all that differs between two maps."""
        changes = cls()
        changes._compare(old, new, ())
        return changes

    def _compare(self, old: dict[str, Any], new: dict[str, Any], path: Path) -> None:
        if list(old) != list(new):
            self.keys.add(path)
            for key in old.keys() - new.keys():
                self._note((*path, key), old[key], None)
        for key, value in new.items():
            if key not in old:
                self._note((*path, key), None, value)
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
        if _holds_maps(value) or _holds_maps(before):
            self.whole.append(path)

    @property
    def structural(self) -> bool:
        """Whether more has changed than single values."""
        return bool(self.keys or self.whole)


def _holds_maps(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_holds_maps, value))
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


def shared_alike(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Tell whether what is one in several places of a tree is so in another, whose maps have the same keys.

    What the two trees share is taken to be so.
    """
    return _Twins().alike(old, new, ())


class _Twins:
    """Where tables and lists of two trees were met first."""

    def __init__(self) -> None:
        self._old: dict[int, tuple[object, ...]] = {}
        self._new: dict[int, tuple[object, ...]] = {}

    def alike(self, old: Any, new: Any, place: tuple[object, ...]) -> bool:
        if old is new or old.__class__ is not new.__class__:
            return True
        if self._old.setdefault(id(old), place) != self._new.setdefault(id(new), place):
            return False
        if isinstance(new, dict):
            return all(
                self.alike(old[key], value, (*place, key))
                for key, value in new.items()
                if value.__class__ is dict or value.__class__ is list
            )
        return all(
            self.alike(before, value, (*place, index))
            for index, (before, value) in enumerate(zip(old, new, strict=False))
            if value.__class__ is dict or value.__class__ is list
        )


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
