"""Where a validation is: which schemas are at work on a value, and what they have not looked at.

Source: santhosh-tekuri/jsonschema v6's `scope` and `uneval`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from hivehelm.values.jsonschema.document import Schema


class Unevaluated:
    """Properties and items that no keyword has looked at yet; None where nobody asks."""

    __slots__ = ("items", "properties")

    def __init__(self, properties: set[str] | None = None, items: set[int] | None = None) -> None:
        self.properties = properties
        self.items = items

    @classmethod
    def of(cls, value: Any, schema: Schema, asked: bool) -> Unevaluated:
        """Return everything that `schema` itself leaves to its `unevaluated…` or to whoever asks."""
        node = schema.node
        if not isinstance(node, dict):
            return cls(set(value), None) if asked and isinstance(value, dict) else cls()
        if isinstance(value, dict):
            if "additionalProperties" in node or not (asked or "unevaluatedProperties" in node):
                return cls()
            return cls(set(value))
        if isinstance(value, list) and (asked or "unevaluatedItems" in node):
            if schema.draft >= 2020:
                done = len(value) if "items" in node else len(node.get("prefixItems") or ())
            else:
                items = node.get("items")
                done = len(items) if isinstance(items, list) else len(value) if "items" in node else 0
                if isinstance(items, list) and "additionalItems" in node:
                    done = len(value)
            return cls(None, set(range(done, len(value))))
        return cls()

    def merge(self, other: Unevaluated) -> None:
        """Take off what a schema for the same value has looked at."""
        if self.properties:
            self.properties &= other.properties or set()
        if self.items:
            self.items &= other.items or set()

    def __bool__(self) -> bool:
        return bool(self.properties or self.items)


ABSENT: Final = object()


class Scope:
    """A schema at work on a value, and the one that called it.

    `earlier` is another value that is known to fit this schema in this place, `ABSENT` where there is none.
    """

    __slots__ = ("earlier", "keyword", "parent", "schema", "value")

    def __init__(self, schema: Schema, keyword: str, value: int, parent: Scope | None) -> None:
        self.schema = schema
        self.keyword = keyword
        self.value = value
        self.parent = parent
        self.earlier: Any = ABSENT

    def cycle(self) -> Scope | None:
        """Return the scope in which the same schema is already at work on the same value."""
        scope = self.parent
        while scope is not None and scope.value == self.value:
            if scope.schema is self.schema:
                return scope
            scope = scope.parent
        return None

    def path(self) -> str:
        """Return the keywords from the root to here."""
        parts: list[str] = []
        scope = self
        while scope.parent is not None:
            if scope.keyword:
                parts.append(f"/{scope.keyword}")
            else:
                parts.append(scope.schema.location[len(scope.parent.schema.location) :])
            scope = scope.parent
        return "".join(reversed(parts))


def below(earlier: Any, part: str) -> Any:
    """Return what is at a key or an index of an earlier value, `ABSENT` where there is nothing."""
    if isinstance(earlier, dict):
        return earlier.get(part, ABSENT)
    if isinstance(earlier, list) and (index := int(part)) < len(earlier):
        return earlier[index]
    return ABSENT
