"""YAML into values: what sigs.k8s.io/yaml's Unmarshal leaves in an `any`.

There a document goes through go-yaml, JSON and encoding/json, so every number ends as a float64 and every key
as a string. Documents of scalars, maps and lists, nearly all, are built in one pass over libyaml's events
(`_build`). What needs more, such as anchors, tags, merges, odd keys and every error, is done over from
nodes, in go-yaml's order (`tree`).
"""

from __future__ import annotations

from hivehelm.fastpaths import FAST
from hivehelm.golang import floats
from hivehelm.golang.yaml.resolve import HINTS, WORDS, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MAX_DEPTH = 10_000
# From this many bytes on JSON is worth a reader of its own.
_LONG = 128
_BOM = b"\xef\xbb\xbf"

PREFIX = "error converting YAML to JSON: "


def load(data: str | bytes, *, whole: bool = False, prepare: Callable[[Any], None] | None = None) -> Any:
    """Return the first document of `data` as maps, lists, strings, floats, booleans and None.

    Args:
        data: YAML; what follows the first document is not read.
        whole: keep integers `int`: where a struct wants a string, sigs.k8s.io/yaml spells integers and
            floats in different ways.
        prepare: gets the document before its way through JSON, to put texts for such numbers; `float_text`
            spells floats.

    Raises:
        YAMLError: with the text of sigs.k8s.io/yaml, `error converting YAML to JSON: yaml: line 3: …`.
    """
    raw = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
    if len(raw) > _LONG and raw[0] in b"{[":
        from hivehelm.golang.yaml import flow

        try:
            value = flow.read(raw.decode(), whole=whole)
        except ValueError:
            pass  # It may be YAML all the same.
        else:
            if prepare is not None:
                prepare(value)
            return value
    from hivehelm.golang.yaml import libyaml

    # Only in double quotes is `\/` another thing to go-yaml.
    slash = b"\\/" in raw
    try:
        if not is_stream(raw):
            raise _Elaborate
        parser = libyaml.CParser(raw or b"\n")
        events = parser.get_event
        events()
        if (start := events()).__class__ is libyaml.StreamEndEvent:
            return None
        if start.version is not None:
            raise _Elaborate
        value = _build(events, int if whole else float, question=b"?" in raw, slash=slash)
        if slash:
            # go-yaml has looked at what stands behind the document, if not at more.
            events()
    except (_Elaborate, libyaml.LibraryError):
        from hivehelm.golang.yaml import tree

        return tree.load(raw, whole=whole, prepare=prepare)
    if prepare is not None:
        prepare(value)
    return value


def is_plain(raw: bytes) -> bool:
    """Say whether a text has nothing that libyaml and go-yaml differ in: byte order marks, `\\/`, %YAML."""
    return b"\\/" not in raw and is_stream(raw)


def is_stream(raw: bytes) -> bool:
    """Say whether libyaml and go-yaml see the same stream in a text: no byte order marks within, no %YAML."""
    return FAST and raw.find(_BOM, 1) < 0 and b"%YAML" not in raw


class _Elaborate(Exception):  # noqa: N818
    """The document holds something that one pass cannot build."""


def float_text(value: float) -> str:
    """Return a float as sigs.k8s.io/yaml puts it into a string: with the digits that a float32 needs."""
    return floats.general(value, 32)


