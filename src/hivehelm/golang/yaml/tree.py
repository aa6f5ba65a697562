"""The long way through a YAML document: nodes first, then values in go-yaml's order, with all of its errors.

Integers stay `int` here, since their texts differ from those of floats where a string is wanted (`typed`).
Nothing recurses: depth is the input's to choose.
"""

from __future__ import annotations

from hivehelm.golang.yaml import events, libyaml
from hivehelm.golang.yaml.decode import MAX_DEPTH, PREFIX, is_stream
from hivehelm.golang.yaml.error import YAMLError
from hivehelm.golang.yaml.keys import Key, go_syntax, keyed
from hivehelm.golang.yaml.nodes import compose
from hivehelm.golang.yaml.resolve import is_timestamp, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from typing import Any, Final

    from hivehelm.golang.yaml.events import Event
    from hivehelm.golang.yaml.nodes import Node

    Steps = Generator["Node", Any, Any]

_LONG: Final = "tag:yaml.org,2002:"
_INF = float("inf")
_ALIASED: Final = 64 << 20


def most_aliased(size: int) -> int:
    """Return how many characters of text the aliases of a document of so many bytes may come to."""
    return _ALIASED + 8 * size


_NAMES: Final = {bool: "!!bool", int: "!!int", float: "!!float", type(None): "!!null", str: "!!str"}
_RESOLVABLE: Final = frozenset(["!!str", "!!bool", "!!int", "!!float", "!!null", "!!timestamp"])


def load(
    raw: bytes,
    *,
    whole: bool = False,
    strict: bool = False,
    prepare: Callable[[Any], None] | None = None,
) -> Any:
    """Return the first document of `raw`, as `decode.load` describes it.

    Raises:
        YAMLError: go-yaml's text under sigs.k8s.io/yaml's prefix; with `strict`, for keys given twice too.
    """
    root = values(raw, strict=strict)
    if prepare is not None:
        prepare(root)
    return jsonable(root, int if whole else float)


def values(raw: bytes, *, strict: bool = False) -> Any:
    """Return the first document with its integers as `int` and its keys as strings.

    What libyaml reads and go-yaml may read otherwise, and all that is wrong, is read as go-yaml does.

    Raises:
        YAMLError: as `load`; with `strict`, for keys that are given twice too.
    """
    if is_stream(raw):
        try:
            return _values(events.read(raw), strict, len(raw))
        except (YAMLError, libyaml.LibraryError, events.Unlike):
            pass
    from hivehelm.golang.yaml.syntax.parser import Parser

    try:
        return _values(Parser(raw).events(), strict, len(raw))
    except YAMLError as error:
        raise YAMLError(PREFIX + error.message, error.line) from None


def _values(found: Iterator[Event], strict: bool, size: int) -> Any:
    root = compose(found)
    return None if root is None else _Decoder(strict, most_aliased(size)).document(root)


def is_excessive(aliased: int, count: int) -> bool:
    """Tell whether go-yaml refuses so many nodes of aliases among `count` that were decoded."""
    return aliased > 100 and count > 1000 and aliased / count > allowed_alias_ratio(count)


def allowed_alias_ratio(count: int) -> float:
    """Return which part of `count` nodes may be of aliases, as go-yaml has it."""
    if count <= 400_000:
        return 0.99
    if count >= 4_000_000:
        return 0.10
    return 0.99 - 0.89 * ((count - 400_000) / 3_600_000)


class _Decoder:
    """One decoding of one document: go-yaml's counts against alias bombs, and what went wrong.

    go-yaml counts nodes alone; so a long text that many aliases stand for may come to any amount there.
    """

    def __init__(self, strict: bool, most_aliased: int) -> None:
        self._strict = strict
        self._most_aliased = most_aliased
        self._count = 1  # the document itself
        self._alias_count = 0
        self._alias_size = 0
        self._alias_depth = 0
        self._open_aliases: set[Node] = set()
        self._issues: list[str] = []
        self._typed = False

    def document(self, root: Node) -> Any:
        """Return the document's value, its keys as strings."""
        result = self._run(root)
        if self._issues:
            raise YAMLError("yaml: unmarshal errors:\n  " + "\n  ".join(self._issues))
        return keyed(result) if self._typed else result

    def _run(self, root: Node) -> Any:
        """Drive the generators of nested nodes from a stack of our own."""
        stack: list[Steps] = [self._steps(root, None)]
        given: Any = None
        while stack:
            try:
                node = stack[-1].send(given)
            except StopIteration as done:
                stack.pop()
                given = done.value
                continue
            given = None
            stack.append(self._steps(node, None))
        return given

    def _tally(self, node: Node) -> None:
        self._count += 1
        if self._alias_depth:
            self._alias_count += 1
            self._alias_size += len(node.value)
        if is_excessive(self._alias_count, self._count) or self._alias_size > self._most_aliased:
            raise YAMLError("yaml: document contains excessive aliasing")

    def _steps(self, node: Node, into: dict[str, Any] | None) -> Steps:
        """Decode `node`, yielding nodes whose values it needs; a merge decodes a mapping `into` another."""
        self._tally(node)
        if node.kind == "scalar":
            return _scalar(node)
        if node.kind == "alias":
            if node in self._open_aliases:
                raise YAMLError(f"yaml: anchor '{node.value}' value contains itself")
            assert node.alias is not None  # noqa: S101 - compose saw to it
            self._open_aliases.add(node)
            self._alias_depth += 1
            result = yield from self._steps(node.alias, into)
            self._alias_depth -= 1
            self._open_aliases.remove(node)
            return result
        if node.kind == "sequence":
            items: list[Any] = []
            for child in node.children:
                item = yield child
                items.append(item)
            return items
        return (yield from self._mapping(node, {} if into is None else into))

    def _mapping(self, node: Node, into: dict[Any, Any]) -> Steps:
        pairs = iter(node.children)
        for key_node, value_node in zip(pairs, pairs, strict=True):
            if (
                key_node.kind == "scalar"
                and key_node.value == "<<"
                and (key_node.implicit or key_node.tag == _LONG + "merge")
            ):
                yield from self._merge(value_node, into)
                continue
            key = yield key_node
            if isinstance(key, (dict, list)):
                raise YAMLError(f"yaml: invalid map key: {go_syntax(key)}")
            value = yield value_node
            typed: Any = key
            if key.__class__ is not str:
                typed = Key(key)
                self._typed = True
            if self._strict and typed in into:
                self._issues.append(f"line {value_node.line + 1}: key {go_syntax(key)} already set in map")
            else:
                if key == 0:
                    # A zero takes the place of the other, its sign with it.
                    into.pop(typed, None)
                into[typed] = value
        return into

    def _merge(self, node: Node, into: dict[str, Any]) -> Steps:
        # The last of a sequence goes first, since the earlier ones take precedence.
        for source in reversed(node.children) if node.kind == "sequence" else (node,):
            target = source.alias if source.alias is not None else source
            if target.kind != "mapping":
                raise YAMLError("yaml: map merge requires map or sequence of maps as the value")
            yield from self._steps(source, into)


