"""Where compiled templates can fail, and how code positions tell it."""

from __future__ import annotations

from bisect import bisect_right

from hivehelm.gotemplate import emit, nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from hivehelm.gotemplate.emit import Place

    Key: TypeAlias = tuple[int, int, int]


class Site:
    """A place where execution can fail: what is done there (`kind`), for which node, what else to know."""

    __slots__ = ("detail", "kind", "node")

    def __init__(self, kind: str, node: nodes.Node, detail: Any = None) -> None:
        self.kind = kind
        self.node = node
        self.detail = detail


class CallDetail:
    """A call: its function's name and identifier, its arguments, and its shape (`signature.bind`)."""

    __slots__ = ("arguments", "identifier", "name", "shape")

    def __init__(self, name: str, identifier: nodes.Node, arguments: list[nodes.Operand], shape: str) -> None:
        self.name = name
        self.identifier = identifier
        self.arguments = arguments
        self.shape = shape


class Source:
    """Line starts of a template's bytes."""

    def __init__(self, text: str) -> None:
        starts = [0]
        find = text.find
        pos = find("\n")
        while pos >= 0:
            starts.append(pos + 1)
            pos = find("\n", pos + 1)
        self._starts = starts

    def place(self, pos: int) -> tuple[int, int]:
        """Return line (from 1) and column (from 0) of a byte offset."""
        line = bisect_right(self._starts, pos)
        return line, pos - self._starts[line - 1]


class Sites:
    """Gives positions to generated code.

    What can fail gets a position of its own: line and column in the template, and an end column that tells
    sites at one position apart. Where the interpreter keeps only lines, each gets a line of its own.
    """

    def __init__(self, source: Source, *, lines_only: bool) -> None:
        self._source = source
        self._lines_only = lines_only
        self._sites: dict[Key, Site] = {}
        self._ends: dict[tuple[int, int], int] = {}
        self._places: dict[int, Place] = {}
        self._nowhere = emit.place(1, 0, 0)

    def plain(self, pos: int) -> Place:
        """Return the position of what cannot fail."""
        if self._lines_only:
            return self._nowhere
        place = self._places.get(pos)
        if place is None:
            line, column = self._source.place(pos)
            place = self._places[pos] = emit.place(line, column, column)
        return place

    def site(self, kind: str, node: nodes.Node, detail: Any = None) -> Place:
        """Return a position of its own for what is done for `node`."""
        sites = self._sites
        if self._lines_only:
            key = (len(sites) + 2, 0, 0)
        else:
            plain = self.plain(node.pos)
            line, column = plain["lineno"], plain["col_offset"]
            end = self._ends.get((line, column), column) + 1
            self._ends[line, column] = end
            key = (line, column, end)
        sites[key] = Site(kind, node, detail)
        return emit.place(*key)

    def find(self, line: int | None, column: int | None, end: int | None) -> Site | None:
        """Return the site at the position of an instruction."""
        if self._lines_only:
            return self._sites.get((line or 0, 0, 0))
        return self._sites.get((line or 0, column or 0, end or 0))
