"""Documents of ordinary lines, recognised by the lines: what their heads stand in, and that the rest is YAML.

Nearly all that charts render is made of lines such as `key: value`, `- item` and the text of literals. That
they make up a document can be told from their columns, and a line that comes again is not looked at again;
libyaml takes ten times as long. What is out of the ordinary, rightly or wrongly so, is left to it.
"""

from __future__ import annotations

from hivehelm.fastpaths import FAST
from hivehelm.golang.yaml.resolve import HINTS, NUMERIC, WORDS, number, plain
from hivehelm.seen import Seen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, TypeAlias

    from hivehelm.manifest.documents import Head

    # The code of its column, those of the columns that it opens, what follows, and the folded key.
    Line: TypeAlias = tuple[int, tuple[int, ...], int, str]

_HEAD: Final = frozenset(["apiversion", "kind", "metadata"])
_METADATA: Final = frozenset(["name", "annotations"])

# What may follow a line: nothing deeper, a nested block, a literal's text, more of a plain or quoted scalar,
# more of what stands in brackets.
_CLOSED: Final = 0
_OPEN: Final = 1
_LITERAL: Final = 2
_WORDS: Final = 3
_SINGLE: Final = 4
_DOUBLE: Final = 5
_FLOW: Final = 6

# A column's code is twice the column for a map, and one more for a list: lists stand at the columns of keys.
# These are codes of other lines.
_IS_BLANK: Final = -2
_IS_COMMENT: Final = -3
_IS_ODD: Final = -4
_BLANK: Final[Line] = (_IS_BLANK, (), _CLOSED, "")
_COMMENT: Final[Line] = (_IS_COMMENT, (), _CLOSED, "")
_ODD: Final[Line] = (_IS_ODD, (), _CLOSED, "")

_LITERALS: Final = frozenset(
    mark + indent + chomping for mark in "|>" for indent in ("", *"123456789") for chomping in ("", "-", "+")
)
_INDICATORS: Final = frozenset(",[]{}#&*!|>'\"%@`?")
# Of one character, or at the end of a line; a slash is one to libyaml alone, a single quote one to go-yaml.
_ESCAPES: Final = frozenset(["", *'0abtnvfre "\\N_LP'])
_MAX_KEY: Final = 128
MAX_FLOW: Final = 4096
_MAX_DEPTH: Final = 200

# Lines of the documents before, by their text.
_LINES: dict[str, Line] = {}
_MAX_LINES: Final = 20_000
# Annotations that stand in brackets, by these.
_ANNOTATIONS: dict[str, dict[str, str]] = {}
_MAX_ANNOTATIONS: Final = 1000
# Lines that are too long to have many of them.
_LONG_LINES = Seen(16 << 20)


def outline(text: str) -> str | None:
    """Return the lines of a document that its head stands in, in which maps may be left without other keys.

    None: the document is not made of ordinary lines alone.
    """
    if not FAST or not text.replace("\n", " ").replace("\t", " ").isprintable():
        return None
    lines = text.split("\n")
    known = _LINES
    kept: list[str] = []
    opened = [-1]
    last = -1
    follows = _OPEN
    taken = False
    inner = 0  # the code of metadata's keys: 0 elsewhere, -1 before the first
    place = 0
    while place < len(lines):
        line = lines[place]
        place += 1
        code, below, next_follows, name = known.get(line) or _look(line)
        if code > last or code < _IS_BLANK:
            if follows == _OPEN and code >= 0 and len(opened) < _MAX_DEPTH:
                opened.append(code)
                last = code
            elif code == _IS_COMMENT:
                follows = _CLOSED if follows == _WORDS else follows
                continue
            else:
                if follows == _OPEN:
                    follows = _alone(line, last >> 1)
                elif follows != _WORDS or not _goes_on(line, last >> 1):
                    return None
                if follows < 0:
                    return None
                if taken:
                    kept.append(line)
                if follows == _FLOW:
                    end = _flow_end(lines, place, last >> 1, follows)
                    if end < 0:
                        return None
                    if taken:
                        kept += lines[place:end]
                    place = end
                    follows = _CLOSED
                continue
        elif code < last:
            if code == _IS_BLANK:
                if taken:
                    # A plain scalar may go on behind it.
                    kept.append(line)
                continue
            while last > code:
                opened.pop()
                last = opened[-1]
            if last != code:
                return None
        if below:
            opened += below
            last = opened[-1]
        follows = next_follows
        if not code:
            taken = name in _HEAD
            inner = -1 if name == "metadata" else 0
        elif inner < 0:
            inner = code
        elif code == inner:
            taken = name in _METADATA
        if taken:
            kept.append(line)
        if follows == _LITERAL or follows >= _SINGLE:
            find = _literal_end if follows == _LITERAL else _flow_end if follows == _FLOW else _quoted_end
            end = find(lines, place, last >> 1, follows)
            if end < 0:
                return None
            if taken:
                kept += lines[place:end]
            place = end
            follows = _CLOSED
    if kept and not taken:
        # The line feed counts where the last of them is a literal's.
        kept.append("")
    return "\n".join(kept) if opened[1:2] in ([], [0]) else None


