"""From tokens to pipelines, commands and operands.

The rules are those of text/template/parse's Tree: pipeline, command, operand, term.
"""

from __future__ import annotations

from hivehelm.golang.fmt import quote
from hivehelm.gotemplate import lexer, nodes, stack
from hivehelm.gotemplate.literals import number
from hivehelm.gotemplate.tokens import STRINGS, Tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

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
_LITERALS = (nodes.Bool, nodes.String, nodes.Number, nodes.Nil, nodes.Dot)

MAX_PARENTHESES = 10000
# Parentheses recurse: this many at most on one stack.
_PARENTHESES_PER_STACK = 50


class Pipelines(Tokens):
    """Parses expressions; `called` collects the names of all functions."""

    def __init__(
        self, name: str, text: str, functions: Container[str], known: Container[str] | None = None
    ) -> None:
        super().__init__(name, text, functions, known)
        self.called: set[str] = set()

    def pipeline(self, context: str, end: int) -> nodes.Pipe:
        """Parse up to a token of the kind `end`; `context` is what messages call the place.

        Raises:
            ParseError: with Go's text.
        """
        pipe = nodes.Pipe(self.peek_word()[1])
        mark = len(self.scope.variables)
        while (token := self.peek_word())[0] == lexer.VARIABLE:
            here = self.next
            if "." in token[2]:
                break
            self.next += 1
            following = self.peek_word()
            kind = following[0]
            if kind in (lexer.ASSIGN, lexer.DECLARE):
                self.next += 1
                self._declare(pipe, token)
                if kind == lexer.ASSIGN:
                    self._assign(pipe)
                    if context == "range":
                        self.scope.tree.ranged.update(variable.name for variable in pipe.variables)
            elif kind == lexer.CHAR and following[2] == ",":
                self.next += 1
                self._declare(pipe, token)
                if context == "range" and len(pipe.variables) < 2:
                    if self.peek_word()[0] in (lexer.VARIABLE, lexer.RIGHT_DELIM, lexer.RIGHT_PAREN):
                        continue
                    self.fail("range can only initialize variables")
                self.fail(f"too many declarations in {context}")
            else:
                self.next = here
            break
        commands, tokens = pipe.commands, self._tokens
        while True:
            index = self.next
            token = tokens[index]
            if token[0] == lexer.SPACE:
                index += 1
                token = tokens[index]
            kind = token[0]
            if kind in _OPERANDS:
                self.next = index
                commands.append(self._command())
                continue
            self.next = index + 1
            if index > self.seen:
                self.seen = index
            if kind != end:
                self.unexpected(token, context)
            break
        if not commands:
            self.fail(f"missing value for {context}")
        if pipe.variables and not pipe.assign:
            self.scope.own(mark, len(pipe.variables))
        if len(commands) > 1:
            for stage, command in enumerate(commands):
                if stage and isinstance(command.words[0], _LITERALS):
                    self.fail(f"non executable command in pipeline stage {stage + 1}")
        depth = len(commands) + self.scope.parentheses * 2
        if depth > self.scope.tree.depth:
            self.scope.tree.depth = depth
        return pipe

    def _declare(self, pipe: nodes.Pipe, token: Token) -> None:
        name = lexer.as_text(token[2])
        pipe.variables.append(nodes.Variable(token[1], name, []))
        # Up to the end of the pipe, the name stands for what it stood for before.
        self.scope.declare(name, self.scope.find(name))

    def _assign(self, pipe: nodes.Pipe) -> None:
        """Let the variables of a pipe be names of those that are there."""
        scope = self.scope
        pipe.assign = True
        names = [variable.name for variable in pipe.variables]
        scope.forget(len(scope.variables) - len(names))
        # Go's parser takes what is not there at all, too.
        origins = [max(scope.find(name), 0) for name in names]
        for name, origin in zip(names, origins, strict=True):
            scope.declare(name, origin)
        scope.written += origins
        scope.tree.assigned.update(names)

    def _command(self) -> nodes.Command:
        """Parse operands up to a pipe or the end; where most of a parser's time goes."""
        tokens = self._tokens
        index = self.next
        if tokens[index][0] == lexer.SPACE:
            index += 1
        command = nodes.Command(tokens[index][1])
        words = command.words
        while True:
            kind, pos, value = tokens[index]
            if kind == lexer.SPACE:
                index += 1
                kind, pos, value = tokens[index]
            if kind == lexer.FIELD and value.count(".") == 1:
                words.append(nodes.Field(pos, [lexer.as_text(value[1:])]))
                index += 1
            elif kind == lexer.DOT and tokens[index + 1][0] != lexer.FIELD:
                words.append(nodes.Dot(pos))
                index += 1
            elif kind in _OPERANDS:
                self.next = index
                if index > self.seen:
                    self.seen = index
                words.append(self._operand(kind, pos, value))
                index = self.next
            token = tokens[index]
            kind = token[0]
            if kind == lexer.SPACE:
                index += 1
                continue
            if index > self.seen:
                self.seen = index
            if kind == lexer.PIPE:
                index += 1
            elif kind not in (lexer.RIGHT_DELIM, lexer.RIGHT_PAREN):
                self.next = index + 1
                self.unexpected(token, "operand")
            self.next = index
            return command

    def _operand(self, kind: int, pos: int, value: str) -> nodes.Operand:
        self.next += 1
        node: nodes.Operand
        if kind == lexer.FIELD:
            names = lexer.as_text(value).split(".")
            del names[0]
            # Go takes a chain to be where its second field is.
            return nodes.Field(pos + value.find(".", 1) if len(names) > 1 else pos, names)
        if kind == lexer.IDENTIFIER:
            value = lexer.as_text(value)
            if value not in self.functions:
                self.fail(f"function {quote(value)} not defined")
            self.called.add(value)
            node = nodes.Identifier(pos, value)
        elif kind == lexer.VARIABLE:
            name, *fields = lexer.as_text(value).split(".")
            if name != "$":
                origin = self.scope.find(name)
                if origin < 0:
                    self.fail(f"undefined variable {quote(name)}")
                self.scope.read.append(origin)
            return nodes.Variable(pos + value.find(".") if fields else pos, name, fields)
        elif kind in STRINGS:
            node = nodes.String(pos, lexer.as_text(value), self.unquote(value))
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
                self.fail(str(error))
        following = self.peek()
        if following[0] == lexer.FIELD:
            self.next += 1
            if isinstance(node, _LITERALS):
                # Go has looked for another field.
                self.peek()
                self.fail(f"unexpected . after term {quote(str(node))}")
            return nodes.Chain(following[1], node, lexer.as_text(following[2]).split(".")[1:])
        return node

    def _parenthesized(self) -> nodes.Pipe:
        scope = self.scope
        if scope.parentheses >= MAX_PARENTHESES:
            self.fail("max expression depth exceeded")
        scope.parentheses += 1
        if scope.parentheses % _PARENTHESES_PER_STACK:
            pipe = self.pipeline("parenthesized pipeline", lexer.RIGHT_PAREN)
        else:
            pipe = stack.fresh(self.pipeline, "parenthesized pipeline", lexer.RIGHT_PAREN)
        scope.parentheses -= 1
        return pipe
