"""`diff`: what differs between two manifests, object by object."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Key = tuple[str, str, str, str]

#: What stands for a secret value, and for one that is not the same on the other side.
HIDDEN = "********"
HIDDEN_OTHER = "******** (changed)"
#: Lines of an object that are compared one by one; above that only that it differs is told.
_MOST_LINES = 20_000


class Change(Record):
    """An object that is not the same in two manifests.

    `change` is `added`, `removed` or `changed`; `diff` is the unified text of the difference, without the
    lines that name files.
    """

    api_version: str
    kind: str
    name: str
    namespace: str
    change: str
    diff: str


def diff(old: str, new: str, namespace: str, *, context: int = 3, secrets: bool = False) -> list[Change]:
    """Return the objects that differ between manifests `old` and `new`, in the order of the new one.

    Objects are the same by group, kind, namespace and name, whatever their version; `namespace` is that of
    objects that name none. They are compared as values: comments, order of keys and spelling count for
    nothing. `context` is how many lines are shown around each difference. What is in Secrets is hidden, and
    whether it changed is told, but with `secrets`.

    Raises:
        YAMLError: a document cannot be read.
    """
    before, after = _objects(old, namespace), _objects(new, namespace)
    changes: list[Change] = []
    for key in [*after, *(key for key in before if key not in after)]:
        was, now = before.get(key), after.get(key)
        if was == now:
            continue
        if not secrets:
            was, now = _conceal(was, now)
        shown: dict[str, Any] = now or was or {}
        changes.append(
            Change(
                api_version=str(shown.get("apiVersion", "")),
                kind=key[1],
                name=key[3],
                namespace=key[2],
                change="added" if was is None else "removed" if now is None else "changed",
                diff=_unified(was, now, context),
            )
        )
    return changes


def _objects(manifest: str, namespace: str) -> dict[Key, dict[str, Any]]:
    from hivehelm.golang.yaml import load
    from hivehelm.manifest.documents import split

    found: dict[Key, dict[str, Any]] = {}
    for text in split(manifest):
        value = load(text, whole=True)
        items = value.get("items") if isinstance(value, dict) and _is_list(value) else [value]
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict) and item:
                found[_key(item, namespace)] = item
    return found


def _is_list(value: dict[str, Any]) -> bool:
    return str(value.get("kind", "")).endswith("List") and isinstance(value.get("items"), list)


def _key(item: dict[str, Any], namespace: str) -> Key:
    metadata = item.get("metadata")
    held = metadata if isinstance(metadata, dict) else {}
    group, slash, _ = str(item.get("apiVersion", "")).partition("/")
    return (
        group if slash else "",
        str(item.get("kind", "")),
        str(held.get("namespace") or namespace),
        str(held.get("name") or held.get("generateName") or ""),
    )


def _conceal(
    was: dict[str, Any] | None, now: dict[str, Any] | None
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Return both sides without what is secret in them; a value that changed is seen to have."""
    if "Secret" not in ((was or {}).get("kind"), (now or {}).get("kind")):
        return was, now
    hidden: list[dict[str, Any] | None] = []
    for side, other in ((was, None), (now, was)):
        if side is None:
            hidden.append(None)
            continue
        shown = dict(side)
        for field in ("data", "stringData"):
            held = side.get(field)
            if not isinstance(held, dict):
                if held:
                    shown[field] = HIDDEN
                continue
            there = (other or {}).get(field)
            known = there if isinstance(there, dict) else {}
            shown[field] = {
                name: HIDDEN_OTHER if name in known and known[name] != value else HIDDEN
                for name, value in held.items()
            }
        hidden.append(shown)
    return hidden[0], hidden[1]


def _unified(was: dict[str, Any] | None, now: dict[str, Any] | None, context: int) -> str:
    from difflib import unified_diff

    from hivehelm.golang.yaml import dump

    old, new = ([] if side is None else dump(side).splitlines() for side in (was, now))
    if max(len(old), len(new)) > _MOST_LINES:
        return f"@@ -1,{len(old)} +1,{len(new)} @@ too large to be shown\n"
    lines = unified_diff(old, new, n=context, lineterm="")
    return "".join(f"{line}\n" for line in list(lines)[2:])


class NothingToCompareError(HivehelmError):
    """A release has no revision to compare with; `name` is the release's."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"release {self.name} has only one revision: there is nothing to compare it with"
