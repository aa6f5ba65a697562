"""From tokens to trees, with Go's complaints (text/template/parse/parse.go)."""

from __future__ import annotations

from hivehelm.fastpaths import FAST
from hivehelm.golang.fmt import quote
from hivehelm.gotemplate import lexer, nodes
from hivehelm.gotemplate.errors import ParseError
from hivehelm.gotemplate.known import KNOWN, Known, remember
from hivehelm.gotemplate.pipelines import Pipelines
from hivehelm.gotemplate.tokens import STRINGS, Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

    from hivehelm.gotemplate.lexer import Token

_CONTROLS: dict[int, tuple[str, type[nodes.Branch]]] = {
    lexer.IF: ("if", nodes.If),
    lexer.WITH: ("with", nodes.With),
    lexer.RANGE: ("range", nodes.Range),
}


# So many actions, and texts between them, are worth a part.
_PART = 15
# So deep do parts nest at most: each takes a frame.
_PARTS = 4


class _Open:
    """A control or definition whose end is still to come.

    `mark` is how many variables there were before it. `rooted` tells that dot is the template's in its
    current block, `around` that it is outside. When that block began, `begun` actions and texts had been
    parsed, `known` variables were there, `read` and `written` of its scope had been read and written; `parts`
    is how deep parts nest.
    """

    __slots__ = (
        "around",
        "begun",
        "branch",
        "chained",
        "context",
        "in_else",
        "known",
        "mark",
        "parts",
        "read",
        "rooted",
        "scope",
        "statements",
        "written",
    )

    def __init__(self, context: str, scope: Scope, statements: list[nodes.Statement]) -> None:
        self.context = context
        self.scope = scope
        self.statements = statements
        self.branch: nodes.Branch | None = None
        self.mark = 0
        self.chained = False
        self.in_else = False
        self.rooted = self.around = True
        self.parts = 0
        self.begin(0)

    def begin(self, steps: int) -> None:
        """Begin a block, after so many actions and texts."""
        self.begun = steps
        self.known = len(self.scope.variables)
        self.read = len(self.scope.read)
        self.written = len(self.scope.written)


