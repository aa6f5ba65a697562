"""The nodes of a YAML document: its events as a tree, with its aliases resolved."""

from __future__ import annotations

from hivehelm.golang.yaml.error import YAMLError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from hivehelm.golang.yaml.events import Event


class Node:
    """A scalar, sequence, mapping or alias of a document."""

    __slots__ = ("alias", "children", "implicit", "kind", "line", "tag", "value")

    def __init__(self, event: Event) -> None:
        self.kind = event.kind
        self.line = event.line
        self.value = event.value
        self.tag = event.tag
        self.implicit = event.implicit
        self.children: list[Node] = []
        self.alias: Node | None = None


def compose(events: Iterable[Event]) -> Node | None:
    """Return the root node of a document, None if there are no events.

    Raises:
        YAMLError: an alias has no anchor before it.
    """
    anchors: dict[str, Node] = {}
    root: Node | None = None
    parents: list[Node] = []
    for event in events:
        if event.kind == "end":
            parents.pop()
            continue
        node = Node(event)
        if event.kind == "alias":
            node.alias = anchors.get(event.value)
            if node.alias is None:
                raise YAMLError(f"yaml: unknown anchor '{event.value}' referenced")
        elif event.anchor is not None:
            anchors[event.anchor] = node
        if parents:
            parents[-1].children.append(node)
        root = root or node
        if event.kind in ("mapping", "sequence"):
            parents.append(node)
    return root
