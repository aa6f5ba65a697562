"""Maps of two types that are one map in Go, where converting a map shares what is in it.

Each of them is a dict of its own here; `put` and `remove` change both.
"""

from __future__ import annotations

from _weakref import ref

from hivehelm.golang.kinds import NamedMap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    V = TypeVar("V", bound="View")

# Views by the identity of the plain map, which each keeps alive.
_VIEWS: dict[int, ref[View]] = {}


class View(NamedMap):
    """A map under a name of its own, which shares with a plain map what is in it."""

    __slots__ = ("__weakref__", "_plain")
    _plain: dict[str, Any]

    @classmethod
    def of(cls: type[V], plain: dict[str, Any]) -> V:
        """Return the view of a map: always the same one."""
        if isinstance(plain, cls):
            return plain
        known = _VIEWS.get(id(plain))
        view = None if known is None else known()
        if not isinstance(view, cls):
            view = cls(plain)
            view._share(plain)
        return view

    def plain(self) -> dict[str, Any]:
        """Return the same map as a map[string]any."""
        plain = getattr(self, "_plain", None)
        if plain is None:
            plain = dict(self)
            self._share(plain)
        return plain

    def _share(self, plain: dict[str, Any]) -> None:
        key = id(plain)
        self._plain = plain
        _VIEWS[key] = ref(self, lambda _: _VIEWS.pop(key, None))


def _both(mapping: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    if isinstance(mapping, View):
        return mapping, mapping.plain()
    known = _VIEWS.get(id(mapping))
    view = None if known is None else known()
    return (mapping,) if view is None else (mapping, view)


def put(mapping: dict[str, Any], key: str, value: Any) -> None:
    """Set a key of a map, under both its names."""
    mapping[key] = value
    if mapping.__class__ is dict and id(mapping) not in _VIEWS:
        return
    for each in _both(mapping):
        each[key] = value


def remove(mapping: dict[str, Any], key: str) -> None:
    """Remove a key of a map, under both its names."""
    for each in _both(mapping):
        each.pop(key, None)
