"""Schemas by their text, compiled once for each: a process that renders a chart again has met its schema."""

from __future__ import annotations

from hivehelm.values.jsonschema.document import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.values.jsonschema.compiler import Loader, Log
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
    from hivehelm.values.jsonschema.compiler import Compiler

    node = parse(text)
    read()
    compiler = Compiler(loader, log)
    schema = compiler.compile(url, node)
    if not compiler.depends and len(text) <= _ROOM:
        for old in list(_known):
            if sum(map(len, _known)) + len(text) <= _ROOM:
                break
            _known.pop(old, None)
        _known[text] = schema
    return schema
