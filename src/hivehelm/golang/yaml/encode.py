"""Values as YAML: what sigs.k8s.io/yaml's Marshal writes, by way of JSON and go-yaml v2, in one pass.

Also go-yaml v3's Encoder with an indent of 2 (`pretty`), which writes Go values without the way through JSON.
Both put map keys in their natural order (`natural_sort`), sequences of v2 stand at their key's column, and v2
folds lines at spaces beyond column 80.
"""

from __future__ import annotations

from hivehelm.fastpaths import FAST
from hivehelm.golang import floats, json
from hivehelm.golang.yaml import scalar
from hivehelm.golang.yaml.error import YAMLError
from hivehelm.golang.yaml.order import natural_sort

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Put = Callable[[str], None]

_PADS = tuple(" " * width for width in range(129))

# What stands in this column is looked at for cycles, as encoding/json does below a thousand levels.
_DEEP = 2000
_CYCLE = "error marshaling into JSON: json: unsupported value: encountered a cycle"


def dump(value: object, *, pretty: bool = False) -> str:
    """Return `value` as YAML with its final newline.

    Args:
        value: anything a template can hold.
        pretty: write as go-yaml v3 does (toYamlPretty) instead of sigs.k8s.io/yaml's Marshal (toYaml).

    Raises:
        YAMLError: the value cannot be written: NaN, functions, characters that YAML does not allow.
    """
    out: list[str] = []
    try:
        if pretty:
            from hivehelm.golang.yaml.pretty import write

            write(value, out.append)
        else:
            _node(value, 0, 0, out.append)
    except json.JSONError as error:
        raise YAMLError(f"error marshaling into JSON: {error.message}") from None
    except RecursionError:
        raise YAMLError(_CYCLE) from None
    except YAMLError as error:
        raise (error if pretty else _first_error(value, error)) from None
    text = "".join(out)
    # Literals that end with one of Unicode's own line breaks have no other line end.
    return text.replace("\0\n", "") if "\0" in text else text


def _first_error(value: object, error: YAMLError) -> YAMLError:
    """Return what go-yaml says of the whole value as JSON: not always of the string that stopped us."""
    from hivehelm.golang.yaml.decode import PREFIX, load

    try:
        load(json.dumps(value))
    except YAMLError as first:
        return YAMLError(first.message.removeprefix(PREFIX), first.line)
    except json.JSONError as refused:
        return YAMLError(f"error marshaling into JSON: {refused.message}")
    return error


def _pad(width: int) -> str:
    return _PADS[width] if width < 129 else " " * width


def number(value: float) -> str:
    """Return a float as it comes out of JSON and go-yaml again: whole numbers of 64 bits lose their point."""
    if value.__class__ is float and value.is_integer() and -1e15 < value < 1e15:
        return str(int(value))
    text = json.number(value)
    if text.lstrip("-").isdigit() and -(1 << 63) <= (whole := int(text)) < 1 << 64:
        return str(whole)
    return floats.general(float(text))


def _node(value: Any, column: int, indent: int, put: Put) -> None:
    """Write a node and its line's end, from `column` on; `indent` is the column of the block it is in."""
    kind = value.__class__
    if kind is str:
        put(scalar.text(value, column, indent) + "\n")
    elif kind is dict:
        _mapping(value, column, put)
    elif kind is list:
        _sequence(value, column, put)
    elif value is None:
        put("null\n")
    elif kind is bool:
        put("true\n" if value else "false\n")
    elif kind is float:
        put(number(value) + "\n")
    elif isinstance(value, int):
        put(int.__repr__(value) + "\n")
    elif isinstance(value, str):
        put(scalar.text(str(value), column, indent) + "\n")
    elif isinstance(value, float):
        put(number(value) + "\n")
    elif isinstance(value, dict):
        _mapping(value, column, put)
    elif isinstance(value, list):
        _sequence(value, column, put)
    else:
        _node(json.plain(value), column, indent, put)


