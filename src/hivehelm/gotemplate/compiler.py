"""From a parse tree to Python code.

What can fail is compiled at a position of its own (`sites`); `diagnose` compiles again to find what stands at
the position that a traceback gives.
"""

from __future__ import annotations

from _ast import Constant, Module, Name

from hivehelm.gotemplate import emit, nodes
from hivehelm.gotemplate.root import Root
from hivehelm.gotemplate.values import Values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _ast import expr, stmt
    from collections.abc import Callable
    from types import CodeType

    from hivehelm.gotemplate.emit import Place
    from hivehelm.gotemplate.sites import Source

FILENAME = "<template>"

# Blocks that nest deeper go into functions of their own: CPython up to 3.12 allows 20 nested loops, and all
# versions compile recursively.
_LOOPS_PER_FUNCTION = nodes.BLOCKS
_BLOCKS_PER_FUNCTION = 40
# Longer else-if chains are compiled side by side.
_CHAIN = 6

_PARAMETERS = ["d0", "write", "F", "run"]
_SPLIT_PARAMETERS = ["d0", "dot", "write", "F", "run", "V"]


class Compiler(Values):
    """Compiles one tree.

    `flags` are those of the cache: `e` errors on missing keys, `a` `o` `n` no built-in and, or, not, `l` the
    interpreter keeps only the lines of code positions. With `nil`, the code is for a dot that is nil; other
    code leaves that case to it.
    """

    def __init__(
        self, tree: nodes.Tree, index: int, source: Source, flags: str, *, nil: bool = False
    ) -> None:
        super().__init__(source, flags, deep=tree.deep(), nil=nil)
        self.tree = tree
        self._nil = nil
        self._name = f"t{index}{'n' if nil else ''}"
        self._pending: list[Callable[[], stmt]] = []
        self._split = 0
        self._blocks = 0
        self._loops_here = 0
        self._loops_outside = False

    # --- functions

    def compile(self) -> tuple[CodeType, ...]:
        """Return the code of the tree's function and of those split off from it."""
        place = self.sites.plain(0)
        root = Root("d0", guard=self._nil)
        self.scopes = [{"$": root}]
        parameters = _PARAMETERS
        head: list[stmt] = []
        if self.tree.given is not None:
            given = {name: Root(f"a{index}") for index, name in enumerate(self.tree.given)}
            self.scopes[0].update(given)
            parameters = [*_PARAMETERS, *(str(variable.load) for variable in given.values())]
        elif not self._nil:
            other = emit.call(emit.attribute(emit.name("run", place), "without_data", place), [], place)
            hand_over = emit.call(other, [emit.name(name, place) for name in _PARAMETERS], place)
            nothing = emit.is_none(emit.name("d0", place), place)
            head.append(emit.branch(nothing, [emit.give(hand_over, place)], [], place))
        if self.deep:
            slots = emit.call(emit.name("slots", place), [], place)
            head.append(emit.assign(emit.target("V", place), slots, place))
        if "$" in self.tree.assigned:
            head.append(self.store(self.declare("$"), emit.name("d0", place), place))
        body: list[stmt] = []
        self._statements(self.tree.statements, body)
        functions = [
            emit.function(
                self._name,
                parameters,
                [*head, *body] or [emit.give(emit.constant(None, place), place)],
                place,
            )
        ]
        while self._pending:
            functions.append(self._pending.pop()())
        codes = []
        for function in functions:
            module = compile(Module([function], []), FILENAME, "exec", dont_inherit=True)
            codes.append(next(const for const in module.co_consts if hasattr(const, "co_code")))
        return tuple(codes)

    def split(self, compile_body: Callable[[list[stmt]], None], place: Place) -> expr:
        """Return the call of a function of its own, compiled later in today's scope."""
        self._split += 1
        name = f"{self._name}_{self._split}"
        scopes = [dict(scope) for scope in self.scopes]
        dot = Root("dot", guard=self.dot.guard, interface=self.dot.interface)
        loops = self._loops_outside or self._loops_here > 0

        def build() -> stmt:
            self.scopes, self.dot = scopes, dot
            self._blocks = self.depth = self._loops_here = 0
            self._loops_outside = loops
            body: list[stmt] = []
            compile_body(body)
            return emit.function(name, _SPLIT_PARAMETERS, body, self.sites.plain(0))

        self._pending.append(build)
        arguments = ["d0", str(self.dot.load), "write", "F", "run", "V"]
        return emit.call(emit.name(name, place), [emit.name(known, place) for known in arguments], place)

    # --- statements

    def _statements(self, statements: list[nodes.Statement], out: list[stmt]) -> None:
        for node in statements:
            if isinstance(node, nodes.Text):
                place = self.sites.plain(node.pos)
                out.append(self._write(emit.constant(node.text, place), place))
            elif isinstance(node, nodes.Action):
                self._action(node, out)
            elif isinstance(node, (nodes.If, nodes.With)):
                self._branch(node, out)
            elif isinstance(node, nodes.Range):
                self._range(node, out)
            elif isinstance(node, nodes.Template):
                self._template(node, out)
            elif isinstance(node, nodes.Part):
                self._part(node, out)
            else:
                out.append(self._leave(node))

    def _write(self, value: expr, place: Place) -> stmt:
        return emit.do(emit.call(emit.name("write", place), [value], place), place)

    def _action(self, node: nodes.Action, out: list[stmt]) -> None:
        pipe = node.pipe
        place = self.sites.plain(node.pos)
        value = self.value(pipe)
        if pipe.variables:
            variable = self.declared(pipe)
            if variable is None:
                out.append(emit.do(self.unassignable(pipe, value, pipe.variables[0].name), place))
            else:
                out.append(self.store(variable, value, place))
        elif isinstance(value, Constant) and isinstance(value.value, str):
            out.append(self._write(value, place))
        else:
            site = self.sites.site("print", node)
            out.append(self._write(emit.call(emit.name("text", place), [value], site), place))

    def _block(self, statements: list[nodes.Statement], place: Place) -> list[stmt]:
        """Return the code of a nested block, in a scope of its own."""
        if self.deep and (self._blocks >= _BLOCKS_PER_FUNCTION or self._loops_here >= _LOOPS_PER_FUNCTION):
            return self._split_block(statements, place)
        body: list[stmt] = []
        self._blocks += 1
        self.scopes.append({})
        self._statements(statements, body)
        self.scopes.pop()
        self._blocks -= 1
        return body or [emit.do(emit.constant(None, place), place)]

    def _split_block(self, statements: list[nodes.Statement], place: Place) -> list[stmt]:
        """Return the call of a block of its own; it returns 1 where it breaks and 2 where it continues."""

        def fill(body: list[stmt]) -> None:
            self._statements(statements, body)
            body.append(emit.give(emit.constant(None, place), place))

        call = self.split(fill, place)
        if not self._loops_here and not self._loops_outside:
            return [emit.do(call, place)]
        result = emit.name("_r", place)
        if self._loops_here:
            leave = emit.branch(
                emit.equals(result, emit.constant(1, place), place),
                [emit.leave(breaks=True, at=place)],
                [emit.leave(breaks=False, at=place)],
                place,
            )
        else:
            leave = emit.give(result, place)
        return [
            emit.assign(emit.target("_r", place), call, place),
            emit.branch(result, [leave], [], place),
        ]

    def _branch(self, node: nodes.If | nodes.With, out: list[stmt]) -> None:
        chain = [node]
        otherwise = node.otherwise
        while (
            otherwise is not None
            and len(otherwise) == 1
            and isinstance(link := otherwise[0], (nodes.If, nodes.With))
            and link.__class__ is node.__class__
        ):
            chain.append(link)
            otherwise = link.otherwise
        flat = len(chain) > _CHAIN
        looking = self.fresh("_l") if flat else ""
        if flat:
            out.append(self._look(looking, True, self.sites.plain(node.pos)))
        place = self.sites.plain(node.pos)
        for link in chain:
            place = self.sites.plain(link.pos)
            self.scopes.append({})
            self._blocks += not flat
            test, dot = self._test(link)
            body = self._under(dot, link.body, place)
            if flat:
                # A variable says whether a branch is still to be taken.
                inner = emit.branch(test, [self._look(looking, False, place), *body], [], place)
                out.append(emit.branch(emit.name(looking, place), [inner], [], place))
            else:
                orelse: list[stmt] = []
                out.append(emit.branch(test, body, orelse, place))
                out = orelse
        if otherwise is not None:
            body = self._block(otherwise, place)
            if flat:
                out.append(emit.branch(emit.name(looking, place), body, [], place))
            else:
                out += body
        del self.scopes[-len(chain) :]
        if not flat:
            self._blocks -= len(chain)

    def _look(self, looking: str, value: bool, place: Place) -> stmt:
        return emit.assign(emit.target(looking, place), emit.constant(value, place), place)

    def _test(self, node: nodes.If | nodes.With) -> tuple[expr, Root]:
        """Return the condition of an if or with, and dot inside it."""
        value = self.pipe(node.pipe)
        if isinstance(node, nodes.If):
            return value, self.dot
        name = self.fresh("d")
        return emit.walrus(name, value, self.sites.plain(node.pos)), Root(name, guard=False)

    def _under(self, dot: Root, statements: list[nodes.Statement], place: Place) -> list[stmt]:
        before, self.dot = self.dot, dot
        body = self._block(statements, place)
        self.dot = before
        return body

    def _range(self, node: nodes.Range, out: list[stmt]) -> None:
        pipe = node.pipe
        place = self.sites.plain(node.pos)
        names = [variable.name for variable in pipe.variables]
        pairs = len(names) > 1
        self.scopes.append({})
        value = self.value(pipe)
        kept = self.fresh("it")
        before: list[Root | None] = []
        if pipe.assign:
            before = [self.assigned(name) for name in names]
            if None in before:
                value = self.unassignable(pipe, value, names[before.index(None)])
        sequence = emit.call(
            emit.name("pairs" if pairs else "elements", place),
            [emit.walrus(kept, value, place)],
            self.sites.site("range", node),
        )
        # The variables hold the pipeline's value before the first round, and in the else.
        if not pipe.assign and node.otherwise is not None:
            before = [self.declare(name) for name in names]
        held = ""
        if before:
            held = self.fresh("s")
            out.append(emit.assign(emit.target(held, place), sequence, place))
            sequence = emit.name(held, place)
            out += [
                self.store(variable, emit.name(kept, place), place)
                for variable in before
                if variable is not None
            ]
        body_of, left = self._rounds(node, before if pipe.assign else None, names, kept)
        if node.otherwise is None:
            out.append(emit.loop(left, sequence, body_of, place))
        else:
            rounds = self.fresh("s")
            loop = emit.loop(left, emit.name(rounds, place), body_of, place)
            otherwise = self._block(node.otherwise, place)
            out.append(emit.branch(emit.walrus(rounds, sequence, place), [loop], otherwise, place))
        self.scopes.pop()
        if pipe.assign and not self.deep and (variable := before[-1]) is not None:
            # The last element, if there was one.
            self.known_as(names[-1], variable, kept=kept, held=held)

    def _rounds(
        self, node: nodes.Range, assigned: list[Root | None] | None, names: list[str], kept: str
    ) -> tuple[list[stmt], expr]:
        """Return the body of a loop, and what each element is assigned to."""
        place = self.sites.plain(node.pos)
        element = self.fresh("d")
        index = self.fresh("i")
        locals_ = [index, element] if len(names) > 1 else [element]
        first: list[stmt] = []
        self.scopes.append({})
        for position, (name, local) in enumerate(zip(names, locals_, strict=False)):
            interface = local is element
            if assigned is None and not self.deep and name not in self.tree.assigned:
                self.scopes[-1][name] = Root(local, interface=interface, kept=kept)
                continue
            if assigned is None:
                variable = self.declare(name, interface=interface, kept=kept)
            elif (found := assigned[position]) is not None:
                variable = self.known_as(name, found, interface=interface, kept=kept)
            else:
                continue
            first.append(self.store(variable, emit.name(local, place), place))
        self._loops_here += 1
        self._blocks += 1
        body = first + self._under(Root(element, interface=True, kept=kept), node.body, place)
        self._blocks -= 1
        self._loops_here -= 1
        self.scopes.pop()
        left: expr = emit.target(element, place)
        if len(names) > 1:
            left = emit.pair(emit.target(index, place), left, place, assigned=True)
        return body, left

    def _template(self, node: nodes.Template, out: list[stmt]) -> None:
        place = self.sites.plain(node.pos)
        site = self.sites.site("template", node)
        enter = emit.call(
            emit.attribute(emit.name("run", place), "enter", site),
            [emit.constant(node.name, place)],
            site,
        )
        value = emit.constant(None, place) if node.pipe is None else self.pipe(node.pipe)
        if not isinstance(value, (Constant, Name)):
            # Go looks the template up first, but what fails in the pipe fails in the caller.
            check = emit.attribute(emit.name("run", place), "check", site)
            out.append(emit.do(emit.call(check, [emit.constant(node.name, place)], site), place))
            given = self.fresh("_t")
            out.append(emit.assign(emit.target(given, place), value, place))
            value = emit.name(given, place)
        arguments = [value, *(emit.name(name, place) for name in _PARAMETERS[1:])]
        out.append(emit.do(emit.call(enter, arguments, site), place))
        leave = emit.attribute(emit.name("run", place), "leave", place)
        out.append(emit.do(emit.call(leave, [], place), place))

    def _part(self, node: nodes.Part, out: list[stmt]) -> None:
        given = [self.find(name) for name in node.tree.given or ()]
        if None in given:
            # A block before has declared it: Go's parser knows it, executing fails where it is read.
            self._statements(node.tree.statements, out)
            return
        place = self.sites.plain(node.pos)
        index = ~node.index if self._nil else node.index
        enter = emit.attribute(emit.name("run", place), "part", place)
        function = emit.call(enter, [emit.constant(index, place)], place)
        arguments = [emit.name(name, place) for name in _PARAMETERS]
        arguments += [self.load(variable, place) for variable in given if variable is not None]
        out.append(emit.do(emit.call(function, arguments, place), place))

    def _leave(self, node: nodes.Break | nodes.Continue) -> stmt:
        place = self.sites.plain(node.pos)
        breaks = isinstance(node, nodes.Break)
        if self._loops_here:
            return emit.leave(breaks=breaks, at=place)
        return emit.give(emit.constant(1 if breaks else 2, place), place)
