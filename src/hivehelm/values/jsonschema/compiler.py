"""References between schemas, loaded and resolved before a value is seen (santhosh-tekuri/jsonschema v6's
`Compiler`, `roots` and `root`).
"""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.values.jsonschema.document import (
    REFERENCES,
    REFERRING,
    Document,
    DocumentError,
    Resource,
    Schema,
    decode,
    encode,
    escape,
    join,
    parse,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping
    from typing import Any

    Loader = Callable[[str], bytes]
    Log = Callable[..., None]

LATEST = 2020
_DRAFTS = {
    "json-schema.org/schema": 2020,
    "json-schema.org/draft/2020-12/schema": 2020,
    "json-schema.org/draft/2019-09/schema": 2019,
    "json-schema.org/draft-07/schema": 7,
    "json-schema.org/draft-06/schema": 6,
    "json-schema.org/draft-04/schema": 4,
}
_SCHEMAS_IN_MAPS = (
    ("definitions", 4),
    ("properties", 4),
    ("patternProperties", 4),
    ("dependencies", 4),
    ("$defs", 2019),
    ("dependentSchemas", 2019),
)
_SCHEMAS_IN_LISTS = (("allOf", 4), ("anyOf", 4), ("oneOf", 4), ("items", 4), ("prefixItems", 2020))
_SCHEMAS = (
    ("not", 4),
    ("items", 4),
    ("additionalProperties", 4),
    ("additionalItems", 4),
    ("propertyNames", 6),
    ("contains", 6),
    ("if", 7),
    ("then", 7),
    ("else", 7),
    ("unevaluatedProperties", 2019),
    ("unevaluatedItems", 2019),
    ("contentSchema", 2019),
)
# Most schemas have none of these: they are passed over at once.
_HOLDERS = frozenset(keyword for keyword, _ in (*_SCHEMAS_IN_MAPS, *_SCHEMAS_IN_LISTS, *_SCHEMAS))


_TOLD: list[MutableMapping[Log, set[str]]] = []


def _told_urns(log: Log) -> set[str]:
    """Return the URNs that `log` has heard of; it is forgotten along with the log."""
    if not _TOLD:
        from weakref import WeakKeyDictionary

        _TOLD.append(WeakKeyDictionary())
    return _TOLD[0].setdefault(log, set())


class Compiler:
    """Puts together the documents that one schema consists of.

    `loader(url)` gives the bytes behind a URL; `log` hears of URNs, which nobody resolves.
    """

    def __init__(self, loader: Loader | None = None, log: Log | None = None) -> None:
        self.loader = loader
        self.log = log
        self.documents: dict[str, Document] = {}
        self.fetched: dict[str, Any] = {}
        self.depends = False
        """Whether something was asked for that is neither in the first document nor known to everybody."""

    def compile(self, url: str, node: Any) -> Schema:
        """Return the schema of a parsed document, known as `url`, all references resolved.

        Raises:
            DocumentError: a document is broken, cannot be loaded, or refers to what is not there.
        """
        document = self.add(url, node)
        root = document.schema("", document.node)
        self.resolve(root)
        return root

    def add(self, url: str, node: Any) -> Document:
        """Take in the document at `url`, and check that it is a schema."""
        document = Document(url, node)
        self.collect(document, node, url, "", LATEST)
        self.check(document, node, "")
        self.documents[url] = document
        return document

    def check(self, document: Document, node: Any, pointer: str) -> None:
        """Check that what is at `pointer` is a schema."""
        from hivehelm.values.jsonschema.meta import check

        if problem := check(document, node, pointer):
            raise DocumentError(problem)

    def load(self, url: str) -> Document:
        """Return the document at `url`."""
        if (known := self.documents.get(url)) is not None:
            return known
        return self.add(url, self.fetch(url))

    def fetch(self, url: str) -> Any:
        """Return the JSON at `url`."""
        if url in self.fetched:
            return self.fetched[url]
        scheme = url.partition(":")[0]
        if scheme == "urn":
            self.depends = True
            self.warn_of_urn(url)
            return True
        from hivehelm.values.jsonschema.meta import metaschema

        if (node := metaschema(url)) is None:
            self.depends = True
            try:
                if scheme not in ("file", "http", "https"):
                    raise DocumentError(f"no URLLoader registered for {_quote(url)}")
                if self.loader is None:
                    raise DocumentError("no URLLoader set")
                node = parse(self.loader(url))
            except HivehelmError as error:
                raise DocumentError(f"failing loading {_quote(url)}: {error}") from error
        self.fetched[url] = node
        return node

    def warn_of_urn(self, urn: str) -> None:
        """Say that nobody knows `urn`: once to each log, however many schemas refer to it."""
        if self.log is None:
            return
        told = _told_urns(self.log)
        if urn not in told:
            told.add(urn)
            self.log("WARN", "unresolved URN reference ignored; using permissive schema", urn=urn)

    def draft_of(
        self, node: Any, default: int, url: str, pointer: str = "", seen: frozenset[str] = frozenset()
    ) -> int:
        """Return the draft that `$schema` names, through metaschemas of other people's."""
        named = node.get("$schema") if isinstance(node, dict) else None
        if not isinstance(named, str):
            return default
        meta, _, fragment = named.partition("#")
        known = meta.removeprefix("http://") if meta.startswith("http://") else meta.removeprefix("https://")
        if not fragment and (draft := _DRAFTS.get(known)) is not None:
            return draft
        from hivehelm.values.jsonschema.format_address import url_problem

        if problem := url_problem(meta):
            raise DocumentError(f"invalid $schema in {_quote(f'{url}#{encode(pointer)}')}: {problem}")
        if meta == url and not pointer:
            raise DocumentError(f"draft {_quote(meta)} is not supported")
        if meta in seen:
            raise DocumentError(f"cycle in resolving $schema in {_quote(meta)}")
        return self.draft_of(self.fetch(meta), default, meta, "", seen | {meta})

    def collect(self, document: Document, node: Any, base: str, pointer: str, inherited: int) -> None:
        """Find the resources and anchors of the schema at `pointer` and of those below it."""
        document.collected.add(pointer)
        if not isinstance(node, dict):
            if not pointer:
                document.resources[""] = Resource(base, "", inherited)
            return
        draft = self.draft_of(node, inherited, document.url, pointer) if "$schema" in node else inherited
        identifier = _identifier(node, draft)
        if pointer and not identifier and draft != inherited:
            # Only what has a name of its own may be of another draft.
            draft, identifier = inherited, _identifier(node, inherited)
        if identifier or not pointer:
            if identifier:
                try:
                    base = join(base, identifier)
                except DocumentError:
                    where = _quote(f"{document.url}#{encode(pointer)}")
                    raise DocumentError(f"error in parsing id at {where}") from None
            for known in document.resources.values():
                if known.url == base:
                    raise DocumentError(
                        f"duplicate id {_quote(base)} in {_quote(document.url)} at {_quote(pointer)} "
                        f"and {_quote(known.pointer)}"
                    )
            document.resources[pointer] = Resource(base, pointer, draft)
        self.collect_anchors(document, node, pointer, document.resource(pointer))
        for path, below in subschemas(node, draft):
            if f"{pointer}{path}" not in document.collected:
                self.collect(document, below, base, f"{pointer}{path}", draft)

    def collect_anchors(
        self, document: Document, node: dict[str, Any], pointer: str, resource: Resource
    ) -> None:
        """Note the names that the schema at `pointer` gives itself."""
        names: list[object] = []
        if resource.draft < 2019:
            named = node.get("$id" if resource.draft > 4 else "id")
            if isinstance(named, str) and "$ref" not in node:
                try:
                    fragment = decode(named)
                except DocumentError:
                    where = _quote(f"{document.url}#{encode(pointer)}")
                    raise DocumentError(f"error in parsing anchor at {where}") from None
                if fragment and not fragment.startswith("/"):
                    names.append(fragment)
        else:
            names.append(node.get("$anchor"))
        dynamic = node.get("$dynamicAnchor") if resource.draft >= 2020 else None
        if isinstance(dynamic, str):
            names.append(dynamic)
            resource.dynamic.add(dynamic)
        for name in names:
            if not isinstance(name, str):
                continue
            if resource.anchors.setdefault(name, pointer) != pointer:
                raise DocumentError(
                    f"duplicate anchor {_quote(name)} in {_quote(document.url)} at "
                    f"{_quote(resource.anchors[name])} and {_quote(pointer)}"
                )

    def resolve(self, root: Schema) -> None:
        """Resolve the references of all schemas that can be reached."""
        waiting: list[Schema | _Reference] = [root]
        seen = {id(root)}
        # First come, first served: what is told about references comes in this order.
        for schema in waiting:
            if isinstance(schema, _Reference):
                followed, schema = schema, self.at(schema.document, schema.pointer)
                followed.source.references[followed.keyword] = schema
                if id(schema) in seen:
                    continue
                seen.add(id(schema))
            if not isinstance(schema.node, dict):
                continue
            found: list[Schema] = [self.at(schema.document, schema.resource.pointer)]
            if schema.resource.dynamic:
                found += self.dynamic_anchors(schema)
            named = {}
            if not REFERRING.isdisjoint(schema.node):
                named = {
                    keyword: _Reference(schema, keyword, *self.target(schema, reference))
                    for keyword, since in REFERENCES
                    if isinstance(reference := schema.node.get(keyword), str) and schema.draft >= since
                }
            if (reference := named.pop("$ref", None)) is not None:
                waiting.append(reference)
            if schema.draft >= 2019 or reference is None:
                self.compile_patterns(schema)
                found += (schema.below(*path) for path in _applied(schema))
            for below in found:
                if id(below) not in seen:
                    seen.add(id(below))
                    waiting.append(below)
            waiting += named.values()

    def dynamic_anchors(self, schema: Schema) -> Iterator[Schema]:
        """Yield what may be meant by a `$dynamicRef`, where the schema is a resource."""
        resource = schema.resource
        if schema.pointer == resource.pointer:
            for name in resource.dynamic:
                yield self.at(schema.document, resource.anchors[name])

    def compile_patterns(self, schema: Schema) -> None:
        """Compile what the metaschemas of drafts 4 and 6 do not look at."""
        held = schema.node.get("patternProperties")
        for pattern in held if isinstance(held, dict) and schema.draft < 7 else ():
            from hivehelm.golang.regex import compile as compile_pattern

            try:
                compile_pattern(pattern)
            except HivehelmError as error:
                where = _quote(f"{schema.location}/patternProperties")
                raise DocumentError(f"invalid regex {_quote(pattern)} at {where}: {error}") from None

    def target(self, schema: Schema, reference: str) -> tuple[Document, str]:
        """Return the document and the pointer that `reference` names from within `schema`."""
        fragment = decode(reference)
        full = join(schema.resource.url, reference.partition("#")[0])
        document = schema.document
        if full == document.url:
            resource: Resource | None = document.resources[""]
        else:
            resource = next((known for known in document.resources.values() if known.url == full), None)
        if resource is None:
            document = self.load(full)
            resource = document.resources[""]
        if fragment and not fragment.startswith("/"):
            if fragment not in resource.anchors:
                where = _quote(f"{resource.url}#{encode(fragment)}")
                raise DocumentError(f"anchor in {where} not found in schema {_quote(document.url)}")
            return document, resource.anchors[fragment]
        return document, resource.pointer + fragment

    def at(self, document: Document, pointer: str) -> Schema:
        """Return the schema at `pointer`, which need not be where schemas usually are."""
        if (known := document.schemas.get(pointer)) is not None:
            return known
        node = document.at(pointer)
        if pointer not in document.collected:
            resource = document.resource(pointer)
            self.collect(document, node, resource.url, pointer, resource.draft)
            self.check(document, node, pointer)
        return document.schema(pointer, node)


class _Reference:
    """A reference that is still to be followed."""

    __slots__ = ("document", "keyword", "pointer", "source")

    def __init__(self, source: Schema, keyword: str, document: Document, pointer: str) -> None:
        self.source = source
        self.keyword = keyword
        self.document = document
        self.pointer = pointer


def _identifier(node: dict[str, Any], draft: int) -> str:
    named = node.get("$id" if draft > 4 else "id")
    if not isinstance(named, str) or (draft < 2019 and "$ref" in node):
        return ""
    return named.partition("#")[0]


def subschemas(node: dict[str, Any], draft: int) -> Iterator[tuple[str, Any]]:
    """Yield the pointer and the node of each place below `node` where this draft has a schema."""
    if _HOLDERS.isdisjoint(node):
        return
    for keyword, since in _SCHEMAS_IN_MAPS:
        held = node.get(keyword)
        if draft >= since and isinstance(held, dict):
            for name, below in held.items():
                yield f"/{keyword}/{escape(name)}", below
    for keyword, since in _SCHEMAS_IN_LISTS:
        held = node.get(keyword)
        if draft >= since and isinstance(held, list):
            for index, below in enumerate(held):
                yield f"/{keyword}/{index}", below
    for keyword, since in _SCHEMAS:
        if draft >= since and keyword in node and not isinstance(node[keyword], list):
            yield f"/{keyword}", node[keyword]


def _applied(schema: Schema) -> Iterator[tuple[str, ...]]:
    """Yield the paths to the schemas that a value may meet through this one, definitions left out."""
    node, draft = schema.node, schema.draft
    if _HOLDERS.isdisjoint(node):
        return
    for keyword, since in _SCHEMAS_IN_LISTS:
        held = node.get(keyword)
        if draft >= since and isinstance(held, list):
            for index in range(len(held)):
                yield (keyword, str(index))
    for keyword, since in _SCHEMAS_IN_MAPS:
        held = node.get(keyword)
        if draft >= since and isinstance(held, dict) and keyword not in ("definitions", "$defs"):
            for name, below in held.items():
                if isinstance(below, (dict, bool)):
                    yield (keyword, name)
    for keyword, since in _SCHEMAS:
        if draft >= since and isinstance(node.get(keyword), (dict, bool)) and _is_asked(schema, keyword):
            yield (keyword,)


def _is_asked(schema: Schema, keyword: str) -> bool:
    """Tell whether a keyword says anything, next to those around it."""
    node = schema.node
    if keyword in ("then", "else"):
        return node.get("if", keyword == "else") is not (keyword == "else")
    if keyword == "additionalItems":
        return schema.draft < 2020 and isinstance(node.get("items"), list)
    return keyword != "contentSchema"


def _quote(text: str) -> str:
    from hivehelm.golang.fmt import quote

    return quote(text)