def ordinary(lines: str) -> Head | None:
    """Return the head that the lines of an outline make up; None where they are not all `key: text`."""
    found = {"apiVersion": "", "kind": "", "name": ""}
    annotations: dict[str, str] = {}
    shown: dict[str, str] | None = None
    within = ""
    column = 0
    for line in lines.split("\n"):
        if not line:
            continue
        key, colon, rest = line.partition(":")
        name = key.lstrip(" ")
        indent = len(key) - len(name)
        if not colon or rest[:1] not in ("", " ") or name[-1:] == " ":
            return None
        if not rest and not indent and name == "metadata" and not within:
            within = name
            continue
        if indent:
            column = column or indent
            if indent == column and name == "annotations" and not annotations and shown is None:
                if not rest:
                    within = name
                    continue
                if within == "metadata" and (shown := _annotations(rest.strip(" "))) is not None:
                    continue
        text = _text(rest.strip(" "))
        if text is None:
            return None
        if not indent and name in ("apiVersion", "kind"):
            within = "more" if within else ""
            found[name] = text
        elif indent == column and name == "name" and within in ("metadata", "annotations"):
            within = "metadata"
            found[name] = text
        elif within == "annotations" and indent > column and name[:1].isalpha() and name not in WORDS:
            annotations[name] = text
        else:
            return None
    from hivehelm.manifest.documents import Head

    return Head(
        api_version=found["apiVersion"],
        kind=found["kind"],
        name=found["name"],
        annotations=annotations or shown,
        has_metadata=column > 0,
    )


def _annotations(value: str) -> dict[str, str] | None:
    """Return the annotations that brackets hold; None if they are other values, or go on."""
    if value[:1] != "{":
        return None
    if (known := _ANNOTATIONS.get(value)) is None:
        from hivehelm.manifest.documents import HeadError, _head

        try:
            known = _head(f"metadata:\n  annotations: {value}").annotations
        except HeadError:
            return None
        if known is None:
            return None
        if len(_ANNOTATIONS) >= _MAX_ANNOTATIONS:
            _ANNOTATIONS.clear()
        _ANNOTATIONS[value] = known
    return dict(known)


def _text(value: str) -> str | None:
    """Return the text that a scalar of an outline is, None if it is another value or goes on."""
    quote = value[:1]
    if quote in ("", "|", ">", "[", "{", "#") or "\\" in value:
        return None
    if quote in "\"'":
        inner = value[1:-1]
        return inner if len(value) > 1 and value[-1] == quote and quote not in inner else None
    if " #" in value:
        return None
    return value if quote not in HINTS or isinstance(plain(value), str) else None


def _goes_on(line: str, column: int) -> bool:
    """Tell whether a line goes on with a plain scalar in a block at `column`."""
    words = line.lstrip(" ")
    return (
        len(line) - len(words) > column
        and words[0] != "#"
        and words[-1] != ":"
        and ": " not in words
        and " #" not in words
        and "\t" not in words
    )


def _alone(line: str, column: int) -> int:
    """Return what may follow the value of the key or item before it, which stands in a block at `column`.

    -1 stands for what is out of the ordinary.
    """
    body = line.strip(" ")
    if column < 0 or "\t" in line or len(line) - len(line.lstrip(" ")) <= column:
        return -1
    follows = _follows(body)
    return follows if follows in (_CLOSED, _WORDS, _FLOW) else -1


def _literal_end(lines: list[str], number: int, column: int, _: int) -> int:
    """Return where the text of a literal ends that begins at line `number`, in a block at `column`.

    -1 stands for what is out of the ordinary: tabs, or blank lines that decide on the indent.
    """
    given = lines[number - 1].rstrip(" +-")[-1]
    pad = " " * (column + int(given)) if given.isdigit() else ""
    for place in range(number, len(lines)):
        line = lines[place]
        if pad and line.startswith(pad):
            continue
        body = line.lstrip(" ")
        if not body:
            if line and not pad:
                return -1
            continue
        indent = len(line) - len(body)
        if body[0] == "\t":
            return -1
        if pad or indent <= column:
            return place
        pad = line[:indent]
    return len(lines)


