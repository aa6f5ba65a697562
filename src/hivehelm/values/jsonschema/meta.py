"""Whether a schema is one: a quick look, and the metaschema of its draft where that is not enough.

Nearly all schemas pass the quick look, which is stricter than the metaschemas; what does not is validated
in full, so that the failure reads as Helm's.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.values.jsonschema.document import Document

URLS = {
    4: "http://json-schema.org/draft-04/schema",
    6: "http://json-schema.org/draft-06/schema",
    7: "http://json-schema.org/draft-07/schema",
    2019: "https://json-schema.org/draft/2019-09/schema",
    2020: "https://json-schema.org/draft/2020-12/schema",
}
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/#.-_~$:")
_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")


def check(document: Document, node: Any, draft: int) -> str:
    """Return what Helm says where `node`, the root of `document`, is no schema, empty where it is one."""
    if document.url.startswith(("http://json-schema.org/", "https://json-schema.org/")):
        return ""
    if _is_ordinary(node, draft):
        return ""
    from hivehelm.golang.fmt import quote
    from hivehelm.values.jsonschema.compiler import Compiler
    from hivehelm.values.jsonschema.walk import Walk

    compiler = Compiler()
    root = compiler.at(compiler.load(URLS[draft]), "")
    compiler.resolve(root)
    failure = Walk(assert_formats=True).validate(root, node)
    if failure is None:
        return ""
    return f"{quote(document.url + '#')} is not valid against metaschema: {failure.text()}"


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
        for keyword, value in schema.items():
            test = _TESTS.get(keyword)
            if test is not None and not test(value):
                return False
            if draft == 4 and value == []:
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


def _is_identifier(value: Any) -> bool:
    return _is_reference(value) and "#" not in value[:-1]


def _is_name(value: Any) -> bool:
    return _is_reference(value) and value[:1].isalpha() and not any(c in value for c in "/#~$:.")


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, float)


def _is_bound(value: Any) -> bool:
    # Booleans are draft 4's; what other drafts say about them is left to the metaschema.
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
    **dict.fromkeys(("$schema", "$ref", "$recursiveRef", "$dynamicRef"), _is_reference),
    **dict.fromkeys(("$anchor", "$dynamicAnchor"), _is_name),
    **dict.fromkeys(
        ("title", "description", "$comment", "format", "contentEncoding", "contentMediaType"), _is_text
    ),
    **dict.fromkeys(("readOnly", "writeOnly", "deprecated", "uniqueItems", "$recursiveAnchor"), _is_flag),
    **dict.fromkeys(("minimum", "maximum"), _is_number),
    **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), _is_bound),
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
