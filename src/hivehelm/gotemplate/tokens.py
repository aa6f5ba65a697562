"""Reading a template's tokens, and what is said where they end or are not what they should be.

The rules are those of text/template/parse's Tree: next, peek, backup, errorf, unexpected.
"""

from __future__ import annotations

from hivehelm.golang.fmt import quote
from hivehelm.gotemplate import lexer, nodes
from hivehelm.gotemplate.errors import ParseError
from hivehelm.gotemplate.literals import unquote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container
    from typing import NoReturn

    from hivehelm.gotemplate.lexer import Token

STRINGS = (lexer.STRING, lexer.RAW_STRING)


class Scope:
    """What parsing one tree has to remember.

    `variables` are the names known, in their order; an assignment adds its name once more, as in Go, and
    `origins` says which was declared. `read` and `written` are the variables that were read and assigned to,
    by their origins, `unsure` those that and, or may leave out; `parts` the blocks that may become parts.
    """

    __slots__ = (
        "action_start",
        "origins",
        "parentheses",
        "parts",
        "ranges",
        "read",
        "tree",
        "unsure",
        "variables",
        "written",
    )

    def __init__(self, tree: nodes.Tree) -> None:
        self.tree = tree
        self.variables = ["$"]
        self.origins = [0]
        self.ranges = 0
        self.parentheses = 0
        self.action_start = -1
        self.read: list[int] = []
        self.written: list[int] = []
        self.unsure: set[int] = set()
        self.parts: list[nodes.Part] = []

    def find(self, name: str) -> int:
        """Return the origin of the variable of that name; -1 where there is none."""
        variables = self.variables
        for index in range(len(variables) - 1, -1, -1):
            if variables[index] == name:
                return self.origins[index]
        return -1

    def declare(self, name: str, origin: int = -1) -> None:
        """Add a variable: one more name of another, or a new one."""
        if self.parentheses:
            self.unsure.add(len(self.variables))
        if name == "$":
            # Who reads it is not noted: it is a variable like others then, and blocks are no parts.
            self.tree.assigned.add(name)
        self.origins.append(len(self.variables) if origin < 0 else origin)
        self.variables.append(name)

    def own(self, mark: int, count: int) -> None:
        """Make `count` variables from `mark` on new ones."""
        self.origins[mark : mark + count] = range(mark, mark + count)

    def forget(self, mark: int) -> None:
        """Leave but `mark` variables."""
        del self.variables[mark:], self.origins[mark:]


class Tokens:
    """The tokens of one source, and how far they have been read.

    `seen` is the last that has been looked at: complaints have its line. `known` says what actions are one
    token.
    """

    def __init__(
        self, name: str, text: str, functions: Container[str], known: Container[str] | None = None
    ) -> None:
        self.name = name
        self.text = lexer.as_bytes(text)
        self.functions = functions
        self.lexer = lexer.Lexer(
            self.text,
            break_ok="break" not in functions,
            continue_ok="continue" not in functions,
            known=known,
        )
        self._tokens: list[Token] = self.lexer.tokens
        self.next = 0
        self.seen = 0
        self.scope = Scope(nodes.Tree(None))

    def begin(self) -> Token:
        """Return the next token after the end of an action, which is no space, and go on."""
        index = self.seen = self.next
        tokens = self._tokens
        while index == len(tokens):
            self.lexer.more()
        self.next = index + 1
        return tokens[index]

    def peek(self) -> Token:
        """Return the next token, which stays the next."""
        index = self.next
        if index > self.seen:
            self.seen = index
        return self._tokens[index]

    def peek_word(self) -> Token:
        """Return the next token that is no space, which stays the next."""
        token = self.peek()
        if token[0] == lexer.SPACE:
            self.next += 1
            token = self.peek()
        return token

    def take_word(self) -> Token:
        """Return the next token that is no space, and go on."""
        token = self.peek_word()
        self.next += 1
        return token

    def _line(self, token: Token) -> int:
        return self.text.count("\n", 0, token[1]) + 1

    def fail(self, message: str) -> NoReturn:
        """Raise `ParseError`, at the line of what has been looked at last."""
        line = self._line(self._tokens[self.seen])
        raise ParseError(self.name, line, message)

    def unexpected(self, token: Token, context: str) -> NoReturn:
        """Raise `ParseError` for a token that may not stand there, or that the lexer complains with."""
        kind, _, value = token
        if kind == lexer.ERROR:
            extra = ""
            start = self.scope.action_start
            if start >= 0 and (line := self.text.count("\n", 0, start) + 1) != self._line(token):
                extra = f" in action started at {self.name}:{line}"
                if value.endswith(" action"):
                    extra = extra.removeprefix(" in action")
            raise ParseError(self.name, self._line(self._tokens[self.seen]), f"{value}{extra}")
        self.fail(f"unexpected {_shown(token)} in {context}")

    def expect(self, wanted: int, context: str) -> Token:
        """Return the next token that is no space; raises `ParseError` where it is of another kind."""
        token = self.take_word()
        if token[0] != wanted:
            self.unexpected(token, context)
        return token

    def unquote(self, quoted: str) -> str:
        """Return what a string literal stands for; raises `ParseError` for wrong escapes."""
        value = unquote(quoted)
        if value is None:
            self.fail("invalid syntax")
        return value


def _shown(token: Token) -> str:
    kind, _, value = token
    if kind > lexer.KEYWORD:
        return f"<{value}>"
    if kind in (lexer.FIELD, lexer.VARIABLE):
        # One token here, several in Go.
        head, dot, tail = value.partition(".") if value[0] == "$" else ("", ".", value[1:])
        value = head or dot + tail.partition(".")[0]
    if len(value) > 10:
        return f"{quote(lexer.as_text(value)[:10])}..."
    return quote(lexer.as_text(value))
