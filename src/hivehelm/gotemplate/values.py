"""From pipelines to Python expressions."""

from __future__ import annotations

from _ast import AST, And, Constant, Name, NamedExpr, Or

from hivehelm.gotemplate import emit, nodes
from hivehelm.gotemplate.root import Root
from hivehelm.gotemplate.sites import CallDetail, Sites, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _ast import expr, stmt
    from collections.abc import Callable

    from hivehelm.gotemplate.emit import Place

# Expressions that nest deeper go into functions of their own: CPython compiles recursively.
DEPTH_PER_FUNCTION = 40


def _fits(number: complex) -> bool:
    """Tell whether a constant is no integer too large for Go's int."""
    return not isinstance(number, int) or number < 1 << 63


class Values:
    """Compiles expressions, in the scope and under the cursor that the statements around them set."""

    def __init__(self, source: Source, flags: str, *, deep: bool, nil: bool) -> None:
        self.strict = "e" in flags
        self.inline = {name for name, flag in (("and", "a"), ("or", "o"), ("not", "n")) if flag not in flags}
        self.sites = Sites(source, lines_only="l" in flags)
        self.roots: dict[int, Root] = {}
        self.deep = deep
        self.scopes: list[dict[str, Root]] = []
        self.dot = Root("d0", guard=nil)
        self.depth = 0
        self._counter = 0
        self._slots = 0

    if TYPE_CHECKING:

        def split(self, compile_body: Callable[[list[stmt]], None], place: Place) -> expr:
            """Return the call of a function of its own, which `compile_body` fills; see `Compiler`."""

    # --- variables

    def fresh(self, prefix: str) -> str:
        """Return a name for a local that nothing else has."""
        self._counter += 1
        return f"{prefix}{self._counter}"

    def declare(self, name: str, *, interface: bool = False, kept: str = "") -> Root:
        """Declare a variable in the innermost scope."""
        load: str | int
        if self.deep:
            load = self._slots = self._slots + 1
        else:
            load = self.fresh("v")
        variable = Root(load, interface=interface, kept=kept)
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
        return self.assigned(name) if pipe.assign else self.declare(name)

    def assigned(self, name: str) -> Root | None:
        """Return a variable that gets the value of a pipe; None where it is not declared."""
        variable = self.find(name)
        if variable is not None and (variable.interface or variable.held):
            return self.known_as(name, variable)
        return variable

    def known_as(
        self, name: str, variable: Root, *, interface: bool = False, kept: str = "", held: str = ""
    ) -> Root:
        """Return a variable as it is known from here to the end of the block, after an assignment."""
        self.scopes[-1][name] = known = Root(variable.load, interface=interface, kept=kept, held=held)
        return known

    def load(self, variable: Root, place: Place) -> expr:
        """Return a variable's value."""
        if isinstance(variable.load, str):
            return emit.name(variable.load, place)
        return emit.item(emit.name("V", place), emit.constant(variable.load, place), place)

    def store(self, variable: Root, value: expr, place: Place) -> stmt:
        """Return the statement that assigns to a variable."""
        if isinstance(variable.load, str):
            return emit.assign(emit.target(variable.load, place), value, place)
        slot = emit.constant(variable.load, place)
        return emit.assign(emit.item(emit.name("V", place), slot, place, assigned=True), value, place)

    def stored(self, variable: Root, value: expr, place: Place) -> expr:
        """Return an expression that assigns to a variable and has the value."""
        if isinstance(variable.load, str):
            return emit.walrus(variable.load, value, place)
        slot = emit.constant(variable.load, place)
        return emit.call(emit.name("put", place), [emit.name("V", place), slot, value], place)

    def root(self, node: nodes.Node) -> Root | None:
        """Return the variable that a node starts from, or the cursor; None for an undefined variable."""
        root = self.find(node.name) if isinstance(node, nodes.Variable) else self.dot
        if root is not None:
            self.roots[id(node)] = root
        return root

    # --- pipes

    def stop(self, message: str, node: nodes.Node) -> expr:
        """Return an expression that fails with `message` at `node`."""
        place = self.sites.plain(node.pos)
        return emit.call(emit.name("stop", place), [], self.sites.site("stop", node, message))

    def unassignable(self, pipe: nodes.Pipe, value: expr, name: str) -> expr:
        """Return an expression that evaluates `value` and fails: there is no variable to assign it to."""
        stop = self.stop(f"undefined variable: {name}", pipe.commands[-1])
        return emit.after(value, stop, self.sites.plain(pipe.pos))

    def pipe(self, pipe: nodes.Pipe) -> expr:
        """Return the value of a pipe; what it declares or assigns to gets the value, too."""
        value = self.value(pipe)
        if not pipe.variables:
            return value
        variable = self.declared(pipe)
        if variable is None:
            return self.unassignable(pipe, value, pipe.variables[0].name)
        return self.stored(variable, value, self.sites.plain(pipe.pos))

    def value(self, pipe: nodes.Pipe) -> expr:
        """Return the value of a pipe, without what its declaration does with it."""
        if self.deep and self.depth >= DEPTH_PER_FUNCTION:
            place = self.sites.plain(pipe.pos)
            return self.split(lambda body: body.append(emit.give(self.value(pipe), place)), place)
        self.depth += 1
        value = self._commands(pipe, pipe.commands)
        self.depth -= 1
        return value

    def _commands(self, pipe: nodes.Pipe, commands: list[nodes.Command]) -> expr:
        if self.deep and len(commands) > DEPTH_PER_FUNCTION:
            # The head of a long pipe becomes a function.
            head, commands = commands[: 1 - DEPTH_PER_FUNCTION], commands[1 - DEPTH_PER_FUNCTION :]
            place = self.sites.plain(pipe.pos)
            value = self.split(lambda body: body.append(emit.give(self._commands(pipe, head), place)), place)
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
        final: expr | None,
        piped: nodes.Command | None,
        pipe: nodes.Pipe,
    ) -> expr:
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
            refusal = self.stop(f"can't give argument to non-function {first}", where)
            return emit.after(final, refusal, self.sites.plain(first.pos))
        if isinstance(first, nodes.Nil):
            return self.stop("nil is not a command", first)
        return self.operand(first)

    # --- operands

    def operand(self, node: nodes.Operand) -> expr:
        """Return the value of an operand without arguments."""
        place = self.sites.plain(node.pos)
        if isinstance(node, nodes.Field):
            return self._fields(self.load(self.dot, place), node, node.names, self._guard(node))
        if isinstance(node, nodes.Dot):
            self.root(node)
            return self.load(self.dot, place)
        if isinstance(node, (nodes.String, nodes.Bool)):
            return emit.constant(node.value, place)
        if isinstance(node, nodes.Variable):
            variable = self.root(node)
            if variable is None:
                return self.stop(f"undefined variable: {node.name}", node)
            value = self.load(variable, self.sites.site("variable", node))
            return self._fields(value, node, node.names, self._guard(node)) if node.names else value
        if isinstance(node, nodes.Pipe):
            return self.pipe(node)
        if isinstance(node, nodes.Identifier):
            return self._call(node, node, [], None)
        if isinstance(node, nodes.Number):
            if _fits(node.value):
                return emit.constant(node.value, place)
            return self.stop(f"{node.text} overflows int", node)
        if isinstance(node, nodes.Nil):
            return emit.constant(None, place)
        value = self.operand(node.operand)
        if not isinstance(node.operand, nodes.Pipe) or self.strict:
            return self._fields(value, node, node.names, None)
        name = self.fresh("_c")
        guard = emit.walrus(name, value, place)
        return self._fields(emit.name(name, place), node, node.names, guard)

    def _guard(self, node: nodes.Field | nodes.Variable) -> expr | None:
        """Return the value whose nil makes the fields of a node nil."""
        root = self.root(node)
        if root is None or not root.guard:
            return None
        place = self.sites.plain(node.pos)
        value = self.load(root, place)
        return emit.boolean(Or(), [emit.name(root.held, place), value], place) if root.held else value

    def _fields(self, value: expr, node: nodes.Node, names: list[str], guard: expr | None) -> expr:
        """Return fields of `value`; where `guard` is nil, so is the result."""
        if self.strict:
            for index, name in enumerate(names):
                site = self.sites.site("field", node, index)
                value = emit.call(emit.name("entry", site), [value, emit.constant(name, site)], site)
            return value
        for index, name in enumerate(names):
            site = self.sites.site("field", node, index)
            value = emit.call(emit.attribute(value, "get", site), [emit.constant(name, site)], site)
        return self._unless_nil(guard, value, self.sites.plain(node.pos))

    def _unless_nil(self, guard: expr | None, value: expr, place: Place) -> expr:
        if guard is None or self.strict:
            return value
        return emit.choice(emit.is_none(guard, place), emit.constant(None, place), value, place)

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
        final: expr | None,
    ) -> expr:
        name = identifier.name
        if name in self.inline:
            return self._boolean(identifier, node, words, final)
        place = self.sites.plain(node.pos)
        values, head = self._arguments(words, final, place)
        shape = self._shape(words, final, head)
        site = self.sites.site("call", node, CallDetail(name, identifier, words, shape))
        function = emit.item(emit.name("F", site), emit.constant(f"{name}/{shape}", site), site)
        return emit.after(head, emit.call(function, values, site), place)

    def _boolean(
        self,
        identifier: nodes.Identifier,
        node: nodes.Node,
        words: list[nodes.Operand],
        final: expr | None,
    ) -> expr:
        """Return a call of and, or, not: Python's have the same results, and the same short cuts."""
        name = identifier.name
        given = len(words) + (final is not None)
        place = self.sites.plain(node.pos)
        if name == "not" and given != 1:
            refusal = self.stop(f"wrong number of args for not: want 1 got {given}", identifier)
            return emit.after(final, refusal, place)
        if not given:
            return self.stop(f"wrong number of args for {name}: want at least 1 got 0", identifier)
        values, head = self._arguments(words, final, place, first=True)
        if name == "not":
            result = emit.negation(values[0], place)
        elif given == 1:
            result = values[0]
        else:
            result = emit.boolean(And() if name == "and" else Or(), values, place)
        return emit.after(head, result, place)

    def _shape(self, words: list[nodes.Operand], final: expr | None, head: expr | None) -> str:
        """Return the shape of a call (`signature.bind`); its piped value is evaluated in `head`."""
        piped = "|" if head is None and final.__class__ not in (Constant, Name) else "^"
        if final is None:
            piped = ""
        return "".join([self._letter(word) for word in words]) + piped

    def _arguments(
        self, words: list[nodes.Operand], final: expr | None, place: Place, *, first: bool = False
    ) -> tuple[list[expr], expr | None]:
        """Return the arguments with the piped one last, and what must be evaluated before them all: Go
        evaluates the piped value first. `first` says that the arguments may not be evaluated at all."""
        self.depth += 1
        values = [
            emit.constant(word.value, place)
            if isinstance(word, nodes.Number) and not first
            else self.operand(word)
            for word in words
        ]
        self.depth -= 1
        if final is None:
            return values, None
        if final.__class__ in (Constant, Name) or (
            not first
            and all(value.__class__ in (Constant, Name) for value in values)
            and not _assigns(final, [value for value in values if isinstance(value, Name)])
        ):
            return [*values, final], None
        name = self.fresh("_p")
        return [*values, emit.name(name, place)], emit.walrus(name, final, place)

    def _method(
        self,
        node: nodes.Field | nodes.Variable | nodes.Chain,
        words: list[nodes.Operand],
        final: expr | None,
    ) -> expr:
        """Return the call of a method, the last of a node's names, with arguments."""
        place = self.sites.plain(node.pos)
        guard: expr | None = None
        if isinstance(node, nodes.Chain):
            value = self.operand(node.operand)
            if isinstance(node.operand, nodes.Pipe) and not self.strict:
                name = self.fresh("_c")
                guard = emit.walrus(name, value, place)
                value = emit.name(name, place)
        else:
            root = self.root(node)
            if root is None:
                return self.stop(f"undefined variable: {str(node).partition('.')[0]}", node)
            value = self.load(root, place)
            guard = self._guard(node)
        *names, method = node.names
        receiver = self._fields(value, node, names, None)
        values, head = self._arguments(words, final, place, first=True)
        shape = self._shape(words, final, head)
        site = self.sites.site("method", node, CallDetail(method, node, words, shape))
        bound = emit.call(
            emit.name("method", site),
            [receiver, emit.constant(method, site), emit.constant(shape, site)],
            site,
        )
        result = self._unless_nil(guard, emit.call(bound, values, site), place)
        return emit.after(head, result, place)


def _assigns(value: expr, variables: list[Name]) -> bool:
    """Tell whether `value` assigns to one of the variables, as a pipe in parentheses may."""
    names = {variable.id for variable in variables}
    left: list[object] = [value] if names else []
    while left:
        node = left.pop()
        if isinstance(node, NamedExpr) and node.target.id in names:
            return True
        if isinstance(node, AST):
            left += vars(node).values()
        elif isinstance(node, list):
            left += node
    return False
