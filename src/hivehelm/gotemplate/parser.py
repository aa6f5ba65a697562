"""From tokens to trees, with Go's complaints (text/template/parse/parse.go)."""

from __future__ import annotations

from hivehelm.golang.fmt import quote
from hivehelm.gotemplate import lexer, nodes, stack
from hivehelm.gotemplate.errors import ParseError
from hivehelm.gotemplate.literals import number, unquote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container
    from typing import NoReturn

    from hivehelm.gotemplate.lexer import Token

_OPERANDS = frozenset(
    (
        lexer.BOOL,
        lexer.CHAR_CONSTANT,
        lexer.COMPLEX,
        lexer.DOT,
        lexer.FIELD,
        lexer.IDENTIFIER,
        lexer.NUMBER,
        lexer.NIL,
        lexer.RAW_STRING,
        lexer.STRING,
        lexer.VARIABLE,
        lexer.LEFT_PAREN,
    )
)
_STRINGS = (lexer.STRING, lexer.RAW_STRING)
_LITERALS = (nodes.Bool, nodes.String, nodes.Number, nodes.Nil, nodes.Dot)
_CONTROLS: dict[int, tuple[str, type[nodes.Branch]]] = {
    lexer.IF: ("if", nodes.If),
    lexer.WITH: ("with", nodes.With),
    lexer.RANGE: ("range", nodes.Range),
}

MAX_PARENTHESES = 10000
# Parentheses recurse: this many at most on one stack.
_PARENTHESES_PER_STACK = 50


class _Scope:
    """What parsing one tree has to remember."""

    __slots__ = ("action_start", "parentheses", "ranges", "tree", "variables")

    def __init__(self, tree: nodes.Tree) -> None:
        self.tree = tree
        self.variables = ["$"]
        self.ranges = 0
        self.parentheses = 0
        self.action_start = -1


class _Open:
    """A control or definition whose end is still to come."""

    __slots__ = ("branch", "chained", "context", "in_else", "mark", "scope", "statements")

    def __init__(self, context: str, scope: _Scope, statements: list[nodes.Statement]) -> None:
        self.context = context
        self.scope = scope
        self.statements = statements
        self.branch: nodes.Branch | None = None
        self.mark = 0
        self.chained = False
        self.in_else = False


