"""A JSON text that holds schemas, the places in it, and the URLs and pointers that name them (RFC 6901)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


REFERENCES = (("$ref", 4), ("$recursiveRef", 2019), ("$dynamicRef", 2020))
"""Keywords that refer to other schemas, with the drafts that they came with."""

REFERRING = frozenset(keyword for keyword, _ in REFERENCES)


class DocumentError(HivehelmError):
    """A schema cannot be read, loaded or understood; `str()` is the validator's text."""


class Number(float):
    """A number of a schema, which remembers how it is spelt."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Number:
        """Return the number that `text` spells."""
        made = super().__new__(cls, text)
        made.text = text
        return made


class Resource:
    """A schema with a URL of its own, and what may be named under it."""

    __slots__ = ("anchors", "draft", "dynamic", "pointer", "url")

    def __init__(self, url: str, pointer: str, draft: int) -> None:
        self.url = url
        self.pointer = pointer
        self.draft = draft
        self.anchors: dict[str, str] = {}
        self.dynamic: set[str] = set()


class Schema:
    """A place in a document that holds a schema; those below it are found through `below`."""

    __slots__ = ("_references", "document", "draft", "node", "pointer", "resource", "subschemas", "types")

    def __init__(self, document: Document, pointer: str, node: Any) -> None:
        self.document = document
        self.pointer = pointer
        self.node = node
        self.resource = document.resource(pointer)
        self.draft = self.resource.draft
        self._references: dict[str, Schema] | None = None if document.sound else {}
        self.subschemas: dict[tuple[str, ...], Schema] = {}
        self.types: frozenset[type] | None = None
        """The types of values that plainly fit, once somebody has asked (`plain`)."""

    @property
    def location(self) -> str:
        """The absolute URL of this schema."""
        return f"{self.document.url}#{encode(self.pointer)}"

    @property
    def references(self) -> dict[str, Schema]:
        """The schemas that this one refers to, by the keyword."""
        if self._references is None:
            self._references = self.document.referred(self)
        return self._references

    def below(self, *path: str) -> Schema:
        """Return the schema at `path` within this one."""
        found = self.subschemas.get(path)
        if found is None:
            node, pointer = self.node, self.pointer
            for part in path:
                node = node[int(part)] if isinstance(node, list) else node[part]
                pointer += "/" + escape(part)
            found = self.subschemas[path] = self.document.schema(pointer, node)
        return found


class Document:
    """One JSON text that holds schemas.

    A `sound` one has been compiled before: its references lead to places in it, and are followed when a value
    comes by.
    """

    def __init__(self, url: str, node: Any, *, sound: bool = False) -> None:
        self.sound = sound
        self.url = url
        self.node = node
        self.resources: dict[str, Resource] = {}
        self.schemas: dict[str, Schema] = {}
        self.collected: set[str] = set()
        """The pointers to what has been looked through for names."""

    def resource(self, pointer: str) -> Resource:
        """Return the resource that the schema at `pointer` belongs to."""
        while (found := self.resources.get(pointer)) is None:
            pointer = pointer.rpartition("/")[0]
        return found

    def schema(self, pointer: str, node: Any) -> Schema:
        """Return the schema at `pointer`, always the same one."""
        if (found := self.schemas.get(pointer)) is None:
            found = self.schemas[pointer] = Schema(self, pointer, node)
        return found

    def referred(self, schema: Schema) -> dict[str, Schema]:
        """Return what a schema of a sound document refers to."""
        node = schema.node
        if not isinstance(node, dict) or REFERRING.isdisjoint(node):
            return {}
        return {
            keyword: self.schema(pointer, self.at(pointer))
            for keyword, since in REFERENCES
            if isinstance(reference := node.get(keyword), str) and schema.draft >= since
            for pointer in (decode(reference),)
        }

    def at(self, pointer: str) -> Any:
        """Return what a JSON pointer names.

        Raises:
            DocumentError: it names nothing, or is none.
        """
        node = self.node
        for part in pointer.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if part.count("~") != part.count("~0") + part.count("~1"):
                raise DocumentError(f"invalid json-pointer {_quote(f'{self.url}#{encode(pointer)}')}")
            if isinstance(node, dict) and key in node:
                node = node[key]
            elif isinstance(node, list) and (index := _index(key)) is not None and index < len(node):
                node = node[index]
            else:
                raise DocumentError(f"json-pointer in {_quote(f'{self.url}#{encode(pointer)}')} not found")
        return node


def parse(data: bytes) -> Any:
    """Return the JSON of a schema, numbers as `Number`.

    Raises:
        DocumentError: it is not JSON, with the text of Go's decoder.
    """
    from hivehelm.golang.json import repair
    from hivehelm.golang.jsonscan import whole

    text = data.decode("utf-8", "surrogateescape")
    try:
        return whole(repair(text), Number, _no_constant)
    except (ValueError, RecursionError):
        from hivehelm.golang.json import loads

    if not text.strip(" \t\r\n"):
        raise DocumentError("EOF")
    try:
        loads(text)
    except HivehelmError as error:
        said = str(error)
        if said == "unexpected end of JSON input" or (text[-1:] == "-" and "in numeric literal" in said):
            said = "unexpected EOF"
        elif said.endswith("after top-level value"):
            said = "invalid character after top-level value"
        raise DocumentError(said) from None
    raise DocumentError("invalid JSON")


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _index(key: str) -> int | None:
    digits = key.removeprefix("+")
    return int(digits) if digits.isascii() and digits.isdigit() else None


def escape(part: str) -> str:
    """Return a key as it stands in a JSON pointer."""
    return part.replace("~", "~0").replace("/", "~1") if "~" in part or "/" in part else part


def decode(reference: str) -> str:
    """Return the fragment of a reference, without percent signs.

    Raises:
        DocumentError: a percent sign is out of place.
    """
    fragment = reference.partition("#")[2]
    if "%" not in fragment:
        return fragment
    from hivehelm.golang.url import URLError, parse

    try:
        return parse(f"#{fragment}").fragment
    except URLError as error:
        raise DocumentError(f"error in parsing {_quote(reference)}: {error.problem}") from None


def join(base: str, reference: str) -> str:
    """Return the URL that a reference without fragment means where `base` does.

    Raises:
        DocumentError: the reference is no URL.
    """
    if not reference:
        return base
    from hivehelm.golang.url import URLError, parse

    try:
        where, meant = parse(base), parse(reference)
    except URLError as error:
        raise DocumentError(f"error in parsing {_quote(reference)}: {error}") from None
    resolved = where.resolve(meant)
    if where.opaque and not meant.scheme:
        # So does the validator, against what Go and RFC 3986 say.
        resolved.opaque = where.opaque
    return str(resolved)


def encode(pointer: str) -> str:
    """Return a JSON pointer as the fragment of a URL."""
    if pointer.isascii() and pointer.replace("/", "").isalnum():
        return pointer
    from urllib.parse import quote

    return quote(pointer, safe="/$&+=:@~-_.")


def _quote(text: str) -> str:
    from hivehelm.golang.fmt import quote

    return quote(text)