class Parser(Pipelines):
    """Parses one source; `trees` are its templates in the order in which Go adds them, the main one last.

    With `places`, nodes are where they stand; without, those of actions known from elsewhere are taken again.
    """

    def __init__(self, name: str, text: str, functions: Container[str], *, places: bool = True) -> None:
        super().__init__(name, text, functions, None if places else KNOWN)
        self.trees: list[nodes.Tree] = []
        self._steps = 0
        self._parts: list[nodes.Part] = []
        self._by_name: dict[str, nodes.Tree] = {}

    def parse(self) -> list[nodes.Tree]:
        """Parse the whole source; parts come after all templates.

        Raises:
            ParseError: with Go's text; without `places`, perhaps at another line.
        """
        main = self.scope
        opened = [_Open("main", main, main.tree.statements)]
        top = opened[0]
        statements = top.statements
        while True:
            kind, pos, value = token = self.begin()
            self._steps += 1
            if kind == lexer.TEXT:
                statements.append(nodes.Text(pos, lexer.as_text(value)))
                continue
            if kind == lexer.EOF:
                if top.context == "main":
                    break
                self.fail("unexpected EOF")
            self.scope = top.scope
            if kind == lexer.KNOWN:
                self._again(KNOWN.get(value), opened)
            elif kind != lexer.LEFT_DELIM:
                self.unexpected(token, "input")
            elif key := self.lexer.key:
                self._remember(key, opened, pos)
            else:
                self._step(opened, pos)
            top = opened[-1]
            statements = top.statements
            if len(opened) > top.scope.tree.blocks:
                top.scope.tree.blocks = len(opened)
        self._end_tree(main)
        for index, part in enumerate(self._parts, len(self.trees)):
            part.index = index
            self.trees.append(part.tree)
        return self.trees

    def _step(self, opened: list[_Open], pos: int) -> Known | None:
        """Parse an action, after its left delimiter; return what can stand elsewhere, too."""
        top = opened[-1]
        scope, statements = top.scope, top.statements
        word = self.peek_word()[0]
        if word == lexer.DEFINE and top.context == "main":
            self.next += 1
            opened.append(self._define())
            return None
        scope.action_start = pos
        made = None
        if word in _CONTROLS:
            self.next += 1
            mark = len(scope.variables)
            pipe = self.pipeline(_CONTROLS[word][0], lexer.RIGHT_DELIM)
            opened.append(self._control(word, pipe, scope, mark, rooted=top.rooted))
            # Go is in a control's action up to the end of the first one inside it.
            return Known(word, pipe=pipe)
        if word == lexer.END:
            self.next += 1
            self.expect(lexer.RIGHT_DELIM, "end")
            self._end(opened)
            made = Known(lexer.END)
        elif word == lexer.ELSE:
            self.next += 1
            made = self._else(opened)
        elif word == lexer.BLOCK:
            self.next += 1
            opened.append(self._block(statements))
        elif word in (lexer.BREAK, lexer.CONTINUE):
            self.next += 1
            statements.append(self._leave(word, pos))
        elif word == lexer.TEMPLATE:
            self.next += 1
            made = Known(0, statement=self._template())
        else:
            made = Known(0, statement=self._action())
        if made is not None and made.statement is not None:
            statements.append(made.statement)
        scope.action_start = -1
        return made

    def _remember(self, key: str, opened: list[_Open], pos: int) -> None:
        """Parse an action, and remember what it parses to if it is one that can stand elsewhere."""
        scope = self.scope
        tree = scope.tree
        called, self.called = self.called, set()
        depth, tree.depth = tree.depth, 0
        read = len(scope.read)
        made = self._step(opened, pos)
        if made is not None:
            made.called = frozenset(self.called)
            made.read = [scope.variables[origin] for origin in scope.read[read:]]
            made.depth = tree.depth
            remember(key, made)
        tree.depth = max(tree.depth, depth)
        self.called |= called

    def _again(self, known: Known | None, opened: list[_Open]) -> None:
        """Do what parsing a known action would do."""
        if known is None:
            # Another thread has forgotten it.
            raise ParseError(self.name, 0, "not known")
        if not known.called <= self.called:
            if not all(name in self.functions for name in known.called):
                raise ParseError(self.name, 0, "a function is not defined")
            self.called |= known.called
        top, scope = opened[-1], self.scope
        if known.depth > scope.tree.depth:
            scope.tree.depth = known.depth
        if known.word == lexer.END:
            self._end(opened)
        elif known.word == lexer.ELSE:
            self._otherwise(opened, known.chained, known)
        else:
            self._read(known)
            if known.statement is not None:
                top.statements.append(known.statement)
            elif known.pipe is not None:
                mark = len(scope.variables)
                opened.append(self._control(known.word, known.pipe, scope, mark, rooted=top.rooted))

    def _read(self, known: Known) -> None:
        """Read the variables that a known action reads."""
        scope = self.scope
        for name in known.read:
            origin = scope.find(name)
            if origin < 0:
                raise ParseError(self.name, 0, "a variable is not defined")
            scope.read.append(origin)

    def _action(self) -> nodes.Action:
        pos = self.peek()[1]
        return nodes.Action(pos, self.pipeline("command", lexer.RIGHT_DELIM))

    def _control(self, word: int, pipe: nodes.Pipe, scope: Scope, mark: int, *, rooted: bool) -> _Open:
        context, cls = _CONTROLS[word]
        branch = cls(pipe)
        if word == lexer.RANGE:
            scope.ranges += 1
        item = _Open(context, scope, branch.body)
        item.branch = branch
        item.mark = mark
        item.around = rooted
        item.rooted = rooted and word == lexer.IF
        item.begin(self._steps)
        return item

    def _end(self, opened: list[_Open]) -> None:
        top = opened.pop()
        if top.context == "main":
            self.fail("unexpected {{end}}")
        if top.branch is not None:
            self._end_block(top)
        while (branch := top.branch) is not None:
            scope = top.scope
            if top.context == "range" and not top.in_else:
                scope.ranges -= 1
            scope.forget(top.mark)
            above = opened[-1]
            above.parts = max(above.parts, top.parts)
            if not top.chained:
                above.statements.append(branch)  # type: ignore[arg-type]
                return
            top = opened.pop()
            top.branch.otherwise = [branch]  # type: ignore[union-attr]
        self._end_tree(top.scope)

    def _end_block(self, block: _Open) -> None:
        """Set a block apart that may become a part: dot is the template's, no variable of outside changes."""
        scope = block.scope
        if not FAST or self._steps - block.begun < _PART or not block.rooted or block.parts == _PARTS:
            return
        if not block.statements:
            return
        known = block.known
        if any(index < known for index in scope.written[block.written :]):
            return
        tree = nodes.Tree(None)
        read = dict.fromkeys(index for index in scope.read[block.read :] if index < known)
        if not scope.unsure.isdisjoint(read):
            return
        tree.given = [scope.variables[index] for index in read]
        tree.statements = block.statements
        block.parts += 1
        tree.parts = block.parts
        scope.parts.append(nodes.Part(0, tree))

    def _end_tree(self, scope: Scope) -> None:
        tree = scope.tree
        self._add(tree)
        if "$" in tree.assigned:
            return
        for part in scope.parts:
            own = part.tree
            if not tree.assigned.isdisjoint(own.given or ()):
                # What a range assigns is an element, here and there.
                continue
            statements = own.statements
            part.pos = statements[0].pos
            own.statements = statements.copy()
            own.assigned, own.ranged = tree.assigned, tree.ranged
            own.blocks, own.depth = tree.blocks, tree.depth
            statements[:] = [part]
            tree.parts = max(tree.parts, own.parts)
            self._parts.append(part)

    def _else(self, opened: list[_Open]) -> Known | None:
        word = self.peek_word()[0]
        if word in (lexer.IF, lexer.WITH):
            return self._otherwise(opened, word)
        self.expect(lexer.RIGHT_DELIM, "else")
        return self._otherwise(opened, 0)

    def _otherwise(self, opened: list[_Open], word: int, known: Known | None = None) -> Known | None:
        """Go on after an else, and the if or with after it (`word`), whose pipe comes next or is known.

        Return what can stand elsewhere, too.
        """
        top = opened[-1]
        branch = top.branch
        if branch is None:
            if top.context == "main":
                self.fail("unexpected {{else}}")
            if top.context == "block":
                # Go complains in the name of the tree that has the block, which has not read on.
                self.seen = top.mark
            self.fail(f"unexpected {{{{else}}}} in {top.context} clause")
        if top.in_else:
            self.fail("expected end; found {{else}}")
        top.in_else = True
        if top.context == "range":
            top.scope.ranges -= 1
        self._end_block(top)
        if word and _CONTROLS[word][0] == top.context:
            scope = top.scope
            mark = len(scope.variables)
            if known is not None and known.pipe is not None:
                pipe = known.pipe
                self._read(known)
            else:
                scope.action_start = -1
                self.next += 1
                pipe = self.pipeline(_CONTROLS[word][0], lexer.RIGHT_DELIM)
            inner = self._control(word, pipe, scope, mark, rooted=top.around)
            inner.chained = True
            opened.append(inner)
            return Known(lexer.ELSE, chained=word, pipe=pipe)
        if known is not None and known.chained:
            raise ParseError(self.name, 0, "a chain of another control")
        top.rooted = top.around
        top.begin(self._steps)
        branch.otherwise = []
        top.statements = branch.otherwise
        return None if word else Known(lexer.ELSE)

    def _leave(self, word: int, pos: int) -> nodes.Statement:
        name = "break" if word == lexer.BREAK else "continue"
        token = self.take_word()
        if token[0] != lexer.RIGHT_DELIM:
            self.unexpected(token, f"{{{{{name}}}}}")
        if not self.scope.ranges:
            self.fail(f"{{{{{name}}}}} outside {{{{range}}}}")
        return nodes.Break(pos) if word == lexer.BREAK else nodes.Continue(pos)

    def _define(self) -> _Open:
        scope = self.scope = Scope(nodes.Tree(""))
        token = self.take_word()
        if token[0] not in STRINGS:
            self.unexpected(token, "define clause")
        scope.tree.name = self.unquote(token[2])
        self.expect(lexer.RIGHT_DELIM, "define clause")
        return _Open("define", scope, scope.tree.statements)

    def _block(self, statements: list[nodes.Statement]) -> _Open:
        token = self.take_word()
        name = self._template_name(token, "block clause")
        pipe = self.pipeline("block clause", lexer.RIGHT_DELIM)
        statements.append(nodes.Template(token[1], name, pipe))
        scope = Scope(nodes.Tree(name))
        block = _Open("block", scope, scope.tree.statements)
        block.mark = self.seen
        return block

    def _template(self) -> nodes.Template:
        token = self.take_word()
        name = self._template_name(token, "template clause")
        if self.peek_word()[0] == lexer.RIGHT_DELIM:
            self.next += 1
            return nodes.Template(token[1], name, None)
        return nodes.Template(token[1], name, self.pipeline("template clause", lexer.RIGHT_DELIM))

    def _template_name(self, token: Token, context: str) -> str:
        if token[0] not in STRINGS:
            self.unexpected(token, context)
        return self.unquote(token[2])

    def _add(self, tree: nodes.Tree) -> None:
        name = self.name if tree.name is None else tree.name
        known = self._by_name.get(name)
        if tree.name is None:
            # The main tree is always kept: the source may be added under another name later.
            self.trees.append(tree)
            if known is not None and not known.empty() and not tree.empty():
                self.fail(f"template: multiple definition of template {quote(name)}")
            return
        if known is None:
            self.trees.append(tree)
        elif known.empty():
            self.trees[self.trees.index(known)] = tree
        elif tree.empty():
            return
        else:
            self.fail(f"template: multiple definition of template {quote(name)}")
        self._by_name[name] = tree
