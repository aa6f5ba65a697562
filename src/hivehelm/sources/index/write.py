"""An index as a file: what Helm's `WriteFile` and `WriteJSONFile` write, byte for byte."""

from __future__ import annotations

from hivehelm.sources.index.entry import ZERO_TIME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from hivehelm.sources.index.entry import ChartVersion

    Entries = Mapping[str, Sequence[ChartVersion]]

_LAYOUT = "2006-01-02T15:04:05Z07:00"
_PRINTED = "2006-01-02T15:04:05.999999999Z07:00"
_METADATA = (
    "name", "home", "sources", "version", "description", "keywords", "maintainers", "icon", "apiVersion",
    "condition", "tags", "appVersion", "deprecated", "annotations", "kubeVersion", "dependencies", "type",
)  # fmt: skip
_AT_ONCE = 64
_AFTER = ("digest", "checksum", "engine", "tillerVersion", "url")


def to_yaml(entries: Entries, generated: str) -> Iterator[bytes]:
    """Yield the pieces of an index as YAML, so that large ones need little memory.

    `generated` is the time of the index (RFC 3339).
    """
    from hivehelm.golang.yaml.order import natural_sort

    yield beginning(some=bool(entries))
    for name in natural_sort(entries):
        yield from chart_pieces(name, entries[name])
    yield ending(generated)


def beginning(*, some: bool) -> bytes:
    """Return what an index begins with; `some` tells whether charts follow."""
    return b"apiVersion: v1\nentries:" + (b"\n" if some else b" {}\n")


def chart_yaml(name: str, versions: Sequence[ChartVersion]) -> bytes:
    """Return the part of an index that is about one chart."""
    return b"".join(chart_pieces(name, versions))


def chart_pieces(name: str, versions: Sequence[ChartVersion]) -> Iterator[bytes]:
    """Yield the part of an index that is about one chart."""
    from hivehelm.golang.yaml import dump

    start, indent = "entries:\n", ""
    for place in range(0, len(versions) or 1, _AT_ONCE):
        some = [_document(version) for version in versions[place : place + _AT_ONCE]]
        text = dump({"entries": {name: some}}).removeprefix(start)
        yield f"{indent}{text}".encode("utf-8", "surrogateescape")
        if not place and len(versions) > _AT_ONCE:
            # A long name has lines of its own.
            start = dump({"entries": {name: [0]}}).removesuffix("- 0\n")
            indent = " " * len(start.rpartition("\n")[2])


def ending(generated: str) -> bytes:
    """Return what an index of that time (RFC 3339) ends with."""
    from hivehelm.golang.yaml import dump

    return dump({"generated": _moment(generated)}).encode()


def version_json(version: ChartVersion) -> bytes:
    """Return one version as encoding/json writes it, without spaces."""
    from hivehelm.golang.json import dumps

    return dumps(_ordered(_document(version))).encode("utf-8", "surrogateescape")


def to_json(entries: Entries, generated: str) -> Iterator[bytes]:
    """Yield the pieces of an index as JSON; as `to_yaml`."""
    from hivehelm.golang.json import dumps, quote

    yield b'{\n  "apiVersion": "v1",\n  "generated": ' + dumps(_moment(generated)).encode()
    yield b',\n  "entries": {' + (b"" if entries else b"}")
    separator = b"\n"
    for name in sorted(entries):
        versions = entries[name]
        start, end = "{\n" + '  "entries": {\n', "\n  }\n}"
        for place in range(0, len(versions) or 1, _AT_ONCE):
            some = [_ordered(_document(version)) for version in versions[place : place + _AT_ONCE]]
            text = dumps({"entries": {name: some}}, indent="  ").removeprefix(start)
            last = place + _AT_ONCE >= len(versions)
            text = text.removesuffix(end if last else "\n    ]" + end)
            yield separator + text.encode("utf-8", "surrogateescape")
            start, separator = f'{{\n  "entries": {{\n    {quote(name)}: [\n', b",\n"
    yield b"\n  }\n}" if entries else b"\n}"


def _document(version: ChartVersion) -> dict[str, Any]:
    """Return an entry in the order of Go's fields."""
    said = version.document
    document = {name: said[name] for name in _METADATA if name in said}
    document["urls"] = said.get("urls")
    document["created"] = _moment(said.get("created", ZERO_TIME))
    if said.get("removed"):
        document["removed"] = True
    return document | {name: said[name] for name in _AFTER if said.get(name)}


class _Members:
    """A struct's fields, which JSON keeps in their order."""

    def __init__(self, members: dict[str, Any]) -> None:
        self._members = members

    def to_json(self) -> dict[str, Any]:
        """Return the fields."""
        return self._members


def _ordered(document: dict[str, Any]) -> _Members:
    for name in ("maintainers", "dependencies"):
        if name in document:
            document[name] = [one and _Members(one) for one in document[name]]
    return _Members(document)


def _moment(text: str) -> str:
    """Return a time as Go writes it: without zeros at the end of its fraction."""
    if text.endswith("Z") and "." not in text:
        return text
    from hivehelm.golang.timefmt import format as format_time
    from hivehelm.golang.timeparse import parse

    return format_time(_PRINTED, parse(_LAYOUT, text))
