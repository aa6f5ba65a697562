"""Documents of ordinary lines, recognised by the lines: what their heads stand in, and that the rest is YAML.

Nearly all that charts render is made of lines such as `key: value`, `- item` and the text of literals. That
they make up a document can be told from their columns, and a line that comes again is not looked at again;
libyaml takes ten times as long. What is out of the ordinary, rightly or wrongly so, is left to it.
"""

from __future__ import annotations

from hivehelm.fastpaths import FAST
from hivehelm.golang.yaml.resolve import HINTS, plain
from hivehelm.golang.yaml.resolve import WORDS as NAMED
from hivehelm.manifest.lines import (
    CLOSED,
    FLOW,
    IS_BLANK,
    IS_COMMENT,
    LINES,
    LITERAL,
    OPEN,
    SINGLE,
    WORDS,
    ends,
    follows_of,
    look,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from hivehelm.manifest.documents import Head

_HEAD: Final = frozenset(["apiversion", "kind", "metadata"])
_METADATA: Final = frozenset(["name", "annotations"])

_MAX_DEPTH: Final = 200

# Annotations that stand in brackets, by these.
_ANNOTATIONS: dict[str, dict[str, str]] = {}
_MAX_ANNOTATIONS: Final = 1000


def outline(text: str) -> str | None:
    """Return the lines of a document that its head stands in, in which maps may be left without other keys.

    None: the document is not made of ordinary lines alone.
    """
    if not FAST or not text.replace("\n", " ").replace("\t", " ").isprintable():
        return None
    lines = text.split("\n")
    known = LINES
    kept: list[str] = []
    opened = [-1]
    last = -1
    follows = OPEN
    taken = False
    inner = 0  # the code of metadata's keys: 0 elsewhere, -1 before the first
    place = 0
    while place < len(lines):
        line = lines[place]
        place += 1
        code, below, next_follows, name = known.get(line) or look(line)
        deeper = code > last or code < IS_BLANK
        if deeper and (follows != OPEN or code < 0 or len(opened) >= _MAX_DEPTH):
            # It is no line of its own.
            if code == IS_COMMENT:
                follows = CLOSED if follows == WORDS else follows
                continue
            if follows == OPEN:
                follows = _alone(line, last >> 1)
            elif follows != WORDS or not _goes_on(line, last >> 1):
                return None
            if follows < 0:
                return None
        else:
            if deeper:
                opened.append(code)
                last = code
            elif code < last:
                if code == IS_BLANK:
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
        if follows == LITERAL or follows >= SINGLE:
            find = _literal_end if follows == LITERAL else _flow_end if follows == FLOW else _quoted_end
            end = find(lines, place, last >> 1, follows)
            if end < 0:
                return None
            if taken:
                kept += lines[place:end]
            place = end
            follows = CLOSED
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
        elif within == "annotations" and indent > column and name[:1].isalpha() and name not in NAMED:
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
    follows = follows_of(body)
    return follows if follows in (CLOSED, WORDS, FLOW) else -1


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
            ended = ends(body, kind)
            if ended is None:
                return -1
            if ended:
                return place + 1
    return -1


def _flow_end(lines: list[str], number: int, column: int, _: int) -> int:
    from hivehelm.manifest.brackets import end

    return end(lines, number, column)
