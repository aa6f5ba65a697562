"""The order in which Go evaluates a template's expressions: its messages name the node it looked at last."""

from __future__ import annotations

from hivehelm.gotemplate import nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
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


def calls_around(statements: Iterable[nodes.Node], node: nodes.Node) -> list[tuple[nodes.Command, int]]:
    """Return the commands of whose arguments one is `node` or has it, with its number, outermost first."""
    path: Any = None
    # What is still to be looked at, each with the commands around it: (theirs, command, position).
    left: list[tuple[nodes.Node, Any]] = [(statement, None) for statement in statements]
    while left:
        found, path = left.pop()
        if found is node:
            break
        if isinstance(found, nodes.Branch):
            left += [(inner, None) for inner in (found.pipe, *found.body, *(found.otherwise or ()))]
        elif isinstance(found, nodes.Command):
            left += [(word, (path, found, index - 1)) for index, word in enumerate(found.words) if index]
            left.append((found.words[0], path))
        elif isinstance(found, nodes.Pipe):
            left += [(command, path) for command in found.commands]
        elif isinstance(found, nodes.Chain):
            left.append((found.operand, path))
        elif (pipe := getattr(found, "pipe", None)) is not None:
            left.append((pipe, path))
    else:
        return []
    around = []
    while path is not None:
        path, command, position = path
        around.append((command, position))
    return around[::-1]
