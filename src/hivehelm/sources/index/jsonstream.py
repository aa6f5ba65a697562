"""An index that is JSON, entry by entry."""

from __future__ import annotations

import codecs
import json
import re

from hivehelm.chart.decode import BadTimeError
from hivehelm.sources.index.decode import IndexDecoder
from hivehelm.sources.index.events import Unlike

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, BinaryIO

    from hivehelm.sources.index.builder import Builder

BLOCK = 1 << 20
_LONGEST = 32 << 20
_SPACE = re.compile(r"[ \t\r\n]*")
_KEY = re.compile(r'"([^"\\\x00-\x1f]*)"')


def read(file: BinaryIO, builder: Builder) -> dict[str, Any]:
    """Give the entries of an index to `builder`, chart by chart; return what else the index says.

    Raises:
        Unlike: it is no JSON, or something is wrong with it.
    """
    from hivehelm.sources.index.parse import top_of

    text = _Text(file)
    said: dict[str, Any] = {}
    for key in text.members():
        if key in said:
            raise Unlike
        if key == "entries" and text.peek() == "{":
            _read_entries(text, builder)
            said[key] = {}
        else:
            said[key] = text.value()
    if text.peek():
        raise Unlike
    return top_of(said, strict=False)


def _read_entries(text: _Text, builder: Builder) -> None:
    decoder = IndexDecoder(strict=False, ordered=True)
    known: set[str] = set()
    for name in text.members():
        if name in known:
            raise Unlike
        known.add(name)
        builder.begin(name)
        if text.peek() == "[":
            for _ in text.items():
                try:
                    builder.add(decoder.entry(text.value()))
                except BadTimeError:
                    raise Unlike from None
                if decoder.problem:
                    raise Unlike
        elif text.value() is not None:
            raise Unlike
        builder.end()


def _refuse(text: str) -> float:
    raise ValueError(text)


class _Text:
    """The text of a file, a part of it at a time."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._json = json.JSONDecoder(parse_int=float, parse_constant=_refuse)
        self._text = ""
        self._at = 0
        self._ended = False

    def _more(self) -> bool:
        """Read on; tell whether there was more."""
        if self._ended or len(self._text) - self._at > _LONGEST:
            return False
        block = self._file.read(BLOCK)
        self._ended = not block
        try:
            more = self._decoder.decode(block, final=not block)
        except UnicodeDecodeError:
            raise Unlike from None
        if "\\ud" in more or "\\uD" in more:
            # Halves of pairs, maybe.
            raise Unlike
        self._text = self._text[self._at :] + more
        self._at = 0
        return True

    def peek(self) -> str:
        """Return the next character that is not white space, "" at the end."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found is not None else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _step(self, character: str) -> None:
        if self.peek() != character:
            raise Unlike
        self._at += 1

    def value(self) -> Any:
        """Return the value that comes next."""
        self.peek()
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except ValueError:
                if not self._more():
                    raise Unlike from None
                continue
            except RecursionError:
                raise Unlike from None
            if end == len(self._text) and self._more():
                # A number may go on.
                continue
            self._at = end
            return value

    def members(self) -> Iterator[str]:
        """Yield the keys of an object; the value of each is to be read before the next."""
        for _ in self._parts("{", "}"):
            if self.peek() != '"':
                raise Unlike
            key: str = self.value()
            self._step(":")
            yield key

    def items(self) -> Iterator[None]:
        """Stop before each item of an array, which is to be read before the next."""
        return self._parts("[", "]")

    def _parts(self, start: str, end: str) -> Iterator[None]:
        self._step(start)
        if self.peek() == end:
            self._at += 1
            return
        while True:
            yield
            if self.peek() == end:
                self._at += 1
                return
            self._step(",")
