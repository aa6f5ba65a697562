"""Values as TOML in the layout of BurntSushi's Encoder: plain keys, then tables, two spaces per level."""

from __future__ import annotations

from hivehelm.golang import floats
from hivehelm.golang.json import is_nil
from hivehelm.golang.kinds import kind_name, type_name
from hivehelm.golang.toml.error import TOMLError
from hivehelm.golang.toml.key import join, quote, spell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def dumps(value: object) -> str:
    """Return `value` as TOML. Keys whose value is nil are left out.

    Raises:
        TOMLError: the value is no map, or holds what TOML cannot say, such as nil in a list.
    """
    out: list[str] = []
    try:
        _Encoder(out).encode((), value)
    except RecursionError:
        raise TOMLError("toml: value is nested too deeply") from None
    return "".join(out)


class _Encoder:
    def __init__(self, out: list[str]) -> None:
        self._out = out

    def _newline(self) -> None:
        if self._out:
            self._out.append("\n")

    def encode(self, key: tuple[str, ...], value: Any) -> None:
        """Write a key with its value, or the document where there is no key."""
        value = _stand_in(value)
        if isinstance(value, dict):
            self._table(key, value)
        elif isinstance(value, (list, bytes)) and _is_table_array(value):
            self._tables(key, value)
        else:
            self._pair(key, value)

    def _pair(self, key: tuple[str, ...], value: Any) -> None:
        if not key:
            if isinstance(value, complex):
                raise TOMLError(f"unsupported type for key '': {kind_name(value)}")
            self._element(value)
            return
        self._out.append(f"{'  ' * (len(key) - 1)}{spell(key[-1])} = ")
        self._element(value)
        self._newline()

    def _table(self, key: tuple[str, ...], value: dict[str, Any]) -> None:
        if len(key) == 1:
            self._newline()
        if key:
            self._out.append(f"{'  ' * (len(key) - 1)}[{join(key)}]")
            self._newline()
        self._members(key, value)

    def _tables(self, key: tuple[str, ...], value: Any) -> None:
        if not key:
            raise TOMLError("toml: top-level values must be Go maps or structs")
        for item in value:
            self._newline()
            self._out.append(f"{'  ' * (len(key) - 1)}[[{join(key)}]]")
            self._newline()
            self._members(key, _stand_in(item))

    def _members(self, key: tuple[str, ...], value: dict[str, Any]) -> None:
        for names in _parted(value):
            for name in names:
                if not _is_nil(value[name]):
                    self.encode((*key, name), value[name])

    def _element(self, value: Any) -> None:
        value = _stand_in(value)
        if isinstance(value, dict):
            self._inline(value)
        elif isinstance(value, (list, bytes)):
            self._out.append("[")
            for place, item in enumerate(value):
                if place:
                    self._out.append(", ")
                self._element(item)
            self._out.append("]")
        else:
            self._out.append(_scalar(value))

    def _inline(self, value: dict[str, Any]) -> None:
        self._out.append("{")
        direct, tables = _parted(value)
        for names, more in ((direct, bool(tables)), (tables, False)):
            for place, name in enumerate(names, 1):
                # nil is left out, and the comma after it is not.
                if _is_nil(value[name]):
                    continue
                self._out.append(f"{spell(name)} = ")
                self._element(value[name])
                if more or place < len(names):
                    self._out.append(", ")
        self._out.append("}")


def _is_nil(value: Any) -> bool:
    return value is None or is_nil(value)


def _stand_in(value: Any) -> Any:
    """Return what is written of a struct: its fields by their Go names, or its own text."""
    if value is None or isinstance(value, (str, int, float, dict, list, bytes)):
        return value
    methods = getattr(value, "METHODS", {})
    if "MarshalText" in methods or (fields := getattr(value, "FIELDS", None)) is None:
        return value
    return {name: getattr(value, attribute) for name, attribute in fields.items()}


def _parted(value: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return the names of plain values and those of tables, each in byte order."""
    names = sorted(value, key=lambda name: name.encode("utf-8", "surrogateescape"))
    tables = [name for name in names if _is_table(value[name])]
    return [name for name in names if name not in set(tables)], tables


def _is_table(value: Any) -> bool:
    value = _stand_in(value)
    if isinstance(value, dict):
        return not is_nil(value)
    return isinstance(value, (list, bytes)) and _is_table_array(value)


def _is_table_array(value: list[Any] | bytes) -> bool:
    """Say whether a list holds nothing but tables.

    Raises:
        TOMLError: it holds nil or a complex number, at any depth.
    """
    tables = bool(value)
    for item in value:
        if _is_nil(item):
            raise TOMLError("toml: cannot encode array with nil element")
        if isinstance(item, complex):
            raise TOMLError(f"unsupported type: {kind_name(item)}")
        item = _stand_in(item)
        if isinstance(item, list):
            _is_table_array(item)
        tables = tables and isinstance(item, dict)
    return tables


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if type_name(value) == "time.Duration":
        return quote(str(value))
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _float(value)
    if type_name(value) == "time.Time":
        return _time(value)
    if (method := getattr(value, "METHODS", {}).get("MarshalText")) is not None:
        return quote(getattr(value, method)().decode("utf-8", "surrogateescape"))
    raise TOMLError(f"unsupported type: {kind_name(value)}")


def _float(value: float) -> str:
    if value != value:
        return "nan"
    if value in (float("inf"), float("-inf")):
        return "inf" if value > 0 else "-inf"
    text = floats.general(value, 32 if kind_name(value) == "float32" else 64)
    return text if "e" in text or "." in text else text + ".0"


_LAYOUTS = {
    "datetime-local": "2006-01-02T15:04:05.999999999",
    "date-local": "2006-01-02",
    "time-local": "15:04:05.999999999",
}


def _time(value: Any) -> str:
    return str(value.format(_LAYOUTS.get(value.location.name, "2006-01-02T15:04:05.999999999Z07:00")))
