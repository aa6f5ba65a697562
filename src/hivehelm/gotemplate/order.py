"""The order in which Go evaluates a template's expressions: its messages name the node it looked at last."""

from __future__ import annotations

from hivehelm.gotemplate import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

UNKNOWN = object()


def last(node: nodes.Node, evaluate: Callable[[nodes.Node], Any] | None = None) -> nodes.Node:
    """Return the node that Go looks at last when it evaluates `node` without failing."""
    while True:
        if isinstance(node, nodes.Pipe):
            node = node.commands[-1]
        elif isinstance(node, nodes.Command):
            node = node.words[0] if len(node.words) == 1 else _last_argument(node, evaluate)
        elif isinstance(node, nodes.Chain):
            node = node.operand
        else:
            return node


def _last_argument(command: nodes.Command, evaluate: Callable[[nodes.Node], Any] | None) -> nodes.Node:
    first = command.words[0]
    if isinstance(first, nodes.Identifier) and first.name in ("and", "or") and evaluate is not None:
        # These stop at the argument that decides.
        for word in command.words[1:]:
            value = evaluate(word)
            if value is not UNKNOWN and bool(value) == (first.name == "or"):
                return word
    return command.words[-1]
