"""From a parse tree to Python code.

Every node that can fail gets a site: its line and byte column in the template, and an end column that tells
sites at one position apart. `diagnose` compiles again to find the site of a traceback's position.
"""

from __future__ import annotations

from _ast import (
    And,
    Assign,
    Attribute,
    BoolOp,
    Call,
    Compare,
    Constant,
    Eq,
    Expr,
    FunctionDef,
    If,
    IfExp,
    Is,
    Load,
    Module,
    Name,
    NamedExpr,
    Not,
    Or,
    Return,
    Store,
    Subscript,
    UnaryOp,
    arg,
    arguments,
    expr,
    stmt,
)
from _ast import Break as PyBreak
from _ast import Continue as PyContinue
from _ast import For as PyFor
from _ast import Tuple as PyTuple
from bisect import bisect_right

from hivehelm.gotemplate import nodes
from hivehelm.gotemplate.order import last

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType
    from typing import Any, TypeAlias

    Place: TypeAlias = dict[str, Any]

FILENAME = "<template>"

# Blocks and expressions that nest deeper go into functions of their own: CPython up to 3.12 allows 20 nested
# loops, and all of them compile recursively.
_LOOPS_PER_FUNCTION = 12
_BLOCKS_PER_FUNCTION = 40
_DEPTH_PER_FUNCTION = 40
# Longer else-if chains are compiled side by side.
_CHAIN = 6

_LOAD = Load()
_STORE = Store()
_NOTHING: list[Any] = []


class Site:
    """A place where execution can fail: what is done there (`kind`), for which node, and what else to know."""

    __slots__ = ("detail", "kind", "node")

    def __init__(self, kind: str, node: nodes.Node, detail: Any = None) -> None:
        self.kind = kind
        self.node = node
        self.detail = detail


class CallDetail:
    """A call: its function's name and identifier, its arguments, and whether a value is piped in."""

    __slots__ = ("arguments", "identifier", "name", "piped", "shape")

    def __init__(
        self,
        name: str,
        identifier: nodes.Node,
        arguments: list[nodes.Operand],
        piped: nodes.Command | None,
        shape: str,
    ) -> None:
        self.name = name
        self.identifier = identifier
        self.arguments = arguments
        self.piped = piped
        self.shape = shape


class Root:
    """A variable or the cursor in the generated code.

    `load` is the name of a local, or the slot of a variable in code that is split. With `interface`, it is
    an element of what the local `kept` holds, and its nil is an interface's; other values may be Go's
    invalid one, whose fields are invalid, too: `guard`.
    """

    __slots__ = ("guard", "interface", "kept", "load")

    def __init__(
        self, load: str | int, *, guard: bool = True, interface: bool = False, kept: str = ""
    ) -> None:
        self.load = load
        self.guard = guard and not interface
        self.interface = interface
        self.kept = kept


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


