"""What a line of a document is, by itself: the column it stands at, what it opens, and what may follow it."""

from __future__ import annotations

from hivehelm.golang.yaml.resolve import WORDS as NAMED
from hivehelm.manifest.keys import key_name, pair
from hivehelm.seen import Seen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, TypeAlias

    # The code of its column, those of the columns that it opens, what follows, and the folded key.
    Line: TypeAlias = tuple[int, tuple[int, ...], int, str]

# What may follow a line: nothing deeper, a nested block, a literal's text, more of a plain or quoted scalar,
# more of what stands in brackets.
CLOSED: Final = 0
OPEN: Final = 1
LITERAL: Final = 2
WORDS: Final = 3
SINGLE: Final = 4
DOUBLE: Final = 5
FLOW: Final = 6

# A column's code is twice the column for a map, and one more for a list: lists stand at the columns of keys.
# These are codes of other lines.
IS_BLANK: Final = -2
IS_COMMENT: Final = -3
IS_ODD: Final = -4
_BLANK: Final[Line] = (IS_BLANK, (), CLOSED, "")
_COMMENT: Final[Line] = (IS_COMMENT, (), CLOSED, "")
_ODD: Final[Line] = (IS_ODD, (), CLOSED, "")

_LITERALS: Final = frozenset(
    mark + indent + chomping for mark in "|>" for indent in ("", *"123456789") for chomping in ("", "-", "+")
)
_INDICATORS: Final = frozenset(",[]{}#&*!|>'\"%@`?")
# Of one character, or at the end of a line; a slash is one to libyaml alone, a single quote one to go-yaml.
_ESCAPES: Final = frozenset(["", *'0abtnvfre "\\N_LP'])

LINES: dict[str, Line] = {}
"""Lines of the documents before, by their text."""
_MAX_LINES: Final = 20_000
# Those that are too long to have many of them.
_LONG_LINES = Seen(16 << 20)
_LONG: Final = 4096


def look(line: str) -> Line:
    """Return what a line is, and keep it in `LINES`."""
    if len(line) > _LONG:
        known: Line | None = _LONG_LINES.get(line)
        if known is None:
            known = _line(line)
            _LONG_LINES.put(line, known, len(line))
        return known
    found = _line(line)
    if len(LINES) >= _MAX_LINES:
        LINES.clear()
    LINES[line] = found
    return found


def _line(line: str) -> Line:
    """Return what a line is, where it is neither a literal's text nor more of a scalar."""
    body = line.strip(" ")
    if not body:
        return _BLANK
    if body[0] == "#":
        return _COMMENT
    if "\t" in line:
        return _ODD
    column = start = len(line) - len(line.lstrip(" "))
    while body.startswith("- ") and not body.startswith("-  "):
        body = body[2:]
        column += 2
    codes = [2 * item + 1 for item in range(start, column, 2)]
    if body == "-":
        # An item whose value is on the lines below.
        codes.append(2 * column + 1)
        return codes[0], tuple(codes[1:]), OPEN, ""
    key, value = pair(body)
    if key:
        name = key_name(key.rstrip(" "))
        follows = -1 if name is None else follows_of(value)
        codes.append(2 * column)
    else:
        name = ""
        follows = follows_of(body)
        if follows == OPEN or not codes:
            return _ODD
    if follows < 0:
        return _ODD
    return codes[0], tuple(codes[1:]), follows, name or ""


def follows_of(value: str) -> int:
    """Return what may follow the line that ends with `value`; -1 for a value that is out of the ordinary."""
    if not value:
        return OPEN
    first = value[0]
    if first in "\"'":
        kind = SINGLE if first == "'" else DOUBLE
        ended = ends(value[1:], kind)
        return -1 if ended is None else CLOSED if ended else kind
    if first in "[{":
        if value[-1] in "[{,":
            return FLOW
        if value in ("{}", "[]"):
            return CLOSED
        from hivehelm.manifest.brackets import is_whole

        return CLOSED if is_whole(value) else -1
    if first in _INDICATORS:
        if first == "#":
            return OPEN
        if value in _LITERALS:
            return LITERAL
        return -1
    words, comment, _ = value.partition(" #")
    words = words.rstrip(" ")
    if words[-1] == ":" or ": " in words or (first in "-:" and words[1:2] in ("", " ")):
        return -1
    if words in NAMED and isinstance(NAMED[words], float):
        # JSON does not have them.
        return -1
    return CLOSED if comment else WORDS


def ends(inner: str, kind: int) -> bool | None:
    """Tell whether a line ends the quoted scalar that it is in; None for what is out of the ordinary."""
    if kind == SINGLE:
        quote = "'"
        if quote in inner:
            inner = inner.replace("''", "-")
    else:
        quote = '"'
        if "\\" in inner:
            first, *more = inner.replace("\\\\", "--").split("\\")
            if not all(text[:1] in _ESCAPES for text in more):
                return None
            inner = "-".join((first, *(text[1:] for text in more)))
    found = inner.find(quote)
    if found < 0:
        return False
    behind = inner[found + 1 :]
    return True if not behind or behind.lstrip(" ")[0] == "#" != behind[0] else None
