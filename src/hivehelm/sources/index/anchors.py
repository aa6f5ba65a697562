"""What the anchors of an index stand for, kept small: what is named once may be meant a thousand times."""

from __future__ import annotations

import marshal

from hivehelm.golang.yaml.tree import is_excessive, most_aliased
from hivehelm.sources.index.form import FORMAT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Anchor:
    """The value of one anchor, marshalled: each alias is a copy, since values change where they stand."""

    __slots__ = ("data", "height", "nodes")

    def __init__(self, value: Any, nodes: int, height: int) -> None:
        """Keep a value, of so many nodes, that goes so many levels down.

        Raises:
            ValueError: it is nested too deeply.
        """
        self.data = marshal.dumps(value, FORMAT)
        self.nodes = nodes
        self.height = height

    def copy(self) -> Any:
        """Return the value anew."""
        return marshal.loads(self.data)  # noqa: S302 - our own, of a moment ago


class Anchors:
    """The anchors of a document by their names, and how much its aliases come to."""

    def __init__(self) -> None:
        self._known: dict[str, Anchor | None] = {}
        self._nodes = 0
        self._size = 0

    def begin(self, name: str) -> None:
        """Begin the value of an anchor: an alias within it would be of itself."""
        self._known[name] = None

    def end(self, name: str, anchor: Anchor) -> None:
        """End the value of an anchor."""
        self._known[name] = anchor

    def get(self, name: str) -> Anchor | None:
        """Return what an alias is of; None for what is not there, or not yet."""
        return self._known.get(name)

    def take(self, anchor: Anchor) -> None:
        """Count an alias."""
        self._nodes += anchor.nodes
        self._size += len(anchor.data)

    def excessive(self, count: int, size: int) -> bool:
        """Tell whether aliases come to more than go-yaml, or we, let pass in `count` nodes, `size` bytes."""
        return self._size > most_aliased(size) or is_excessive(self._nodes, count)