def scalar_text(value: object) -> object:
    """Return what sigs.k8s.io/yaml puts into a string field for a number or a boolean; others as they are."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return float_text(value)
    return str(value) if isinstance(value, int) else value


def float_key(value: float) -> str:
    """Return a float as sigs.k8s.io/yaml spells it as a key."""
    text = float_text(value)
    return {"+Inf": ".inf", "-Inf": "-.inf", "NaN": ".nan"}.get(text, text)


def _build(events: Callable[[], Any], integer: type, *, question: bool, slash: bool) -> Any:
    """Return the document whose start event was read; integers become `integer`.

    Raises:
        _Elaborate: it holds a tag, a key or a number that JSON does not have, more than simple anchors, a
            question mark in a plain scalar, which libyaml and go-yaml read differently inside of brackets,
            or, where there is a `slash` behind a backslash, one in double quotes.
    """
    from hivehelm.golang.yaml.libyaml import (
        AliasEvent,
        MappingEndEvent,
        MappingStartEvent,
        ScalarEvent,
        SequenceEndEvent,
        SequenceStartEvent,
    )

    hints, words, resolve = HINTS, WORDS, number
    mapping: dict[str, Any] | None = None
    key: str | None = None
    sequence: list[Any] | None = None
    stack: list[tuple[dict[str, Any] | None, str | None, list[Any] | None, str | None]] = []
    anchors = _Anchors()
    merge = _MERGE
    scalars = 0
    flows = 0
    value: Any
    opened: Any
    while True:
        event = events()
        kind = event.__class__
        if kind is ScalarEvent:
            value = event.value
            scalars += 1
            at_key = mapping is not None and key is None
            if event.anchor is not None or event.tag is not None:
                if at_key and event.anchor is None and event.tag == _MERGE_TAG and value == merge:
                    key = _MERGING
                    continue
                if at_key or event.tag is not None:
                    raise _Elaborate
            if event.implicit[0]:
                if value[:1] in hints:
                    if value in words:
                        value = words[value]
                        if value.__class__ is float:
                            raise _Elaborate
                    elif value[0] <= "9":
                        found = resolve(value)
                        if found is not None:
                            value = found
                            if found.__class__ is int and not at_key:
                                value = integer(found)
                if flows and value.__class__ is str and "?" in value:
                    raise _Elaborate
            elif slash and event.style == '"' and "/" in value:
                raise _Elaborate
            if event.anchor is not None:
                anchors.put(event.anchor, value)
            if mapping is not None:
                if key is None:
                    if value.__class__ is not str:
                        value = _key(value)
                    elif value == merge and event.implicit[0]:
                        value = _MERGING
                    key = value
                elif key is _MERGING:
                    raise _Elaborate
                else:
                    mapping[key] = value
                    key = None
            elif sequence is not None:
                sequence.append(value)
            else:
                events()
                return value
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            if flows:
                flows -= 1
            opened = mapping if mapping is not None else sequence
            mapping, key, sequence, name = stack.pop()
            if name is not None:
                anchors.close(name, opened)
            if mapping is not None:
                if key is _MERGING:
                    _merge(mapping, opened)
                else:
                    mapping[key] = opened  # type: ignore[index]
                key = None
            elif sequence is not None:
                sequence.append(opened)
            else:
                events()
                return opened
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            if event.tag is not None or (mapping is not None and key is None):
                raise _Elaborate
            if event.anchor is not None:
                anchors.open(event.anchor)
            if len(stack) >= MAX_DEPTH:
                raise _Elaborate
            # Within brackets there are only brackets.
            if question and event.flow_style:
                flows += 1
            stack.append((mapping, key, sequence, event.anchor))
            key = None
            if kind is MappingStartEvent:
                mapping, sequence = {}, None
            else:
                mapping, sequence = None, []
        elif (
            kind is AliasEvent
            and (key is not None or sequence is not None)
            and len(stack) <= _MAX_ALIAS_DEPTH
        ):
            value = anchors.get(event.anchor, scalars)
            if mapping is None:
                sequence.append(value)  # type: ignore[union-attr]
            else:
                if key is not _MERGING:
                    mapping[key] = value  # type: ignore[index]
                elif value.__class__ is dict:
                    mapping.update(value)
                else:
                    # Maps in a list are merged where they stand, not by an alias for the list.
                    raise _Elaborate
                key = None
        else:
            raise _Elaborate


_MERGE = "<<"
_MERGE_TAG = "tag:yaml.org,2002:merge"
_MAX_ALIAS_DEPTH = 1000
_MAX_COPY_DEPTH = 100
_MAX_ALIASED = 100_000
_MAX_ALIASED_TEXT = 1 << 20


class _Merging(str):
    """The key of what is merged, which is told from the same text in quotes."""


_MERGING = _Merging(_MERGE)


class _Anchors:
    """The values of anchors, as long as aliases are far from what go-yaml takes for excessive.

    It wants 99 of 100 nodes to be of aliases for that, until there are hundreds of thousands, and more than
    a thousand; here it is 50, with aliases within aliases counted as if each node were one. Merging leaves
    less than was merged, so what aliases within a value came to is counted each time it is taken, too.
    """

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._within: dict[str, int] = {}
        self._open: dict[str, int] = {}
        self._nodes = 0
        self._most = 0
        self._characters = 0

    def open(self, name: str) -> None:
        """Begin with a map or list; it has no value before it has ended.

        Raises:
            _Elaborate: there is another one of the name.
        """
        if name in self._values or name in self._open:
            raise _Elaborate
        self._open[name] = self._nodes

    def close(self, name: str, value: Any) -> None:
        """Keep the value of a map or list."""
        self._values[name] = value
        self._within[name] = self._nodes - self._open[name]

    def put(self, name: str, value: Any) -> None:
        """Keep the value of a scalar.

        Raises:
            _Elaborate: there is another one of the name.
        """
        self.open(name)
        self._values[name] = value

    def get(self, name: str, scalars: int) -> Any:
        """Return a copy of a value; `scalars` stand before it.

        Raises:
            _Elaborate: there is none yet, or all that was copied comes to much.
        """
        if name not in self._values:
            raise _Elaborate
        self._most = min(25 * scalars + 45, _MAX_ALIASED)
        self._nodes += self._within.get(name, 0)
        return self._copy(self._values[name], 0)

    def _copy(self, value: Any, depth: int) -> Any:
        self._nodes += 1
        if self._nodes > self._most or depth > _MAX_COPY_DEPTH:
            raise _Elaborate
        if value.__class__ is dict:
            self._nodes += len(value)
            return {key: self._copy(item, depth + 1) for key, item in value.items()}
        if value.__class__ is list:
            return [self._copy(item, depth + 1) for item in value]
        if value.__class__ is str:
            self._characters += len(value)
            if self._characters > _MAX_ALIASED_TEXT:
                raise _Elaborate
        return value


def _merge(mapping: dict[str, Any], value: Any) -> None:
    """Put what is merged into a map, over what is there; of a list, the first goes last.

    Raises:
        _Elaborate: it is no map, nor a list of maps.
    """
    for source in reversed(value) if value.__class__ is list else (value,):
        if source.__class__ is not dict:
            raise _Elaborate
        mapping.update(source)


def _key(value: Any) -> str:
    if value is True:
        return "true"
    if value is False:
        return "false"
    if value.__class__ is int and value < 1 << 63:
        return str(value)
    # Go knows one zero as a key, and keeps the sign of the last.
    if value.__class__ is float and value:
        return float_key(value)
    raise _Elaborate