def _mapping(value: dict[str, Any], column: int, put: Put) -> None:
    """Write a mapping whose first key begins at `column`, where the line stands; the others are padded."""
    if not value:
        put("null\n" if json.is_nil(value) else "{}\n")
        return
    if column == _DEEP:
        _refuse_cycles(value)
    keys = tuple(value)
    spelt = _SPELT.get(keys)
    if spelt is None:
        ordinary = all(map(str.isascii, keys))
        if not ordinary:
            value = _repaired(value)
        spelt = [(name, *scalar.key(name, column)) for name in natural_sort(value)]
        if FAST and ordinary and all(simple for _, _, simple in spelt):
            _remember(keys, spelt)
    lead = ""
    pad = _pad(column)
    for name, key, simple in spelt:
        item = value[name]
        kind = item.__class__
        if not simple:
            put(f"{lead}{key}\n{pad}: ")
            _node(item, column + 2, column, put)
        elif kind is str:
            put(f"{lead}{key}: {scalar.text(item, column + len(key) + 2, column)}\n")
        elif kind is float:
            put(f"{lead}{key}: {number(item)}\n")
        else:
            put(f"{lead}{key}:")
            _member(item, column, column + len(key) + 2, put)
        lead = pad


# The keys of maps in their order, as they are spelt, by the keys in any order.
_SPELT: dict[tuple[str, ...], list[tuple[str, str, bool]]] = {}
_MAX_SPELT = 4096


def _remember(keys: tuple[str, ...], spelt: list[tuple[str, str, bool]]) -> None:
    if len(_SPELT) >= _MAX_SPELT:
        _SPELT.clear()
    if len(keys) <= 64:
        _SPELT[keys] = spelt


def _repaired(value: dict[str, Any]) -> dict[str, Any]:
    """Return a map after its way through JSON: of keys that are then the same, the last in byte order."""
    kept = {json.repair(name): value[name] for name in json.sorted_keys(value)}
    if len(kept) < len(value):
        # What goes must be writable, too.
        json.dumps(value)
    return kept


def _member(item: Any, column: int, place: int, put: Put) -> None:
    """Write what follows the colon of a key at `column`; a scalar begins at `place`."""
    if item.__class__ not in _SCALARS and not isinstance(item, (dict, list, str, int, float)):
        item = json.plain(item)
    if isinstance(item, dict):
        if item:
            put(f"\n{_pad(column + 2)}")
            _mapping(item, column + 2, put)
        else:
            put(" null\n" if json.is_nil(item) else " {}\n")
    elif isinstance(item, list):
        if item:
            put(f"\n{_pad(column)}")
            _sequence(item, column, put)
        else:
            put(" null\n" if json.is_nil(item) else " []\n")
    else:
        put(" ")
        _node(item, place, column, put)


_SCALARS = frozenset([dict, list, float, int, bool, type(None)])


def _sequence(value: list[Any], column: int, put: Put) -> None:
    """Write a sequence whose first dash stands at `column`, where the line is; the others are padded."""
    if not value:
        put("null\n" if json.is_nil(value) else "[]\n")
        return
    if column == _DEEP:
        _refuse_cycles(value)
    lead = "- "
    pad = _pad(column)
    inner = column + 2
    for item in value:
        put(lead)
        lead = pad + "- "
        _node(item, inner, column, put)


def _refuse_cycles(value: dict[str, Any] | list[Any]) -> None:
    """Raise YAMLError for a map or list that comes to contain itself."""
    around: dict[int, None] = {}
    left: list[Any] = [value]
    while left:
        item = left.pop()
        if item is None:
            around.popitem()
        elif id(item) in around:
            raise YAMLError(_CYCLE)
        else:
            around[id(item)] = None
            left.append(None)
            inner = item.values() if isinstance(item, dict) else item
            left += [below for below in inner if isinstance(below, (dict, list))]
