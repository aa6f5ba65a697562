"""The metaschemas of drafts 4 to 2020-12 without their annotations, built for schemas that look wrong.

Source: what json-schema.org publishes, as santhosh-tekuri/jsonschema v6 embeds it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Node = dict[str, Any]

_SELF: Node = {"$ref": "#"}
_TEXT: Node = {"type": "string"}
_FLAG: Node = {"type": "boolean"}
_NUMBER: Node = {"type": "number"}
_TYPES = ["array", "boolean", "integer", "null", "number", "object", "string"]


def build(key: str) -> Node | None:
    """Return the metaschema at json-schema.org/`key`, None where there is none."""
    if key == "draft-04/schema":
        return _draft4()
    if key in ("draft-06/schema", "draft-07/schema"):
        return _draft6_or_7(7 if key.startswith("draft-07") else 6)
    for year, folder in ((2019, "draft/2019-09/"), (2020, "draft/2020-12/")):
        if key.startswith(folder):
            return _vocabulary(year, key.removeprefix(folder))
    return None


def _ref(name: str) -> Node:
    return {"$ref": f"#/definitions/{name}"}


def _type_keyword(simple: Node) -> Node:
    several = {"type": "array", "items": simple, "minItems": 1.0, "uniqueItems": True}
    return {"anyOf": [simple, several]}


def _positive(draft: int) -> Node:
    if draft == 4:
        return {"type": "number", "minimum": 0.0, "exclusiveMinimum": True}
    return {"type": "number", "exclusiveMinimum": 0.0}


def _sizes(size: Node, size_or_none: Node) -> Node:
    return {
        "maxLength": size,
        "minLength": size_or_none,
        "maxItems": size,
        "minItems": size_or_none,
        "maxProperties": size,
        "minProperties": size_or_none,
    }


def _map_of(schema: Node) -> Node:
    return {"type": "object", "additionalProperties": schema}


def _draft4() -> Node:
    names: Node = {"type": "array", "minItems": 1.0, "items": _TEXT, "uniqueItems": True}
    size = _ref("positiveInteger")
    array = _ref("schemaArray")
    return {
        "id": "http://json-schema.org/draft-04/schema#",
        "$schema": "http://json-schema.org/draft-04/schema#",
        "definitions": {
            "schemaArray": {"type": "array", "minItems": 1.0, "items": _SELF},
            "positiveInteger": {"type": "integer", "minimum": 0.0},
            "positiveIntegerDefault0": {"allOf": [size, {"default": 0.0}]},
            "simpleTypes": {"enum": _TYPES},
            "stringArray": names,
        },
        "type": "object",
        "properties": {
            "id": _TEXT,
            "$schema": {"type": "string", "format": "uri"},
            "title": _TEXT,
            "description": _TEXT,
            "default": {},
            "multipleOf": _positive(4),
            "maximum": _NUMBER,
            "exclusiveMaximum": _FLAG,
            "minimum": _NUMBER,
            "exclusiveMinimum": _FLAG,
            **_sizes(size, _ref("positiveIntegerDefault0")),
            "pattern": {"type": "string", "format": "regex"},
            "additionalItems": {"anyOf": [_FLAG, _SELF]},
            "items": {"anyOf": [_SELF, array]},
            "uniqueItems": _FLAG,
            "required": _ref("stringArray"),
            "additionalProperties": {"anyOf": [_FLAG, _SELF]},
            "definitions": _map_of(_SELF),
            "properties": _map_of(_SELF),
            "patternProperties": _map_of(_SELF),
            "dependencies": _map_of({"anyOf": [_SELF, _ref("stringArray")]}),
            "enum": {"type": "array", "minItems": 1.0, "uniqueItems": True},
            "type": _type_keyword(_ref("simpleTypes")),
            "allOf": array,
            "anyOf": array,
            "oneOf": array,
            "not": _SELF,
            "format": _TEXT,
            "$ref": _TEXT,
        },
        "dependencies": {"exclusiveMaximum": ["maximum"], "exclusiveMinimum": ["minimum"]},
    }


def _draft6_or_7(draft: int) -> Node:
    url = f"http://json-schema.org/draft-0{draft}/schema#"
    size, array = _ref("nonNegativeInteger"), _ref("schemaArray")
    properties: Node = {
        "$id": {"type": "string", "format": "uri-reference"},
        "$schema": {"type": "string", "format": "uri"},
        "$ref": {"type": "string", "format": "uri-reference"},
        "title": _TEXT,
        "description": _TEXT,
        "multipleOf": _positive(draft),
        **dict.fromkeys(("maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"), _NUMBER),
        **_sizes(size, _ref("nonNegativeIntegerDefault0")),
        "pattern": {"type": "string", "format": "regex"},
        "additionalItems": _SELF,
        "items": {"anyOf": [_SELF, array]},
        "uniqueItems": _FLAG,
        "contains": _SELF,
        "required": _ref("stringArray"),
        "additionalProperties": _SELF,
        "definitions": _map_of(_SELF),
        "properties": _map_of(_SELF),
        "patternProperties": _map_of(_SELF),
        "dependencies": _map_of({"anyOf": [_SELF, _ref("stringArray")]}),
        "propertyNames": _SELF,
        "enum": {"type": "array", "minItems": 1.0, "uniqueItems": True},
        "type": _type_keyword(_ref("simpleTypes")),
        "format": _TEXT,
        "allOf": array,
        "anyOf": array,
        "oneOf": array,
        "not": _SELF,
    }
    if draft == 7:
        properties |= dict.fromkeys(("$comment", "contentMediaType", "contentEncoding"), _TEXT)
        properties |= dict.fromkeys(("if", "then", "else"), _SELF)
        properties |= {"readOnly": _FLAG, "writeOnly": _FLAG, "examples": {"type": "array"}}
        properties["patternProperties"] = {**_map_of(_SELF), "propertyNames": {"format": "regex"}}
    return {
        "$schema": url,
        "$id": url,
        "definitions": {
            "schemaArray": {"type": "array", "minItems": 1.0, "items": _SELF},
            "nonNegativeInteger": {"type": "integer", "minimum": 0.0},
            "nonNegativeIntegerDefault0": {"allOf": [size, {"default": 0.0}]},
            "simpleTypes": {"enum": _TYPES},
            "stringArray": {"type": "array", "items": _TEXT, "uniqueItems": True},
        },
        "type": ["object", "boolean"],
        "properties": properties,
    }


def _vocabulary(year: int, name: str) -> Node | None:
    folder = "draft/2019-09" if year == 2019 else "draft/2020-12"
    again: Node = {"$recursiveRef": "#"} if year == 2019 else {"$dynamicRef": "#meta"}
    head: Node = {
        "$schema": f"https://json-schema.org/{folder}/schema",
        "$id": f"https://json-schema.org/{folder}/{name}",
        "type": ["object", "boolean"],
    }
    head |= {"$recursiveAnchor": True} if year == 2019 else {"$dynamicAnchor": "meta"}
    if name == "schema":
        return head | _root(year, again)
    builders = {
        "meta/core": _core,
        "meta/applicator": _applicator,
        "meta/validation": _validation,
        "meta/meta-data": _meta_data,
        "meta/content": _content,
    }
    if name in builders:
        return head | builders[name](year, again)
    if name == "meta/unevaluated" and year == 2020:
        return head | {"properties": dict.fromkeys(("unevaluatedItems", "unevaluatedProperties"), again)}
    if name in ("meta/format", "meta/format-annotation", "meta/format-assertion"):
        return head | {"properties": {"format": _TEXT}}
    return None


def _root(year: int, again: Node) -> Node:
    parts = ["core", "applicator", "unevaluated", "validation", "meta-data", "format-annotation", "content"]
    if year == 2019:
        parts = ["core", "applicator", "validation", "meta-data", "format", "content"]
    names: Node = {"$ref": "meta/validation#/$defs/stringArray"}
    properties = {
        "definitions": _map_of(again),
        "dependencies": _map_of({"anyOf": [again, names]}),
    }
    if year == 2020:
        properties["$recursiveAnchor"] = {"$ref": "meta/core#/$defs/anchorString"}
        properties["$recursiveRef"] = {"$ref": "meta/core#/$defs/uriReferenceString"}
    return {"allOf": [{"$ref": f"meta/{part}"} for part in parts], "properties": properties}


def _core(year: int, again: Node) -> Node:
    reference: Node = {"type": "string", "format": "uri-reference"}
    uri: Node = {"type": "string", "format": "uri"}
    anchor: Node = {"type": "string", "pattern": "^[A-Za-z_][-A-Za-z0-9._]*$"}
    if year == 2019:
        anchor = {"type": "string", "pattern": "^[A-Za-z][-A-Za-z0-9.:_]*$"}
        own: Node = {"$recursiveRef": reference, "$recursiveAnchor": _FLAG, "$ref": reference}
        identifier: Node = {**reference, "pattern": "^[^#]*#?$"}
        vocabulary: Node = {"type": "object", "propertyNames": uri, "additionalProperties": _FLAG}
        return {
            "properties": {
                "$id": identifier,
                "$schema": uri,
                "$anchor": anchor,
                **own,
                "$vocabulary": vocabulary,
                "$comment": _TEXT,
                "$defs": _map_of(again),
            }
        }
    text_reference: Node = {"$ref": "#/$defs/uriReferenceString"}
    text_uri: Node = {"$ref": "#/$defs/uriString"}
    text_anchor: Node = {"$ref": "#/$defs/anchorString"}
    return {
        "properties": {
            "$id": {**text_reference, "pattern": "^[^#]*#?$"},
            "$schema": text_uri,
            "$ref": text_reference,
            "$anchor": text_anchor,
            "$dynamicRef": text_reference,
            "$dynamicAnchor": text_anchor,
            "$vocabulary": {"type": "object", "propertyNames": text_uri, "additionalProperties": _FLAG},
            "$comment": _TEXT,
            "$defs": _map_of(again),
        },
        "$defs": {"anchorString": anchor, "uriString": uri, "uriReferenceString": reference},
    }


def _applicator(year: int, again: Node) -> Node:
    array: Node = {"$ref": "#/$defs/schemaArray"}
    keywords = ["contains", "additionalProperties", "propertyNames", "if", "then", "else", "not"]
    properties: Node = {}
    if year == 2019:
        keywords += ["additionalItems", "unevaluatedItems", "unevaluatedProperties"]
        properties["items"] = {"anyOf": [again, array]}
    else:
        keywords.append("items")
        properties["prefixItems"] = array
    properties |= dict.fromkeys(keywords, again)
    properties |= dict.fromkeys(("allOf", "anyOf", "oneOf"), array)
    properties |= {
        "properties": _map_of(again),
        "patternProperties": {**_map_of(again), "propertyNames": {"format": "regex"}},
        "dependentSchemas": _map_of(again),
    }
    return {
        "properties": properties,
        "$defs": {"schemaArray": {"type": "array", "minItems": 1.0, "items": again}},
    }


def _validation(year: int, again: Node) -> Node:
    size: Node = {"$ref": "#/$defs/nonNegativeInteger"}
    names: Node = {"$ref": "#/$defs/stringArray"}
    none: Node = {"$ref": "#/$defs/nonNegativeIntegerDefault0"}
    return {
        "properties": {
            "multipleOf": _positive(year),
            **dict.fromkeys(("maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"), _NUMBER),
            **_sizes(size, none),
            "pattern": {"type": "string", "format": "regex"},
            "uniqueItems": _FLAG,
            "maxContains": size,
            "minContains": size,
            "required": names,
            "dependentRequired": _map_of(names),
            "enum": {"type": "array"},
            "type": _type_keyword({"$ref": "#/$defs/simpleTypes"}),
        },
        "$defs": {
            "nonNegativeInteger": {"type": "integer", "minimum": 0.0},
            "nonNegativeIntegerDefault0": size,
            "simpleTypes": {"enum": _TYPES},
            "stringArray": {"type": "array", "items": _TEXT, "uniqueItems": True},
        },
    }


def _meta_data(_year: int, _again: Node) -> Node:
    flags = ("deprecated", "readOnly", "writeOnly")
    properties = {"title": _TEXT, "description": _TEXT, **dict.fromkeys(flags, _FLAG)}
    return {"properties": {**properties, "examples": {"type": "array"}}}


def _content(_year: int, again: Node) -> Node:
    texts = dict.fromkeys(("contentMediaType", "contentEncoding"), _TEXT)
    return {"properties": {**texts, "contentSchema": again}}
