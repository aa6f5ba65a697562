"""Plain YAML values from libyaml's events: what needs go-yaml's own rules is left to `golang.yaml`."""

from __future__ import annotations

from hivehelm.golang.yaml.libyaml import (
    AliasEvent,
    CParser,
    DocumentEndEvent,
    LibraryError,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from hivehelm.golang.yaml.resolve import HINTS, WORDS, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, BinaryIO

    from hivehelm.sources.index.anchors import Anchors

_MAX_DEPTH = 100


class Unlike(Exception):  # noqa: N818
    """The text has something that is not read here: it goes the long way, which tells what is wrong."""


class Events:
    """The events of the one document of a text or a file.

    `whole`: it is all there is. Then `issues` gathers what go-yaml says of keys that are given twice, and
    values may have anchors and be aliases.

    Raises (all of it):
        Unlike: there are anchors, tags, merges, keys that are no texts or given twice, great depth, errors.
    """

    def __init__(self, source: bytes | BinaryIO, *, whole: bool = False) -> None:
        self.issues: list[str] = []
        self._anchors: Anchors | None = None
        self._whole = whole
        # As go-yaml counts: the document is one.
        self._count = 1
        self._deepest = 0
        self._parser = CParser(source)
        self._flow = False
        self.next()
        start = self.next()
        if getattr(start, "version", True) is not None:
            # Empty, or of a version.
            raise Unlike

    def next(self) -> Any:
        """Return the next event."""
        try:
            return self._parser.get_event()
        except (LibraryError, UnicodeError):
            raise Unlike from None

    def value(self) -> Any:
        """Return the value that comes next."""
        return self.value_of(self.next(), 0)

    def value_of(self, event: Any, depth: int) -> Any:
        """Return the value that begins with an event."""
        if event.anchor is not None:
            return self._named(event, depth)
        return self._value_of(event, depth)

    def _value_of(self, event: Any, depth: int) -> Any:
        kind = event.__class__
        if kind is ScalarEvent:
            return self.scalar(event)
        if kind is MappingStartEvent:
            mapping: dict[str, Any] = {}
            for key in self.keys(event, depth):
                mapping[key] = self.value_of(self.next(), depth + 1)
            return mapping
        if kind is SequenceStartEvent:
            sequence = []
            self.open(event, depth)
            while (event := self.next()).__class__ is not SequenceEndEvent:
                sequence.append(self.value_of(event, depth + 1))
            return sequence
        raise Unlike

    def _named(self, event: Any, depth: int) -> Any:
        """Return the value of an alias, or of what has an anchor."""
        if not self._whole:
            raise Unlike
        from hivehelm.sources.index.anchors import Anchor, Anchors

        anchors = self._anchors = self._anchors or Anchors()
        name, event.anchor = event.anchor, None
        if event.__class__ is AliasEvent:
            self._count += 1
            anchor = anchors.get(name)
            read = event.start_mark.index
            if anchor is None or anchors.excessive(self._count, read):
                raise Unlike
            self._count += anchor.nodes
            anchors.take(anchor)
            self._reach(depth + anchor.height)
            if anchors.excessive(self._count, read):
                raise Unlike
            return anchor.copy()
        anchors.begin(name)
        issues, before, deepest = len(self.issues), self._count, self._deepest
        self._deepest = depth
        value = self._value_of(event, depth)
        if len(self.issues) > issues:
            # Each alias would say it again.
            raise Unlike
        anchors.end(name, Anchor(value, self._count - before, self._deepest - depth))
        self._reach(deepest)
        return value

    def open(self, event: Any, depth: int) -> None:
        """Step into a mapping or a sequence."""
        if event.anchor is not None or event.tag is not None:
            raise Unlike
        self._count += 1
        self._reach(depth)
        self._flow = self._flow or event.flow_style

    def _reach(self, depth: int) -> None:
        if depth > self._deepest:
            if depth > _MAX_DEPTH:
                raise Unlike
            self._deepest = depth

    def keys(self, event: Any, depth: int) -> Iterator[str]:
        """Yield the keys of a mapping; the value of each is to be read before the next."""
        self.open(event, depth)
        known: set[str] = set()
        while (event := self.next()).__class__ is not MappingEndEvent:
            key = self.scalar(event) if event.__class__ is ScalarEvent else None
            if key.__class__ is not str or (key == "<<" and event.implicit[0]):
                raise Unlike
            if key in known:
                self._twice(key, depth)
                continue
            known.add(key)
            yield key

    def _twice(self, key: str, depth: int) -> None:
        """Step over the value of a key that is there already."""
        if not self._whole:
            raise Unlike
        from hivehelm.golang.fmt import quote

        event = self.next()
        self.value_of(event, depth + 1)
        self.issues.append(f"line {event.start_mark.line + 1}: key {quote(key)} already set in map")

    def scalar(self, event: Any) -> Any:
        """Return what a scalar stands for."""
        self._count += 1
        if event.anchor is not None or event.tag is not None:
            raise Unlike
        text = event.value
        if not event.implicit[0]:
            return text
        if self._flow and "?" in text:
            # libyaml and go-yaml differ there.
            raise Unlike
        return plain(text)

    def end(self) -> None:
        """Step over the document's end."""
        event = self.next()
        if event.__class__ is not DocumentEndEvent:
            raise Unlike
        if self._anchors is not None and self._anchors.excessive(self._count, event.start_mark.index):
            raise Unlike

    def end_all(self) -> None:
        """Step over the document's end, after which there is nothing."""
        self.end()
        if self.next().__class__ is not StreamEndEvent:
            raise Unlike


def plain(text: str) -> Any:
    """Return what a plain scalar stands for.

    Raises:
        Unlike: a number that JSON does not have.
    """
    if text[:1] not in HINTS:
        return text
    if text in WORDS:
        value = WORDS[text]
        if value.__class__ is float:
            raise Unlike
        return value
    if text[0] <= "9" and (found := number(text)) is not None:
        return found
    return text
