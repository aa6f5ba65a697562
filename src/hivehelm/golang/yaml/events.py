"""What a YAML document is made of, in its order: from libyaml or go-yaml's grammar (`syntax.parser`)."""

from __future__ import annotations

from hivehelm.golang.yaml import libyaml
from hivehelm.golang.yaml.decode import MAX_DEPTH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Event:
    """A `scalar`, an `alias`, the start of a `sequence` or `mapping`, or the `end` of one.

    `line` counts from 0. `implicit`: a scalar is plain, or its tag is `!`.
    """

    __slots__ = ("anchor", "implicit", "kind", "line", "tag", "value")

    def __init__(
        self,
        kind: str,
        line: int,
        value: str = "",
        *,
        anchor: str | None = None,
        tag: str = "",
        implicit: bool = False,
    ) -> None:
        self.kind = kind
        self.line = line
        self.value = value
        self.anchor = anchor
        self.tag = tag
        self.implicit = implicit


class Unlike(Exception):  # noqa: N818
    """libyaml may read the text otherwise than go-yaml does."""


def read(raw: bytes) -> Iterator[Event]:
    """Read the first document with libyaml; nothing for a stream without documents.

    Raises:
        Unlike: there are tags, a version, question marks in plain scalars within brackets, or great depth.
        libyaml.LibraryError: the syntax is wrong, to libyaml at least.
    """
    parser = libyaml.CParser(raw or b"\n")
    get = parser.get_event
    get()
    if (start := get()).__class__ is libyaml.StreamEndEvent:
        return
    if start.version is not None:
        raise Unlike
    flows: list[bool] = []
    while (event := get()).__class__ is not libyaml.DocumentEndEvent:
        kind = event.__class__
        line = event.start_mark.line
        if kind is libyaml.MappingEndEvent or kind is libyaml.SequenceEndEvent:
            flows.pop()
            yield Event("end", line)
            continue
        if kind is libyaml.AliasEvent:
            yield Event("alias", line, event.anchor)
            continue
        if event.tag is not None:
            raise Unlike
        if kind is libyaml.ScalarEvent:
            if flows and flows[-1] and "?" in event.value and not event.style:
                raise Unlike
            yield Event("scalar", line, event.value, anchor=event.anchor, implicit=event.implicit[0])
            continue
        flows.append(event.flow_style)
        if len(flows) > MAX_DEPTH:
            raise Unlike
        yield Event("mapping" if kind is libyaml.MappingStartEvent else "sequence", line, anchor=event.anchor)