def _quoted_end(lines: list[str], number: int, column: int, kind: int) -> int:
    """Return the line behind a quoted scalar that goes on at line `number`; -1: it is out of the ordinary."""
    for place in range(number, len(lines)):
        line = lines[place].rstrip(" ")
        body = line.lstrip(" ")
        if body:
            if len(line) - len(body) <= column or "\t" in line:
                return -1
            ends = _ends(body, kind)
            if ends is None:
                return -1
            if ends:
                return place + 1
    return -1


def _ends(inner: str, kind: int) -> bool | None:
    """Tell whether a line ends the quoted scalar that it is in; None for what is out of the ordinary."""
    if kind == _SINGLE:
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


def _look(line: str) -> Line:
    if len(line) > MAX_FLOW:
        known: Line | None = _LONG_LINES.get(line)
        if known is None:
            known = _line(line)
            _LONG_LINES.put(line, known, len(line))
        return known
    found = _line(line)
    if len(_LINES) >= _MAX_LINES:
        _LINES.clear()
    _LINES[line] = found
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
        return codes[0], tuple(codes[1:]), _OPEN, ""
    key, value = pair(body)
    if key:
        name = key_name(key.rstrip(" "))
        follows = -1 if name is None else _follows(value)
        codes.append(2 * column)
    else:
        name = ""
        follows = _follows(body)
        if follows == _OPEN or not codes:
            return _ODD
    if follows < 0:
        return _ODD
    return codes[0], tuple(codes[1:]), follows, name or ""


def pair(body: str) -> tuple[str, str]:
    """Return the text before a colon, and that behind it; "" where there is no key."""
    quote = body[0]
    if quote in "[{":
        return "", ""
    if quote in "\"'":
        end = body.find(quote, 1) + 1
        if end and body[end : end + 1] == ":" and body[end + 1 : end + 2] in ("", " "):
            return body[:end], body[end + 1 :].strip(" ")
        return "", ""
    if body[-1] == ":" and ": " not in body:
        return body[:-1], ""
    key, colon, value = body.partition(": ")
    return (key, value.strip(" ")) if colon else ("", "")


def key_name(key: str) -> str | None:
    """Return a key in lower case; None for one that is out of the ordinary."""
    if len(key) > _MAX_KEY or not key.isascii():
        return None
    first = key[0]
    if first in "\"'":
        return None if "\\" in key else key[1:-1].lower()
    if first == "-" or not is_word(key):
        return None
    if first in NUMERIC and not _is_small(key) and (number(key) is not None or key[4:5] == "-"):
        # To JSON, numbers and dates may be other keys.
        return None
    return None if key in WORDS and not isinstance(WORDS[key], bool) else key.lower()


def _is_small(key: str) -> bool:
    return key.isdigit() and len(key) < 16


def is_word(text: str) -> bool:
    """Tell whether a text is of letters and digits of ASCII and few other signs."""
    letters = text.replace("-", "").replace(".", "").replace("/", "").replace("_", "")
    return letters.isalnum() and text.isascii()


def _follows(value: str) -> int:
    """Return what may follow the line that ends with `value`; -1 for a value that is out of the ordinary."""
    if not value:
        return _OPEN
    first = value[0]
    if first in "\"'":
        kind = _SINGLE if first == "'" else _DOUBLE
        ends = _ends(value[1:], kind)
        return -1 if ends is None else _CLOSED if ends else kind
    if first in "[{":
        if value[-1] in "[{,":
            return _FLOW
        return _CLOSED if value in ("{}", "[]") or _is_whole(value) else -1
    if first in _INDICATORS:
        if first == "#":
            return _OPEN
        if value in _LITERALS:
            return _LITERAL
        return -1
    words, comment, _ = value.partition(" #")
    words = words.rstrip(" ")
    if words[-1] == ":" or ": " in words or (first in "-:" and words[1:2] in ("", " ")):
        return -1
    if words in WORDS and isinstance(WORDS[words], float):
        # JSON does not have them.
        return -1
    return _CLOSED if comment else _WORDS


def _is_whole(value: str) -> bool:
    from hivehelm.manifest.brackets import is_whole

    return is_whole(value)


def _flow_end(lines: list[str], number: int, column: int, _: int) -> int:
    from hivehelm.manifest.brackets import end

    return end(lines, number, column)
