"""From a parse tree to Python code.

What can fail begins a line of its own (`sites`); `diagnose` compiles again to find what stands at the line
that a traceback gives.
"""

from __future__ import annotations

from hivehelm.gotemplate import nodes
from hivehelm.gotemplate.root import Root
from hivehelm.gotemplate.values import Atom, Values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

FILENAME = "<template>"

# Blocks that nest deeper go into functions of their own: CPython up to 3.12 allows 20 nested loops, and all
# versions 100 indentations.
_LOOPS_PER_FUNCTION = nodes.BLOCKS
_BLOCKS_PER_FUNCTION = 40
# Longer else-if chains are compiled side by side.
_CHAIN = 6

_PARAMETERS = "d0,write,F,run"


class Compiler(Values):
    """Compiles one tree.

    `flags` are those of the cache: `e` errors on missing keys, `a` `o` `n` no built-in and, or, not. With
    `nil`, the code is for a dot that is nil; other code is for all others. With `traced`, `sites` and
    `roots` tell of the code afterwards.
    """

    def __init__(
        self, tree: nodes.Tree, index: int, flags: str, *, nil: bool = False, traced: bool = False
    ) -> None:
        super().__init__(flags, tree, nil=nil, traced=traced)
        self.tree = tree
        self._name = f"t{index}{'n' if nil else ''}"

    # --- functions

    def compile(self) -> tuple[CodeType, ...]:
        """Return the code of the tree's function and of those split off from it."""
        try:
            module = self._module(deep=self.tree.deep())
        except (SyntaxError, MemoryError, RecursionError):
            # Many levels of little depth each: too many brackets.
            module = self._module(deep=True)
        return tuple(const for const in module.co_consts if hasattr(const, "co_code"))

    def _module(self, *, deep: bool) -> CodeType:
        self.reset(deep=deep)
        code = "\n".join(self._code())
        if self.traced:
            self.sites.number(code)
        return compile(code, FILENAME, "exec", dont_inherit=True)

    def _code(self) -> list[str]:
        """Return the lines of all functions."""
        self._pending: list[Callable[[], None]] = []
        self._split = 0
        self._blocks = 0
        self._loops_here = 0
        self._loops_outside = False
        self._out: list[str] = []
        self._indent = " "
        given = self.tree.given or ()
        self.scopes = [{"$": Root("d0", guard=self.nil)}]
        self._head(self._name, ",".join([_PARAMETERS, *(f"a{index}" for index in range(len(given)))]))
        if self.deep:
            self._line("V=slots()")
        for index, name in enumerate(given):
            if self.deep:
                self._store(self.declare(name), f"a{index}")
            else:
                self.scopes[0][name] = Root(f"a{index}")
        if "$" in self.tree.assigned:
            self._store(self.declare("$"), "d0")
        self._statements(self.tree.statements)
        while self._pending:
            self._indent = " "
            self._pending.pop()()
        return self._out

    def _head(self, name: str, parameters: str) -> None:
        # The body may be empty.
        self._out.append(f"def {name}({parameters}):\n None")

    def split(self, compile_body: Callable[[], None]) -> str:
        """Return the call of a function of its own, compiled later in today's scope."""
        self._split += 1
        name = f"{self._name}_{self._split}"
        scopes = [dict(scope) for scope in self.scopes]
        dot = Root("dot", guard=self.dot.guard, interface=self.dot.interface, kept=self.dot.kept)
        loops = self._loops_outside or self._loops_here > 0

        def build() -> None:
            self.scopes, self.dot = scopes, dot
            self._blocks = self.depth = self._loops_here = 0
            self._loops_outside = loops
            self._head(name, "d0,dot,write,F,run,V")
            compile_body()

        self._pending.append(build)
        return f"{name}(d0,{self.dot.load},write,F,run,V)"

    # --- statements

    def _line(self, code: str) -> None:
        self._out.append(self._indent + code)

    def give(self, value: str) -> None:
        """Write that the running function returns `value`."""
        self._line(f"return ({value})")

    def _store(self, variable: Root, value: str, kept: str = "") -> None:
        """Assign to a variable a value, which is an element of what `kept` gives, if any."""
        self._line(f"{self.load(variable)}=({value})")
        if variable.held:
            self._line(f"{self.loaded(variable.held)}=({kept}{',' if kept else ''})")

    def _statements(self, statements: list[nodes.Statement]) -> None:
        text = ""
        for node in statements:
            if isinstance(node, nodes.Text):
                text += node.text
                continue
            if isinstance(node, nodes.Action) and (more := _constant(node.pipe)) is not None:
                text += more
                continue
            if text:
                self._line(f"write({text!r})")
                text = ""
            if isinstance(node, nodes.Action):
                self._action(node)
            elif isinstance(node, (nodes.If, nodes.With)):
                self._branch(node)
            elif isinstance(node, nodes.Range):
                self._range(node)
            elif isinstance(node, nodes.Template):
                self._template(node)
            elif isinstance(node, nodes.Part):
                self._part(node)
            else:
                self._leave(node)
        if text:
            self._line(f"write({text!r})")

    def _action(self, node: nodes.Action) -> None:
        pipe = node.pipe
        value = self.value(pipe)
        if pipe.variables:
            variable = self.declared(pipe)
            if variable is None:
                self._line(f"({self.unassignable(pipe, value, pipe.variables[0].name)})")
            else:
                self._store(variable, value)
        else:
            self._line(f"write({self.site('print', node)}text({value}))")

    def _block(self, statements: list[nodes.Statement]) -> None:
        """Compile a nested block, in a scope of its own."""
        if self.deep and (self._blocks >= _BLOCKS_PER_FUNCTION or self._loops_here >= _LOOPS_PER_FUNCTION):
            self._split_block(statements)
            return
        before = len(self._out)
        self._blocks += 1
        self._indent += " "
        self.scopes.append({})
        self._statements(statements)
        if len(self._out) == before:
            self._line("None")
        self.scopes.pop()
        self._indent = self._indent[1:]
        self._blocks -= 1

    def _split_block(self, statements: list[nodes.Statement]) -> None:
        """Call a block of its own; it returns 1 where it breaks and 2 where it continues."""
        call = self.split(lambda: self._statements(statements))
        if not self._loops_here and not self._loops_outside:
            self._line(f" {call}")
            return
        self._line(f" _r={call}")
        self._line(" if _r:")
        if self._loops_here:
            self._line("  if _r==1: break")
            self._line("  continue")
        else:
            self._line("  return _r")

    def _branch(self, node: nodes.If | nodes.With) -> None:
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
        # A variable says whether a branch of a long chain is still to be taken.
        looking = self.fresh("_l") if len(chain) > _CHAIN else ""
        if looking:
            self._line(f"{looking}=True")
        word = "if"
        for link in chain:
            self.scopes.append({})
            if looking:
                self._line(f"if {looking}:")
                self._indent += " "
            else:
                self._blocks += 1
            test, dot = self._test(link)
            self._line(f"{word} ({test}):")
            if looking:
                self._line(f" {looking}=False")
                self._under(dot, link.body)
                self._indent = self._indent[1:]
            else:
                word = "elif"
                self._under(dot, link.body)
        if otherwise is not None:
            self._line(f"if {looking}:" if looking else "else:")
            self._block(otherwise)
        del self.scopes[-len(chain) :]
        if not looking:
            self._blocks -= len(chain)

    def _test(self, node: nodes.If | nodes.With) -> tuple[str, Root]:
        """Return the condition of an if or with, and dot inside it."""
        value = self.pipe(node.pipe)
        if isinstance(node, nodes.If):
            return value, self.dot
        name = self.fresh("d")
        return f"{name}:={value}", Root(name, guard=False)

    def _under(self, dot: Root, statements: list[nodes.Statement]) -> None:
        before, self.dot = self.dot, dot
        self._block(statements)
        self.dot = before

    def _range(self, node: nodes.Range) -> None:
        pipe = node.pipe
        names = [variable.name for variable in pipe.variables]
        self.scopes.append({})
        value = self.value(pipe)
        kept = self.place("it")
        before: list[Root | None] = []
        if pipe.assign:
            before = [self.find(name) for name in names]
            if None in before:
                value = self.unassignable(pipe, value, names[before.index(None)])
        function = "pairs" if len(names) > 1 else "elements"
        sequence = f"({self.site('range', node)}{function}({self.put(kept, value)}))"
        # The variables hold the pipeline's value before the first round, and in the else.
        if not pipe.assign and node.otherwise is not None:
            before = [self.declare(name) for name in names]
        if before:
            held = self.fresh("s")
            self._line(f"{held}={sequence}")
            sequence = held
            for variable in before:
                if variable is not None:
                    self._store(variable, self.loaded(kept))
        if node.otherwise is None:
            self._rounds(node, before if pipe.assign else None, names, kept, sequence)
        else:
            rounds = self.fresh("s")
            self._line(f"if ({rounds}:={sequence}):")
            self._indent += " "
            self._rounds(node, before if pipe.assign else None, names, kept, rounds)
            self._indent = self._indent[1:]
            self._line("else:")
            self._block(node.otherwise)
        self.scopes.pop()

    def _rounds(
        self,
        node: nodes.Range,
        assigned: list[Root | None] | None,
        names: list[str],
        kept: str | int,
        sequence: str,
    ) -> None:
        """Compile a loop over `sequence`."""
        element = self.fresh("d")
        index = self.fresh("i")
        locals_ = [index, element] if len(names) > 1 else [element]
        self._line(f"for {','.join(locals_)} in {sequence}:")
        self._indent += " "
        self.scopes.append({})
        for position, (name, local) in enumerate(zip(names, locals_, strict=False)):
            of = kept if local is element else ""
            if assigned is None and not self.deep and name not in self.assigned:
                self.scopes[-1][name] = Root(local, interface=local is element, kept=of)
                continue
            variable = self.declare(name, of) if assigned is None else assigned[position]
            if variable is not None:
                self._store(variable, local, self.loaded(of) if of else "")
        self._indent = self._indent[1:]
        self._loops_here += 1
        self._blocks += 1
        self._under(Root(element, interface=True, kept=kept), node.body)
        self._blocks -= 1
        self._loops_here -= 1
        self.scopes.pop()

    def _template(self, node: nodes.Template) -> None:
        value = "None" if node.pipe is None else self.pipe(node.pipe)
        if node.pipe is not None and value.__class__ is not Atom:
            # Go looks the template up first, but what fails in the pipe fails in the caller.
            self._line(f"({self.site('template', node)}run.check({node.name!r}))")
            given = self.fresh("_t")
            self._line(f"{given}=({value})")
            value = given
        site = self.site("template", node)
        self._line(f"({site}run.enter({node.name!r},{value})({value},{_PARAMETERS.partition(',')[2]}))")
        self._line("run.leave()")

    def _part(self, node: nodes.Part) -> None:
        given = [self.find(name) for name in node.tree.given or ()]
        if None in given:
            # A block before has declared it: Go's parser knows it, executing fails where it is read.
            self._statements(node.tree.statements)
            return
        index = ~node.index if self.nil else node.index
        arguments = [_PARAMETERS, *(self.load(variable) for variable in given if variable is not None)]
        self._line(f"run.part({index})({','.join(arguments)})")

    def _leave(self, node: nodes.Break | nodes.Continue) -> None:
        breaks = isinstance(node, nodes.Break)
        if self._loops_here:
            self._line("break" if breaks else "continue")
        else:
            self._line(f"return {1 if breaks else 2}")


def _constant(pipe: nodes.Pipe) -> str | None:
    """Return the string that a pipe is made of, if there is nothing else."""
    words = pipe.commands[0].words
    word = words[0]
    if isinstance(word, nodes.String) and len(words) == len(pipe.commands) == 1 and not pipe.variables:
        return word.value
    return None
