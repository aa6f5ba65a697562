"""Comments of a text, and which tokens they are about (go.yaml.in/yaml/v3's scannerc.go)."""

from __future__ import annotations

from hivehelm.golang.yaml.syntax.text import BLANKS, BREAKS, LINE_ENDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.golang.yaml.syntax.text import Text

    #: A place: how many characters are before it, its line from 0, its column.
    Mark = tuple[int, int, int]

_NOWHERE = (0, 0, 0)
_FAR = 512


class Comment:
    """A comment: the token that it is with begins at or behind `token`; it stands from `start` to `end`.

    `scan` is where its scan began. One of `head`, `line` and `foot` is its text.
    """

    __slots__ = ("end", "foot", "head", "line", "scan", "start", "token")

    def __init__(
        self,
        token: Mark,
        start: Mark,
        *,
        scan: Mark = _NOWHERE,
        end: Mark = _NOWHERE,
        head: str = "",
        line: str = "",
        foot: str = "",
    ) -> None:
        self.token = token
        self.start = start
        self.scan = scan
        self.end = end
        self.head = head
        self.line = line
        self.foot = foot


def mark(text: Text) -> Mark:
    """Return where the text's reader stands."""
    return (text.at, text.line, text.column)


def newlines(text: Text) -> int:
    """Return how many line breaks there are since the last character that is no blank."""
    chars, at = text.chars, text.at
    count = 0
    while at > 0 and (chars[at - 1] in BLANKS or chars[at - 1] in BREAKS):
        at -= 1
        if chars[at] in BREAKS and not (chars[at] == "\r" and chars[at + 1] == "\n"):
            count += 1
    return count


def read_line(text: Text) -> str:
    """Read on to the end of the line; return what was read."""
    chars, start = text.chars, text.at
    end = start
    while chars[end] not in LINE_ENDS:
        end += 1
    text.go(end, 1)
    return chars[start:end]


def line_comment(text: Text, token: Mark) -> Comment | None:
    """Read a comment behind what was read last, if there is one on its line."""
    if newlines(text):
        return None
    chars, at = text.chars, text.at
    while chars[at] in BLANKS and at - text.at < _FAR:
        at += 1
    if chars[at] != "#":
        return None
    text.go(at, 1)
    start = mark(text)
    return Comment(token, start, line=read_line(text))


def block_comments(
    text: Text, scan: Mark, *, behind: str, token: Mark, indent: int, in_flow: bool
) -> list[Comment]:
    """Read the comments that begin here, over lines, to where there is something else.

    `scan` is where the blanks before them began; `token` is where the token before them begins, of kind
    `behind`. Which lines are about what is before them, and which about what follows, goes by empty lines
    and indentation.
    """
    found: list[Comment] = []
    chars = text.chars
    start: Mark = _NOWHERE
    next_indent = max(indent, 0)
    recent_empty = False
    lines_before = newlines(text)
    first_empty = lines_before <= 1
    line, column = text.line, text.column
    parts = ""
    foot_line = -1
    if scan[1] > 0:
        foot_line = text.line - lines_before + 1
        if lines_before == 0 and text.column > 1:
            foot_line += 1
    peek = -1
    while (peek := peek + 1) < _FAR:
        text.need(peek + 1)
        column += 1
        char = chars[text.at + peek]
        if char in BLANKS:
            continue
        here = (text.at + peek, line, column)
        closes = in_flow and char in "]}"
        if closes or char in LINE_ENDS:
            if closes or not recent_empty:
                if closes or (
                    first_empty and ((start[1] == foot_line and behind != ":") or start[2] - 1 < next_indent)
                ):
                    if parts:
                        if start[2] - 1 < next_indent:
                            token = start
                        found.append(Comment(token, start, scan=scan, end=here, foot=parts))
                        scan = token = here
                        parts = ""
                elif parts and char != "\0":
                    parts += "\n"
            if char not in BREAKS:
                break
            first_empty = False
            recent_empty = True
            column = 0
            line += 1
            continue
        if parts and (column - 1 < next_indent and column != start[2]):
            found.append(Comment(token, start, scan=scan, end=here, foot=parts))
            scan = token = here
            parts = ""
        if char != "#":
            break
        if parts:
            parts += "\n"
        else:
            start = here
        recent_empty = False
        seen = text.at + peek
        while text.at < seen:
            if chars[text.at] in BREAKS:
                text.take_break()
            else:
                text.at += 1
            text.need(1)
        parts += read_line(text)
        peek = 0
        column = 0
        line = text.line
        next_indent = max(indent, 0)
    if parts:
        end = (text.at + peek - 1, line, column)
        found.append(Comment(start, start, scan=scan, end=end, head=parts))
    return found
