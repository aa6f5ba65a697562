"""What the operands of a failed execution gave, found again from where it stopped.

Functions are called once more, with what they were given before: what they return matters for its kind alone.
"""

from __future__ import annotations

from hivehelm.golang.kinds import NoFieldError
from hivehelm.gotemplate import nodes
from hivehelm.gotemplate.functions.signature import ANYTHING, CallError, can_be_nil, check, signature
from hivehelm.gotemplate.order import UNKNOWN
from hivehelm.gotemplate.runtime import method

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from hivehelm.gotemplate.compiler import Compiler
    from hivehelm.gotemplate.functions.signature import Signature
    from hivehelm.gotemplate.root import Root

_LETTERS = {nodes.String: "s", nodes.Number: "#", nodes.Bool: "b", nodes.Nil: "n"}


class Retrace:
    """Evaluates operands in the scope of a frame, with the variables that `compiler` gave it.

    What cannot be known is `UNKNOWN`.
    """

    def __init__(self, frame: FrameType, compiler: Compiler) -> None:
        self.locals = frame.f_locals
        self._compiler = compiler

    def root(self, node: nodes.Node) -> Any:
        """Return the value that a node's fields start from."""
        root = self._compiler.roots.get(id(node))
        if root is None:
            return UNKNOWN
        return self._kept(root.load)

    def holder(self, root: Root) -> tuple[Any, ...]:
        """Return what a variable or the cursor is an element of, in a tuple; an empty one for nothing."""
        if root.held:
            found: Any = self._kept(root.held)
            return () if found is UNKNOWN else found
        return (self._kept(root.kept),) if root.interface else ()

    def _kept(self, place: str | int) -> Any:
        if isinstance(place, str):
            return self.locals.get(place, UNKNOWN)
        return self.locals.get("V", {}).get(place, UNKNOWN)

    def receiver(self, node: nodes.Node, index: int) -> Any:
        """Return the value that the `index`-th field of a chain was asked of."""
        value = self.evaluate(node.operand) if isinstance(node, nodes.Chain) else self.root(node)
        return self._fields(value, node.names[:index])  # type: ignore[attr-defined]

    def evaluate(self, node: nodes.Node) -> Any:
        """Return the value of an operand, or of a pipe."""
        if isinstance(node, nodes.Pipe):
            value: Any = None
            for stage, command in enumerate(node.commands):
                value = self._command(command.words, value, piped=stage > 0)
            return value
        if isinstance(node, (nodes.Field, nodes.Variable)):
            return self._fields(self.root(node), node.names)
        if isinstance(node, nodes.Chain):
            return self._fields(self.evaluate(node.operand), node.names)
        if isinstance(node, nodes.Dot):
            return self.root(node)
        if isinstance(node, nodes.Identifier):
            return self._command([node], None, piped=False)
        return getattr(node, "value", None)

    def signature(self, function: nodes.Node) -> Signature | None:
        """Return what a function or method takes; None where that is anything, or unknown."""
        if isinstance(function, nodes.Identifier):
            if function.name in self._compiler.inline:
                return None
            known: Signature = self.locals["F"].signature(function.name)
            return known
        if not isinstance(function, (nodes.Field, nodes.Variable, nodes.Chain)) or not function.names:
            return None
        try:
            found = self.receiver(function, len(function.names) - 1).method(function.names[-1])
        except (AttributeError, NoFieldError):
            return None
        return signature(found)

    def _command(self, words: list[nodes.Operand], final: Any, *, piped: bool) -> Any:
        first = words[0]
        if len(words) == 1 and not piped and not isinstance(first, nodes.Identifier):
            return self.evaluate(first)
        inline = first.name if isinstance(first, nodes.Identifier) else ""
        if inline in ("and", "or") and inline in self._compiler.inline:
            return self._decided(inline, words[1:], final, piped=piped)
        values = [self.evaluate(word) for word in words[1:]]
        if piped:
            values.append(final)
        if any(value is UNKNOWN for value in values):
            return UNKNOWN
        shape = "".join(_LETTERS.get(word.__class__, ".") for word in words[1:]) + "^" * piped
        try:
            if isinstance(first, nodes.Identifier):
                return self.locals["F"][f"{inline}/{shape}"](*values)
            names = first.names  # type: ignore[union-attr]
            return method(self.receiver(first, len(names) - 1), names[-1], shape)(*values)
        except Exception:
            return UNKNOWN

    def _decided(self, name: str, words: list[nodes.Operand], final: Any, *, piped: bool) -> Any:
        value: Any = UNKNOWN
        for word in words:
            value = self.evaluate(word)
            if value is UNKNOWN or bool(value) == (name == "or"):
                return value
        return final if piped else value

    def _fields(self, value: Any, names: list[str]) -> Any:
        for name in names:
            if value is UNKNOWN or value is None:
                break
            try:
                value = value.get(name)
            except Exception:
                return UNKNOWN
        return value

    def interface(self, word: nodes.Node) -> bool:
        """Tell whether the nil that an argument gave is an interface's: one found in a map or a list."""
        if isinstance(word, (nodes.Pipe, nodes.Nil)):
            return False
        if isinstance(word, nodes.Chain):
            return self.evaluate(word.operand) is not None
        if isinstance(word, nodes.Identifier):
            return True
        root = self._compiler.roots.get(id(word))
        if isinstance(word, nodes.Dot) or (isinstance(word, nodes.Variable) and not word.names):
            return root is not None and bool(self.holder(root))
        return self.root(word) is not None


def refusal(kind: str, position: int, word: nodes.Node, retrace: Retrace) -> CallError | None:
    """Return what Go says to an argument for a parameter of type `kind`; None where it takes it."""
    value = retrace.evaluate(word)
    if value is UNKNOWN or (kind in ANYTHING and not isinstance(word, nodes.Number)):
        return None
    letter = _LETTERS.get(word.__class__, ".")
    if value is None and letter == "." and can_be_nil(kind) and retrace.interface(word):
        return CallError("", position, nil=True, expected=kind)
    if letter == "#" and value.__class__ is int and value >= 1 << 63:
        letter = "u"
    try:
        check(kind, position, letter, value)
    except CallError as error:
        return error
    return None
