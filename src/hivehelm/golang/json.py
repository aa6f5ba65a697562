"""encoding/json: what Marshal and MarshalIndent write, what Unmarshal reads into `any`, Go's errors."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.fastpaths import FAST
from hivehelm.golang import floats

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class JSONError(HivehelmError):
    """JSON that cannot be read or a value that cannot be written; `offset` is where, -1 for nowhere."""

    def __init__(self, message: str, offset: int = -1) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


_HTML = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}
_LINES = {0x2028: "\\u2028", 0x2029: "\\u2029"}
_CONTROLS = {
    **{code: f"\\u{code:04x}" for code in range(0x20)},
    **{ord(char): "\\" + letter for char, letter in zip('\\"\b\f\n\r\t', '\\"bfnrt', strict=True)},
}
_ESCAPES = {True: _CONTROLS | _LINES | _HTML, False: _CONTROLS | _LINES}
_SPECIAL = frozenset('"\\<>&')


def quote(text: str, *, html: bool = True) -> str:
    """Return `text` as a JSON string literal; each byte that is not UTF-8 is written as `\\ufffd`."""
    if FAST and text.isascii():
        if text.isprintable() and _SPECIAL.isdisjoint(text):
            return f'"{text}"'
        return f'"{text.translate(_ESCAPES[html])}"'
    return f'"{repair(text.translate(_ESCAPES[html]), chr(92) + "ufffd")}"'


def repair(text: str, substitute: str = "\ufffd") -> str:
    """Return `text` with `substitute` for every byte that is not UTF-8 (they live as surrogate escapes)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join(substitute if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def number(value: float) -> str:
    """Return a float as encoding/json writes it: an exponent below 1e-6 and from 1e21 up, without padding.

    Raises:
        JSONError: NaN and infinities.
    """
    if FAST and value.__class__ is float and -1e15 < value < 1e15:
        text = repr(value)
        if "e" not in text:
            return text.removesuffix(".0")
    if value != value or value in (float("inf"), float("-inf")):
        raise JSONError(f"json: unsupported value: {floats.general(value)}")
    bits = 32 if getattr(value, "GO_KIND", "") == "float32" else 64
    if value and not 1e-6 <= abs(value) < 1e21:
        text = floats.exponential(value, bits)
        return text[:-2] + text[-1] if text[-4:-1] == "e-0" else text
    return floats.fixed(value, bits)


def plain(value: Any) -> Any:
    """Return what stands for a value that is not of JSON's own types: a struct's fields, a []byte's base64.

    Structs may give a method `to_json`, or Go's MarshalJSON or MarshalText in their `METHODS`; without them
    their `FIELDS` are written under their Go names.

    Raises:
        JSONError: functions and other kinds that encoding/json refuses.
    """
    if (method := getattr(value, "to_json", None)) is not None:
        return method()
    if isinstance(value, (bytes, bytearray)):
        from binascii import b2a_base64

        return b2a_base64(value, newline=False).decode()
    methods = getattr(value, "METHODS", {})
    if "MarshalJSON" in methods:
        return loads(getattr(value, methods["MarshalJSON"])())
    if "MarshalText" in methods:
        return getattr(value, methods["MarshalText"])().decode("utf-8", "surrogateescape")
    if (fields := getattr(value, "FIELDS", None)) is not None:
        return {name: getattr(value, attribute) for name, attribute in fields.items()}
    if isinstance(value, tuple):
        return list(value)
    raise JSONError(f"json: unsupported type: {type_name(value)}")


def is_nil(value: object) -> bool:
    """Say whether a map or list is one of Go's nil ones."""
    from hivehelm.golang.kinds import NilMap, NilSlice, NilStringSlice

    return isinstance(value, (NilMap, NilSlice, NilStringSlice))


def type_name(value: object) -> str:
    """Return the name of the value's Go type."""
    from hivehelm.golang import kinds

    return kinds.type_name(value)


_KEY_ORDER: Callable[[str], bytes] = lambda key: key.encode("utf-8", "surrogateescape")  # noqa: E731


def sorted_keys(value: dict[str, Any]) -> list[str]:
    """Return the keys in byte order, as encoding/json writes them."""
    keys = sorted(value)
    return keys if all(map(str.isascii, keys)) else sorted(keys, key=_KEY_ORDER)


def dumps(value: object, *, indent: str = "", html: bool = True) -> str:
    """Return `value` as json.Marshal writes it, or json.MarshalIndent where `indent` is given.

    Maps are written in byte order of their keys, structs in the order of their fields. `html=False` leaves
    `<`, `>` and `&` as they are (an Encoder with SetEscapeHTML(false), less its final newline).

    Raises:
        JSONError: NaN, infinities, functions, and values that contain themselves.
    """
    out: list[str] = []
    try:
        _write(value, out.append, _KNOWN[html], indent, "\n" if indent else "")
    except RecursionError:
        raise JSONError(f"json: unsupported value: encountered a cycle via {type_name(value)}") from None
    return "".join(out)


class _Known(dict[str, str]):
    """Literals of the texts before: keys, and much of what is a value, come again and again."""

    def __init__(self, html: bool) -> None:
        self.html = html

    def __missing__(self, text: str) -> str:
        literal = quote(text, html=self.html)
        if FAST and len(text) <= _SHORT:
            if len(self) >= _MOST_KNOWN:
                self.clear()
            self[text] = literal
        return literal


_SHORT = 64
_MOST_KNOWN = 10_000
_KNOWN = {True: _Known(html=True), False: _Known(html=False)}


def _write(value: Any, put: Callable[[str], None], known: _Known, indent: str, line: str) -> None:
    if isinstance(value, str):
        put(known[value])
    elif value is None:
        put("null")
    elif value is True:
        put("true")
    elif value is False:
        put("false")
    elif isinstance(value, int):
        put(int.__repr__(value))
    elif isinstance(value, float):
        put(number(value))
    elif isinstance(value, dict):
        if not value and is_nil(value):
            put("null")
            return
        _write_pairs(value, sorted_keys(value), put, known, indent, line)
    elif isinstance(value, list):
        if not value:
            put("null" if is_nil(value) else "[]")
            return
        inner = line + indent
        lead = "[" + inner
        for item in value:
            put(lead)
            _write(item, put, known, indent, inner)
            lead = "," + inner
        put(line + "]")
    else:
        stand_in = plain(value)
        if isinstance(stand_in, dict):
            _write_pairs(stand_in, list(stand_in), put, known, indent, line)
        else:
            _write(stand_in, put, known, indent, line)


def _write_pairs(
    value: dict[str, Any], keys: list[str], put: Callable[[str], None], known: _Known, indent: str, line: str
) -> None:
    if not keys:
        put("{}")
        return
    inner = line + indent
    lead = "{" + inner
    colon = ": " if indent else ":"
    for key in keys:
        item = value[key]
        if item.__class__ is str:
            put(f"{lead}{known[key]}{colon}{known[item]}")
        else:
            put(f"{lead}{known[key]}{colon}")
            _write(item, put, known, indent, inner)
        lead = "," + inner
    put(line + "}")


def loads(text: str | bytes) -> Any:
    """Return what json.Unmarshal leaves in an `any`: numbers as floats.

    Raises:
        JSONError: with Go's text, such as `invalid character 'x' looking for beginning of value`.
    """
    from hivehelm.golang.jsonread import loads as read

    return read(text)


def kind_name(value: object) -> str:
    """Return what encoding/json calls a value that it read: object, array, string, number or bool."""
    if isinstance(value, dict):
        return "object"
    if isinstance(value, list):
        return "array"
    if isinstance(value, bool):
        return "bool"
    return "string" if isinstance(value, str) else "number"
