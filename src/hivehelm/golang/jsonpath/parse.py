"""A JSONPath template into its nodes (client-go's `util/jsonpath/parser.go`)."""

from __future__ import annotations

from hivehelm.golang.jsonpath.nodes import (
    Descent,
    Field,
    Filter,
    Index,
    JSONPathError,
    Literal,
    Text,
    Union,
    Wildcard,
    Word,
)
from hivehelm.golang.unicode import is_digit, is_letter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from hivehelm.golang.jsonpath.nodes import Node, Path

_END: Final = ""
_TERMINATORS: Final = frozenset((_END, " ", "\t", "\r", "\n", ".", ",", "[", "]", "$", "@", "{", "}"))
_OPERATORS: Final = frozenset("!<>=")
_MAX_INT: Final = 1 << 63


def parse(text: str) -> list[Text | Path]:
    """Return the texts of a template and, for each pair of braces between them, the steps in it.

    Raises:
        JSONPathError: the template is malformed.
    """
    return _Parser(text).template()


def _action(text: str) -> Path:
    """Return the steps of a text that stands for itself: the first pair of braces, if it holds others."""
    (first, *_) = _Parser("{" + text + "}").template()
    assert isinstance(first, tuple)  # noqa: S101 - it begins with a brace
    return first


class _Parser:
    """Goes through a text; what is cut out next begins at `start` and ends before `at`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.start = 0
        self.at = 0

    def template(self) -> list[Text | Path]:
        parts: list[Text | Path] = []
        while True:
            brace = self.text.find("{", self.at)
            plain = self.text[self.at :] if brace < 0 else self.text[self.at : brace]
            if plain:
                parts.append(Text(text=plain))
            if brace < 0:
                return parts
            self.at = self.start = brace + 1
            parts.append(self.action())

    def next(self) -> str:
        letter = self.text[self.at : self.at + 1]
        self.at += len(letter)
        return letter

    def cut(self) -> str:
        text = self.text[self.start : self.at]
        self.start = self.at
        return text

    def action(self) -> Path:
        """Return the steps up to the brace that closes."""
        nodes: list[Node] = []
        while not self.text.startswith("}", self.at):
            if self.text.startswith("[?(", self.at):
                nodes.append(self.filter())
            elif self.text.startswith("..", self.at):
                self.descent(nodes)
            else:
                self.step(nodes)
        self.at += 1
        self.cut()
        return tuple(nodes)

    def step(self, nodes: list[Node]) -> None:
        letter = self.next()
        if letter in (_END, "\r", "\n"):
            raise JSONPathError("unclosed action")
        if letter in (" ", "@", "$"):
            self.cut()
        elif letter == "[":
            nodes += self.brackets()
        elif letter in ('"', "'"):
            nodes.append(self.quoted(letter))
        elif letter == ".":
            nodes.append(self.field())
        elif letter in ("+", "-") or is_digit(letter):
            nodes.append(self.number())
        elif letter == "_" or is_letter(letter):
            nodes.append(self.word())
        else:
            from hivehelm.golang.fmt import sprintf

            raise JSONPathError(f"unrecognized character in action: {sprintf('%#U', [_code(letter)])}")

    def descent(self, nodes: list[Node]) -> None:
        if nodes and isinstance(nodes[-1], Descent):
            raise JSONPathError("invalid multiple recursive descent")
        self.at += 2
        self.cut()
        nodes.append(Descent())
        letter = self.text[self.at : self.at + 1]
        if letter == "_" or is_letter(letter) or is_digit(letter):
            nodes.append(self.field())

    def word(self) -> Word | Literal:
        self.skip_to_terminator()
        name = self.cut()
        return Literal(value=name == "true") if name in ("true", "false") else Word(name=name)

    def skip_to_terminator(self) -> None:
        while self.text[self.at : self.at + 1] not in _TERMINATORS:
            self.at += 1

    def field(self) -> Field | Wildcard:
        self.cut()
        while (letter := self.text[self.at : self.at + 1]) not in _TERMINATORS:
            # A backslash lets a terminator be part of the name.
            self.at = min(self.at + (2 if letter == "\\" else 1), len(self.text))
        name = self.cut()
        return Wildcard() if name == "*" else Field(name=name.replace("\\", ""))

    def number(self) -> Literal:
        from hivehelm.golang.strconv import NumberError, parse_float, parse_int

        while (letter := self.text[self.at : self.at + 1]) == "." or is_digit(letter):
            self.at += 1
        text = self.cut()
        try:
            return Literal(value=parse_int(text))
        except NumberError:
            pass
        try:
            return Literal(value=parse_float(text))
        except NumberError:
            raise JSONPathError(f"cannot parse number {text}") from None

    def quoted(self, mark: str) -> Text:
        while True:
            letter = self.next()
            if letter in (_END, "\n"):
                raise JSONPathError("unterminated quoted string")
            if letter == mark and self.text[self.at - 2] != "\\":
                break
        text = self.cut()
        return Text(text=_unquoted(text))

    def brackets(self) -> Path:
        """Return what stands in brackets: an index, a slice, a key in quotes, or several of those."""
        while (letter := self.next()) != "]":
            if letter in (_END, "\n"):
                raise JSONPathError("unterminated array")
        text = self.cut()[1:-1]
        if text == "*":
            text = ":"
        parts = text.split(",")
        if len(parts) > 1:
            return (Union(paths=tuple(_action(f"[{part.strip(' ')}]") for part in parts)),)
        if len(text) > 1 and text[0] == text[-1] == "'" and "'" not in text[1:-1]:
            return _action(f".{text[1:-1]}")
        return (_index(text),)

    def filter(self) -> Filter:
        self.at += 3
        self.cut()
        mark = ""
        closed = False
        while True:
            letter = self.next()
            if letter in (_END, "\n"):
                raise JSONPathError("unterminated filter")
            if letter in ('"', "'"):
                if not mark:
                    mark = letter
                elif letter == mark and self.text[self.at - 2] != "\\":
                    closed = True
            elif letter == ")" and bool(mark) == closed:
                break
        if self.next() != "]":
            raise JSONPathError("unclosed array expect ]")
        left, operator, right = _compared(self.cut()[:-2])
        if not operator:
            return Filter(left=_action(left), right=(), operator="exists")
        return Filter(left=_action(left), right=_action(right), operator=operator)


def _compared(text: str) -> tuple[str, str, str]:
    """Part a condition at its operator; without one, or with nothing beside it, all of it is on the left."""
    begin = 0
    while begin < len(text) and text[begin] not in _OPERATORS:
        begin += 1
    end = begin
    while end < len(text) and text[end] in _OPERATORS:
        end += 1
    # Where nothing follows, the last character of the operator is what is compared with.
    if end == len(text):
        end -= 1
    return (text[:begin], text[begin:end], text[end:]) if 0 < begin < end else (text, "", "")


def _index(text: str) -> Index:
    """Return the index or slice of a text such as `1`, `-1`, `1:3`, `:`, `0:9:2`."""
    parts = text.split(":")
    if len(parts) > 3 or not all(_is_number(part) for part in parts):
        raise JSONPathError(f"invalid array index {text}")
    numbers = [_number(part) if part else None for part in parts]
    start = numbers[0]
    end = numbers[1] if len(parts) > 1 else (start or 0) + 1
    return Index(start=start, end=end, step=numbers[2] if len(parts) > 2 else None, derived=len(parts) == 1)


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-")
    return not digits or (digits.isascii() and digits.isdigit())


def _number(text: str) -> int:
    if text == "-" or not -_MAX_INT <= (number := int(text)) < _MAX_INT:
        raise JSONPathError(f"array index {text} is not a number")
    return number


def _unquoted(text: str) -> str:
    """Return what stands between quotes, escapes resolved (`UnquoteExtend`)."""
    mark, inner = text[0], text[1:-1]
    if "\\" not in inner and mark not in inner:
        return inner
    from hivehelm.golang.strconv import unescape

    if (found := unescape(inner, mark)) is None:
        raise JSONPathError(f"unquote string {text} error invalid syntax")
    return found


def _code(letter: str) -> int:
    return 0xFFFD if "\ud800" <= letter <= "\udfff" else ord(letter)
