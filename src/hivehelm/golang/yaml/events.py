"""What a YAML document is made of, in its order: from libyaml or go-yaml's grammar (`syntax.parser`)."""

from __future__ import annotations

from hivehelm.golang.yaml import libyaml
from hivehelm.golang.yaml.decode import MAX_DEPTH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

# The tags of YAML's own types. In brackets they end at another place to go-yaml than to libyaml.
_TAGS: Final = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("binary", "bool", "float", "int", "map", "merge", "null", "seq", "str", "timestamp")
)


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
    r"""Read the first document with libyaml; nothing for a stream without documents.

    Raises:
        Unlike: there are tags within brackets or of other types than YAML's own, a version, handles for
            tags, question marks in plain scalars within brackets, `\/` in double quotes, or great depth.
        libyaml.LibraryError: the syntax is wrong, to libyaml at least.
    """
    parser = libyaml.CParser(raw or b"\n")
    get = parser.get_event
    get()
    if (start := get()).__class__ is libyaml.StreamEndEvent:
        return
    if start.version is not None or start.tags:
        raise Unlike
    slash = b"\\/" in raw
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
        tag = event.tag or ""
        within = bool(flows) and flows[-1]
        if tag and (within or tag not in _TAGS):
            raise Unlike
        if kind is libyaml.ScalarEvent:
            text = event.value
            if (within and "?" in text and not event.style) or (slash and event.style == '"' and "/" in text):
                raise Unlike
            yield Event("scalar", line, text, anchor=event.anchor, tag=tag, implicit=event.implicit[0])
            continue
        flows.append(event.flow_style)
        if len(flows) > MAX_DEPTH:
            raise Unlike
        name = "mapping" if kind is libyaml.MappingStartEvent else "sequence"
        yield Event(name, line, anchor=event.anchor, tag=tag)
    if slash:
        # go-yaml has looked at what stands behind the document, if not at more.
        get()