class Compiler:
    """Compiles one tree.

    `flags` are those of the cache: `e` errors on missing keys, `a` `o` `n` no built-in and, or, not, `l` the
    interpreter keeps only the lines of code positions. With `nil`, the code is for a dot that is nil; other
    code leaves that case to it.
    """

    def __init__(
        self, tree: nodes.Tree, index: int, source: Source, flags: str, *, nil: bool = False
    ) -> None:
        self.tree = tree
        self.source = source
        self.strict = "e" in flags
        self.lines_only = "l" in flags
        self.inline = {name for name, flag in (("and", "a"), ("or", "o"), ("not", "n")) if flag not in flags}
        self.sites: dict[tuple[int, int, int] | int, Site] = {}
        self.nil = nil
        self.name = f"t{index}{'n' if nil else ''}"
        self.deep = tree.blocks > _LOOPS_PER_FUNCTION or tree.depth > _DEPTH_PER_FUNCTION // 2
        self._pending: list[Callable[[], FunctionDef]] = []
        self._outlined = 0
        self._counter = 0
        self._slots = 0
        self._scopes: list[dict[str, Root]] = []
        self._dot = Root("d0", guard=nil)
        self.roots: dict[int, Root] = {}
        self._blocks = 0
        self._depth = 0
        self._loops_here = 0
        self._loops_outside = False
        self._places: dict[int, Place] = {}

    # --- positions

    def _plain(self, pos: int) -> Place:
        """Return the position of a node that cannot fail."""
        if self.lines_only:
            return {"lineno": 1, "col_offset": 0, "end_lineno": 1, "end_col_offset": 0}
        place = self._places.get(pos)
        if place is None:
            line, column = self.source.place(pos)
            place = self._places[pos] = {
                "lineno": line,
                "col_offset": column,
                "end_lineno": line,
                "end_col_offset": column,
            }
        return place

    def _site(self, kind: str, node: nodes.Node, detail: Any = None) -> Place:
        site = Site(kind, node, detail)
        sites = self.sites
        if self.lines_only:
            line = len(sites) + 2
            sites[line] = site
            return {"lineno": line, "col_offset": 0, "end_lineno": line, "end_col_offset": 0}
        place = self._plain(node.pos)
        line = place["lineno"]
        column = place["col_offset"]
        end = column + 1
        while (line, column, end) in sites:
            end += 1
        sites[line, column, end] = site
        return {"lineno": line, "col_offset": column, "end_lineno": line, "end_col_offset": end}

    # --- functions

    def compile(self) -> tuple[CodeType, ...]:
        """Return the code of the tree's function and of those split off from it."""
        self._scopes = [{"$": Root("d0", guard=self.nil)}]
        body: list[stmt] = []
        place = self._plain(0)
        root = self._scopes[0]
        if "$" in self.tree.assigned:
            root["$"] = self._new_variable("$")
        self._statements(self.tree.statements, body)
        head: list[stmt] = []
        if self.deep:
            head.append(
                Assign(
                    targets=[Name(id="V", ctx=_STORE, **place)],
                    value=Call(
                        func=Name(id="slots", ctx=_LOAD, **place),
                        args=[],
                        keywords=[],
                        **place,
                    ),
                    **place,
                )
            )
        if "$" in self.tree.assigned:
            head.append(self._assign(root["$"], Name(id="d0", ctx=_LOAD, **place), place))
        if not self.nil:
            head.insert(0, self._unless_data(place))
        functions = [self._function(self.name, ["d0", "write", "F", "run"], head + body)]
        while self._pending:
            functions.append(self._pending.pop()())
        codes = []
        for function in functions:
            module = compile(Module(body=[function], type_ignores=[]), FILENAME, "exec", dont_inherit=True)
            codes.append(next(const for const in module.co_consts if hasattr(const, "co_code")))
        return tuple(codes)

    def _unless_data(self, place: Place) -> stmt:
        """Return the statement that hands a nil dot to the code for it."""
        other = Call(
            func=Attribute(value=Name(id="run", ctx=_LOAD, **place), attr="without_data", ctx=_LOAD, **place),
            args=[],
            keywords=[],
            **place,
        )
        call = Call(
            func=other,
            args=[Name(id=name, ctx=_LOAD, **place) for name in ("d0", "write", "F", "run")],
            keywords=[],
            **place,
        )
        test = Compare(
            left=Name(id="d0", ctx=_LOAD, **place),
            ops=[Is()],
            comparators=[Constant(value=None, **place)],
            **place,
        )
        return If(test=test, body=[Return(value=call, **place)], orelse=[], **place)

    def _function(self, name: str, parameters: list[str], body: list[stmt]) -> FunctionDef:
        place = self._plain(0)
        if not body:
            body = [Return(value=None, **place)]
        more: dict[str, Any] = {"type_params": []} if hasattr(FunctionDef, "type_params") else {}
        return FunctionDef(
            name=name,
            args=arguments(
                posonlyargs=[],
                args=[arg(arg=parameter, **place) for parameter in parameters],
                kwonlyargs=[],
                kw_defaults=[],
                defaults=[],
            ),
            body=body,
            decorator_list=[],
            **more,
            **place,
        )

    def _split(self, compile_body: Callable[[list[stmt]], None]) -> str:
        """Arrange for a function of its own, in today's scope; return its name."""
        self._outlined += 1
        name = f"{self.name}_{self._outlined}"
        scopes = [dict(scope) for scope in self._scopes]
        dot = Root("dot", guard=self._dot.guard, interface=self._dot.interface)
        loops = self._loops_outside or self._loops_here > 0

        def build() -> FunctionDef:
            self._scopes, self._dot = scopes, dot
            self._blocks = self._depth = self._loops_here = 0
            self._loops_outside = loops
            body: list[stmt] = []
            compile_body(body)
            return self._function(name, ["d0", "dot", "write", "F", "run", "V"], body)

        self._pending.append(build)
        return name

    def _call_split(self, name: str, place: Place) -> Call:
        return Call(
            func=Name(id=name, ctx=_LOAD, **place),
            args=[
                Name(id=known, ctx=_LOAD, **place)
                for known in ("d0", self._dot.load, "write", "F", "run", "V")
            ],
            keywords=[],
            **place,
        )

    # --- variables

    def _fresh(self, prefix: str) -> str:
        self._counter += 1
        return f"{prefix}{self._counter}"

    def _new_variable(self, name: str, *, interface: bool = False, kept: str = "") -> Root:
        load: str | int
        if self.deep:
            load = self._slots = self._slots + 1
        else:
            load = self._fresh("v")
        variable = Root(load, interface=interface, kept=kept)
        self._scopes[-1][name] = variable
        return variable

    def _find(self, name: str) -> Root | None:
        for scope in reversed(self._scopes):
            if (variable := scope.get(name)) is not None:
                return variable
        return None

    def _load(self, variable: Root, place: Place) -> expr:
        if isinstance(variable.load, str):
            return Name(id=variable.load, ctx=_LOAD, **place)
        return Subscript(
            value=Name(id="V", ctx=_LOAD, **place),
            slice=Constant(value=variable.load, **place),
            ctx=_LOAD,
            **place,
        )

    def _assign(self, variable: Root, value: expr, place: Place) -> stmt:
        target: expr
        if isinstance(variable.load, str):
            target = Name(id=variable.load, ctx=_STORE, **place)
        else:
            target = Subscript(
                value=Name(id="V", ctx=_LOAD, **place),
                slice=Constant(value=variable.load, **place),
                ctx=_STORE,
                **place,
            )
        return Assign(targets=[target], value=value, **place)

    def _assigned(self, variable: Root, value: expr, place: Place) -> expr:
        """Return an expression that assigns and has the value."""
        if isinstance(variable.load, str):
            return NamedExpr(target=Name(id=variable.load, ctx=_STORE, **place), value=value, **place)
        return Call(
            func=Name(id="put", ctx=_LOAD, **place),
            args=[
                Name(id="V", ctx=_LOAD, **place),
                Constant(value=variable.load, **place),
                value,
            ],
            keywords=[],
            **place,
        )

    # --- statements

    def _statements(self, statements: list[nodes.Statement], out: list[stmt]) -> None:
        for node in statements:
            cls = node.__class__
            if cls is nodes.Text:
                place = self._plain(node.pos)
                out.append(self._write(Constant(value=node.text, **place), place))  # type: ignore[union-attr]
            elif cls is nodes.Action:
                self._action(node, out)  # type: ignore[arg-type]
            elif cls is nodes.If or cls is nodes.With:
                self._branch(node, out)  # type: ignore[arg-type]
            elif cls is nodes.Range:
                self._range(node, out)  # type: ignore[arg-type]
            elif cls is nodes.Template:
                self._template(node, out)  # type: ignore[arg-type]
            else:
                self._leave(node, out)

    def _write(self, value: expr, place: Place) -> stmt:
        return Expr(
            value=Call(func=Name(id="write", ctx=_LOAD, **place), args=[value], keywords=[], **place),
            **place,
        )

    def _action(self, node: nodes.Action, out: list[stmt]) -> None:
        pipe = node.pipe
        place = self._plain(node.pos)
        if pipe.variables:
            value = self._value(pipe)
            variable = self._target(pipe)
            if variable is None:
                out.append(Expr(value=self._unassignable(pipe, value), **place))
            else:
                out.append(self._assign(variable, value, place))
            return
        value = self._value(pipe)
        if value.__class__ is Constant and value.value.__class__ is str:  # type: ignore[attr-defined]
            out.append(self._write(value, place))
            return
        shown = Call(
            func=Name(id="text", ctx=_LOAD, **place),
            args=[value],
            keywords=[],
            **self._site("print", node),
        )
        out.append(self._write(shown, place))

    def _target(self, pipe: nodes.Pipe) -> Root | None:
        """Return the variable that a pipe declares or assigns to; None where there is none to assign to."""
        name = pipe.variables[0].name
        if pipe.assign:
            return self._find(name)
        return self._new_variable(name)

    def _block(self, statements: list[nodes.Statement], place: Place) -> list[stmt]:
        """Return the code of a nested block, in a scope of its own."""
        if self.deep and (self._blocks >= _BLOCKS_PER_FUNCTION or self._loops_here >= _LOOPS_PER_FUNCTION):
            name = self._split(lambda body: self._statements(statements, body))
            call = self._call_split(name, place)
            if not self._loops_here and not self._loops_outside:
                return [Expr(value=call, **place)]
            result = Name(id="_r", ctx=_LOAD, **place)
            leave: list[stmt]
            if self._loops_here:
                leave = [
                    If(
                        test=Compare(
                            left=result,
                            ops=[Eq()],
                            comparators=[Constant(value=1, **place)],
                            **place,
                        ),
                        body=[PyBreak(**place)],
                        orelse=[PyContinue(**place)],
                        **place,
                    )
                ]
            else:
                leave = [Return(value=result, **place)]
            return [
                Assign(targets=[Name(id="_r", ctx=_STORE, **place)], value=call, **place),
                If(test=result, body=leave, orelse=[], **place),
            ]
        body: list[stmt] = []
        self._blocks += 1
        self._scopes.append({})
        self._statements(statements, body)
        self._scopes.pop()
        self._blocks -= 1
        return body or [Expr(value=Constant(value=None, **place), **place)]

    def _branch(self, node: nodes.If | nodes.With, out: list[stmt]) -> None:
        chain: list[nodes.If | nodes.With] = [node]
        otherwise = node.otherwise
        while otherwise is not None and len(otherwise) == 1 and otherwise[0].__class__ is node.__class__:
            chain.append(otherwise[0])  # type: ignore[arg-type]
            otherwise = otherwise[0].otherwise  # type: ignore[union-attr]
        if len(chain) > _CHAIN:
            self._side_by_side(chain, otherwise, out)
            return
        depth = 0
        for link in chain:
            place = self._plain(link.pos)
            self._scopes.append({})
            depth += 1
            test, dot = self._test(link)
            body = self._under(dot, link.body, place)
            orelse: list[stmt] = []
            out.append(If(test=test, body=body, orelse=orelse, **place))
            out = orelse
            self._blocks += 1
        if otherwise is not None:
            out += self._block(otherwise, self._plain(node.pos))
        del self._scopes[-depth:]
        self._blocks -= depth

    def _side_by_side(
        self,
        chain: list[nodes.If | nodes.With],
        otherwise: list[nodes.Statement] | None,
        out: list[stmt],
    ) -> None:
        """Compile a long else-if chain flat: a variable says whether a branch is still to be taken."""
        looking = self._fresh("_l")
        place = self._plain(chain[0].pos)

        def found(value: bool, place: Place) -> stmt:
            return Assign(
                targets=[Name(id=looking, ctx=_STORE, **place)],
                value=Constant(value=value, **place),
                **place,
            )

        out.append(found(True, place))
        self._blocks += 2
        for link in chain:
            place = self._plain(link.pos)
            self._scopes.append({})
            test, dot = self._test(link)
            body = [found(False, place), *self._under(dot, link.body, place)]
            inner: stmt = If(test=test, body=body, orelse=[], **place)
            out.append(If(test=Name(id=looking, ctx=_LOAD, **place), body=[inner], orelse=[], **place))
        if otherwise is not None:
            out.append(
                If(
                    test=Name(id=looking, ctx=_LOAD, **place),
                    body=self._block(otherwise, place),
                    orelse=[],
                    **place,
                )
            )
        del self._scopes[-len(chain) :]
        self._blocks -= 2

    def _test(self, node: nodes.If | nodes.With) -> tuple[expr, Root]:
        """Return the condition of an if or with, and dot inside it."""
        pipe = node.pipe
        place = self._plain(node.pos)
        value = self._nested(pipe)
        if node.__class__ is nodes.If:
            return value, self._dot
        name = self._fresh("d")
        dot = Root(name, guard=False)
        return NamedExpr(target=Name(id=name, ctx=_STORE, **place), value=value, **place), dot

    def _under(self, dot: Root, statements: list[nodes.Statement], place: Place) -> list[stmt]:
        before, self._dot = self._dot, dot
        body = self._block(statements, place)
        self._dot = before
        return body

    def _range(self, node: nodes.Range, out: list[stmt]) -> None:
        pipe = node.pipe
        place = self._plain(node.pos)
        self._scopes.append({})
        value = self._value(pipe)
        names = [variable.name for variable in pipe.variables]
        alias = not self.deep and not pipe.assign
        item = self._fresh("d")
        kept = self._fresh("it")
        pairs = len(names) > 1
        # The variables hold the pipeline's value until the first round, and in the else.
        before = bool(names) and (node.otherwise is not None or pipe.assign)
        kept_store = NamedExpr(target=Name(id=kept, ctx=_STORE, **place), value=value, **place)
        targets: list[Root | None] = []
        if pipe.assign:
            targets = [self._find(name) for name in names]
            if None in targets:
                value = self._unassignable(pipe, value)
        iterable: expr = Call(
            func=Name(id="pairs" if pairs else "elements", ctx=_LOAD, **place),
            args=[kept_store],
            keywords=[],
            **self._site("range", node, pairs),
        )
        if before and not pipe.assign:
            if self.deep:
                targets = [self._new_variable(name) for name in names]
            else:
                self._scopes[-1].update((name, Root(kept)) for name in names)
        if targets:
            sequence = self._fresh("s")
            out.append(Assign(targets=[Name(id=sequence, ctx=_STORE, **place)], value=iterable, **place))
            out += [
                self._assign(variable, Name(id=kept, ctx=_LOAD, **place), place)
                for variable in targets
                if variable is not None
            ]
            iterable = Name(id=sequence, ctx=_LOAD, **place)
        index = self._fresh("i")
        first: list[stmt] = []
        self._scopes.append({})
        if pipe.assign:
            values = [index, item] if pairs else [item]
            for variable, local in zip(targets, values, strict=False):
                if variable is not None:
                    first.append(self._assign(variable, Name(id=local, ctx=_LOAD, **place), place))
        else:
            values = [index, item] if pairs else [item]
            for name, local in zip(names, values, strict=False):
                interface = local is item
                if alias and name not in self.tree.assigned:
                    self._scopes[-1][name] = Root(local, interface=interface, kept=kept)
                else:
                    variable = self._new_variable(name, interface=interface, kept=kept)
                    first.append(self._assign(variable, Name(id=local, ctx=_LOAD, **place), place))
        self._loops_here += 1
        self._blocks += 1
        body = first + self._under(Root(item, interface=True, kept=kept), node.body, place)
        self._blocks -= 1
        self._loops_here -= 1
        self._scopes.pop()
        target: expr = Name(id=item, ctx=_STORE, **place)
        if pairs:
            target = PyTuple(elts=[Name(id=index, ctx=_STORE, **place), target], ctx=_STORE, **place)
        if node.otherwise is None:
            out.append(PyFor(target=target, iter=iterable, body=body, orelse=[], **place))
        else:
            sequence = self._fresh("s")
            loop = PyFor(
                target=target,
                iter=Name(id=sequence, ctx=_LOAD, **place),
                body=body,
                orelse=[],
                **place,
            )
            test = NamedExpr(target=Name(id=sequence, ctx=_STORE, **place), value=iterable, **place)
            otherwise = self._block(node.otherwise, place)
            out.append(If(test=test, body=[loop], orelse=otherwise, **place))
        self._scopes.pop()

    def _template(self, node: nodes.Template, out: list[stmt]) -> None:
        place = self._plain(node.pos)
        site = self._site("template", node)
        enter = Call(
            func=Attribute(value=Name(id="run", ctx=_LOAD, **site), attr="enter", ctx=_LOAD, **site),
            args=[Constant(value=node.name, **place)],
            keywords=[],
            **site,
        )
        value: expr = Constant(value=None, **place)
        if node.pipe is not None:
            value = self._nested(node.pipe)
        out.append(
            Expr(
                value=Call(
                    func=enter,
                    args=[
                        value,
                        *(Name(id=name, ctx=_LOAD, **place) for name in ("write", "F", "run")),
                    ],
                    keywords=[],
                    **site,
                ),
                **place,
            )
        )
        out.append(
            Expr(
                value=Call(
                    func=Attribute(
                        value=Name(id="run", ctx=_LOAD, **place), attr="leave", ctx=_LOAD, **place
                    ),
                    args=[],
                    keywords=[],
                    **place,
                ),
                **place,
            )
        )

    def _leave(self, node: nodes.Node, out: list[stmt]) -> None:
        place = self._plain(node.pos)
        breaks = node.__class__ is nodes.Break
        if self._loops_here:
            out.append(PyBreak(**place) if breaks else PyContinue(**place))
        else:
            out.append(Return(value=Constant(value=1 if breaks else 2, **place), **place))

    # --- values

    def _stop(self, message: str, node: nodes.Node) -> expr:
        """Return an expression that fails with `message` at `node`."""
        place = self._plain(node.pos)
        return Call(
            func=Name(id="stop", ctx=_LOAD, **place),
            args=[],
            keywords=[],
            **self._site("stop", node, message),
        )

    def _value(self, pipe: nodes.Pipe) -> expr:
        """Return a pipe's value, without what its declaration does with it."""
        if self.deep and self._depth >= _DEPTH_PER_FUNCTION:
            place = self._plain(pipe.pos)

            def body(out: list[stmt]) -> None:
                out.append(Return(value=self._value(pipe), **place))

            return self._call_split(self._split(body), place)
        self._depth += 1
        value = self._commands(pipe, pipe.commands)
        self._depth -= 1
        return value

    def _commands(self, pipe: nodes.Pipe, commands: list[nodes.Command]) -> expr:
        if self.deep and len(commands) > _DEPTH_PER_FUNCTION:
            # The head of a long pipe becomes a function.
            head = commands[: -_DEPTH_PER_FUNCTION + 1]
            place = self._plain(commands[0].pos)

            def body(out: list[stmt]) -> None:
                out.append(Return(value=self._commands(pipe, head), **place))

            value: expr | None = self._call_split(self._split(body), place)
            rest = commands[len(head) :]
            before: nodes.Command | None = head[-1]
        else:
            value = None
            rest = commands
            before = None
        for command in rest:
            value = self._command(command, value, before, pipe)
            before = command
        assert value is not None
        return value

    def _nested(self, pipe: nodes.Pipe) -> expr:
        """Return the value of a pipe; what it declares or assigns to gets the value, too."""
        value = self._value(pipe)
        if not pipe.variables:
            return value
        variable = self._target(pipe)
        if variable is None:
            return self._unassignable(pipe, value)
        return self._assigned(variable, value, self._plain(pipe.pos))

    def _unassignable(self, pipe: nodes.Pipe, value: expr) -> expr:
        """Return an expression that evaluates `value` and fails: there is no such variable to assign to."""
        stop = self._stop(f"undefined variable: {pipe.variables[0].name}", last(pipe))
        return _after(value, stop, self._plain(pipe.pos))

    def _command(
        self,
        command: nodes.Command,
        final: expr | None,
        piped: nodes.Command | None,
        pipe: nodes.Pipe,
    ) -> expr:
        words = command.words
        first = words[0]
        cls = first.__class__
        if cls is nodes.Identifier:
            return self._call(first, command, words[1:], final, piped)  # type: ignore[arg-type]
        takes = len(words) > 1 or final is not None
        if takes and cls in (nodes.Field, nodes.Variable, nodes.Chain):
            names = first.fields if cls is nodes.Variable else first.names  # type: ignore[union-attr]
            if names:
                return self._method(first, names, words[1:], final, piped)  # type: ignore[arg-type]
        if takes:
            where: nodes.Node = first
            if cls is nodes.Pipe:
                where = pipe if piped is None else last(piped)
            return self._stop(f"can't give argument to non-function {first}", where)
        if cls is nodes.Nil:
            return self._stop("nil is not a command", first)
        return self._operand(first)

    def _operand(self, node: nodes.Operand) -> expr:
        """Return the value of an operand without arguments."""
        place = self._plain(node.pos)
        cls = node.__class__
        if cls is nodes.Field:
            dot = self._root(node)
            assert dot is not None
            value = self._load(dot, place)
            return self._fields(value, value if dot.guard else None, node.names, node)  # type: ignore[union-attr]
        if cls is nodes.Dot:
            self._root(node)
            return self._load(self._dot, place)
        if cls is nodes.String or cls is nodes.Bool:
            return Constant(value=node.value, **place)  # type: ignore[union-attr]
        if cls is nodes.Number:
            return self._number(node)  # type: ignore[arg-type]
        if cls is nodes.Nil:
            return Constant(value=None, **place)
        if cls is nodes.Variable:
            return self._variable(node)  # type: ignore[arg-type]
        if cls is nodes.Pipe:
            return self._nested(node)  # type: ignore[arg-type]
        if cls is nodes.Identifier:
            return self._call(node, node, [], None, None)  # type: ignore[arg-type]
        assert isinstance(node, nodes.Chain)
        root, guard = self._chain_root(node)
        if root is None:
            return self._stop(f"indirection through explicit nil in {node}", node)
        return self._fields(root, guard, node.names, node)

    def _number(self, node: nodes.Number) -> expr:
        value = node.value
        if value.__class__ is int and not -(1 << 63) <= value < (1 << 63):  # type: ignore[operator]
            return self._stop(f"{node.text} overflows int", node)
        return Constant(value=value, **self._plain(node.pos))

    def _variable(self, node: nodes.Variable) -> expr:
        place = self._plain(node.pos)
        variable = self._root(node)
        if variable is None:
            return self._stop(f"undefined variable: {node.name}", node)
        value = self._load(variable, self._site("variable", node))
        if not node.fields:
            return value
        guard = self._load(variable, place) if variable.guard else None
        return self._fields(value, guard, node.fields, node)

    def _root(self, node: nodes.Node) -> Root | None:
        """Return the variable that a node starts from, or the cursor; None for an undefined variable."""
        root = self._find(node.name) if isinstance(node, nodes.Variable) else self._dot
        if root is not None:
            self.roots[id(node)] = root
        return root

    def _chain_root(self, node: nodes.Chain) -> tuple[expr | None, expr | None]:
        """Return what a chain's fields are of, and the value whose nil makes them nil."""
        operand = node.operand
        place = self._plain(node.pos)
        if operand.__class__ is nodes.Nil:
            return None, None
        value = self._operand(operand)
        if operand.__class__ is not nodes.Pipe:
            return value, None
        name = self._fresh("_c")
        guard = NamedExpr(target=Name(id=name, ctx=_STORE, **place), value=value, **place)
        return Name(id=name, ctx=_LOAD, **place), guard

    def _fields(self, root: expr, guard: expr | None, names: list[str], node: nodes.Node) -> expr:
        """Return fields of `root`; where `guard` is nil, so is the result."""
        value = root
        if self.strict:
            if guard is not None and guard.__class__ is NamedExpr:
                value = guard
            for index, name in enumerate(names):
                site = self._site("field", node, index)
                value = Call(
                    func=Name(id="entry", ctx=_LOAD, **site),
                    args=[value, Constant(value=name, **site)],
                    keywords=[],
                    **site,
                )
            return value
        for index, name in enumerate(names):
            site = self._site("field", node, index)
            value = Call(
                func=Attribute(value=value, attr="get", ctx=_LOAD, **site),
                args=[Constant(value=name, **site)],
                keywords=[],
                **site,
            )
        return self._unless_nil(guard, value, self._plain(node.pos))

    def _unless_nil(self, guard: expr | None, value: expr, place: Place) -> expr:
        """Return `value`, but nil where `guard` is nil: Go's invalid value, whose fields are invalid, too."""
        if guard is None:
            return value
        nothing = Constant(value=None, **place)
        return IfExp(
            test=Compare(left=guard, ops=[Is()], comparators=[nothing], **place),
            body=nothing,
            orelse=value,
            **place,
        )

    def _letter(self, node: nodes.Operand) -> str:
        cls = node.__class__
        if cls is nodes.String:
            return "s"
        if cls is nodes.Number:
            return "#"
        if cls is nodes.Bool:
            return "b"
        if cls is nodes.Nil:
            return "n"
        if cls is nodes.Pipe:
            return "."
        if cls is nodes.Dot:
            return "f" if self._dot.interface else "."
        if cls is nodes.Variable and not node.fields:  # type: ignore[union-attr]
            variable = self._find(node.name)  # type: ignore[union-attr]
            return "f" if variable is not None and variable.interface else "."
        return "f"

    def _arguments(self, words: list[nodes.Operand]) -> list[expr]:
        self._depth += 1
        values = [self._operand(word) for word in words]
        self._depth -= 1
        return values

    def _call(
        self,
        identifier: nodes.Identifier,
        node: nodes.Node,
        words: list[nodes.Operand],
        final: expr | None,
        piped: nodes.Command | None,
    ) -> expr:
        name = identifier.name
        place = self._plain(node.pos)
        given = len(words) + (final is not None)
        if name in self.inline:
            if name == "not" and given != 1:
                return self._stop(f"wrong number of args for not: want 1 got {given}", identifier)
            if not given:
                return self._stop(f"wrong number of args for {name}: want at least 1 got 0", identifier)
            values, head = self._ordered(words, final, place)
            if name == "not":
                result: expr = UnaryOp(op=Not(), operand=values[0], **place)
            elif given == 1:
                result = values[0]
            else:
                result = BoolOp(op=And() if name == "and" else Or(), values=values, **place)
            return _after(head, result, place)
        shape = "".join([self._letter(word) for word in words]) + ("" if final is None else "|")
        values, head = self._ordered(words, final, place)
        site = self._site("call", node, CallDetail(name, identifier, words, piped, shape))
        function = Subscript(
            value=Name(id="F", ctx=_LOAD, **site),
            slice=Constant(value=f"{name}/{shape}", **site),
            ctx=_LOAD,
            **site,
        )
        return _after(head, Call(func=function, args=values, keywords=[], **site), place)

    def _ordered(
        self, words: list[nodes.Operand], final: expr | None, place: Place
    ) -> tuple[list[expr], expr | None]:
        """Return the arguments with the piped one last, and what must be evaluated before the others: Go
        evaluates the piped value first."""
        values = self._arguments(words)
        if final is None:
            return values, None
        if all(value.__class__ in (Constant, Name) for value in values):
            values.append(final)
            return values, None
        name = self._fresh("_p")
        values.append(Name(id=name, ctx=_LOAD, **place))
        return values, NamedExpr(target=Name(id=name, ctx=_STORE, **place), value=final, **place)

    def _method(
        self,
        node: nodes.Field | nodes.Variable | nodes.Chain,
        names: list[str],
        words: list[nodes.Operand],
        final: expr | None,
        piped: nodes.Command | None,
    ) -> expr:
        """Return the call of a method, the last of `names`, with arguments."""
        place = self._plain(node.pos)
        root: expr | None
        guard: expr | None = None
        if isinstance(node, nodes.Chain):
            root, guard = self._chain_root(node)
            if root is None:
                return self._stop(f"indirection through explicit nil in {node}", node)
        else:
            start = self._root(node)
            if start is None:
                return self._stop(f"undefined variable: {node.name}", node)  # type: ignore[union-attr]
            root = self._load(start, place)
            guard = root if start.guard else None
        if self.strict and guard.__class__ is NamedExpr:
            root = guard
        receiver = self._fields(root, None, names[:-1], node)
        shape = "".join([self._letter(word) for word in words]) + ("" if final is None else "|")
        values, head = self._ordered(words, final, place)
        detail = CallDetail(names[-1], node, words, piped, shape)
        site = self._site("method", node, detail)
        bound = Call(
            func=Name(id="method", ctx=_LOAD, **site),
            args=[receiver, Constant(value=names[-1], **site), Constant(value=shape, **site)],
            keywords=[],
            **site,
        )
        value = _after(head, Call(func=bound, args=values, keywords=[], **site), place)
        return value if self.strict else self._unless_nil(guard, value, place)


def _after(head: expr | None, value: expr, place: Place) -> expr:
    """Return `value`, evaluated after `head`."""
    if head is None:
        return value
    pair = PyTuple(elts=[head, value], ctx=_LOAD, **place)
    return Subscript(value=pair, slice=Constant(value=1, **place), ctx=_LOAD, **place)
