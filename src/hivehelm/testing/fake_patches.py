"""Changing objects of a fake cluster: merge patch, JSON patch, and server-side apply with field owners."""

from __future__ import annotations

import copy

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Path = tuple[str, ...]


class Applied(Record):
    """What an apply comes to: the new object and who owns which field, or the conflicts: (manager, field)."""

    object: dict[str, Any]
    owners: dict[Path, str]
    conflicts: list[tuple[str, str]]


def merge(target: Any, patch: Any) -> Any:
    """Return `target` changed by a JSON merge patch (RFC 7386)."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge(result.get(name), value)
    return result


def json_patch(target: dict[str, Any], operations: list[dict[str, Any]]) -> dict[str, Any]:
    """Return `target` changed by a JSON patch (RFC 6902): add, replace, remove and test.

    Raises:
        ValueError: an operation does not fit.
    """
    result = copy.deepcopy(target)
    for operation in operations:
        *parents, last = [
            part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:]
        ]
        holder: Any = result
        try:
            for part in parents:
                holder = holder[int(part)] if isinstance(holder, list) else holder[part]
            _operate(holder, last, operation)
        except (KeyError, IndexError, TypeError):
            raise ValueError(f"no such path: {operation['path']}") from None
    return result


def _operate(holder: Any, last: str, operation: dict[str, Any]) -> None:
    op = operation["op"]
    key: Any = last
    if isinstance(holder, list):
        key = len(holder) if last == "-" else int(last)
    if op == "test":
        if holder[key] != operation["value"]:
            raise ValueError(f"test failed: {operation['path']}")
    elif op == "remove":
        del holder[key]
    elif op == "add" and isinstance(holder, list):
        holder.insert(key, operation["value"])
    elif op in ("add", "replace"):
        holder[key] = operation["value"]
    else:
        raise ValueError(f"unexpected operation: {op}")


def apply(
    live: dict[str, Any] | None,
    owners: dict[Path, str],
    config: dict[str, Any],
    manager: str,
    *,
    force: bool,
) -> Applied:
    """Apply `config` to `live` for `manager`: what it applied before and leaves out now goes away.

    Unlike in a real server, a list is one field: it is replaced as a whole.
    """
    wanted = dict(leaves(config))
    held = dict(leaves(live or {}))
    conflicts = [
        (owner, field_name(path))
        for path, owner in owners.items()
        if owner != manager and path in wanted and path in held and held[path] != wanted[path]
    ]
    if conflicts and not force:
        return Applied(object=live or {}, owners=owners, conflicts=conflicts)
    result = copy.deepcopy(live) if live is not None else {}
    for path, owner in owners.items():
        if owner == manager and path not in wanted:
            _drop(result, path)
    result = _overlay(result, config)
    kept = {path: owner for path, owner in owners.items() if owner != manager and path not in wanted}
    return Applied(object=result, owners={**kept, **dict.fromkeys(wanted, manager)}, conflicts=[])


def leaves(value: dict[str, Any], prefix: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the fields of an object with their values: all but dicts that are not empty, and its identity."""
    for name, item in value.items():
        path = (*prefix, name)
        if path in _IDENTITY:
            continue
        if isinstance(item, dict) and item:
            yield from leaves(item, path)
        else:
            yield path, item


def field_name(path: Path) -> str:
    """Return a field as a server's conflict message names it."""
    return "".join(f".{part}" for part in path)


_IDENTITY = {
    ("apiVersion",),
    ("kind",),
    *(
        ("metadata", name)
        for name in ("name", "namespace", "uid", "resourceVersion", "creationTimestamp", "generation")
    ),
    ("metadata", "managedFields"),
}


def _overlay(target: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    result = dict(target)
    for name, value in config.items():
        if isinstance(value, dict) and isinstance(result.get(name), dict):
            result[name] = _overlay(result[name], value)
        else:
            result[name] = copy.deepcopy(value)
    return result


def _drop(obj: dict[str, Any], path: Path) -> None:
    for name in path[:-1]:
        inner = obj.get(name)
        if not isinstance(inner, dict):
            return
        obj = inner
    obj.pop(path[-1], None)
