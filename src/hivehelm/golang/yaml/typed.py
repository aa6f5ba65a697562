"""YAML into Go's types as go.yaml.in/yaml/v3 decodes it, its errors included."""

from __future__ import annotations

from hivehelm.golang.fmt import quote
from hivehelm.golang.yaml.error import YAMLError
from hivehelm.golang.yaml.resolve import NUMERIC, WORDS, is_timestamp, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from hivehelm.golang.yaml.nodes import Node

_LONG: Final = "tag:yaml.org,2002:"
_TRUE: Final = frozenset(["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"])
_FALSE: Final = frozenset(["n", "N", "no", "No", "NO", "off", "Off", "OFF"])
_KNOWN: Final = frozenset(["", "!!str", "!!bool", "!!int", "!!float", "!!null", "!!timestamp"])
_MAX_VALUES: Final = 1_000_000
_MAX_PROBLEMS: Final = 100


class Shape:
    """A Go type: its `name` as reflect spells it, and its zero value."""

    def __init__(self, name: str, zero: Any) -> None:
        self.name = name
        self.zero = zero


class List(Shape):
    """A slice of `element`; None where the text has none."""

    def __init__(self, element: Shape, name: str = "") -> None:
        super().__init__(name or f"[]{element.name}", None)
        self.element = element


class Map(Shape):
    """A map from strings to `element`; None where the text has none."""

    def __init__(self, element: Shape, name: str = "") -> None:
        super().__init__(name or f"map[string]{element.name}", None)
        self.element = element


class Fields(Shape):
    """A struct: `fields` by their names in YAML; decoded to a dict that has all of them."""

    def __init__(self, name: str, fields: dict[str, Shape]) -> None:
        super().__init__(name, None)
        self.fields = fields

    def empty(self) -> dict[str, Any]:
        """Return the struct's zero value."""
        return {
            name: shape.empty() if isinstance(shape, Fields) else shape.zero
            for name, shape in self.fields.items()
        }


STRING: Final = Shape("string", "")
BOOL: Final = Shape("bool", False)
INT: Final = Shape("int64", 0)
UINT: Final = Shape("uint64", 0)
ANY: Final = Shape("interface {}", None)


def decode(source: bytes | Node, shape: Fields, *, known_fields: bool = False) -> dict[str, Any]:
    """Return the first document of a text, or what `document` made of it, as `shape` says.

    With `known_fields` no others may be there.

    Raises:
        YAMLError: go-yaml's text; `EOF` for a text without documents.
    """
    decoder = _Decoder(known_fields)
    value = decoder.value(document(source) if isinstance(source, bytes) else source, shape)
    if decoder.problems:
        raise YAMLError("yaml: unmarshal errors:\n  " + "\n  ".join(decoder.problems))
    return shape.empty() if value is None else value


def document(raw: bytes) -> Node:
    """Return the root of the first document of a text.

    Raises:
        YAMLError: go-yaml's text; `EOF` for a text without documents.
    """
    try:
        root = _composed(raw)
    except YAMLError as error:
        message = error.message
        raise YAMLError(message if message.startswith("yaml: ") else f"yaml: {message}", error.line) from None
    if root is None:
        raise YAMLError("EOF")
    return root


def _composed(raw: bytes) -> Node | None:
    """Read with libyaml, which is fast, what both read alike; all else, and what is wrong, as go-yaml."""
    from hivehelm.golang.yaml import events, libyaml
    from hivehelm.golang.yaml.decode import is_stream
    from hivehelm.golang.yaml.nodes import compose

    if is_stream(raw):
        try:
            return compose(events.read(raw))
        except (YAMLError, libyaml.LibraryError, events.Unlike):
            pass
    from hivehelm.golang.yaml.syntax.parser import Parser

    return compose(Parser(raw).events())


