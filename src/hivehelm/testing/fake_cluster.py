"""A Kubernetes API in memory, good enough to test what installs, waits and cleans up."""

from __future__ import annotations

import copy
import json
from urllib.parse import unquote

from hivehelm.http.errors import DialError
from hivehelm.kube.client import Client
from hivehelm.kube.connection import ConnectionInfo
from hivehelm.kube.errors import ApiError, RequestError
from hivehelm.kube.transport import Response
from hivehelm.testing import fake_patches
from hivehelm.testing.fake_answers import (
    FakeStream,
    Request,
    aggregated,
    legacy,
    selected,
    status_body,
    table,
)
from hivehelm.testing.fake_store import Store
from hivehelm.testing.fake_strategic import strategic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from hivehelm.kube.discovery import ResourceType

    Query = Sequence[tuple[str, str]]
    Refusal = tuple[str, str, ApiError, list[int]]

SERVER = "https://fake.invalid:6443"


class FakeCluster:
    """A cluster without a network: hand `client()` to the code under test.

    It serves the common kinds and those of applied CustomResourceDefinitions; it knows namespaces, resource
    versions, server-side apply with conflicts (lists are replaced whole), merge, strategic and JSON patches,
    label selectors, paging, watches, finalizers, owners, dry runs, tables and logs. It validates no fields
    and authorises everyone. With `settle`, workloads are ready once written; without, they keep the status
    that `set_status` gives them. Safe to use from several threads.

    ```python
    cluster = FakeCluster()
    cluster.client().apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}, "default")
    assert cluster.get("v1", "ConfigMap", "a", "default")["metadata"]["name"] == "a"
    ```
    """

    def __init__(self, *, version: str = "v1.35.4", settle: bool = True, aggregated: bool = True) -> None:
        """Make an empty cluster of Kubernetes `version`, with the namespaces default and kube-system.

        `aggregated` off makes it answer discovery as servers before 1.27 did.
        """
        self.version = version
        self.reachable = True
        self.requests: list[tuple[str, str]] = []
        self.definitions: dict[str, Any] = {}
        self._aggregated = aggregated
        self._store = Store(settle=settle)
        self._refusals: list[Refusal] = []
        self._logs: dict[tuple[str, str], bytes] = {}
        self._streams: set[FakeStream] = set()

    def client(self, namespace: str = "default") -> Client:
        """Return a client of this cluster that keeps no discovery on disk."""
        connection = ConnectionInfo(server=SERVER, namespace=namespace, context="fake")
        return Client(connection, transport=self, cache_dir=None)

    def get(self, api_version: str, kind: str, name: str, namespace: str = "") -> dict[str, Any] | None:
        """Return a copy of an object as the cluster holds it, None if it is not there."""
        known = self._known(api_version, kind)
        return copy.deepcopy(self._store.objects.get(self._store.key(known, namespace, name)))

    def objects(self, kind: str = "", namespace: str = "") -> list[dict[str, Any]]:
        """Return copies of the objects, of a kind and a namespace if given, in the order of creation."""
        with self._store.changed:
            return [
                copy.deepcopy(obj)
                for key, obj in self._store.objects.items()
                if kind in ("", obj["kind"]) and namespace in ("", key[2])
            ]

    def set_status(
        self, api_version: str, kind: str, name: str, namespace: str, status: dict[str, Any]
    ) -> None:
        """Give an object a status, as its controller would.

        Raises:
            KeyError: it is not there.
        """
        known = self._known(api_version, kind)
        with self._store.changed:
            live = self._store.objects[self._store.key(known, namespace, name)]
            self._store.put(known, namespace, {**live, "status": status}, settle=False)

    def set_logs(self, pod: str, namespace: str, text: bytes) -> None:
        """Say what a pod's containers have printed."""
        self._logs[namespace, pod] = text

    def refuse(self, method: str, plural: str, error: ApiError, times: int = 1_000_000) -> None:
        """Answer the next `times` requests of `method` on `plural` (`secrets`) with `error`.

        `*` is any method; LIST is a listing alone and WATCH a watch alone, which GET includes.
        """
        self._refusals.append((method, plural, error, [times]))

    def expire_watches(self) -> None:
        """Make every resourceVersion so far too old to watch from, and end the watches under way."""
        self._store.forget_events()
        for stream in list(self._streams):
            stream.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        body: bytes | None = None,
        content_type: str = "",
        accept: str = "application/json",
        timeout: float | None = None,
    ) -> Response:
        """Answer one request, as `hivehelm.kube.transport.Transport` asks for."""
        self.requests.append((method, path))
        self._check_reachable(method, path)
        request = Request(method, path, dict(query), body, content_type, accept)
        try:
            with self._store.changed:
                answer = self._answer(request)
        except ApiError as error:
            headers = {"content-type": "application/json"}
            if error.retry_after is not None:
                headers["retry-after"] = str(int(error.retry_after))
            return Response(
                status=error.status, headers=headers, data=json.dumps(status_body(error)).encode()
            )
        return Response(
            status=201 if request.created else 200,
            headers={"content-type": "application/json"},
            data=json.dumps(answer).encode(),
        )

    def stream(
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        accept: str = "application/json",
        timeout: float | None = None,
    ) -> FakeStream:
        """Answer a watch or a request for logs."""
        self.requests.append((method, path))
        self._check_reachable(method, path)
        request = Request(method, path, dict(query), None, "", accept)
        try:
            known, namespace, name, part = self._place(request.path)
            for asked in (method, "WATCH"):
                self._check_refused(asked, known)
            if part == "log":
                self._live(known, namespace, name)
                return FakeStream(
                    self._store, lambda _: False, fixed=[self._logs.get((namespace, name), b"")]
                )
        except ApiError as error:
            return FakeStream(
                self._store,
                lambda _: False,
                fixed=[json.dumps(status_body(error)).encode()],
                status=error.status,
            )

        def wanted(obj: dict[str, Any]) -> bool:
            own = (str(obj["apiVersion"]).rpartition("/")[0], obj["kind"])
            return (
                own == (known.group, known.kind)
                and namespace in ("", obj["metadata"].get("namespace", ""))
                and selected(obj, request.query)
            )

        since = int(request.query.get("resourceVersion") or 0)
        initial = request.query.get("sendInitialEvents") == "true"
        stream = FakeStream(self._store, wanted, since=since, initial=initial)
        self._streams.add(stream)
        return stream

    def close(self) -> None:
        """Do nothing: there is no connection."""

    def _known(self, api_version: str, kind: str) -> ResourceType:
        for known in self._store.kinds:
            if (known.api_version, known.kind) == (api_version, kind):
                return known
        raise KeyError(f"{api_version} {kind}")

    def _check_reachable(self, method: str, path: str) -> None:
        if not self.reachable:
            cause = DialError("dial tcp 192.0.2.1:6443: connect: connection refused")
            raise RequestError(method, f"{SERVER}{path}", cause)

    def _check_refused(self, method: str, known: ResourceType) -> None:
        for asked, plural, error, left in self._refusals:
            if plural == known.plural and asked in ("*", method) and left[0] > 0:
                left[0] -= 1
                raise error

    def _answer(self, request: Request) -> Any:
        if request.path == "/version":
            major, minor = self.version.lstrip("v").split(".")[:2]
            return {"major": major, "minor": minor, "gitVersion": self.version, "platform": "fake/fake"}
        if request.path == "/openapi/v2":
            return {"swagger": "2.0", "definitions": self.definitions}
        if request.path in ("/api", "/apis") and self._aggregated:
            return aggregated(self._store.kinds, request.path)
        if (listing := legacy(self._store.kinds, request.path)) is not None:
            return listing
        known, namespace, name, part = self._place(request.path)
        self._check_refused(request.method, known)
        if request.method == "GET" and not name:
            self._check_refused("LIST", known)
        answers: dict[str, Callable[[], Any]] = {
            "GET": lambda: self._read(request, known, namespace, name),
            "POST": lambda: self._create(request, known, namespace),
            "PUT": lambda: self._replace(request, known, namespace, name, part),
            "PATCH": lambda: self._patch(request, known, namespace, name, part),
            "DELETE": lambda: self._delete(request, known, namespace, name),
        }
        return answers[request.method]()

    def _place(self, path: str) -> tuple[ResourceType, str, str, str]:
        parts = [unquote(part) for part in path.strip("/").split("/")]
        group, version, rest = "", parts[1], parts[2:]
        if parts[0] == "apis":
            group, version, rest = parts[1], parts[2], parts[3:]
        namespace = ""
        if rest[0] == "namespaces" and len(rest) > 2:
            namespace, rest = rest[1], rest[2:]
        plural, name, part = (*rest, "", "")[:3]
        try:
            return self._store.kind(group, plural, version), namespace, name, part
        except KeyError:
            raise ApiError(404, "NotFound", "the server could not find the requested resource") from None

    def _live(self, known: ResourceType, namespace: str, name: str) -> dict[str, Any]:
        try:
            return self._store.objects[self._store.key(known, namespace, name)]
        except KeyError:
            details = {"name": name, "group": known.group, "kind": known.plural}
            text = f'{known.group_resource} "{name}" not found'
            raise ApiError(404, "NotFound", text, details=details) from None

    def _read(self, request: Request, known: ResourceType, namespace: str, name: str) -> Any:
        if name:
            live = self._live(known, namespace, name)
            return table([live], self._store.version) if "as=Table" in request.accept else live
        found = [obj for obj in self._store.select(known, namespace) if selected(obj, request.query)]
        start = int(request.query.get("continue") or 0)
        limit = int(request.query.get("limit") or 0) or len(found)
        page = found[start : start + limit]
        metadata: dict[str, Any] = {"resourceVersion": str(self._store.version)}
        if start + limit < len(found):
            metadata["continue"] = str(start + limit)
        # Items of a list say neither their kind nor their apiVersion.
        items = [{k: v for k, v in obj.items() if k not in ("kind", "apiVersion")} for obj in page]
        return {
            "kind": f"{known.kind}List",
            "apiVersion": known.api_version,
            "metadata": metadata,
            "items": items,
        }

    def _create(self, request: Request, known: ResourceType, namespace: str) -> dict[str, Any]:
        obj = request.json()
        metadata = obj.setdefault("metadata", {})
        if not metadata.get("name") and metadata.get("generateName"):
            metadata["name"] = f"{metadata['generateName']}{self._store.version:05d}"
        name = metadata.get("name") or ""
        self._check_namespace(known, namespace)
        if self._store.key(known, namespace, name) in self._store.objects:
            details = {"name": name, "group": known.group, "kind": known.plural}
            text = f'{known.group_resource} "{name}" already exists'
            raise ApiError(409, "AlreadyExists", text, details=details)
        return self._write(request, known, namespace, obj)

    def _replace(
        self, request: Request, known: ResourceType, namespace: str, name: str, part: str
    ) -> dict[str, Any]:
        live, obj = self._live(known, namespace, name), request.json()
        _check_version(known, live, obj)
        return self._write(request, known, namespace, obj, settle=part != "status")

    def _patch(
        self, request: Request, known: ResourceType, namespace: str, name: str, part: str
    ) -> dict[str, Any]:
        key = self._store.key(known, namespace, name)
        if request.content_type.startswith("application/apply-patch"):
            return self._apply(request, known, namespace, name)
        live = self._live(known, namespace, name)
        if request.content_type == "application/json-patch+json":
            try:
                changed = fake_patches.json_patch(live, request.json())
            except ValueError as error:
                raise ApiError(422, "Invalid", f"the server rejected our request: {error}") from None
        elif request.content_type == "application/strategic-merge-patch+json":
            changed = strategic(live, request.json())
        else:
            changed = fake_patches.merge(live, request.json())
        _check_version(known, live, changed)
        owners = self._store.owners.setdefault(key, {})
        before = dict(fake_patches.leaves(live))
        for path, value in fake_patches.leaves(changed):
            if path not in before or before[path] != value:
                owners[path] = request.manager
        if not changed["metadata"].get("finalizers") and changed["metadata"].get("deletionTimestamp"):
            self._store.put(known, namespace, changed, settle=False)
            return self._store.remove(known, namespace, name)
        return self._write(request, known, namespace, changed, own=False, settle=part != "status")

    def _apply(self, request: Request, known: ResourceType, namespace: str, name: str) -> dict[str, Any]:
        self._check_namespace(known, namespace)
        key = self._store.key(known, namespace, name)
        request.created = key not in self._store.objects
        config = request.json()
        config["metadata"] = {**(config.get("metadata") or {}), "name": name}
        applied = fake_patches.apply(
            self._store.objects.get(key),
            self._store.owners.get(key, {}),
            config,
            request.manager,
            force=request.query.get("force") == "true",
        )
        if applied.conflicts:
            causes = [
                {"reason": "FieldManagerConflict", "message": f'conflict with "{owner}"', "field": field}
                for owner, field in applied.conflicts
            ]
            count = len(causes)
            text = f"Apply failed with {count} conflict{'s' * (count > 1)}: "
            text += ", ".join(f"{cause['message']}: {cause['field']}" for cause in causes)
            raise ApiError(409, "Conflict", text, details={"causes": causes})
        written = self._write(request, known, namespace, applied.object, own=False, operation="Apply")
        if not request.dry_run:
            self._store.owners[key] = applied.owners
        return written

    def _delete(self, request: Request, known: ResourceType, namespace: str, name: str) -> dict[str, Any]:
        live = self._live(known, namespace, name)
        if request.dry_run or "All" in (request.json().get("dryRun") or ()):
            return live
        return self._store.remove(known, namespace, name)

    def _write(
        self,
        request: Request,
        known: ResourceType,
        namespace: str,
        obj: dict[str, Any],
        *,
        own: bool = True,
        operation: str = "Update",
        settle: bool = True,
    ) -> dict[str, Any]:
        if request.dry_run:
            return {**obj, "apiVersion": known.api_version, "kind": known.kind}
        if own:
            key = self._store.key(known, namespace, obj["metadata"]["name"])
            owned = dict.fromkeys((path for path, _ in fake_patches.leaves(obj)), request.manager)
            self._store.owners[key] = owned
        return self._store.put(
            known, namespace, obj, manager=request.manager, operation=operation, settle=settle
        )

    def _check_namespace(self, known: ResourceType, namespace: str) -> None:
        if known.namespaced and ("", "namespaces", "", namespace) not in self._store.objects:
            details = {"name": namespace, "kind": "namespaces"}
            raise ApiError(404, "NotFound", f'namespaces "{namespace}" not found', details=details)


def _check_version(known: ResourceType, live: dict[str, Any], new: dict[str, Any]) -> None:
    """Refuse what is of another version than the object that is there."""
    given = new["metadata"].get("resourceVersion")
    if given and given != live["metadata"]["resourceVersion"]:
        name = live["metadata"]["name"]
        text = "the object has been modified; please apply your changes to the latest version and try again"
        text = f'Operation cannot be fulfilled on {known.group_resource} "{name}": {text}'
        raise ApiError(409, "Conflict", text)
