"""Whether a schema is one: a quick look, and the metaschema of its draft where that is not enough.

Nearly all schemas pass the quick look, which is stricter than the metaschemas; what does not is validated
in full, so that the failure reads as Helm's.
"""

from __future__ import annotations

from hivehelm.fastpaths import FAST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.values.jsonschema.document import Document, Resource, Schema
    from hivehelm.values.jsonschema.failure import Path

URLS = {
    4: "http://json-schema.org/draft-04/schema",
    6: "http://json-schema.org/draft-06/schema",
    7: "http://json-schema.org/draft-07/schema",
    2019: "https://json-schema.org/draft/2019-09/schema",
    2020: "https://json-schema.org/draft/2020-12/schema",
}
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/#.-_~$:")
_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")


def check(document: Document, node: Any, pointer: str) -> str:
    """Return what Helm says where `node`, at `pointer`, is no schema of its draft, empty where it is one."""
    if document.url.startswith(("http://json-schema.org/", "https://json-schema.org/")):
        return ""
    draft = document.resource(pointer).draft
    if FAST and _is_ordinary(node, draft):
        return ""
    from hivehelm.golang.fmt import quote
    from hivehelm.values.jsonschema.document import encode
    from hivehelm.values.jsonschema.walk import Walk

    dialects = Dialects(document.resources, draft)
    failure = Walk(dialects).validate(dialects.current, node)
    if failure is None:
        return ""
    where = quote(f"{document.url}#{encode(pointer)}")
    return f"{where} is not valid against metaschema: {failure.text()}"


class Dialects:
    """The metaschemas of a document, parts of which may be of other drafts; `current` is at work now."""

    def __init__(self, resources: dict[str, Resource], draft: int) -> None:
        from hivehelm.values.jsonschema.compiler import Compiler

        self.resources = resources
        self.compiler = Compiler()
        self.current = self.of(draft)

    def of(self, draft: int) -> Schema:
        """Return the metaschema of a draft."""
        document = self.compiler.load(URLS[draft])
        if (known := document.schemas.get("")) is not None:
            return known
        root = self.compiler.at(document, "")
        self.compiler.resolve(root)
        return root

    def at(self, path: Path) -> Schema:
        """Return the metaschema for what is at `path`, where the current one comes by."""
        from hivehelm.values.jsonschema.failure import pointer

        resource = self.resources.get(pointer(path))
        return self.current if resource is None else self.of(resource.draft)


def metaschema(url: str) -> Any:
    """Return the metaschema at `url`, None where there is none."""
    key = url.removeprefix("http://").removeprefix("https://")
    if not key.startswith("json-schema.org/"):
        return None
    from hivehelm.values.jsonschema.metaschemas import build

    return build(key.removeprefix("json-schema.org/"))


def _is_ordinary(node: Any, draft: int) -> bool:
    """Tell whether a schema is valid at first sight."""
    waiting = [node]
    while waiting:
        schema = waiting.pop()
        if not isinstance(schema, dict):
            if isinstance(schema, bool) and draft >= 6:
                continue
            return False
        if "$schema" in schema and schema is not node:
            return False
        for keyword, value in schema.items():
            test = _TESTS.get(keyword)
            if test is not None and not test(value):
                return False
            if draft == 4 and (value == [] or keyword in ("exclusiveMinimum", "exclusiveMaximum")):
                return False
            if draft >= 2020 and keyword == "$recursiveAnchor":
                return False
            if keyword in _IN_MAPS:
                if not isinstance(value, dict):
                    return False
                if keyword == "dependencies":
                    value = {k: v for k, v in value.items() if not _is_names(v)}
                waiting.extend(value.values())
            elif keyword in _IN_LISTS:
                if not isinstance(value, list) or not value:
                    return False
                waiting.extend(value)
            elif keyword == "items":
                if isinstance(value, list):
                    if not value or draft >= 2020:
                        return False
                    waiting.extend(value)
                else:
                    waiting.append(value)
            elif keyword in _DIRECT and not (isinstance(value, bool) and keyword.startswith("additional")):
                waiting.append(value)
    return True


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_reference(value: Any) -> bool:
    return isinstance(value, str) and _PLAIN.issuperset(value)


def _is_address(value: Any) -> bool:
    return _is_reference(value) and value.startswith(("http://", "https://", "file://"))


def _is_identifier(value: Any) -> bool:
    return _is_reference(value) and "#" not in value[:-1]


def _is_name(value: Any) -> bool:
    return _is_reference(value) and value[:1].isalpha() and not any(c in value for c in "/#~$:.")


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, float)


def _is_positive(value: Any) -> bool:
    return isinstance(value, float) and value > 0


def _is_size(value: Any) -> bool:
    return isinstance(value, float) and value >= 0 and value.is_integer()


def _is_names(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(name, str) for name in value)
        and len(set(value)) == len(value)
    )


def _is_required(value: Any) -> bool:
    return value == [] or _is_names(value)


def _is_type(value: Any) -> bool:
    return value in _TYPES if isinstance(value, str) else _is_names(value) and set(value) <= set(_TYPES)


def _is_choice(value: Any) -> bool:
    if not isinstance(value, list) or any(isinstance(item, (dict, list)) for item in value):
        return False
    return bool(value) and len({(type(item), item) for item in value}) == len(value)


def _is_pattern(value: Any) -> bool:
    from hivehelm.errors import HivehelmError
    from hivehelm.golang.regex import compile as compile_pattern

    if not isinstance(value, str):
        return False
    try:
        compile_pattern(value)
    except HivehelmError:
        return False
    return True


def _is_patterns(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_pattern(name) for name in value)


def _is_many_names(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_names(names) for names in value.values())


_TESTS: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("$id", "id"), _is_identifier),
    "$schema": _is_address,
    **dict.fromkeys(("$ref", "$recursiveRef", "$dynamicRef"), _is_reference),
    **dict.fromkeys(("$anchor", "$dynamicAnchor"), _is_name),
    **dict.fromkeys(
        ("title", "description", "$comment", "format", "contentEncoding", "contentMediaType"), _is_text
    ),
    **dict.fromkeys(("readOnly", "writeOnly", "deprecated", "uniqueItems", "$recursiveAnchor"), _is_flag),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _is_number),
    **dict.fromkeys(
        (
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "minProperties",
            "maxProperties",
            "minContains",
            "maxContains",
        ),
        _is_size,
    ),
    "multipleOf": _is_positive,
    "required": _is_required,
    "type": _is_type,
    "enum": _is_choice,
    "pattern": _is_pattern,
    "patternProperties": _is_patterns,
    "dependentRequired": _is_many_names,
    "examples": lambda value: isinstance(value, list),
    "$vocabulary": lambda _: False,
}
_IN_MAPS = frozenset(
    ("properties", "patternProperties", "definitions", "$defs", "dependentSchemas", "dependencies")
)
_IN_LISTS = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_DIRECT = frozenset(
    (
        "not",
        "additionalProperties",
        "additionalItems",
        "propertyNames",
        "contains",
        "if",
        "then",
        "else",
        "unevaluatedProperties",
        "unevaluatedItems",
        "contentSchema",
    )
)
