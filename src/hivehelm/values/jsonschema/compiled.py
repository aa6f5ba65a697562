"""Schemas by their text, compiled once for each: a process that renders a chart again has met its schema.

Other processes learn that it compiles, and leave out what would tell them so.
"""

from __future__ import annotations

from hivehelm import kept
from hivehelm.fastpaths import FAST
from hivehelm.values.jsonschema.document import Document, Resource, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.values.jsonschema.compiler import Compiler, Loader, Log
    from hivehelm.values.jsonschema.document import Schema

# How many bytes of schemas are remembered.
_ROOM = 4 << 20
_known: dict[bytes, Schema] = {}


def compiled(
    text: bytes, url: str, loader: Loader | None, log: Log | None, read: Callable[[], None]
) -> Schema:
    """Return the schema that `text` is, known as `url`; `read` is called when it has turned out to be JSON.

    Only what says all by itself is remembered: what is elsewhere may change, and may not be for everyone.

    Raises:
        DocumentError: it is broken, or refers to what is not there.
    """
    if (known := _known.get(text)) is not None:
        read()
        return known
    node = parse(text)
    read()
    draft = kept.get("schema", text) if FAST else None
    if draft is not None:
        schema = _known_as_sound(url, node, draft[0])
        _remember(text, schema)
        return schema
    from hivehelm.values.jsonschema.compiler import Compiler

    compiler = Compiler(loader, log)
    schema = compiler.compile(url, node)
    if _is_sound(compiler, schema):
        kept.put("schema", text, bytes([schema.draft % 100]))
    if not compiler.depends:
        _remember(text, schema)
    return schema


def _remember(text: bytes, schema: Schema) -> None:
    if len(text) > _ROOM:
        return
    for old in list(_known):
        if sum(map(len, _known)) + len(text) <= _ROOM:
            break
        _known.pop(old, None)
    _known[text] = schema


def _is_sound(compiler: Compiler, schema: Schema) -> bool:
    """Tell whether all that a schema names are places in it, so that it need not be compiled once more."""
    resources = schema.document.resources
    named = schema.resource.anchors or schema.resource.dynamic
    return not compiler.depends and len(compiler.documents) == len(resources) == 1 and not named


def _known_as_sound(url: str, node: Any, draft: int) -> Schema:
    document = Document(url, node, sound=True)
    document.resources[""] = Resource(url, "", draft + 2000 if draft > 7 else draft)
    return document.schema("", node)
