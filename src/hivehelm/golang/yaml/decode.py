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
        _Elaborate: it holds an anchor, alias, tag, merge, a key or a number that JSON does not have, a
            question mark in a plain scalar, which libyaml and go-yaml read differently inside of brackets,
            or, where there is a `slash` behind a backslash, one in double quotes.
    """
    from hivehelm.golang.yaml.libyaml import (
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
    stack: list[tuple[dict[str, Any] | None, str | None, list[Any] | None]] = []
    flows = 0
    value: Any
    opened: Any
    while True:
        event = events()
        kind = event.__class__
        if kind is ScalarEvent:
            value = event.value
            if event.tag is not None or event.anchor is not None:
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
                            if found.__class__ is int and not (mapping is not None and key is None):
                                value = integer(found)
                if flows and value.__class__ is str and "?" in value:
                    raise _Elaborate
            elif slash and event.style == '"' and "/" in value:
                raise _Elaborate
            if mapping is not None:
                if key is None:
                    if value.__class__ is not str:
                        value = _key(value)
                    elif value == "<<" and event.implicit[0]:
                        raise _Elaborate
                    key = value
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
            mapping, key, sequence = stack.pop()
            if mapping is not None:
                mapping[key] = opened  # type: ignore[index]
                key = None
            elif sequence is not None:
                sequence.append(opened)
            else:
                events()
                return opened
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            if event.tag is not None or event.anchor is not None or (mapping is not None and key is None):
                raise _Elaborate
            if len(stack) >= MAX_DEPTH:
                raise _Elaborate
            # Within brackets there are only brackets.
            if question and event.flow_style:
                flows += 1
            stack.append((mapping, key, sequence))
            key = None
            if kind is MappingStartEvent:
                mapping, sequence = {}, None
            else:
                mapping, sequence = None, []
        else:
            raise _Elaborate


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