class Parser:
    """Parses one source; `trees` are its templates in the order in which Go adds them, the main one last.

    `called` collects the names of all functions.
    """

    def __init__(self, name: str, text: str, functions: Container[str]) -> None:
        self.name = name
        self.text = lexer.as_bytes(text)
        self.functions = functions
        self.called: set[str] = set()
        self.trees: list[nodes.Tree] = []
        self._by_name: dict[str, nodes.Tree] = {}
        self._tokens: list[Token] = lexer.lex(
            self.text, break_ok="break" not in functions, continue_ok="continue" not in functions
        )
        # After an error the lexer gives EOF for ever.
        self._tokens.append((lexer.EOF, 0, "EOF"))
        self._next = 0
        self._seen = 0
        self._scope = _Scope(nodes.Tree(None))

    # --- tokens

    def _peek(self) -> Token:
        index = self._next
        if index > self._seen:
            self._seen = index
        return self._tokens[index]

    def _take(self) -> Token:
        token = self._peek()
        self._next += 1
        return token

    def _peek_word(self) -> Token:
        token = self._peek()
        if token[0] == lexer.SPACE:
            self._next += 1
            token = self._peek()
        return token

    def _take_word(self) -> Token:
        token = self._peek_word()
        self._next += 1
        return token

    # --- complaints

    def _line(self, token: Token) -> int:
        return self.text.count("\n", 0, token[1]) + 1

    def _fail(self, message: str) -> NoReturn:
        line = self._line(self._tokens[self._seen])
        raise ParseError(self.name, line, message)

    def _unexpected(self, token: Token, context: str) -> NoReturn:
        kind, _, value = token
        if kind == lexer.ERROR:
            extra = ""
            start = self._scope.action_start
            if start >= 0 and (line := self.text.count("\n", 0, start) + 1) != self._line(token):
                extra = f" in action started at {self.name}:{line}"
                if value.endswith(" action"):
                    extra = extra.removeprefix(" in action")
            raise ParseError(self.name, self._line(self._tokens[self._seen]), f"{value}{extra}")
        self._fail(f"unexpected {_shown(token)} in {context}")

    def _expect(self, wanted: int, context: str) -> Token:
        token = self._take_word()
        if token[0] != wanted:
            self._unexpected(token, context)
        return token

    # --- statements

    def parse(self) -> list[nodes.Tree]:
        """Parse the whole source.

        Raises:
            ParseError: with Go's text.
        """
        main = self._scope
        opened = [_Open("main", main, main.tree.statements)]
        top = opened[0]
        statements = top.statements
        while True:
            kind, pos, value = token = self._take_word()
            if kind == lexer.TEXT:
                statements.append(nodes.Text(pos, lexer.as_text(value)))
                continue
            if kind == lexer.EOF:
                if top.context == "main":
                    break
                self._fail("unexpected EOF")
            if kind != lexer.LEFT_DELIM:
                self._unexpected(token, "input")
            scope = top.scope
            self._scope = scope
            word = self._peek_word()[0]
            if word == lexer.DEFINE and top.context == "main":
                self._next += 1
                opened.append(self._define())
            else:
                scope.action_start = pos
                if word < lexer.KEYWORD:
                    statements.append(self._action())
                elif word in _CONTROLS:
                    self._next += 1
                    opened.append(self._control(word, scope))
                elif word == lexer.END:
                    self._next += 1
                    self._end(opened)
                elif word == lexer.ELSE:
                    self._next += 1
                    self._else(opened)
                elif word == lexer.BLOCK:
                    self._next += 1
                    opened.append(self._block(statements))
                elif word == lexer.TEMPLATE:
                    self._next += 1
                    statements.append(self._template())
                elif word in (lexer.BREAK, lexer.CONTINUE):
                    self._next += 1
                    statements.append(self._leave(word, pos))
                else:
                    statements.append(self._action())
                scope.action_start = -1
            top = opened[-1]
            statements = top.statements
            if len(opened) > top.scope.tree.blocks:
                top.scope.tree.blocks = len(opened)
        self._add(main.tree)
        return self.trees

    def _action(self) -> nodes.Action:
        pos = self._peek()[1]
        return nodes.Action(pos, self._pipeline("command", lexer.RIGHT_DELIM))

    def _control(self, word: int, scope: _Scope) -> _Open:
        context, cls = _CONTROLS[word]
        mark = len(scope.variables)
        branch = cls(self._pipeline(context, lexer.RIGHT_DELIM))
        if word == lexer.RANGE:
            scope.ranges += 1
        item = _Open(context, scope, branch.body)
        item.branch = branch
        item.mark = mark
        return item

    def _end(self, opened: list[_Open]) -> None:
        self._expect(lexer.RIGHT_DELIM, "end")
        top = opened.pop()
        if top.context == "main":
            self._fail("unexpected {{end}}")
        while (branch := top.branch) is not None:
            scope = top.scope
            del scope.variables[top.mark :]
            if top.context == "range" and not top.in_else:
                scope.ranges -= 1
            if not top.chained:
                opened[-1].statements.append(branch)  # type: ignore[arg-type]
                return
            top = opened.pop()
            top.branch.otherwise = [branch]  # type: ignore[union-attr]
        self._add(top.scope.tree)

    def _else(self, opened: list[_Open]) -> None:
        token = self._peek_word()
        chains = token[0] in (lexer.IF, lexer.WITH)
        if not chains:
            self._expect(lexer.RIGHT_DELIM, "else")
        top = opened[-1]
        branch = top.branch
        if branch is None:
            if top.context == "main":
                self._fail("unexpected {{else}}")
            if top.context == "block":
                # Go complains in the name of the tree that has the block, which has not read on.
                self._seen = top.mark
            self._fail(f"unexpected {{{{else}}}} in {top.context} clause")
        if top.in_else:
            self._fail("expected end; found {{else}}")
        top.in_else = True
        if top.context == "range":
            top.scope.ranges -= 1
        if chains and _CONTROLS[token[0]][0] == top.context:
            top.scope.action_start = -1
            self._next += 1
            inner = self._control(token[0], top.scope)
            inner.chained = True
            opened.append(inner)
            return
        branch.otherwise = []
        top.statements = branch.otherwise

    def _leave(self, word: int, pos: int) -> nodes.Statement:
        name = "break" if word == lexer.BREAK else "continue"
        token = self._take_word()
        if token[0] != lexer.RIGHT_DELIM:
            self._unexpected(token, f"{{{{{name}}}}}")
        if not self._scope.ranges:
            self._fail(f"{{{{{name}}}}} outside {{{{range}}}}")
        return nodes.Break(pos) if word == lexer.BREAK else nodes.Continue(pos)

    def _define(self) -> _Open:
        scope = self._scope = _Scope(nodes.Tree(""))
        token = self._take_word()
        if token[0] not in _STRINGS:
            self._unexpected(token, "define clause")
        scope.tree.name = self._unquote(token[2])
        self._expect(lexer.RIGHT_DELIM, "define clause")
        return _Open("define", scope, scope.tree.statements)

    def _block(self, statements: list[nodes.Statement]) -> _Open:
        token = self._take_word()
        name = self._template_name(token, "block clause")
        pipe = self._pipeline("block clause", lexer.RIGHT_DELIM)
        statements.append(nodes.Template(token[1], name, pipe))
        scope = _Scope(nodes.Tree(name))
        block = _Open("block", scope, scope.tree.statements)
        block.mark = self._seen
        return block

    def _template(self) -> nodes.Template:
        token = self._take_word()
        name = self._template_name(token, "template clause")
        if self._peek_word()[0] == lexer.RIGHT_DELIM:
            self._next += 1
            return nodes.Template(token[1], name, None)
        return nodes.Template(token[1], name, self._pipeline("template clause", lexer.RIGHT_DELIM))

    def _template_name(self, token: Token, context: str) -> str:
        if token[0] not in _STRINGS:
            self._unexpected(token, context)
        return self._unquote(token[2])

    def _unquote(self, quoted: str) -> str:
        value = unquote(quoted)
        if value is None:
            self._fail("invalid syntax")
        return value

    def _add(self, tree: nodes.Tree) -> None:
        name = self.name if tree.name is None else tree.name
        known = self._by_name.get(name)
        if tree.name is None:
            # The main tree is always kept: the source may be added under another name later.
            self.trees.append(tree)
            if known is not None and not known.empty() and not tree.empty():
                self._fail(f"template: multiple definition of template {quote(name)}")
            return
        if known is None:
            self.trees.append(tree)
        elif known.empty():
            self.trees[self.trees.index(known)] = tree
        elif tree.empty():
            return
        else:
            self._fail(f"template: multiple definition of template {quote(name)}")
        self._by_name[name] = tree

    # --- pipelines

    def _pipeline(self, context: str, end: int) -> nodes.Pipe:
        pipe = nodes.Pipe(self._peek_word()[1])
        while (token := self._peek_word())[0] == lexer.VARIABLE:
            here = self._next
            if "." in token[2]:
                break
            self._next += 1
            following = self._peek_word()
            kind = following[0]
            if kind in (lexer.ASSIGN, lexer.DECLARE):
                self._next += 1
                pipe.assign = kind == lexer.ASSIGN
                self._declare(pipe, token)
            elif kind == lexer.CHAR and following[2] == ",":
                self._next += 1
                self._declare(pipe, token)
                if context == "range" and len(pipe.variables) < 2:
                    if self._peek_word()[0] in (lexer.VARIABLE, lexer.RIGHT_DELIM, lexer.RIGHT_PAREN):
                        continue
                    self._fail("range can only initialize variables")
                self._fail(f"too many declarations in {context}")
            else:
                self._next = here
            break
        if pipe.assign:
            self._scope.tree.assigned.update(variable.name for variable in pipe.variables)
        commands = pipe.commands
        while True:
            token = self._peek_word()
            kind = token[0]
            if kind in _OPERANDS:
                commands.append(self._command())
                continue
            self._next += 1
            if kind != end:
                self._unexpected(token, context)
            break
        if not commands:
            self._fail(f"missing value for {context}")
        for stage, command in enumerate(commands):
            if stage and isinstance(command.words[0], _LITERALS):
                self._fail(f"non executable command in pipeline stage {stage + 1}")
        depth = len(commands) + self._scope.parentheses * 2
        if depth > self._scope.tree.depth:
            self._scope.tree.depth = depth
        return pipe

    def _declare(self, pipe: nodes.Pipe, token: Token) -> None:
        name = lexer.as_text(token[2])
        pipe.variables.append(nodes.Variable(token[1], name, []))
        self._scope.variables.append(name)

    def _command(self) -> nodes.Command:
        command = nodes.Command(self._peek_word()[1])
        words = command.words
        while True:
            self._peek_word()
            operand = self._operand()
            if operand is not None:
                words.append(operand)
            token = self._peek()
            kind = token[0]
            if kind == lexer.SPACE:
                self._next += 1
                continue
            if kind == lexer.PIPE:
                self._next += 1
            elif kind not in (lexer.RIGHT_DELIM, lexer.RIGHT_PAREN):
                self._next += 1
                self._unexpected(token, "operand")
            break
        if not words:
            self._fail("empty command")
        return command

    def _operand(self) -> nodes.Operand | None:
        kind, pos, value = self._peek_word()
        if kind not in _OPERANDS:
            return None
        self._next += 1
        node: nodes.Operand
        if kind == lexer.FIELD:
            names = lexer.as_text(value).split(".")
            del names[0]
            # Go takes a chain to be where its second field is.
            return nodes.Field(pos + value.find(".", 1) if len(names) > 1 else pos, names)
        if kind == lexer.IDENTIFIER:
            value = lexer.as_text(value)
            if value not in self.functions:
                self._fail(f"function {quote(value)} not defined")
            self.called.add(value)
            node = nodes.Identifier(pos, value)
        elif kind == lexer.VARIABLE:
            name, *fields = lexer.as_text(value).split(".")
            if name not in self._scope.variables:
                self._fail(f"undefined variable {quote(name)}")
            return nodes.Variable(pos + value.find(".") if fields else pos, name, fields)
        elif kind in _STRINGS:
            node = nodes.String(pos, lexer.as_text(value), self._unquote(value))
        elif kind == lexer.LEFT_PAREN:
            node = self._parenthesized()
        elif kind == lexer.DOT:
            node = nodes.Dot(pos)
        elif kind == lexer.BOOL:
            node = nodes.Bool(pos, value == "true")
        elif kind == lexer.NIL:
            node = nodes.Nil(pos)
        else:
            try:
                node = nodes.Number(pos, lexer.as_text(value), number(value, kind))
            except ValueError as error:
                self._fail(str(error))
        following = self._peek()
        if following[0] == lexer.FIELD:
            if isinstance(node, _LITERALS):
                self._fail(f"unexpected . after term {quote(str(node))}")
            self._next += 1
            return nodes.Chain(following[1], node, lexer.as_text(following[2]).split(".")[1:])
        return node

    def _parenthesized(self) -> nodes.Pipe:
        scope = self._scope
        if scope.parentheses >= MAX_PARENTHESES:
            self._fail("max expression depth exceeded")
        scope.parentheses += 1
        if scope.parentheses % _PARENTHESES_PER_STACK:
            pipe = self._pipeline("parenthesized pipeline", lexer.RIGHT_PAREN)
        else:
            pipe = stack.fresh(self._pipeline, "parenthesized pipeline", lexer.RIGHT_PAREN)
        scope.parentheses -= 1
        return pipe


def _shown(token: Token) -> str:
    kind, _, value = token
    if kind == lexer.EOF:
        return "EOF"
    if kind > lexer.KEYWORD:
        return f"<{value}>"
    if kind in (lexer.FIELD, lexer.VARIABLE):
        # One token here, several in Go.
        head, dot, tail = value.partition(".") if value[0] == "$" else ("", ".", value[1:])
        value = head or dot + tail.partition(".")[0]
    if len(value) > 10:
        return f"{quote(lexer.as_text(value)[:10])}..."
    return quote(lexer.as_text(value))
