"""Keys that are no strings: how go-yaml tells them apart, JSON spells them, and errors show them."""

from __future__ import annotations

from hivehelm.golang.yaml.decode import float_key
from hivehelm.golang.yaml.error import YAMLError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

# By where the linker puts the descriptions of types, which is what fmt sorts keys by.
_ORDER: Final = {"nil": 0, "string": 1, "uint64": 2, "int": 3, "float64": 4, "bool": 5}


class Key:
    """A number, a boolean or null as a key: `1`, `1.0` and `true` are three of them."""

    __slots__ = ("kind", "value")

    def __init__(self, value: float | bool | None) -> None:
        self.value = value
        self.kind = (
            "nil"
            if value is None
            else "bool"
            if isinstance(value, bool)
            else "float64"
            if isinstance(value, float)
            else "int"
            if value < 1 << 63
            else "uint64"
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and other.kind == self.kind and other.value == self.value

    def __hash__(self) -> int:
        return hash((self.kind, self.value))

    def text(self) -> str | None:
        """Return the key as sigs.k8s.io/yaml spells it for JSON; null and uint64 it does not take."""
        if self.kind == "bool":
            return "true" if self.value else "false"
        if isinstance(self.value, float):
            return float_key(self.value)
        return str(self.value) if self.kind == "int" else None


def keyed(root: Any) -> Any:
    """Return a document with all of its keys as strings.

    Raises:
        YAMLError: a key that sigs.k8s.io/yaml does not take, with what it holds.
    """
    top = [root]
    holders: list[Any] = [top]
    while holders:
        holder = holders.pop()
        if isinstance(holder, dict):
            spelled = {}
            for key, value in holder.items():
                name = key.text() if isinstance(key, Key) else key
                if name is None:
                    kind = "%!s(<nil>)" if key.value is None else "uint64"
                    raise YAMLError(
                        f"unsupported map key of type: {kind}, "
                        f"key: {go_syntax(key.value)}, value: {go_syntax(value)}"
                    )
                spelled[name] = value
            holder.clear()
            holder.update(spelled)
            below = list(holder.values())
        else:
            below = holder
        holders.extend(value for value in reversed(below) if isinstance(value, (dict, list)))
    return top[0]


def go_syntax(root: object) -> str:
    """Return a decoded value as fmt's %#v prints it."""
    if root is None:
        return "<nil>"
    out: list[str] = []
    # What is still to be printed, the next at the end: texts as they are, values in tuples.
    rest: list[Any] = [(root,)]
    while rest:
        item = rest.pop()
        if isinstance(item, str):
            out.append(item)
            continue
        (value,) = item
        if isinstance(value, dict):
            out.append("map[interface {}]interface {}{")
            rest.append("}")
            for place, key in enumerate(sorted(value, key=_place, reverse=True)):
                rest.extend((", ",) if place else ())
                rest.extend(((value[key],), ":", (key.value if isinstance(key, Key) else key,)))
        elif isinstance(value, list):
            out.append("[]interface {}{")
            rest.append("}")
            for place, element in enumerate(reversed(value)):
                rest.extend((", ",) if place else ())
                rest.append((element,))
        else:
            out.append(_scalar(value))
    return "".join(out)


def _place(key: Key | str) -> tuple[int, float, bytes]:
    """Return what fmt sorts keys by: types first, NaN before other numbers."""
    if isinstance(key, str):
        return _ORDER["string"], 0, key.encode("utf-8", "surrogateescape")
    value = key.value or 0
    return _ORDER[key.kind], value if value == value else float("-inf"), b"" if value != value else b"1"


def _scalar(value: object) -> str:
    if value is None:
        return "interface {}(nil)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if value < 1 << 63 else hex(value)
    if isinstance(value, float):
        from hivehelm.golang.floats import general

        return general(value)
    from hivehelm.golang.fmt import quote

    return quote(str(value))
