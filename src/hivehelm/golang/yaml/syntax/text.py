"""A YAML text, and the place in it where the scanner stands.

The text is read piece by piece, so a wrong byte is only noticed once the scanner comes near it. How far it
looks ahead matters for that, and for byte order marks: go-yaml passes over the first character of any line as
long as its buffer happens to begin with one.
"""

from __future__ import annotations

from hivehelm.golang.yaml.error import YAMLError
from hivehelm.golang.yaml.syntax.pieces import pieces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, NoReturn

_BOM: Final = "\ufeff"

BREAKS: Final = "\n\r\x85\u2028\u2029"
BLANKS: Final = frozenset(" \t")
SPACES: Final = frozenset(" \t" + BREAKS)
LINE_ENDS: Final = frozenset("\0" + BREAKS)
ENDS: Final = frozenset(" \t\0" + BREAKS)


class Text:
    """The characters of a text with NULs behind them; `at` is the place, `line` counts from 0."""

    def __init__(self, raw: bytes) -> None:
        found, self._problem = pieces(raw or b"\n")
        text = "".join(found)
        self.chars = text + "\0" * 16
        self.at = 0
        self.line = 0
        self.start = 0
        """Where the line begins."""
        self._ends: list[int] = []
        for piece in found:
            self._ends.append(len(piece) + (self._ends[-1] if self._ends else 0))
        self._marked = _BOM in text
        self._filled = 0
        self._base = 0
        self._next = 0

    @property
    def column(self) -> int:
        """The column of the place."""
        return self.at - self.start

    def need(self, count: int) -> None:
        """Read on until there are `count` characters from here on, or to the end.

        Raises:
            YAMLError: they are in a piece that is no text.
        """
        if self.at + count > self._filled:
            self._fill(self.at + count)

    def go(self, end: int, ahead: int) -> None:
        """Go on to `end`; each step asks for `ahead` characters more.

        Raises:
            YAMLError: as `need`.
        """
        while self.at < end:
            self.at = min(end, max(self.at + 1, self._filled - ahead + 1))
            self.need(ahead)

    def take_break(self) -> str:
        """Go over a line break, and return what it counts as: all but Unicode's own are line feeds."""
        char = self.chars[self.at]
        self.at += 2 if char == "\r" and self.chars[self.at + 1] == "\n" else 1
        self.line += 1
        self.start = self.at
        return char if char in "\u2028\u2029" else "\n"

    def begins_with_mark(self) -> bool:
        """Say whether what is kept of the text begins with a byte order mark."""
        return self._marked and self.chars[self._base] == _BOM

    def at_document(self) -> bool:
        """Say whether `---` or `...` stand here, at the start of a line."""
        return (
            self.at == self.start
            and self.chars.startswith(("---", "..."), self.at)
            and self.chars[self.at + 3] in ENDS
        )

    def fail(self, problem: str) -> NoReturn:
        """Refuse the text here.

        Raises:
            YAMLError: in go-yaml's words.
        """
        raise error(problem, self.line and self.line + 1)

    def _fill(self, end: int) -> None:
        self._base = self.at
        while self._filled < end:
            if self._next < len(self._ends):
                self._filled = self._ends[self._next]
                self._next += 1
            elif self._problem:
                raise error(self._problem, 0)
            else:
                # At the end each look gives one NUL more.
                self._filled += 1
                return


def error(problem: str, line: int) -> YAMLError:
    """Return go-yaml's error at a line, which is not told where it is 0."""
    where = f"line {line}: " if line else ""
    return YAMLError(f"yaml: {where}{problem}", line)
