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

    def __init__(self, lines: Iterable[str] = (), log: Callable[..., None] | None = None) -> None:
        self._log = log
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
        try:
            compile_pattern(rule)
        except IgnoreError:
            # Helm tries the rule on a name, which shows a mistake only where the match gets that far.
            match_malformed(rule, "abc")
        negated = rule.startswith("!")
        rule = rule[negated:]
        directories = rule.endswith("/")
        rule = rule[: len(rule) - directories]
        whole_path = "/" in rule
        rule = rule.removeprefix("/")
        try:
            match = compile_pattern(rule)
        except IgnoreError:
            match = self._told(rule)
        self._rules.append((match, negated, directories, whole_path))

    def _told(self, rule: str) -> Callable[[str], bool]:
        """Return the test of a malformed rule: it says so to the log, wherever it comes that far."""

        def match(name: str) -> bool:
            try:
                return match_malformed(rule, name)
            except IgnoreError as error:
                if self._log is not None:
                    self._log("ERROR", "failed to compile", rule=rule, error=str(error))
                return False

        return match

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


def parse(data: bytes, log: Callable[..., None] | None = None) -> Rules:
    """Return the rules of a .helmignore file; `log(level, message, **attributes)` hears of malformed ones.

    Raises:
        IgnoreError: a pattern uses `**` or is malformed, or a line is longer than 64 KiB.
    """
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if any(len(line) >= _LONGEST_LINE for line in lines):
        raise IgnoreError("bufio.Scanner: token too long")
    return Rules((line.decode("utf-8", "surrogateescape") for line in lines), log)


def match_malformed(pattern: str, name: str) -> bool:
    """Match as Go's `filepath.Match` does, chunk by chunk between stars, as far as it goes.

    Raises:
        IgnoreError: the chunk that it comes to is malformed.
    """
    while pattern:
        star, chunk, pattern = _chunk(pattern)
        tokens = _tokens(chunk)
        starts = range(name.find("/") + 1 if "/" in name else len(name) + 1) if star else range(1)
        for start in starts:
            end = start + len(tokens)
            if end > len(name) or not all(map(_accepts, tokens, name[start:end])):
                continue
            if pattern or end == len(name):
                name = name[end:]
                break
        else:
            return False
    return not name


def _chunk(pattern: str) -> tuple[bool, str, str]:
    """Return whether stars come first, what follows up to the next star, and the rest (Go's `scanChunk`)."""
    bare = pattern.lstrip("*")
    in_class = escaped = False
    for position, character in enumerate(bare):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character in "[]":
            in_class = character == "["
        elif character == "*" and not in_class:
            return bare != pattern, bare[:position], bare[position:]
    return bare != pattern, bare, ""


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