class _Decoder:
    def __init__(self, known_fields: bool) -> None:
        self.problems: list[str] = []
        self._known_fields = known_fields
        self._open: set[int] = set()
        self._values = 0

    def value(self, node: Node, shape: Shape) -> Any:
        """Return what a node stands for; None where it is null or does not fit, which is a problem then."""
        self._values += 1
        if self._values > _MAX_VALUES:
            raise YAMLError("yaml: document contains excessive aliasing")
        if node.alias is not None:
            if id(node) in self._open:
                raise YAMLError(f"yaml: anchor '{node.value}' value contains itself")
            self._open.add(id(node))
            found = self.value(node.alias, shape)
            self._open.discard(id(node))
            return found
        if node.kind == "mapping":
            return self._mapping(node, shape)
        if node.kind == "sequence":
            return self._sequence(node, shape)
        return self._scalar(node, shape)

    def _refuse(self, node: Node, tag: str, shape: Shape) -> None:
        text = node.value if len(node.value) <= 10 else node.value[:7] + "..."
        shown = f" `{text}`" if tag not in ("!!seq", "!!map") else ""
        self.problems.append(f"line {node.line + 1}: cannot unmarshal {tag}{shown} into {shape.name}")

    def _scalar(self, node: Node, shape: Shape) -> Any:
        tag, resolved = resolve(node)
        if resolved is None:
            return None
        if shape is ANY:
            return resolved
        if shape is STRING:
            return resolved if tag == "!!binary" else node.value
        if shape is BOOL:
            if isinstance(resolved, bool):
                return resolved
            if isinstance(resolved, str) and (resolved in _TRUE or resolved in _FALSE):
                return resolved in _TRUE
        if shape in (INT, UINT) and isinstance(resolved, (int, float)) and not isinstance(resolved, bool):
            least, bits = (0, 64) if shape is UINT else (-(1 << 63), 63)
            if least <= resolved < 1 << bits:
                return int(resolved)
        self._refuse(node, tag, shape)
        return None

    def _sequence(self, node: Node, shape: Shape) -> Any:
        if shape is ANY:
            return [self.value(child, ANY) for child in node.children]
        if not isinstance(shape, List):
            self._refuse(node, short_tag(node.tag) or "!!seq", shape)
            return None
        element = shape.element
        found = ((child, self.value(child, element)) for child in node.children)
        # What is null, or does not fit, falls out of a slice.
        return [value for _, value in found if value is not None]

    def _mapping(self, node: Node, shape: Shape) -> Any:
        pairs = list(zip(node.children[::2], node.children[1::2], strict=True))
        if self._has_doubles([key for key, _ in pairs]):
            return None
        if isinstance(shape, Fields):
            return self._struct(pairs, shape)
        if shape is not ANY and not isinstance(shape, Map):
            self._refuse(node, short_tag(node.tag) or "!!map", shape)
            return None
        element = shape.element if isinstance(shape, Map) else ANY
        found: dict[str, Any] = {}
        for key, child in self._merged(pairs):
            name = self.value(key, STRING)
            if name is None:
                name = ""
            value = self.value(child, element)
            found[name] = element.zero if value is None else value
        return found

    def _has_doubles(self, keys: list[Node]) -> bool:
        seen: dict[tuple[str, str], list[int]] = {}
        for key in keys:
            seen.setdefault((key.kind, key.value), []).append(key.line + 1)
        before = len(self.problems)
        for (_, name), lines in seen.items():
            # Each key is told of for each one before it; a file of nothing else is not told of in full.
            for place, first in enumerate(lines[:_MAX_PROBLEMS]):
                self.problems += [
                    f"line {line}: mapping key {quote(name)} already defined at line {first}"
                    for line in lines[place + 1 : _MAX_PROBLEMS]
                ]
        return len(self.problems) > before

    def _struct(self, pairs: list[tuple[Node, Node]], shape: Fields) -> dict[str, Any]:
        found = shape.empty()
        for key, child in self._merged(pairs):
            name = self.value(key, STRING)
            if name is None:
                continue
            field = shape.fields.get(name)
            if field is None:
                if self._known_fields:
                    self.problems.append(f"line {key.line + 1}: field {name} not found in type {shape.name}")
                continue
            value = self.value(child, field)
            if value is not None:
                found[name] = value
        return found

    def _merged(self, pairs: list[tuple[Node, Node]]) -> list[tuple[Node, Node]]:
        """Return the pairs with those that `<<` brings in behind them, but for keys that are there."""
        own = [pair for pair in pairs if not _is_merge(pair[0])]
        merges = [child for key, child in pairs if _is_merge(key)]
        if not merges:
            return own
        seen = {key.value for key, _ in own}
        found = list(own)
        source = merges[-1]
        sources = source.children if source.kind == "sequence" else [source]
        for item in sources:
            target = item.alias if item.alias is not None else item
            if target.kind != "mapping":
                raise YAMLError("yaml: map merge requires map or sequence of maps as the value")
            children = target.children
            for key, child in zip(children[::2], children[1::2], strict=True):
                if key.value not in seen and not _is_merge(key):
                    seen.add(key.value)
                    found.append((key, child))
        return found


def _is_merge(key: Node) -> bool:
    return key.kind == "scalar" and key.value == "<<" and key.implicit


def short_tag(tag: str) -> str:
    """Return a tag of YAML's own as `!!str`, any other as it is."""
    return "!!" + tag[len(_LONG) :] if tag.startswith(_LONG) else tag


def resolve(node: Node) -> tuple[str, Any]:
    """Return a scalar's short tag and what it stands for in v3, where `yes` and `off` are strings.

    Raises:
        YAMLError: its tag says something else than its text.
    """
    tag, text = short_tag(node.tag), node.value
    if not node.implicit and tag in ("", "!!str"):
        return "!!str", text
    if tag == "!":
        return "!!str", text
    if tag == "!!binary":
        from base64 import b64decode
        from binascii import Error

        try:
            return tag, b64decode(text, validate=True).decode("utf-8", "surrogateescape")
        except Error:
            raise YAMLError("yaml: !!binary value contains invalid base64 data") from None
    if tag not in _KNOWN:
        return tag, text
    found_tag, value = plain(text)
    if tag in ("", found_tag):
        return found_tag, value
    if tag == "!!float" and found_tag == "!!int":
        return tag, float(value)
    raise YAMLError(f"yaml: cannot decode {found_tag} `{text}` as a {tag}")


def plain(text: str) -> tuple[str, Any]:
    """Return what a scalar without tag and quotes is to v3: its short tag and its value."""
    if text in WORDS:
        value = WORDS[text]
        if value is None:
            return "!!null", None
        if isinstance(value, float):
            return "!!float", value
        return (
            ("!!bool", value)
            if text in ("true", "True", "TRUE", "false", "False", "FALSE")
            else (
                "!!str",
                text,
            )
        )
    if text[:1] in NUMERIC:
        if is_timestamp(text):
            return "!!timestamp", text
        found = number(text)
        if found is not None:
            return ("!!int" if isinstance(found, int) else "!!float"), found
    return "!!str", text