def _scalar(node: Node) -> str | int | float | bool | None:
    """Return what a scalar stands for under its tag.

    Raises:
        YAMLError: the text is none of the tag's.
    """
    tag = node.tag.replace(_LONG, "!!", 1) if node.tag.startswith(_LONG) else node.tag
    if not tag:
        return plain(node.value) if node.implicit else node.value
    if tag == "!!binary":
        return _binary(node.value)
    if tag == "!!str" or tag not in _RESOLVABLE:
        return node.value
    value = plain(node.value)
    found = _NAMES[value.__class__]
    if tag == "!!timestamp" and is_timestamp(node.value):
        return node.value
    if found == tag:
        return value
    if tag == "!!float" and isinstance(value, int) and found == "!!int" and value < 1 << 63:
        return float(value)
    raise YAMLError(f"yaml: cannot decode {found} `{node.value}` as a {tag}")


def _binary(text: str) -> str:
    from hivehelm.golang.base64 import CorruptInputError, decode64

    try:
        data = decode64(text.encode("utf-8", "surrogateescape"))
    except CorruptInputError:
        raise YAMLError("yaml: !!binary value contains invalid base64 data") from None
    return data.decode("utf-8", "surrogateescape")


def jsonable(root: Any, integer: type) -> Any:
    """Return a document of `values` after JSON: U+FFFD for broken bytes, `integer` for integers.

    Raises:
        YAMLError: a number that JSON does not have, or deeper nesting than encoding/json takes.
    """
    top = [root]
    holders: list[tuple[Any, int]] = [(top, 0)]
    odd = False
    deepest = 0
    while holders:
        holder, depth = holders.pop()
        deepest = max(deepest, depth)
        if isinstance(holder, dict):
            if not all(map(str.isascii, holder)):
                repaired = {_repair(key): value for key, value in holder.items()}
                holder.clear()
                holder.update(repaired)
            places: Iterable[Any] = list(holder)
        else:
            places = range(len(holder))
        for place in places:
            value = holder[place]
            if value.__class__ is int:
                holder[place] = integer(value)
            elif value.__class__ is float:
                odd = odd or value != value or value in (_INF, -_INF)
            elif value.__class__ is str:
                if not value.isascii():
                    holder[place] = _repair(value)
            elif isinstance(value, (dict, list)):
                holders.append((value, depth + 1))
    if odd:
        raise YAMLError(f"{PREFIX}json: unsupported value: {_first_odd(top)}")
    if deepest > MAX_DEPTH:
        problem = f"invalid character '{_first_too_deep(root)}' exceeded max depth"
        raise YAMLError(f"error unmarshaling JSON: while decoding JSON: {problem}")
    return top[0]


def _first_too_deep(root: Any) -> str:
    """Return the bracket that encoding/json stops at."""
    stack: list[tuple[Any, int]] = [(root, 1)]
    while stack:
        value, depth = stack.pop()
        if isinstance(value, dict):
            below: list[Any] = [value[key] for key in sorted(value, reverse=True)]
        elif isinstance(value, list):
            below = value[::-1]
        else:
            continue
        if depth > MAX_DEPTH:
            return "{" if isinstance(value, dict) else "["
        stack.extend((item, depth + 1) for item in below)
    raise AssertionError("there was one")  # pragma: no cover


def _repair(text: str) -> str:
    from hivehelm.golang.json import repair

    return repair(text)


def _first_odd(top: list[Any]) -> str:
    """Return the first number that JSON lacks, in the order that encoding/json writes."""
    stack: list[Any] = [top]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            stack.extend(value[key] for key in sorted(value, reverse=True))
        elif isinstance(value, list):
            stack.extend(reversed(value))
        elif isinstance(value, float) and (value != value or value in (_INF, -_INF)):
            return "NaN" if value != value else "+Inf" if value > 0 else "-Inf"
    raise AssertionError("there was one")  # pragma: no cover
