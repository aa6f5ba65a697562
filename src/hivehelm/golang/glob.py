"""Glob patterns as gobwas/glob v0.2.3 reads them: `*` stops at separators, `**` does not.

    pattern  = { text | "*" | "**" | "?" | range | "{" pattern { "," pattern } "}" }
    range    = "[" [ "!" ] ( char "-" char | text ) "]"
    text     = { char | "\\" char }

`?` is one character that is no separator; ranges match separators too. A brace that is not closed is closed
by the end. Matching follows all alternatives at once: its time is bounded by the product of the lengths.
"""

from __future__ import annotations

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Step = Callable[[str, set[int]], set[int]]


class GlobError(HivehelmError):
    """A pattern that is none; `str()` is the library's text."""

    def __init__(self, message: str, pattern: str) -> None:
        super().__init__(message)
        self.pattern = pattern


class Glob:
    """A compiled pattern."""

    __slots__ = ("_steps", "pattern")

    def __init__(self, pattern: str, separators: str = "/") -> None:
        """Compile `pattern`; each character of `separators` is one.

        Raises:
            GlobError: the pattern is wrong.
        """
        self.pattern = pattern
        self._steps = _Parser(pattern, frozenset(separators)).parse()

    def match(self, path: str) -> bool:
        """Say whether the pattern matches all of `path`."""
        return len(path) in _advance(self._steps, path, {0})


def compile(pattern: str, separators: str = "/") -> Callable[[str], bool]:  # noqa: A001 - as in `re`
    """Return what says whether `pattern` matches all of a path.

    Raises:
        GlobError: the pattern is wrong.
    """
    return Glob(pattern, separators).match


def match(pattern: str, path: str, separators: str = "/") -> bool:
    """Say whether `pattern` matches all of `path`.

    Raises:
        GlobError: the pattern is wrong.
    """
    return Glob(pattern, separators).match(path)


def _advance(steps: list[Step], path: str, places: set[int]) -> set[int]:
    """Return the places in `path` that can be reached from `places` by way of `steps`."""
    for step in steps:
        if not places:
            break
        places = step(path, places)
    return places


def _text(text: str) -> Step:
    return lambda path, places: {place + len(text) for place in places if path.startswith(text, place)}


def _one(wanted: Callable[[str], bool]) -> Step:
    return lambda path, places: {place + 1 for place in places if place < len(path) and wanted(path[place])}


def _many(separators: frozenset[str]) -> Step:
    def step(path: str, places: set[int]) -> set[int]:
        reached: set[int] = set()
        for start in places:
            place = start
            # What was reached already was followed to its end already.
            while place not in reached:
                reached.add(place)
                if place == len(path) or path[place] in separators:
                    break
                place += 1
        return reached

    return step


def _either(alternatives: list[list[Step]]) -> Step:
    return lambda path, places: set().union(*(_advance(steps, path, places) for steps in alternatives))


class _Parser:
    def __init__(self, pattern: str, separators: frozenset[str]) -> None:
        self._pattern = pattern
        self._separators = separators
        # The library takes a NUL for the end.
        self._rest = pattern.partition("\0")[0]
        self._at = 0

    def _fail(self, message: str) -> GlobError:
        return GlobError(message, self._pattern)

    def _peek(self) -> str:
        if self._at == len(self._rest):
            return ""
        char = self._rest[self._at]
        if "\ud800" <= char <= "\udfff" or char == "\ufffd":
            raise self._fail("could not read rune")
        return char

    def _read(self) -> str:
        char = self._peek()
        self._at += len(char)
        return char

    def parse(self) -> list[Step]:
        """Return the steps of the whole pattern."""
        steps: list[Step] = []
        # What stands before each open brace, and that brace's alternatives.
        outer: list[tuple[list[Step], list[list[Step]]]] = []
        while char := self._peek():
            if char == "{":
                self._read()
                alternatives: list[list[Step]] = [[]]
                steps.append(_either(alternatives))
                outer.append((steps, alternatives))
                steps = alternatives[0]
            elif char == "," and outer:
                self._read()
                steps = []
                outer[-1][1].append(steps)
            elif char == "}" and outer:
                self._read()
                steps = outer.pop()[0]
            elif char == "[":
                self._read()
                steps.append(self._range())
            elif char == "?":
                self._read()
                steps.append(_one(lambda found: found not in self._separators))
            elif char == "*":
                self._read()
                if self._peek() == "*":
                    self._read()
                    steps.append(_many(frozenset()))
                else:
                    steps.append(_many(self._separators))
            elif text := self._literal("?*[{},}" if outer else "?*[{"):
                steps.append(_text(text))
        return steps

    def _literal(self, enders: str) -> str:
        """Return the text up to one of `enders`, without its escapes."""
        found: list[str] = []
        while char := self._peek():
            if char == "\\":
                self._read()
                char = self._peek()
            elif char in enders:
                break
            self._read()
            found.append(char)
        return "".join(found)

    def _range(self) -> Step:
        inverted = self._peek() == "!"
        if inverted:
            self._read()
        if not (first := self._read()):
            raise self._fail("unexpected end of input")
        if self._peek() == "-":
            self._read()
            if not (last := self._read()):
                raise self._fail("unexpected end of input")
            self._close()
            if last < first:
                raise self._fail(f"hi character '{last}' should be greater than lo '{first}'")
            return _one(lambda found: (first <= found <= last) != inverted)
        self._at -= 1
        chars = self._literal("]")
        self._close()
        if not chars:
            raise self._fail("could not parse range")
        return _one(lambda found: (found in chars) != inverted)

    def _close(self) -> None:
        if not (closing := self._read()):
            raise self._fail("unexpected end of input")
        if closing != "]":
            raise self._fail("expected close range character")
