"""What a fake cluster answers: discovery, tables, statuses, selections and streams."""

from __future__ import annotations

import json
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from hivehelm.kube.discovery import ResourceType
    from hivehelm.kube.errors import ApiError
    from hivehelm.testing.fake_store import Store


class Request:
    """One request as the fake reads it."""

    def __init__(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: bytes | None,
        content_type: str,
        accept: str,
    ) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.content_type = content_type
        self.accept = accept
        # Whether it made an object: the answer's status says so.
        self.created = method == "POST"

    @property
    def manager(self) -> str:
        """Who owns what this request writes."""
        return self.query.get("fieldManager") or "unknown"

    @property
    def dry_run(self) -> bool:
        """Whether nothing is to be kept."""
        return self.query.get("dryRun") == "All"

    def json(self) -> Any:
        """Return the body, decoded."""
        return json.loads(self.body or b"{}")


class FakeStream:
    """A watch on a store, or fixed pieces; ends when it is closed or, as watches do, after some time."""

    def __init__(
        self,
        store: Store,
        wanted: Callable[[dict[str, Any]], bool],
        *,
        since: int = 0,
        fixed: Sequence[bytes] | None = None,
        status: int = 200,
        seconds: float = 60.0,
        initial: bool = False,
    ) -> None:
        self.status = status
        self.headers = {"content-type": "application/json"}
        self._store = store
        self._wanted = wanted
        self._since = since
        self._initial = initial
        self._fixed = fixed
        self._seconds = seconds
        self._closed = False

    def chunks(self) -> Iterator[bytes]:
        """Yield each event as a line, as they happen."""
        if self._fixed is not None:
            yield from self._fixed
            return
        deadline = time.monotonic() + self._seconds
        place = 0
        if self._initial:
            yield from self._whole()
        while True:
            with self._store.changed:
                if self._closed:
                    return
                if self._since and self._since < self._store.oldest:
                    yield _line(
                        "ERROR", {"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"}
                    )
                    return
                news = self._store.events[place:]
                if not news:
                    if not self._store.changed.wait(max(0.0, deadline - time.monotonic())):
                        return
                    continue
                place += len(news)
            for version, kind, obj in news:
                if version > self._since and self._wanted(obj):
                    yield _line(kind, obj)

    def _whole(self) -> Iterator[bytes]:
        """Yield what is there, and that it was all; changes go on from here."""
        with self._store.changed:
            there = [obj for obj in self._store.objects.values() if self._wanted(obj)]
            self._since = self._store.version
        for obj in there:
            yield _line("ADDED", obj)
        done = {"resourceVersion": str(self._since), "annotations": {"k8s.io/initial-events-end": "true"}}
        yield _line("BOOKMARK", {"metadata": done})

    def close(self) -> None:
        """End the stream."""
        with self._store.changed:
            self._closed = True
            self._store.changed.notify_all()


def _line(kind: str, obj: dict[str, Any]) -> bytes:
    return json.dumps({"type": kind, "object": obj}).encode() + b"\n"


def selected(obj: dict[str, Any], query: Mapping[str, str]) -> bool:
    """Tell whether an object has the labels and fields that a request asks for."""
    labels = obj["metadata"].get("labels") or {}
    for term in _terms(query.get("labelSelector", "")):
        if not _matches(term, labels):
            return False
    for term in _terms(query.get("fieldSelector", "")):
        name, _, value = term.replace("==", "=").partition("=")
        negated = name.endswith("!")
        if (_field(obj, name.rstrip("!")) == value) is negated:
            return False
    return True


def _terms(selector: str) -> list[str]:
    terms, depth, current = [], 0, ""
    for char in selector:
        depth += (char == "(") - (char == ")")
        if char == "," and not depth:
            terms.append(current.strip())
            current = ""
        else:
            current += char
    return [term for term in (*terms, current.strip()) if term]


def _matches(term: str, labels: Mapping[str, str]) -> bool:
    if term.startswith("!"):
        return term[1:].strip() not in labels
    for word in (" notin ", " in "):
        name, found, values = term.partition(word)
        if found:
            among = labels.get(name.strip()) in [value.strip() for value in values.strip(" ()").split(",")]
            return among is (word == " in ")
    name, found, value = term.replace("==", "=").partition("=")
    if not found:
        return name.strip() in labels
    if name.endswith("!"):
        return labels.get(name[:-1].strip()) != value.strip()
    return labels.get(name.strip()) == value.strip()


def _field(obj: dict[str, Any], path: str) -> str:
    value: Any = obj
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return "" if value is None else str(value)


def status_body(error: ApiError) -> dict[str, Any]:
    """Return a refusal as the Status a server sends."""
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": error.message,
        "reason": error.reason,
        "details": error.details,
        "code": error.status,
    }


def table(objects: Sequence[dict[str, Any]], version: int) -> dict[str, Any]:
    """Return objects as a Table of names and ages."""
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {"resourceVersion": str(version)},
        "columnDefinitions": [
            {"name": name, "type": "string", "format": "", "description": "", "priority": 0}
            for name in ("Name", "Age")
        ],
        "rows": [{"cells": [obj["metadata"]["name"], "1s"], "object": obj} for obj in objects],
    }


def aggregated(kinds: Sequence[ResourceType], path: str) -> dict[str, Any]:
    """Return aggregated discovery for `/api` or `/apis`."""
    groups: dict[str, dict[str, list[ResourceType]]] = {}
    for known in kinds:
        if (known.group == "") is (path == "/api"):
            groups.setdefault(known.group, {}).setdefault(known.version, []).append(known)
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "metadata": {},
        "items": [
            {
                "metadata": {"name": group} if group else {},
                "versions": [
                    {
                        "version": version,
                        "freshness": "Current",
                        "resources": [
                            {
                                "resource": known.plural,
                                "responseKind": {"group": group, "version": version, "kind": known.kind},
                                "scope": "Namespaced" if known.namespaced else "Cluster",
                                "verbs": list(known.verbs),
                            }
                            for known in members
                        ],
                    }
                    for version, members in versions.items()
                ],
            }
            for group, versions in groups.items()
        ],
    }


def legacy(kinds: Sequence[ResourceType], path: str) -> dict[str, Any] | None:
    """Return discovery as servers had it before 1.27; None if the path is none of its."""
    if path == "/api":
        return {"kind": "APIVersions", "versions": ["v1"]}
    if path == "/apis":
        groups: dict[str, list[str]] = {}
        for known in kinds:
            if known.group and known.api_version not in groups.setdefault(known.group, []):
                groups[known.group].append(known.api_version)
        return {
            "kind": "APIGroupList",
            "groups": [
                {
                    "name": group,
                    "versions": [{"groupVersion": name} for name in versions],
                    "preferredVersion": {"groupVersion": versions[0]},
                }
                for group, versions in groups.items()
            ],
        }
    members = [
        known for known in kinds if path in (f"/api/{known.api_version}", f"/apis/{known.api_version}")
    ]
    if not members:
        return None
    return {
        "kind": "APIResourceList",
        "groupVersion": members[0].api_version,
        "resources": [
            {
                "name": known.plural,
                "kind": known.kind,
                "namespaced": known.namespaced,
                "verbs": list(known.verbs),
            }
            for known in members
        ],
    }
