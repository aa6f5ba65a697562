"""What those types of Kubernetes take that read JSON in a way of their own (their `UnmarshalJSON`)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.kube.patch.types import GoType

_QUANTITY = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?"


def unmarshals(name: str, value: Any, go_type: GoType) -> bool:
    """Tell whether a value, not null, can be read as the type of that name; `go_type` has its fields."""
    return _TYPES.get(name, _anything)(value, go_type)


def _anything(value: Any, go_type: GoType) -> bool:
    return True


def _base64(value: Any, go_type: GoType) -> bool:
    from hivehelm.golang.base64 import CorruptInputError, decode64

    try:
        decode64(value.encode("utf-8", "surrogatepass"))
    except CorruptInputError:
        return False
    return True


def _time(value: Any, go_type: GoType) -> bool:
    from hivehelm.golang.timefmt import parse
    from hivehelm.golang.timeparse import TimeError

    try:
        parse("2006-01-02T15:04:05Z07:00", value if isinstance(value, str) else "")
    except TimeError:
        return False
    return True


def _quantity(value: Any, go_type: GoType) -> bool:
    import re

    if isinstance(value, (bool, dict, list)):
        return False
    return re.fullmatch(_QUANTITY, str(value).strip()) is not None


def _int_or_string(value: Any, go_type: GoType) -> bool:
    if isinstance(value, int) and not isinstance(value, bool):
        return -(1 << 31) <= value < 1 << 31
    return isinstance(value, str)


def _schema_or_array(value: Any, go_type: GoType) -> bool:
    if isinstance(value, list):
        return go_type.map_field("JSONSchemas").type.fits(value)
    return not isinstance(value, dict) or go_type.map_field("Schema").type.fits(value)


def _schema_or_bool(value: Any, go_type: GoType) -> bool:
    if isinstance(value, dict):
        return go_type.map_field("Schema").type.fits(value)
    return isinstance(value, bool)


def _schema_or_strings(value: Any, go_type: GoType) -> bool:
    if isinstance(value, list):
        return go_type.map_field("Property").type.fits(value)
    return not isinstance(value, dict) or go_type.map_field("Schema").type.fits(value)


_TYPES: dict[str, Callable[[Any, GoType], bool]] = {
    "[]uint8": _base64,
    "v1.Time": _time,
    "v1.MicroTime": _time,
    "resource.Quantity": _quantity,
    "intstr.IntOrString": _int_or_string,
    "v1.JSONSchemaPropsOrArray": _schema_or_array,
    "v1.JSONSchemaPropsOrBool": _schema_or_bool,
    "v1.JSONSchemaPropsOrStringArray": _schema_or_strings,
}
