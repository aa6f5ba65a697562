"""Schemas that name a type and ask nothing more: most of those in charts, and told at a look."""

from __future__ import annotations

from hivehelm.fastpaths import FAST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.values.jsonschema.document import Schema

CONDITIONS = frozenset(("not", "allOf", "anyOf", "oneOf", "if"))
# Each keyword, but for `type`, that a value may fail by.
SAYING = CONDITIONS | frozenset(
    (
        "$dynamicRef",
        "$recursiveRef",
        "$ref",
        "additionalItems",
        "additionalProperties",
        "const",
        "contains",
        "dependencies",
        "dependentRequired",
        "dependentSchemas",
        "enum",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "format",
        "items",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "multipleOf",
        "pattern",
        "patternProperties",
        "prefixItems",
        "properties",
        "propertyNames",
        "required",
        "unevaluatedItems",
        "unevaluatedProperties",
        "uniqueItems",
    )
)
_TYPES: dict[str, tuple[type, ...]] = {
    "null": (type(None),),
    "boolean": (bool,),
    "string": (str,),
    "object": (dict,),
    "array": (list,),
    "number": (int, float),
    "integer": (int,),
}


def plainly_fits(schema: Schema, value: Any) -> bool:
    """Tell whether `value` plainly fits; where it does not, or not plainly, the schema is to be walked."""
    if (types := schema.types) is None:
        types = schema.types = _types(schema.node)
    kind = type(value)
    # What is no number and not finite is no JSON.
    return kind in types and (kind is not float or value - value == 0)


def _types(node: Any) -> frozenset[type]:
    if not FAST or not isinstance(node, dict) or not SAYING.isdisjoint(node):
        return frozenset()
    named = node.get("type") or list(_TYPES)
    names = [named] if isinstance(named, str) else named
    return frozenset(kind for name in names for kind in _TYPES.get(name, ()))
