"""Where compiled templates can fail, and how lines of their code tell it."""

from __future__ import annotations

from bisect import bisect_right

from hivehelm.gotemplate import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


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
    """The sites of generated code, each of which begins a line.

    The code is written from the inside out, so that lines are known when all of it is there: until then, a
    comment at the end of the line before says which site begins.
    """

    def __init__(self) -> None:
        self._sites: list[Site] = []
        self._lines: dict[int, Site] = {}

    def begin(self, site: Site) -> str:
        """Return what ends the line before `site`."""
        self._sites.append(site)
        return f"#{len(self._sites) - 1}\n"

    def number(self, code: str) -> None:
        """Note the lines of the whole code."""
        for line, text in enumerate(code.split("\n"), 2):
            _, hash_, number = text.rpartition("#")
            if hash_ and number.isdecimal():
                self._lines[line] = self._sites[int(number)]

    def find(self, line: int | None) -> Site | None:
        """Return the site that is on a line of the code."""
        return self._lines.get(line or 0)
