"""What calls of `include` and `tpl` gave, for `render.memory`."""

from __future__ import annotations

from hivehelm.gotemplate.stack import used
from hivehelm.render.watch import Reads
from hivehelm.render.watched import Map, Root, Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final

    from hivehelm.render.watch import Watch

# The most calls that are remembered; and the most within one another, since the engine counts them, too.
_MOST: Final = 10_000
_DEEPEST: Final = 1000
# The frames of Python that a call takes here.
_FRAMES: Final = 2
# The most that is looked at of what a call is given.
_ROOM: Final = 100
_NODES: Final = (Scope, Map, Root)


class _UntoldError(Exception):
    """What a call is given cannot be told from other things, or only at length."""


class Calls:
    """The texts of calls, by the names of templates, or their texts, and by what they are given."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._known: dict[object, tuple[str, Reads]] = {}
        self._depth = 0

    def __len__(self) -> int:
        return len(self._known)

    def restart(self) -> None:
        """Begin another render."""
        self._depth = 0
        if len(self._known) > _MOST:
            self._known = {}

    def forget(self, gone: Callable[[Reads], bool]) -> None:
        """Forget the calls whose reads are `gone`."""
        self._known = {key: known for key, known in self._known.items() if not gone(known[1])}

    def run(self, kind: object, name: str, data: Any, call: Callable[[str, Any], str]) -> str:
        """Return what `call`, which is of a `kind`, gives for `name` and `data`: now, or before."""
        watch = self._watch
        outer = watch.reads
        if outer is None:
            return call(name, data)
        depth = self._depth = self._depth + 1
        if depth > outer.deepest:
            outer.deepest = depth
        used.frames += _FRAMES
        try:
            if (given := told(data)) is None:
                return call(name, data)
            key = kind, name, given
            known = self._known.get(key)
            if known is not None and not watch.poisoned:
                text, reads = known
                if depth + reads.deepest < _DEEPEST and not reads.touched(watch.written):
                    outer.deepest = max(outer.deepest, depth + reads.deepest)
                    outer.take(reads)
                    return text
            reads = watch.reads = Reads(depth)
            try:
                text = call(name, data)
            finally:
                watch.reads = outer
                outer.take(reads)
            if self._lasts(reads) and told(data) == given:
                reads.deepest -= depth
                self._known[key] = text, reads
            return text
        finally:
            self._depth = depth - 1
            used.frames -= _FRAMES

    def _lasts(self, reads: Reads) -> bool:
        """Tell whether a call would give the same in another place of the next render."""
        return (
            reads.pure
            and reads.portable
            and not reads.writes
            and not self._watch.poisoned
            and not reads.touched(self._watch.written)
        )


def told(value: Any) -> object | None:
    """Return what stands for a value: of two that are told alike, a template makes the same.

    None if it has parts that only are what they are, or too many.
    """
    try:
        return _told(value, [_ROOM])
    except _UntoldError:
        return None


def _told(value: Any, room: list[int]) -> object:
    kind = type(value)
    if kind in _NODES:
        return kind, value.place
    if kind is str or kind is bool or kind is int or value is None:
        return kind, value
    if kind is float:
        # Two zeros are one to ==, and not as texts.
        return kind, value.hex()
    if kind is dict:
        _take(room, len(value))
        return dict, *[(key, _told(item, room)) for key, item in value.items()]
    if kind is list:
        _take(room, len(value))
        return list, *[_told(item, room) for item in value]
    raise _UntoldError(f"a {kind.__name__}")


def _take(room: list[int], count: int) -> None:
    room[0] -= count + 1
    if room[0] < 0:
        raise _UntoldError("too long")
