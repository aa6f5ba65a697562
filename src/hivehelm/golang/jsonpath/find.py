"""What a JSONPath template finds in a value (client-go's `util/jsonpath/jsonpath.go`).

Where Go goes through a map in random order, keys are taken in their order here.
"""

from __future__ import annotations

from operator import eq, ge, gt, le, lt, ne

from hivehelm.golang.jsonpath.nodes import (
    Descent,
    Field,
    Filter,
    Index,
    Literal,
    Text,
    Union,
    Wildcard,
)
from hivehelm.golang.kinds import Uint8

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, Final

    from hivehelm.golang.jsonpath.nodes import Node, Path, Word


class Nothing:
    """What a range goes over where an item is null: to Go, no value at all."""


NOTHING = Nothing()


class NowhereError(Exception):
    """A step leads nowhere; `reached` is what filters that ask for existence take it to have reached."""

    def __init__(self, reached: list[Any] | None = None) -> None:
        self.reached = reached or []


class Search:
    """One use of a template; it counts the ranges it is in."""

    def __init__(self, parts: list[Text | Path]) -> None:
        self.parts = parts
        self.begun = 0
        self.open = 0
        self.ended = 0
        self.last_end = -1

    def find(self, value: Any, start: int = 0) -> list[list[Any]]:
        """Return the findings of each part of the template, from the part at `start` on.

        Raises:
            NowhereError: a step leads nowhere, or does not fit what it is applied to.
        """
        found: list[list[Any]] = []
        root = [NOTHING if value is None else value]
        place = start
        while place < len(self.parts):
            part = self.parts[place]
            results = [part.text] if isinstance(part, Text) else self.walk(root, part)
            if 0 < self.ended <= self.open:
                self.ended -= 1
                self.last_end = place
                break
            if self.begun:
                self.begun -= 1
                self.open += 1
                if not results:
                    # Gone through once all the same, to get behind its end.
                    self.find(None, place + 1)
                for result in results:
                    found += self.find(result, place + 1)
                self.open -= 1
                if self.last_end > place:
                    place = self.last_end
            else:
                found.append(results)
            place += 1
        return found

    def walk(self, values: list[Any], path: Path) -> list[Any]:
        """Return where the steps of `path` lead from `values`."""
        for node in path:
            values = self.step(values, node)
        return values

    def step(self, values: list[Any], node: Node) -> list[Any]:
        """Return where one step leads from `values`."""
        if isinstance(node, Field):
            return _field(values, node.name)
        if isinstance(node, Index):
            return _items(values, node)
        if isinstance(node, Text):
            return [node.text]
        if isinstance(node, Literal):
            return [node.value] * len(values)
        if isinstance(node, Wildcard):
            return [held for value in values for held in _held(value)]
        if isinstance(node, Descent):
            return list(_holders(values))
        if isinstance(node, Filter):
            return self.filtered(values, node)
        if isinstance(node, Union):
            try:
                return [found for path in node.paths for found in self.walk(values, path)]
            except NowhereError:
                raise NowhereError(values) from None
        return self.word(values, node)

    def word(self, values: list[Any], node: Word) -> list[Any]:
        """Begin or end a range."""
        if node.name == "range":
            self.begun += 1
            return values
        if node.name != "end":
            raise NowhereError(values)
        if not self.open:
            raise NowhereError
        self.ended += 1
        return []

    def filtered(self, values: list[Any], node: Filter) -> list[Any]:
        """Return the items of lists that meet a condition."""
        results: list[Any] = []
        for value in values:
            if not isinstance(value, list):
                raise NowhereError(values)
            for item in value:
                if node.operator == "exists":
                    if self.exists(item, node.left):
                        results.append(item)
                    continue
                try:
                    left = self.operands(item, node.left)
                    right = self.operands(item, node.right) if left else left
                except NowhereError:
                    raise NowhereError(values) from None
                if right and _compare(left[0], right[0], node.operator, results):
                    results.append(item)
        return results

    def exists(self, item: Any, path: Path) -> bool:
        """Tell whether `path` leads anywhere from `item`."""
        try:
            return bool(self.walk([item], path))
        except NowhereError as error:
            return bool(error.reached)

    def operands(self, item: Any, path: Path) -> list[Any]:
        """Return what `path` leads to: one value or none."""
        found = self.walk([item], path)
        if len(found) > 1:
            raise NowhereError
        return found


def _field(values: list[Any], name: str) -> list[Any]:
    found = [value[name] for value in values if isinstance(value, dict) and name in value]
    if values and not found:
        raise NowhereError
    return found


def _items(values: list[Any], node: Index) -> list[Any]:
    result: list[Any] = []
    for value in values:
        if value is None:
            continue
        if not isinstance(value, list):
            raise NowhereError(values)
        size = len(value)
        start = node.start or 0
        if start < 0:
            start += size
        end = size if node.end is None else node.end
        if end < 0 or (end == 0 and node.derived):
            end += size
        if start == end:
            return result
        if not (0 <= start < size and 0 <= end <= size and start < end):
            raise NowhereError(values)
        if node.step is not None and node.step <= 0:
            raise NowhereError(values)
        result += value[start : end : node.step or 1]
    return result


def _held(value: Any) -> Iterable[Any]:
    """Return what a value holds: of a string, its bytes."""
    if isinstance(value, dict):
        return [value[key] for key in sorted(value)]
    if isinstance(value, list):
        return value
    return map(Uint8, value.encode("utf-8", "surrogateescape")) if isinstance(value, str) else ()


def _holders(values: list[Any]) -> Iterable[Any]:
    """Yield the values that hold something, each before what is in it."""
    waiting = values[::-1]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str) and value:
            yield value
        elif held := list(_held(value)):
            yield value
            waiting += held[::-1]


_COMPARISONS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "==": eq,
    "!=": ne,
    "<": lt,
    ">": gt,
    "<=": le,
    ">=": ge,
}


def _compare(one: Any, other: Any, operator: str, results: list[Any]) -> bool:
    """Compare two values of the same kind, as text/template did at first: an int is no float.

    Raises:
        NowhereError: they cannot be compared so.
    """
    kind = _kind(one)
    compared = _COMPARISONS.get(operator)
    if (
        compared is None
        or not kind
        or kind != _kind(other)
        or (kind == "bool" and operator not in ("==", "!="))
    ):
        raise NowhereError(results)
    if kind == "string":
        one, other = one.encode("utf-8", "surrogateescape"), other.encode("utf-8", "surrogateescape")
    return bool(compared(one, other))


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "string"
    if isinstance(value, float):
        return "float"
    return "int" if isinstance(value, int) else ""
