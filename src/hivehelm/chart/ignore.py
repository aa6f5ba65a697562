"""`.helmignore`: which files of a directory are no part of the chart (`pkg/ignore`).

The grammar is that of Go's `filepath.Match`, one pattern a line:

    *  any run of characters but /     ?  one character but /     [a-z] [^a-z]  one character of a class
    \\c  the character c                #  a comment, at the start of a line
    /pattern  from the root            a/b  the whole path      name  the last element of the path
    pattern/  directories only         !pattern  everything that does NOT match is ignored (Helm's reading)
"""

from __future__ import annotations

from hivehelm.chart.errors import ChartError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Token = str | tuple[bool, tuple[tuple[str, str], ...]]

FILE_NAME = ".helmignore"
_STAR = ""
_ANY = "any"
_LONGEST_LINE = 64 * 1024


class IgnoreError(ChartError):
    """A line of .helmignore cannot be understood."""


class Rules:
    """The patterns of a .helmignore, in order, with Helm's own `templates/.?*` last."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self._rules: list[tuple[Callable[[str], bool], bool, bool, bool]] = []
        for line in lines:
            self._add(line)
        self._add("templates/.?*")

    def _add(self, line: str) -> None:
        rule = line.strip()
        if not rule or rule.startswith("#"):
            return
        if "**" in rule:
            raise IgnoreError("double-star (**) syntax is not supported")
        compile_pattern(rule)
        negated = rule.startswith("!")
        rule = rule[negated:]
        directories = rule.endswith("/")
        rule = rule[: len(rule) - directories]
        whole_path = "/" in rule
        try:
            match = compile_pattern(rule.removeprefix("/"))
        except IgnoreError:
            match = _never
        self._rules.append((match, negated, directories, whole_path))

    def ignores(self, path: str, is_directory: bool) -> bool:
        """Tell whether `path`, relative to the chart and with slashes, is left out."""
        name = path.rsplit("/", 1)[-1]
        for match, negated, directories, whole_path in self._rules:
            if directories and not is_directory:
                if negated:
                    return True
                continue
            if match(path if whole_path else name) != negated:
                return True
        return False


def parse(data: bytes) -> Rules:
    """Return the rules of a .helmignore file.

    Raises:
        IgnoreError: a pattern uses `**` or is malformed, or a line is longer than 64 KiB.
    """
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if any(len(line) >= _LONGEST_LINE for line in lines):
        raise IgnoreError("bufio.Scanner: token too long")
    return Rules(line.decode("utf-8", "surrogateescape") for line in lines)


def _never(_name: str) -> bool:
    return False


def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """Return a test for `pattern`, as Go's `filepath.Match` reads it.

    Raises:
        IgnoreError: the pattern is malformed.
    """
    if not any(character in pattern for character in "*?[\\"):
        return pattern.__eq__
    tokens = _tokens(pattern)
    if tokens[0] == _STAR and all(isinstance(token, str) and len(token) == 1 for token in tokens[1:]):
        tail = "".join(str(token) for token in tokens[1:])
        return lambda name: name.endswith(tail) and "/" not in name[: len(name) - len(tail)]
    return lambda name: _matches(tokens, name)


def _tokens(pattern: str) -> list[Token]:
    tokens: list[Token] = []
    position, end = 0, len(pattern)
    while position < end:
        character = pattern[position]
        position += 1
        if character == "*":
            if not tokens or tokens[-1] != _STAR:
                tokens.append(_STAR)
        elif character == "?":
            tokens.append(_ANY)
        elif character == "[":
            token, position = _character_class(pattern, position)
            tokens.append(token)
        elif character == "\\":
            if position == end:
                raise IgnoreError("syntax error in pattern")
            tokens.append(pattern[position])
            position += 1
        else:
            tokens.append(character)
    return tokens


def _character_class(pattern: str, position: int) -> tuple[Token, int]:
    negated = pattern[position : position + 1] == "^"
    position += negated
    ranges: list[tuple[str, str]] = []
    while not (ranges and pattern[position : position + 1] == "]"):
        low, position = _class_member(pattern, position)
        high = low
        if pattern[position] == "-":
            high, position = _class_member(pattern, position + 1)
        ranges.append((low, high))
    return (negated, tuple(ranges)), position + 1


def _class_member(pattern: str, position: int) -> tuple[str, int]:
    character = pattern[position : position + 1]
    if character in ("", "-", "]"):
        raise IgnoreError("syntax error in pattern")
    if character == "\\":
        position += 1
        character = pattern[position : position + 1]
    if not character or position + 1 >= len(pattern):
        raise IgnoreError("syntax error in pattern")
    return character, position + 1


def _matches(tokens: list[Token], name: str) -> bool:
    """Match with one point to fall back to, the last star; a star never reaches over a slash."""
    at = position = 0
    star = fallback = -1
    while True:
        if at < len(tokens) and tokens[at] == _STAR:
            star, fallback = at, position
            at += 1
        elif position == len(name):
            return at == len(tokens)
        elif at < len(tokens) and _accepts(tokens[at], name[position]):
            at += 1
            position += 1
        elif star < 0 or name[fallback] == "/":
            return False
        else:
            fallback += 1
            at, position = star + 1, fallback


def _accepts(token: Token, character: str) -> bool:
    if token == _ANY:
        return character != "/"
    if isinstance(token, str):
        return token == character
    negated, ranges = token
    return any(low <= character <= high for low, high in ranges) != negated
