"""From pipelines to Python expressions, as text.

An expression is a name, a constant, in parentheses, or something with a trailer of its own, so that fields of
it can be asked for. Line breaks are at sites alone; all expressions stand in brackets.
"""

from __future__ import annotations

from hivehelm.gotemplate import nodes
from hivehelm.gotemplate.root import Root
from hivehelm.gotemplate.sites import CallDetail, Site, Sites

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# Expressions that nest deeper go into functions of their own: CPython takes no more than 200 brackets.
DEPTH_PER_FUNCTION = 40


class Atom(str):
    """A constant, or a local: evaluating it takes no time and changes nothing."""

    __slots__ = ()


def constant(value: Any) -> Atom:
    """Return the literal of a constant."""
    if value.__class__ is float:
        return Atom(_float(value))
    if isinstance(value, complex):
        return Atom(f"complex({_float(value.real)},{_float(value.imag)})")
    if value.__class__ is int and value < 0:
        return Atom(f"({value})")
    return Atom(repr(value))


def _float(value: float) -> str:
    return f"({value!r})".replace("inf", "1e999")


def _fits(number: complex) -> bool:
    """Tell whether a constant is no integer too large for Go's int."""
    return not isinstance(number, int) or number < 1 << 63


class Values:
    """Compiles expressions, in the scope and under the cursor that the statements around them set.

    With `traced`, it remembers where what can fail, and what fields are asked of.
    """

    def __init__(self, flags: str, tree: nodes.Tree, *, nil: bool, traced: bool) -> None:
        self.assigned, self.ranged = tree.assigned, tree.ranged
        self.strict = "e" in flags
        self.inline = {name for name, flag in (("and", "a"), ("or", "o"), ("not", "n")) if flag not in flags}
        self.traced = traced
        self.nil = nil
        self.reset(deep=False)

    def reset(self, *, deep: bool) -> None:
        """Begin anew; `deep` code may be split over several functions."""
        self.deep = deep
        self.sites = Sites()
        self.roots: dict[int, Root] = {}
        self.scopes: list[dict[str, Root]] = []
        self.dot = Root("d0", guard=self.nil)
        self.depth = 0
        self._counter = 0
        self._slots = 0

    if TYPE_CHECKING:

        def split(self, compile_body: Callable[[], None]) -> str:
            """Return the call of a function of its own, which `compile_body` fills; see `Compiler`."""

        def give(self, value: str) -> None:
            """Write that the running function returns `value`; see `Compiler`."""

    def site(
        self,
        kind: str,
        node: nodes.Node,
        detail: Any = None,
        words: list[nodes.Operand] | None = None,
        shape: str = "",
    ) -> str:
        """Return the line break before what is done for `node` and can fail.

        With `words` and `shape`, it is a call, and `detail` is the name and node of what is called.
        """
        if not self.traced:
            return "\n"
        if words is not None:
            name, called = detail
            detail = CallDetail(name, called, words, shape)
        return self.sites.begin(Site(kind, node, detail))

    # --- variables

    def fresh(self, prefix: str) -> str:
        """Return a name for a local that nothing else has."""
        self._counter += 1
        return f"{prefix}{self._counter}"

    def place(self, prefix: str) -> str | int:
        """Return where a value is kept that all code of the tree sees."""
        if not self.deep:
            return self.fresh(prefix)
        self._slots += 1
        return self._slots

    def declare(self, name: str, kept: str | int = "") -> Root:
        """Declare a variable in the innermost scope; it begins as an element of what is in `kept`, if any."""
        mixed = name in (self.assigned if kept else self.ranged)
        held = self.place("h") if mixed else ""
        variable = Root(self.place("v"), interface=bool(kept) and not mixed, kept=kept, held=held)
        self.scopes[-1][name] = variable
        return variable

    def find(self, name: str) -> Root | None:
        """Return a variable; None where it is not declared."""
        for scope in reversed(self.scopes):
            if (variable := scope.get(name)) is not None:
                return variable
        return None

    def declared(self, pipe: nodes.Pipe) -> Root | None:
        """Return the variable that a pipe declares or assigns to; None where there is none to assign to."""
        name = pipe.variables[0].name
        return self.find(name) if pipe.assign else self.declare(name)

    def load(self, variable: Root) -> str:
        """Return a variable's value."""
        return self.loaded(variable.load)

    def loaded(self, place: str | int) -> str:
        """Return what is kept at a place."""
        return Atom(place) if isinstance(place, str) else f"V[{place}]"

    def stored(self, variable: Root, value: str) -> str:
        """Return an expression that assigns to a variable and has the value."""
        stored = self.put(variable.load, value)
        return f"({stored},{self.put(variable.held, '()')})[0]" if variable.held else stored

    def put(self, place: str | int, value: str) -> str:
        """Return an expression that keeps `value` at a place and has it."""
        return f"({place}:={value})" if isinstance(place, str) else f"put(V,{place},{value})"

    def root(self, node: nodes.Node) -> Root | None:
        """Return the variable that a node starts from, or the cursor; None for an undefined variable."""
        root = self.find(node.name) if isinstance(node, nodes.Variable) else self.dot
        if self.traced and root is not None:
            self.roots[id(node)] = root
        return root

    # --- pipes

    def stop(self, message: str, node: nodes.Node) -> str:
        """Return an expression that fails with `message` at `node`."""
        return f"{self.site('stop', node, message)}stop()"

    def unassignable(self, pipe: nodes.Pipe, value: str, name: str) -> str:
        """Return an expression that evaluates `value` and fails: there is no variable to assign it to."""
        return _after(value, self.stop(f"undefined variable: {name}", pipe.commands[-1]))

    def pipe(self, pipe: nodes.Pipe) -> str:
        """Return the value of a pipe; what it declares or assigns to gets the value, too."""
        value = self.value(pipe)
        if not pipe.variables:
            return value
        variable = self.declared(pipe)
        if variable is None:
            return self.unassignable(pipe, value, pipe.variables[0].name)
        return self.stored(variable, value)

    def value(self, pipe: nodes.Pipe) -> str:
        """Return the value of a pipe, without what its declaration does with it."""
        if self.deep and self.depth >= DEPTH_PER_FUNCTION:
            return self.split(lambda: self.give(self.value(pipe)))
        size = len(pipe.commands)
        self.depth += size
        value = self._commands(pipe, pipe.commands)
        self.depth -= size
        return value

    def _commands(self, pipe: nodes.Pipe, commands: list[nodes.Command]) -> str:
        if self.deep and len(commands) > DEPTH_PER_FUNCTION:
            # The head of a long pipe becomes a function.
            head, commands = commands[: 1 - DEPTH_PER_FUNCTION], commands[1 - DEPTH_PER_FUNCTION :]
            value = self.split(lambda: self.give(self._commands(pipe, head)))
            before = head[-1]
        else:
            before, *commands = commands
            value = self._command(before, None, None, pipe)
        for command in commands:
            value = self._command(command, value, before, pipe)
            before = command
        return value

    def _command(
        self,
        command: nodes.Command,
        final: str | None,
        piped: nodes.Command | None,
        pipe: nodes.Pipe,
    ) -> str:
        words = command.words
        first = words[0]
        if isinstance(first, nodes.Identifier):
            return self._call(first, command, words[1:], final)
        if len(words) > 1 or final is not None:
            if isinstance(first, (nodes.Field, nodes.Chain)) or (
                isinstance(first, nodes.Variable) and first.names
            ):
                return self._method(first, words[1:], final)
            where: nodes.Node = first
            if isinstance(first, nodes.Pipe):
                where = pipe if piped is None else piped
            return _after(final, self.stop(f"can't give argument to non-function {first}", where))
        if isinstance(first, nodes.Nil):
            return self.stop("nil is not a command", first)
        return self.operand(first)

    # --- operands

    def operand(self, node: nodes.Operand) -> str:
        """Return the value of an operand without arguments."""
        if isinstance(node, nodes.Field):
            return self._fields(self.load(self.dot), node, node.names, self._guard(node))
        if isinstance(node, nodes.Dot):
            self.root(node)
            return self.load(self.dot)
        if isinstance(node, (nodes.String, nodes.Bool)):
            return constant(node.value)
        if isinstance(node, nodes.Variable):
            variable = self.root(node)
            if variable is None:
                return self.stop(f"undefined variable: {node.name}", node)
            value = self.load(variable)
            if node.name != "$":
                value = value.__class__(f"{self.site('variable', node)}{value}")
            return self._fields(value, node, node.names, self._guard(node)) if node.names else value
        if isinstance(node, nodes.Pipe):
            return self.pipe(node)
        if isinstance(node, nodes.Identifier):
            return self._call(node, node, [], None)
        if isinstance(node, nodes.Number):
            if _fits(node.value):
                return constant(node.value)
            return self.stop(f"{node.text} overflows int", node)
        if isinstance(node, nodes.Nil):
            return constant(None)
        value = self.operand(node.operand)
        if not isinstance(node.operand, nodes.Pipe) or self.strict:
            return self._fields(value, node, node.names, None)
        name = self.fresh("_c")
        return self._fields(name, node, node.names, f"({name}:={value})")

    def _guard(self, node: nodes.Field | nodes.Variable) -> str | None:
        """Return the value whose nil makes the fields of a node nil."""
        root = self.root(node)
        if root is None or not root.guard:
            return None
        value = self.load(root)
        return f"({self.loaded(root.held)} or {value})" if root.held else value

    def _fields(self, value: str, node: nodes.Node, names: list[str], guard: str | None) -> str:
        """Return fields of `value`; where `guard` is nil, so is the result."""
        if self.strict:
            for index, name in enumerate(names):
                value = f"{self.site('field', node, index)}entry({value},{name!r})"
            return value
        for index, name in enumerate(names):
            value = f"{value}{self.site('field', node, index)}.get({name!r})"
        return self._unless_nil(guard, value)

    def _unless_nil(self, guard: str | None, value: str) -> str:
        return value if guard is None or self.strict else f"(None if {guard} is None else {value})"

    # --- calls

    def _letter(self, node: nodes.Operand) -> str:
        """Return what `signature.bind` calls an argument's shape."""
        if isinstance(node, nodes.String):
            return "s"
        if isinstance(node, nodes.Number):
            return "#" if _fits(node.value) else "u"
        if isinstance(node, nodes.Bool):
            return "b"
        if isinstance(node, nodes.Nil):
            return "n"
        if isinstance(node, nodes.Pipe):
            return "."
        if isinstance(node, nodes.Dot):
            return "f" if self.dot.interface else "."
        if isinstance(node, nodes.Variable) and not node.names:
            variable = self.find(node.name)
            return "f" if variable is not None and (variable.interface or variable.held) else "."
        return "f"

    def _call(
        self,
        identifier: nodes.Identifier,
        node: nodes.Node,
        words: list[nodes.Operand],
        final: str | None,
    ) -> str:
        name = identifier.name
        if name in self.inline:
            return self._boolean(identifier, words, final)
        values, head = self._arguments(words, final)
        shape = self._shape(words, final, head)
        site = self.site("call", node, (name, identifier), words, shape)
        return _after(head, f"{site}F[{f'{name}/{shape}'!r}]({','.join(values)})")

    def _boolean(self, identifier: nodes.Identifier, words: list[nodes.Operand], final: str | None) -> str:
        """Return a call of and, or, not: Python's have the same results, and the same short cuts."""
        name = identifier.name
        given = len(words) + (final is not None)
        if name == "not" and given != 1:
            return _after(final, self.stop(f"wrong number of args for not: want 1 got {given}", identifier))
        if not given:
            return self.stop(f"wrong number of args for {name}: want at least 1 got 0", identifier)
        values, head = self._arguments(words, final, first=True)
        if name == "not":
            result = f"(not {values[0]})"
        elif given == 1:
            result = values[0]
        else:
            result = f"({f' {name} '.join(values)})"
        return _after(head, result)

    def _shape(self, words: list[nodes.Operand], final: str | None, head: str | None) -> str:
        """Return the shape of a call (`signature.bind`); its piped value is evaluated in `head`."""
        piped = "|" if head is None and final.__class__ is not Atom else "^"
        if final is None:
            piped = ""
        return "".join([self._letter(word) for word in words]) + piped

    def _arguments(
        self, words: list[nodes.Operand], final: str | None, *, first: bool = False
    ) -> tuple[list[str], str | None]:
        """Return the arguments with the piped one last, and what must be evaluated before them all: Go
        evaluates the piped value first. `first` says that the arguments may not be evaluated at all."""
        self.depth += 1
        values = [
            constant(word.value) if isinstance(word, nodes.Number) and not first else self.operand(word)
            for word in words
        ]
        self.depth -= 1
        if final is None:
            return values, None
        if final.__class__ is Atom or (
            not first and all(value.__class__ is Atom and not _assigns(final, value) for value in values)
        ):
            return [*values, final], None
        name = self.fresh("_p")
        return [*values, name], f"({name}:={final})"

    def _method(
        self,
        node: nodes.Field | nodes.Variable | nodes.Chain,
        words: list[nodes.Operand],
        final: str | None,
    ) -> str:
        """Return the call of a method, the last of a node's names, with arguments."""
        guard: str | None = None
        if isinstance(node, nodes.Chain):
            value = self.operand(node.operand)
            if isinstance(node.operand, nodes.Pipe) and not self.strict:
                name = self.fresh("_c")
                guard = f"({name}:={value})"
                value = name
        else:
            root = self.root(node)
            if root is None:
                return self.stop(f"undefined variable: {str(node).partition('.')[0]}", node)
            value = self.load(root)
            guard = self._guard(node)
        *names, method = node.names
        receiver = self._fields(value, node, names, None)
        values, head = self._arguments(words, final, first=True)
        shape = self._shape(words, final, head)
        site = self.site("method", node, (method, node), words, shape)
        call = f"{site}method({receiver},{method!r},{shape!r})({','.join(values)})"
        return _after(head, self._unless_nil(guard, call))


def _after(head: str | None, value: str) -> str:
    """Return `value`, evaluated after `head`."""
    return value if head is None else f"({head},{value})[1]"


def _assigns(value: str, atom: str) -> bool:
    """Tell whether `value` may assign to the local that `atom` is, as a pipe in parentheses does."""
    return f"({atom.rpartition(chr(10))[2]}:=" in value
