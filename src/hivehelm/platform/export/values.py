"""The values of an exported chart, as they gather while its objects are looked through."""

from __future__ import annotations

import re

from hivehelm.platform.export.text import Expression
from hivehelm.platform.export.yamltext import block_mark, scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Path = tuple[str, ...]

# What one looks for first stands first; what is not listed comes after, as it was found.
_FIRST = (
    "nameOverride",
    "fullnameOverride",
    "replicaCount",
    "schedule",
    "image",
    "resources",
    "autoscaling",
    "service",
    "ingress",
    "route",
    "persistence",
    "env",
    "nodeSelector",
    "tolerations",
    "containers",
    "initContainers",
    "config",
    "secret",
)
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def camel(name: str) -> str:
    """Return a name as a key of values: `redis-master` is `redisMaster`."""
    words = [word for word in re.split("[^A-Za-z0-9]+", name) if word]
    if not words:
        return "main"
    key = words[0] + "".join(word[:1].upper() + word[1:] for word in words[1:])
    key = key[:1].lower() + key[1:] if not key.isupper() else key.lower()
    return key if _IDENTIFIER.match(key) else f"x{key}"


class Values:
    """A tree of values; each place is taken once."""

    def __init__(self) -> None:
        self.tree: dict[str, Any] = {}
        self.schemas: dict[Path, dict[str, Any]] = {}
        self._closed: set[Path] = set()
        self._claimed: set[Path] = set()
        self._comments: dict[Path, str] = {}

    def section(self, path: Path, comment: str = "") -> Path:
        """Return a place for a group of values at `path`, or close to it if that is taken."""
        free = self._free(path, open_=True)
        if comment:
            self._comments.setdefault(free, comment)
        return free

    def claim(self, path: Path) -> Path:
        """Return a place for a group of values that nothing else shares, at `path` or close to it."""
        found, number = path, 2
        while found in self._claimed:
            found, number = (*path[:-1], f"{path[-1]}{number}"), number + 1
        self._claimed.add(found)
        return found

    def put(
        self, path: Path, value: Any, schema: dict[str, Any] | None = None, comment: str = ""
    ) -> Expression:
        """Put a value at `path`, or close to it if that is taken; return the expression that gives it."""
        free = self._free(path, open_=False)
        self._closed.add(free)
        node = self.tree
        for key in free[:-1]:
            node = node.setdefault(key, {})
        node[free[-1]] = value
        self.schemas[free] = schema or described(value)
        if comment:
            self._comments[free] = comment
        return Expression(code=reach(free))

    def _free(self, path: Path, *, open_: bool) -> Path:
        found = list(path)
        for index in range(len(found)):
            base = found[index]
            number = 2
            while self._taken(tuple(found[: index + 1]), last=index == len(found) - 1 and not open_):
                found[index] = f"{base}{number}"
                number += 1
        return tuple(found)

    def _taken(self, path: Path, *, last: bool) -> bool:
        if path in self._closed:
            return True
        if not last:
            return False
        node: Any = self.tree
        for key in path:
            if not isinstance(node, dict) or key not in node:
                return False
            node = node[key]
        return True

    def text(self, head: str) -> str:
        """Return the values as a file."""
        lines = [f"# {line}" if line else "#" for line in head.splitlines()]
        lines.append("")
        lines += _lines(self._ordered(self.tree, ()), (), self._comments, 0)
        return "\n".join(lines) + "\n"

    def _ordered(self, node: Any, path: Path) -> Any:
        """Return a tree with what matters most in front; what was put as one value keeps its order."""
        if path in self._closed or not isinstance(node, dict):
            return node
        keys = sorted(node, key=lambda key: _FIRST.index(key) if key in _FIRST else len(_FIRST))
        return {key: self._ordered(node[key], (*path, key)) for key in keys}

    def schema(self, title: str) -> dict[str, Any]:
        """Return the JSON schema that the values follow."""
        return {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": title,
            **self._schema_of(self.tree, ()),
        }

    def _schema_of(self, node: Any, path: Path) -> dict[str, Any]:
        if path in self.schemas:
            found = dict(self.schemas[path])
            if path in self._comments:
                found["description"] = self._comments[path]
            return found
        return {
            "type": "object",
            "properties": {key: self._schema_of(item, (*path, key)) for key, item in node.items()},
        }


def reach(path: Path) -> str:
    """Return the code that gives what is at a place of the values."""
    code = ".Values"
    for key in path:
        if _IDENTIFIER.match(key):
            code += f".{key}"
        else:
            import json

            code = f"(index {code} {json.dumps(key)})"
    return code


def described(value: Any) -> dict[str, Any]:
    """Return the schema of values of the same type."""
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int):
        return {"type": "integer"}
    if isinstance(value, str):
        return {"type": "string"}
    if isinstance(value, list):
        return {"type": "array"}
    return {"type": "object"}


def _lines(value: Any, path: Path, comments: dict[Path, str], indent: int) -> list[str]:
    pad = " " * indent
    lines: list[str] = []
    for key, item in value.items():
        here = (*path, str(key))
        if here in comments:
            if lines and not indent:
                lines.append("")
            lines += [f"{pad}# {line}" for line in comments[here].splitlines()]
        elif lines and not indent and isinstance(item, dict) and item:
            lines.append("")
        lines += _member(scalar(str(key)), item, here, comments, indent)
    return lines


def _member(key: str, item: Any, here: Path, comments: dict[Path, str], indent: int) -> list[str]:
    pad = " " * indent
    if isinstance(item, dict) and item:
        return [f"{pad}{key}:", *_lines(item, here, comments, indent + 2)]
    if isinstance(item, list) and item:
        return [f"{pad}{key}:", *_items(item, indent + 2)]
    first, *more = _scalar(item, indent + 2)
    return [f"{pad}{key}: {first}", *more]


def _items(items: list[Any], indent: int) -> list[str]:
    pad = " " * indent
    lines: list[str] = []
    for item in items:
        if isinstance(item, dict) and item:
            first, *more = _lines(item, (), {}, indent + 2)
            lines += [f"{pad}- {first.lstrip(' ')}", *more]
        elif isinstance(item, list) and item:
            lines += [f"{pad}-", *_items(item, indent + 2)]
        else:
            first, *more = _scalar(item, indent + 2)
            lines += [f"{pad}- {first}", *more]
    return lines


def _scalar(value: Any, indent: int) -> list[str]:
    if isinstance(value, str):
        mark = block_mark(value)
        if not mark:
            return [scalar(value)]
        pad = " " * indent
        lines = value.split("\n")
        if mark == "|":
            lines.pop()
        return [mark, *(pad + line if line else "" for line in lines)]
    if isinstance(value, dict | list):
        return ["{}" if isinstance(value, dict) else "[]"]
    import json

    return [json.dumps(value)]
