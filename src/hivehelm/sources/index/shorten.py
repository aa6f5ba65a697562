"""A large index whose syntax is wrong, without most of what is right with it.

What go-yaml says of an error is found out by reading as it does, which takes long. What comes before the
entry with the error only matters for the lines that are counted, and for the blocks that are still open.
"""

from __future__ import annotations

import re

from hivehelm.golang.yaml.decode import MAX_DEPTH
from hivehelm.golang.yaml.libyaml import (
    CParser,
    LibraryError,
    MappingEndEvent,
    MappingStartEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_AFTER = 100
_START = _PIECE = 1 << 20


def shortened(data: bytes) -> bytes | None:
    """Return an index with the same error as `data` at the same line; None if there is none, or no such."""
    from hivehelm.sources.index.stream import LAYOUT

    layout = LAYOUT.search(data, 0, _START)
    error = _error(data)
    if layout is None or error is None:
        return None
    depth = len(layout[2])
    line, _, _, context, told = error
    # What is not closed ends with the file.
    at = _offset(data, told[0] if told and str(context).startswith("while scanning") else line)
    # From the entry before the one with the error.
    entry = b"\n%b- " % layout[2]
    start = data.rfind(entry, 0, max(data.rfind(entry, 0, at), 0)) + 1
    if not start:
        return None
    end = _offset(data, line)
    for _ in range(_AFTER):
        end = data.find(b"\n", end) + 1 or len(data)
    entries, deeper = re.compile(rb"(?m)^( {%d}- ).*$" % depth), re.compile(rb"(?m)^ {%d,}.*$" % (depth + 1))
    pieces = []
    done = 0
    while done < start:
        # At most so much more than the whole is in memory.
        stop = min(data.find(b"\n", min(done + _PIECE, start - 1)) + 1, start)
        pieces.append(deeper.sub(b"", entries.sub(rb"\1x", data[done:stop])))
        done = stop
    short = b"".join([*pieces, data[start:end]])
    return short if _error(short) == error else None


def _offset(data: bytes, line: int) -> int:
    at = 0
    for _ in range(line):
        at = data.find(b"\n", at) + 1
    return at


def _error(data: bytes) -> tuple[int, Any, Any, Any, Any] | None:
    """Return the line of the first error, and what else libyaml says; None where all is nested deeply."""
    get = CParser(data).get_event
    depth = 0
    try:
        while (kind := get().__class__) is not StreamEndEvent:
            if kind is SequenceStartEvent or kind is MappingStartEvent:
                depth += 1
                # From there on, libyaml takes longer and longer for each step, and go-yaml goes no further.
                if depth > MAX_DEPTH:
                    return None
            elif kind is SequenceEndEvent or kind is MappingEndEvent:
                depth -= 1
    except LibraryError as error:
        mark, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
        if mark is None:
            return None
        told = context and (context.line, context.column)
        return mark.line, mark.column, error.problem, error.context, told
    return None
