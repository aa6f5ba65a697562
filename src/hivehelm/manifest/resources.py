"""Manifests as kustomize's kyaml reads and writes them: with comments, styles and annotations (kio)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.golang.yaml.commented.node import SINGLE, Node
from hivehelm.golang.yaml.commented.reader import read
from hivehelm.golang.yaml.commented.writer import write
from hivehelm.golang.yaml.error import YAMLError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Final

# kyaml numbers what it reads, and takes the numbers off again when it writes.
_INDEXES: Final = ("config.kubernetes.io/index", "internal.config.kubernetes.io/index")
_SEQUENCE_INDENT: Final = "internal.config.kubernetes.io/seqindent"
_NAMESAKES: Final = (
    ("config.kubernetes.io/path", "internal.config.kubernetes.io/path"),
    _INDEXES,
    ("config.k8s.io/id", "internal.config.kubernetes.io/id"),
)
_KINDS: Final = {
    "mapping": "MappingNode",
    "sequence": "SequenceNode",
    "scalar": "ScalarNode",
    "alias": "AliasNode",
    "document": "DocumentNode",
}


class ResourceError(HivehelmError):
    """A text is no stream of resources, in kyaml's words."""


def parse_all(text: str) -> list[Node]:
    """Return the documents of a text that are not empty; the items of a List that is alone stand for it.

    Raises:
        ResourceError: the text is no YAML, or a document is no mapping.
    """
    found: list[Node] = []
    values = _split(text.replace("\r\n", "\n"))
    for value in values:
        try:
            node = read(value)
        except YAMLError as error:
            raise ResourceError(f"MalformedYAMLError: {error}") from error
        if node is None or node.content[0].tag == "!!null":
            continue
        _copy_namesakes(node)
        for name in _INDEXES:
            set_annotation(node, name, str(len(found)))
        if len(values) == 1 and (items := _items(node)) is not None:
            return items
        found.append(node)
    return found


def string_all(nodes: Iterable[Node]) -> str:
    """Return documents as a text, `---` between them.

    Raises:
        ResourceError: one cannot be written.
    """
    documents = list(nodes)
    for node in documents:
        for name in (*_INDEXES, _SEQUENCE_INDENT):
            clear_annotation(node, name)
        _clear_empty(node)
    try:
        return write(documents)
    except YAMLError as error:
        raise ResourceError(str(error)) from error


def annotations_of(node: Node) -> dict[str, str]:
    """Return a document's annotations.

    Raises:
        ResourceError: it has neither a kind, an apiVersion nor metadata.
    """
    root = _root(node)
    metadata = _field(root, "metadata")
    about = _field(metadata, "annotations") if metadata is not None else None
    if about is not None and about.content:
        return {key.value: "" if value.tag == "!!null" else value.value for key, value in _pairs(about)}
    known = [_field(root, name) for name in ("apiVersion", "kind")]
    if metadata is not None:
        known += [_field(metadata, name) for name in ("name", "namespace", "labels")]
    if not any(found is not None and not _is_empty(found) for found in known):
        raise ResourceError("missing Resource metadata")
    return {}


def set_annotation(node: Node, name: str, value: str) -> None:
    """Give a document an annotation; what it had of that name keeps its style.

    Raises:
        ResourceError: it is no mapping, or its metadata are none.
    """
    _clear_empty(node)
    about = _root(node)
    for part in ("metadata", "annotations"):
        below = _get(about, part)
        if below is None:
            below = Node("mapping")
            about.content += [Node("scalar", part), below]
        elif below.tag == "!!null":
            return
        about = below
    there = _get(about, name)
    if there is None:
        about.content += [Node("scalar", name), Node("scalar", value, tag="!!str", style=SINGLE)]
    else:
        fresh = Node("scalar", value, tag="!!str", style=there.style)
        for field in Node.__slots__:
            setattr(there, field, getattr(fresh, field))


def clear_annotation(node: Node, name: str) -> None:
    """Take an annotation off a document, if it has it.

    Raises:
        ResourceError: as `set_annotation`.
    """
    about: Node | None = _root(node)
    for part in ("metadata", "annotations"):
        about = _get(about, part) if about is not None else None
    if about is not None:
        _clear(about, name)


def _split(text: str) -> list[str]:
    """Return the documents of a stream, which lines that begin with `---` are between."""
    import re

    if not text:
        return []
    values: list[str] = []
    start = 0
    for separator in re.finditer(r"\n---.*\n", text):
        behind = separator[0][4:].strip()
        if behind and not behind.startswith("#"):
            raise ResourceError(f"invalid document separator: {separator[0].strip()}")
        values.append(text[start : separator.start()] + "\n")
        start = separator.end()
    return [*values, text[start:]]


def _copy_namesakes(node: Node) -> None:
    try:
        found = annotations_of(node)
    except ResourceError:
        return
    for legacy, name in _NAMESAKES:
        if found.get(name, "") and not found.get(legacy, ""):
            set_annotation(node, legacy, found[name])
        elif found.get(legacy, "") and not found.get(name, ""):
            set_annotation(node, name, found[legacy])


def _items(node: Node) -> list[Node] | None:
    """Return the items of a List; None for anything else."""
    root = _root(node)
    kind = _field(root, "kind")
    if kind is None or kind.value not in ("List", "ResourceList"):
        return None
    items = _field(root, "items")
    if items is None:
        return [] if _field(root, "functionConfig") is not None else None
    return list(items.content)


def _root(node: Node) -> Node:
    return node.content[0] if node.kind == "document" else node


def _pairs(node: Node) -> Iterator[tuple[Node, Node]]:
    return zip(node.content[::2], node.content[1::2], strict=False)


def _field(node: Node | None, name: str) -> Node | None:
    """Return what a mapping has under a name; None where it is no mapping."""
    if node is None or node.kind != "mapping":
        return None
    return next((value for key, value in _pairs(node) if key.value == name), None)


def _get(node: Node, name: str) -> Node | None:
    """Return what a mapping has under a name, and nothing for null; refuse what is neither."""
    if node.tag == "!!null":
        return None
    _must_be_mapping(node)
    return _field(node, name)


def _must_be_mapping(node: Node) -> None:
    if node.kind != "mapping" and node.tag != "!!null":
        raise ResourceError(
            f"wrong node kind: expected MappingNode but got {_KINDS[node.kind]}: "
            f"node contents:\n{write([node])}"
        )


def _is_empty(node: Node) -> bool:
    return node.tag == "!!null" or (node.kind in ("mapping", "sequence") and not node.content)


def _clear(node: Node, name: str, *, only_empty: bool = False) -> None:
    _must_be_mapping(node)
    for place in range(0, len(node.content) - 1, 2):
        if node.content[place].value == name and not (only_empty and node.content[place + 1].content):
            del node.content[place : place + 2]
            return


def _clear_empty(node: Node) -> None:
    """Take off annotations and metadata that are empty."""
    root = _root(node)
    metadata = _get(root, "metadata")
    if metadata is not None:
        _clear(metadata, "annotations", only_empty=True)
    _clear(root, "metadata", only_empty=True)
