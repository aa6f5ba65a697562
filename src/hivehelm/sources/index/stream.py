"""An index as a stream of entries, for files laid out as Go's tools write them.

There a chart's name, a version's first line and a version's field each have a column of their own, so that
the file falls into fields without a parser; what a field says is only found out where it is new (`fields`).
Any other layout, and every error, goes the long way.
"""

from __future__ import annotations

import re

from hivehelm.golang.yaml.decode import is_plain as is_plain_yaml
from hivehelm.sources.index.events import Events, Unlike, plain
from hivehelm.sources.index.fields import Fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, BinaryIO

    from hivehelm.sources.index.builder import Builder

BLOCK = 1 << 20
_LONGEST = 32 << 20
_PRINTABLE = bytes(range(0x20, 0x7F)) + b"\n"
_UNPRINTABLE = re.compile(
    "[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
LAYOUT = re.compile(rb"(?:\A|\n)entries:\n( *)[^ \n-][^\n]*:\n( *)- ")
_NAME = re.compile("[A-Za-z0-9][A-Za-z0-9._-]*")


def read(file: BinaryIO, builder: Builder) -> dict[str, Any]:
    """Give the entries of an index to `builder`, chart by chart; return what else the index says.

    Raises:
        Unlike: it is laid out in another way, or something is wrong with it.
    """
    start = file.read(BLOCK)
    file.seek(-len(start), 1)
    layout = LAYOUT.search(start)
    if layout is None or len(layout[2]) < len(layout[1]) or not layout[1]:
        raise Unlike
    return _Reader(file, builder, len(layout[1]), len(layout[2])).read()


class _Reader:
    def __init__(self, file: BinaryIO, builder: Builder, names: int, items: int) -> None:
        self._file = file
        self._builder = builder
        self._name = " " * names
        self._item = " " * items + "- "
        self._fields = Fields(items + 2)
        self._cut = re.compile(f"\n(?= {{0,{items}}}[^ \n])")
        self._split = re.compile(f"\n {{{items + 2}}}(?=[^ \n-])").split
        self._top: dict[str, Any] = {}
        self._known: set[str] = set()
        self._chart: str | None = None
        self._inside = False

    def read(self) -> dict[str, Any]:
        """Go through the file; return what it says at its top."""
        from hivehelm.sources.index.parse import top_of

        item, begin = self._item, len(self._item)
        fields, builder, split = self._fields, self._builder, self._split
        for piece in self._pieces():
            if piece.startswith(item):
                if self._chart is None:
                    raise Unlike
                texts = split(piece[begin:])
                document = fields.document(texts)
                builder.add(document, odd=bool(fields.odd) and not fields.odd.isdisjoint(texts))
            elif piece:
                self._other(piece)
        self._close()
        return top_of(self._top, strict=True)

    def _pieces(self) -> Iterator[str]:
        """Yield lines that begin no deeper than an entry, each with the deeper ones after it."""
        rest = ""
        data = b""
        cut = self._cut
        while True:
            block = self._file.read(BLOCK)
            data += block
            if not block:
                if data:
                    # A last line without an end.
                    raise Unlike
                yield from cut.split(rest.removesuffix("\n"))
                return
            line = data.rfind(b"\n") + 1
            rest += _decoded(data[:line])
            data = data[line:]
            pieces = cut.split(rest)
            rest = pieces.pop()
            if len(rest) > _LONGEST:
                raise Unlike
            yield from pieces

    def _other(self, piece: str) -> None:
        """Read a line that begins no entry: a chart's name, a field of the index, a comment."""
        if piece[0] != " " and piece[0] != "#":
            self._close()
            self._at_top(piece)
        elif self._inside and piece.startswith(self._name) and piece[len(self._name)] not in " #":
            self._close()
            self._named(piece)
        elif any(line.strip(" ") and not line.lstrip(" ").startswith("#") for line in piece.split("\n")):
            raise Unlike

    def _at_top(self, piece: str) -> None:
        if piece == "entries:" and "entries" not in self._top:
            self._inside = True
            self._top["entries"] = {}
            return
        self._inside = False
        if piece == "---" and not self._top:
            return
        ((key, value),) = _mapping(piece)
        if key in self._top:
            raise Unlike
        self._top[key] = value

    def _named(self, piece: str) -> None:
        """Begin a chart."""
        name = piece[len(self._name) : -1]
        bare = piece[-1] == ":"
        if not bare or _NAME.fullmatch(name) is None or plain(name) is not name:
            ((name, value),) = _mapping(piece)
            if value is not None and value != []:
                raise Unlike
        if name in self._known:
            raise Unlike
        self._known.add(name)
        self._builder.begin(name)
        if bare:
            self._chart = name
        else:
            self._builder.end()

    def _close(self) -> None:
        if self._chart is not None:
            self._chart = None
            self._builder.end()


def _decoded(data: bytes) -> str:
    """Return a text of nothing but what go-yaml reads as it stands.

    Raises:
        Unlike: there are control characters, other ends of lines, or bytes that are no UTF-8.
    """
    if not data.translate(None, _PRINTABLE):
        return data.decode("ascii")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise Unlike from None
    if _UNPRINTABLE.search(text) is not None:
        raise Unlike
    return text


def _mapping(piece: str) -> list[tuple[str, Any]]:
    """Return the items of a mapping that is on its own.

    Raises:
        Unlike: it is none.
    """
    data = f"{piece}\n".encode()
    if not is_plain_yaml(data):
        raise Unlike
    events = Events(data)
    value = events.value()
    events.end_all()
    if not isinstance(value, dict) or len(value) != 1:
        raise Unlike
    return list(value.items())
