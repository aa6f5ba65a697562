"""What go-yaml v3's Encoder writes with an indent of 2: straight from Go's values, never folded.

Against v2: sequences are indented under their key, tabs stay in literal blocks, floats keep their exponent
(`1e+06`), strings that are not UTF-8 become `!!binary`, []byte is a sequence of numbers, and structs are
written under their lower-cased names.
"""

from __future__ import annotations

from hivehelm.golang import floats
from hivehelm.golang.kinds import type_name
from hivehelm.golang.yaml import scalar
from hivehelm.golang.yaml.error import YAMLError
from hivehelm.golang.yaml.order import natural_sort

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Put = Callable[[str], None]


def write(value: object, put: Put) -> None:
    """Put `value` as YAML, with its final newline.

    Raises:
        YAMLError: functions and the like.
    """
    _node(value, 0, 0, put)


def _node(value: Any, column: int, indent: int, put: Put) -> None:
    """Write a node from `column` on, and its line's end; `indent` is the column of the block it is in."""
    if isinstance(value, str):
        put(_text(value, indent) + "\n")
    elif value is None:
        put("null\n")
    elif isinstance(value, bool):
        put("true\n" if value else "false\n")
    elif type_name(value) == "time.Duration":
        put(str(value) + "\n")
    elif isinstance(value, int):
        put(int.__repr__(value) + "\n")
    elif isinstance(value, float):
        put(number(value) + "\n")
    elif isinstance(value, dict):
        _mapping(value, natural_sort(value, version=3), column, put)
    elif isinstance(value, (list, bytes)):
        _sequence(value, column, put)
    elif (text := _marshalled(value)) is not None:
        put((text if type_name(value) == "time.Time" else _text(text, indent)) + "\n")
    else:
        fields = _fields(value)
        _mapping(fields, list(fields), column, put)


def number(value: float) -> str:
    """Return a float as v3 writes it."""
    text = floats.general(value, 32 if getattr(value, "GO_KIND", "") == "float32" else 64)
    return {"+Inf": ".inf", "-Inf": "-.inf", "NaN": ".nan"}.get(text, text)


def _marshalled(value: Any) -> str | None:
    """Return what a Go type with a method MarshalText makes of itself."""
    method = getattr(value, "METHODS", {}).get("MarshalText")
    return None if method is None else getattr(value, method)().decode("utf-8", "surrogateescape")


def _fields(value: Any) -> dict[str, Any]:
    """Return a struct's fields under the names v3 gives them; `to_yaml` stands for tags of its own."""
    if (method := getattr(value, "to_yaml", None)) is not None:
        return dict(method())
    if (fields := getattr(value, "FIELDS", None)) is None:
        raise YAMLError(f"cannot marshal type: {type_name(value)}")
    return {name.lower(): getattr(value, attribute) for name, attribute in fields.items()}


def _mapping(value: dict[str, Any], names: list[str], column: int, put: Put) -> None:
    if not value:
        put("{}\n")
        return
    lead = ""
    pad = " " * column
    for name in names:
        item = value[name]
        put(lead)
        lead = pad
        if not _is_simple_key(name):
            put(f"? {_text(name, column)}\n{pad}: ")
            _node(item, column + 2, column, put)
            continue
        put(_key(name) + ":")
        if (isinstance(item, (dict, list, bytes)) and item) or _is_struct(item):
            put("\n" + pad + "  ")
            _node(item, column + 2, column + 2, put)
        else:
            put(" ")
            _node(item, 0, column, put)


def _is_struct(value: object) -> bool:
    return _marshalled(value) is None and bool(getattr(value, "FIELDS", None) or hasattr(value, "to_yaml"))


def _sequence(value: list[Any] | bytes, column: int, put: Put) -> None:
    if not value:
        put("[]\n")
        return
    lead = "- "
    for item in value:
        put(lead)
        lead = " " * column + "- "
        _node(item, column + 2, column, put)


def _is_simple_key(name: str) -> bool:
    if not _is_utf8(name):
        encoded = _base64(name)
        return "\n" not in encoded and len(encoded) + len("!!binary") <= scalar.MAX_SIMPLE_KEY
    return scalar.is_simple_key(name)


def _key(name: str) -> str:
    if not _is_utf8(name):
        return "!!binary " + _base64(name)
    style = scalar.style(name)
    if style == "plain":
        return name
    return scalar.single_quoted(name) if style == "single" else scalar.double_quoted(name)


def _text(value: str, indent: int) -> str:
    if not _is_utf8(value):
        encoded = _base64(value)
        return "!!binary " + (scalar.literal(encoded, indent + 2) if "\n" in encoded else encoded)
    if "\n" in value and scalar.block_allowed(value, tabs=True):
        return scalar.literal(value, indent + 2)
    style = scalar.style(value)
    if style == "plain":
        return value
    if style == "single":
        return scalar.single_quoted(value, indent)
    return scalar.double_quoted(value)


def _is_utf8(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _base64(value: str) -> str:
    """Return the bytes of `value` in lines of 70 characters, each with its end where there are several."""
    from binascii import b2a_base64

    text = b2a_base64(value.encode("utf-8", "surrogateescape"), newline=False).decode()
    if len(text) < 70:
        return text
    return "".join(text[start : start + 70] + "\n" for start in range(0, len(text), 70))
