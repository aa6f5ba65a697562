"""The objects of a fake cluster, their versions, and the news of every change."""

from __future__ import annotations

import copy
import threading
import time
from datetime import UTC, datetime

from hivehelm.testing.fake_kinds import default_kinds, defined_kinds, settled_status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.kube.discovery import ResourceType

    Key = tuple[str, str, str, str]
    Event = tuple[int, str, dict[str, Any]]


class Store:
    """Objects by group, plural, namespace and name; `changed` guards them and is told of every change."""

    def __init__(self, *, settle: bool) -> None:
        self.changed = threading.Condition(threading.RLock())
        self.kinds = default_kinds()
        self.objects: dict[Key, dict[str, Any]] = {}
        self.owners: dict[Key, dict[tuple[str, ...], str]] = {}
        self.events: list[Event] = []
        self.oldest = 0
        self.version = 1
        self._settle = settle
        self._uids = 0
        for name in ("default", "kube-system"):
            self.put(self.kind("", "namespaces"), "", {"metadata": {"name": name}})

    def kind(self, group: str, plural: str, version: str = "") -> ResourceType:
        """Return a kind by its place in a path.

        Raises:
            KeyError: there is none.
        """
        for known in self.kinds:
            if (known.group, known.plural) == (group, plural) and version in ("", known.version):
                return known
        raise KeyError(plural)

    def key(self, known: ResourceType, namespace: str, name: str) -> Key:
        """Return where an object is kept."""
        return known.group, known.plural, namespace if known.namespaced else "", name

    def put(
        self,
        known: ResourceType,
        namespace: str,
        obj: dict[str, Any],
        *,
        manager: str = "",
        operation: str = "Update",
        settle: bool = True,
    ) -> dict[str, Any]:
        """Create an object or put another in its place; return it with what a server fills in."""
        with self.changed:
            key = self.key(known, namespace, obj["metadata"]["name"])
            old = self.objects.get(key)
            new = self._complete(known, namespace, obj, old, settle=settle)
            if manager:
                _note_manager(new, manager, operation, known.api_version)
            if old is not None and _without_version(old) == _without_version(new):
                return old
            self.version += 1
            new["metadata"]["resourceVersion"] = str(self.version)
            self.objects[key] = new
            self._tell("ADDED" if old is None else "MODIFIED", new)
            if known.kind == "CustomResourceDefinition":
                names = {(added.group, added.plural) for added in defined_kinds(new)}
                self.kinds = [k for k in self.kinds if (k.group, k.plural) not in names]
                self.kinds += defined_kinds(new)
            return new

    def remove(self, known: ResourceType, namespace: str, name: str) -> dict[str, Any]:
        """Delete an object with all it owns; one that has finalizers only gets a deletion time.

        Raises:
            KeyError: there is none.
        """
        with self.changed:
            key = self.key(known, namespace, name)
            obj = self.objects[key]
            if obj["metadata"].get("finalizers"):
                if not obj["metadata"].get("deletionTimestamp"):
                    doomed = copy.deepcopy(obj)
                    doomed["metadata"]["deletionTimestamp"] = _now()
                    return self.put(known, namespace, doomed, settle=False)
                return obj
            del self.objects[key]
            self.owners.pop(key, None)
            self.version += 1
            gone = copy.deepcopy(obj)
            gone["metadata"]["resourceVersion"] = str(self.version)
            self._tell("DELETED", gone)
            self._remove_dependents(known, gone)
            return gone

    def select(self, known: ResourceType, namespace: str) -> list[dict[str, Any]]:
        """Return the objects of a kind by namespace and name, of all namespaces if `namespace` is empty."""
        with self.changed:
            found = [
                (key, obj)
                for key, obj in self.objects.items()
                if key[:2] == (known.group, known.plural) and namespace in ("", key[2])
            ]
            return [obj for _, obj in sorted(found, key=lambda pair: pair[0])]

    def forget_events(self) -> None:
        """Make every version so far too old to watch from, as a compaction does."""
        with self.changed:
            self.version += 1
            self.events = []
            self.oldest = self.version
            self.changed.notify_all()

    def _complete(
        self,
        known: ResourceType,
        namespace: str,
        obj: dict[str, Any],
        old: dict[str, Any] | None,
        *,
        settle: bool,
    ) -> dict[str, Any]:
        new = copy.deepcopy({**obj, "apiVersion": known.api_version, "kind": known.kind})
        metadata = new["metadata"]
        if known.namespaced:
            metadata["namespace"] = namespace
        if old is None:
            self._uids += 1
            metadata["uid"] = f"00000000-0000-4000-8000-{self._uids:012d}"
            metadata["creationTimestamp"] = _now()
            metadata["generation"] = 1
            if known.plural == "services" and (new.get("spec") or {}).get("type") != "ExternalName":
                new.setdefault("spec", {}).setdefault("clusterIP", f"10.0.0.{self._uids % 250 + 1}")
        else:
            before = old["metadata"]
            metadata["uid"], metadata["creationTimestamp"] = before["uid"], before["creationTimestamp"]
            changed = old.get("spec") != new.get("spec")
            metadata["generation"] = before["generation"] + int(changed)
            if "status" in old:
                new.setdefault("status", copy.deepcopy(old["status"]))
        metadata.pop("resourceVersion", None)
        if settle and self._settle and (status := settled_status(new)) is not None:
            new["status"] = status
        return new

    def _remove_dependents(self, known: ResourceType, gone: dict[str, Any]) -> None:
        uid = gone["metadata"]["uid"]
        for key, obj in list(self.objects.items()):
            owners = obj["metadata"].get("ownerReferences") or ()
            owned = any(owner.get("uid") == uid for owner in owners)
            inside = known.plural == "namespaces" and key[2] == gone["metadata"]["name"]
            if (owned or inside) and key in self.objects:
                self.remove(self.kind(key[0], key[1]), key[2], key[3])
        if known.kind == "CustomResourceDefinition":
            names = {(removed.group, removed.plural) for removed in defined_kinds(gone)}
            for key in [key for key in self.objects if key[:2] in names]:
                self.remove(self.kind(key[0], key[1]), key[2], key[3])
            self.kinds = [k for k in self.kinds if (k.group, k.plural) not in names]

    def _tell(self, kind: str, obj: dict[str, Any]) -> None:
        self.events.append((self.version, kind, copy.deepcopy(obj)))
        self.changed.notify_all()


def _note_manager(obj: dict[str, Any], manager: str, operation: str, api_version: str) -> None:
    entries = obj["metadata"].setdefault("managedFields", [])
    entries[:] = [e for e in entries if (e["manager"], e["operation"]) != (manager, operation)]
    entries.append(
        {
            "manager": manager,
            "operation": operation,
            "apiVersion": api_version,
            "fieldsType": "FieldsV1",
            "fieldsV1": {},
        }
    )


def _without_version(obj: dict[str, Any]) -> dict[str, Any]:
    metadata = {k: v for k, v in obj["metadata"].items() if k != "resourceVersion"}
    return {**obj, "metadata": metadata}


def _now() -> str:
    return datetime.fromtimestamp(time.time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
