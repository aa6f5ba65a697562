"""What an object of the cluster has otherwise than a manifest wants it, and who wrote that."""

from __future__ import annotations

import re

from hivehelm.platform.debug.facts import Change

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    Object = dict[str, Any]
    Step = str | int | tuple[str, Any]
    Path = tuple[Step, ...]

MOST = 50
HIDDEN = "(hidden)"
#: What tells the elements of a list apart, where it is one that the server merges.
_KEYS = (
    "name",
    "containerPort",
    "port",
    "mountPath",
    "devicePath",
    "ip",
    "topologyKey",
    "uid",
    "key",
    "type",
)
_OWN = frozenset(("apiVersion", "kind", "status"))
_QUANTITY = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][0-9]+)?")
_SCALE = {"": 1.0, "m": 0.001} | {unit: 1000.0**n for n, unit in enumerate("kMGTPE", 1)}
_SCALE |= {f"{unit}i": 1024.0**n for n, unit in enumerate("KMGTPE", 1)}


def differences(wanted: Object, live: Object) -> list[Change]:
    """Return the fields of `wanted` that `live` has otherwise, with who wrote them; Secrets are hidden."""
    secret = wanted.get("kind") == "Secret"
    if secret:
        wanted = _with_data(wanted)
    managed = (live.get("metadata") or {}).get("managedFields") or []
    found = []
    for path, one, other in _compared(wanted, live):
        manager, operation, when = _writer(managed, path)
        hidden = secret and path[0] in ("data", "stringData")
        found.append(
            Change(
                path=_text(path),
                wanted=HIDDEN if hidden else one,
                live=HIDDEN if hidden and other is not None else other,
                manager=manager,
                operation=operation,
                when=when,
            )
        )
        if len(found) == MOST:
            break
    return found


def _with_data(secret: Object) -> Object:
    """Return a Secret whose `stringData` is where the server puts it."""
    import base64

    plain = secret.get("stringData")
    if not isinstance(plain, dict):
        return secret
    coded = {key: base64.b64encode(str(text).encode()).decode() for key, text in plain.items()}
    changed = {name: value for name, value in secret.items() if name != "stringData"}
    return changed | {"data": {**(secret.get("data") or {}), **coded}}


def _compared(wanted: Object, live: Object) -> Iterator[tuple[Path, Any, Any]]:
    for key, value in wanted.items():
        if key in _OWN:
            continue
        if key == "metadata":
            for name in ("labels", "annotations"):
                below = (live.get("metadata") or {}).get(name) or {}
                yield from _walk((value or {}).get(name) or {}, below, ("metadata", name))
        else:
            yield from _walk(value, live.get(key), (key,))


def _walk(wanted: Any, live: Any, path: Path) -> Iterator[tuple[Path, Any, Any]]:
    if wanted is None or (_empty(wanted) and (live is None or _empty(live))):
        return
    if isinstance(wanted, dict) and isinstance(live, dict):
        for key, value in wanted.items():
            yield from _walk(value, live.get(key), (*path, str(key)))
    elif isinstance(wanted, list) and isinstance(live, list):
        yield from _walk_list(wanted, live, path)
    elif not _equal(wanted, live):
        yield path, wanted, live


def _walk_list(wanted: Sequence[Any], live: Sequence[Any], path: Path) -> Iterator[tuple[Path, Any, Any]]:
    key = _key(wanted, live)
    if key is not None:
        for item in wanted:
            there = [one for one in live if one.get(key) == item[key]]
            if len(there) == 1:
                yield from _walk(item, there[0], (*path, (key, item[key])))
            elif not there:
                yield (*path, (key, item[key])), item, None
    elif len(wanted) != len(live):
        yield path, wanted, live
    else:
        for number, (one, other) in enumerate(zip(wanted, live, strict=True)):
            yield from _walk(one, other, (*path, number))


def _key(wanted: Sequence[Any], live: Sequence[Any]) -> str | None:
    """Return what tells the elements of two lists apart, None where nothing does."""
    if not wanted or not all(isinstance(one, dict) for one in (*wanted, *live)):
        return None
    for key in _KEYS:
        values = [one.get(key) for one in wanted]
        if None not in values and len({str(value) for value in values}) == len(values):
            return key
    return None


def _empty(value: Any) -> bool:
    return value in ({}, [], "", 0, False)


def _equal(wanted: Any, live: Any) -> bool:
    if wanted == live and isinstance(wanted, bool) == isinstance(live, bool):
        return True
    if wanted is None or live is None or isinstance(wanted, dict | list) or isinstance(live, dict | list):
        return False
    if str(wanted) == str(live):
        return True
    one, other = _quantity(wanted), _quantity(live)
    return one is not None and one == other


def _quantity(value: Any) -> float | None:
    """Return what a quantity of Kubernetes comes to: `500m`, `0.5`, `1Gi`."""
    found = _QUANTITY.fullmatch(str(value))
    if found is None or isinstance(value, bool):
        return None
    number, unit = found.groups()
    if unit and unit[0] in "eE" and unit not in _SCALE:
        return float(f"{number}{unit}")
    return round(float(number) * _SCALE[unit or ""], 9)


def _text(path: Path) -> str:
    text = ""
    for step in path:
        if isinstance(step, str):
            text += f".{step}" if re.fullmatch(r"[A-Za-z0-9_-]+", step) else f'["{step}"]'
        elif isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f"[{step[0]}={step[1]}]"
    return text.removeprefix(".")


def _writer(managed: Sequence[Object], path: Path) -> tuple[str, str, str]:
    """Return who holds a field, how (Apply or Update) and since when; who is not Helm comes first."""
    from hivehelm.kube.queries import FIELD_MANAGER

    found = [
        (one.get("manager") != FIELD_MANAGER, str(one.get("time") or ""), one)
        for one in managed
        if _holds(one.get("fieldsV1") or {}, path)
    ]
    if not found:
        return "", "", ""
    _, when, one = max(found, key=lambda each: each[:2])
    return str(one.get("manager") or ""), str(one.get("operation") or ""), when


def _holds(fields: Any, path: Path) -> bool:
    """Tell whether a set of fields (structured-merge-diff's `fieldsV1`) has a path in it."""
    import json

    for step in path:
        if not isinstance(fields, dict):
            return False
        if isinstance(step, str):
            below = fields.get(f"f:{step}")
        elif isinstance(step, int):
            below = fields.get(f"i:{step}")
        else:
            below = None
            for name, value in fields.items():
                if name.startswith("k:") and json.loads(name[2:]).get(step[0]) == step[1]:
                    below = value
        if below is None:
            # What the server takes as a whole has no fields of its own.
            return isinstance(step, int | tuple) and not any(name[:2] in ("k:", "i:") for name in fields)
        fields = below
    return True
