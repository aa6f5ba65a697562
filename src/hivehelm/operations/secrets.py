"""Operations in Secrets of the platform's namespace, for any number of replicas.

Labels say what is asked for: the state, and hashes of the release and of the idempotency key. What was asked
for may hold secrets and is in the data alone. A change is a patch that names the resourceVersion it is of.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from hashlib import sha256

from hivehelm.kube.errors import ApiError, KubeError
from hivehelm.operations.errors import (
    InvalidRequestError,
    OperationExistsError,
    OperationNotFoundError,
    RequestTooLargeError,
    StaleOperationError,
    StoreError,
)
from hivehelm.operations.model import Operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from hivehelm.kube.client import Client
    from hivehelm.kube.watch import Watch
    from hivehelm.operations.store import Listener

    Object = dict[str, Any]

TYPE = "hivehelm.dev/operation.v1"
HOLDER_TYPE = "hivehelm.dev/operation-holder.v1"
PART = "hivehelm.dev/part"
STATE = "hivehelm.dev/state"
RELEASE = "hivehelm.dev/release"
KEY = "hivehelm.dev/key"
_BEAT = "hivehelm.dev/beat"
_OPERATION, _HOLDER = "operation", "operation-holder"
_MANAGED = {"app.kubernetes.io/managed-by": "hivemind"}
_SELECTOR = f"app.kubernetes.io/managed-by=hivemind,{PART}"

#: Bytes of the largest request: a Secret has room for a MiB.
LARGEST = 768 << 10
# How long one watch lasts, in seconds, and what passes before the next attempt when it fails.
_WATCH = 240
# How long saying that somebody lives may take.
_LONGEST_BEAT = 4.0
_RETRY = 0.5
_BREATH = 0.05
_LONGEST_RETRY = 5.0


class SecretStore:
    """A store in namespace `namespace` of a cluster, which is made if it is missing; see `store.Store`."""

    def __init__(self, client: Client, namespace: str) -> None:
        self.client = client
        self.namespace = namespace
        self._beats = 0

    def create(self, operation: Operation) -> Operation:
        """Keep a new operation."""
        data = _data(operation)
        if (size := len(data["request"]) * 3 // 4) > LARGEST:
            raise RequestTooLargeError(size, LARGEST)
        body = self._object(f"hivemind-operation-{operation.id}", TYPE, _labels(operation), data)
        try:
            made = self._create(body)
        except ApiError as error:
            if error.already_exists:
                raise OperationExistsError(operation.id) from None
            raise StoreError("store an operation", error) from error
        except KubeError as error:
            raise StoreError("store an operation", error) from error
        return operation.replace(version=_version(made))

    def get(self, identifier: str) -> Operation:
        """Return an operation."""
        if not (identifier.isascii() and identifier.isalnum() and identifier == identifier.lower()):
            raise OperationNotFoundError(identifier)
        try:
            found = self.client.get("v1", "Secret", f"hivemind-operation-{identifier}", self.namespace)
        except ApiError as error:
            if error.not_found:
                raise OperationNotFoundError(identifier) from None
            raise StoreError("read an operation", error) from error
        except KubeError as error:
            raise StoreError("read an operation", error) from error
        if (operation := _read(found)) is None:
            raise OperationNotFoundError(identifier)
        return operation

    def list(self) -> list[Operation]:
        """Return all operations; what is none is left out."""
        selector = f"{_SELECTOR}={_OPERATION}"
        try:
            found = self.client.list("v1", "Secret", self.namespace, label_selector=selector)
        except KubeError as error:
            raise StoreError("list operations", error) from error
        return [operation for one in found if (operation := _read(one)) is not None]

    def change(self, operation: Operation) -> Operation:
        """Replace an operation that is as it was."""
        data = _data(operation)
        if not operation.is_final:
            del data["request"]  # It never changes before.
        patch = {
            "metadata": {"resourceVersion": operation.version, "labels": _labels(operation)},
            "data": data,
        }
        name = f"hivemind-operation-{operation.id}"
        try:
            changed = self.client.patch("v1", "Secret", name, patch, self.namespace)
        except ApiError as error:
            if error.conflict:
                raise StaleOperationError(operation.id) from None
            if error.not_found:
                raise OperationNotFoundError(operation.id) from None
            if error.status in (413, 422):
                size = sum(map(len, data.values()))
                raise RequestTooLargeError(size * 3 // 4, LARGEST) from error
            raise StoreError("change an operation", error) from error
        except KubeError as error:
            raise StoreError("change an operation", error) from error
        return operation.replace(version=_version(changed))

    def delete(self, identifier: str) -> None:
        """Forget an operation."""
        self._delete(f"hivemind-operation-{identifier}", "forget an operation")

    def beat(self, holder: str) -> None:
        """Say that a holder lives."""
        self._beats += 1
        notes = {_BEAT: str(self._beats)}
        name = f"hivemind-holder-{holder}"
        client = self.client.until(time.monotonic() + _LONGEST_BEAT)
        try:
            client.patch("v1", "Secret", name, {"metadata": {"annotations": notes}}, self.namespace)
        except ApiError as error:
            if not error.not_found:
                raise StoreError("say that this replica lives", error) from error
        except KubeError as error:
            raise StoreError("say that this replica lives", error) from error
        else:
            return
        body = self._object(name, HOLDER_TYPE, {PART: _HOLDER}, {})
        body["metadata"]["annotations"] = notes
        try:
            self._create(body)
        except KubeError as error:
            raise StoreError("say that this replica lives", error) from error

    def leave(self, holder: str) -> None:
        """Say that a holder has gone."""
        self._delete(f"hivemind-holder-{holder}", "say that a replica has gone")

    def watcher(self, listener: Listener) -> SecretWatcher:
        """Return what tells of everything."""
        return SecretWatcher(self.client, self.namespace, listener)

    def _delete(self, name: str, doing: str) -> None:
        try:
            self.client.delete("v1", "Secret", name, self.namespace)
        except ApiError as error:
            if not error.not_found:
                raise StoreError(doing, error) from error
        except KubeError as error:
            raise StoreError(doing, error) from error

    def _object(self, name: str, kind: str, labels: Mapping[str, str], data: Mapping[str, str]) -> Object:
        return {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {
                "name": name,
                "namespace": self.namespace,
                "labels": {**_MANAGED, **labels},
            },
            "type": kind,
            "data": dict(data),
        }

    def _create(self, body: Object) -> Object:
        try:
            return self.client.create(body)
        except ApiError as error:
            if not error.not_found:
                raise
        namespace = {"name": self.namespace, "labels": {"name": self.namespace, **_MANAGED}}
        try:
            self.client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": namespace})
        except ApiError as error:
            if not error.already_exists:
                raise
        return self.client.create(body)


class SecretWatcher:
    """Tells of what happens to operations in Secrets: one list, then watches that go on from there."""

    def __init__(self, client: Client, namespace: str, listener: Listener) -> None:
        self._client = client
        self._namespace = namespace
        self._listener = listener
        self._closed = threading.Event()
        self._mutex = threading.Lock()
        self._watch: Watch | None = None

    def run(self) -> None:
        """Tell of everything until `close`."""
        pause = _RETRY
        version = ""
        while not self._closed.is_set():
            try:
                if not version:
                    version = self._list()
                version = self._follow(version)
                pause = _RETRY
                self._closed.wait(_BREATH)
            except KubeError as error:
                if isinstance(error, ApiError) and error.expired and version:
                    # Too old to go on from: what was missed is in the list.
                    version = ""
                    continue
                self._listener.doubt()
                self._closed.wait(pause)
                pause = min(pause * 2, _LONGEST_RETRY)

    def close(self) -> None:
        """End `run`."""
        with self._mutex:
            self._closed.set()
            watch = self._watch
        if watch is not None:
            watch.close()

    def _list(self) -> str:
        found, version = self._client.list_at(
            "v1", "Secret", self._namespace, label_selector=f"{_SELECTOR} in ({_OPERATION},{_HOLDER})"
        )
        operations = [operation for one in found if (operation := _read(one)) is not None]
        self._listener.reset(
            operations, {name: _version(one) for one in found if (name := _holder(one)) is not None}
        )
        return version

    def _follow(self, version: str) -> str:
        # A connection that is gone without a word ends as well, if later.
        client = self._client.until(time.monotonic() + _WATCH + 10)
        watch = client.watch(
            "v1",
            "Secret",
            self._namespace,
            resource_version=version,
            label_selector=f"{_SELECTOR} in ({_OPERATION},{_HOLDER})",
            timeout_seconds=_WATCH,
        )
        with watch:
            with self._mutex:
                self._watch = watch
                if self._closed.is_set():
                    return version
            for kind, one in watch:
                self._tell(kind, one)
        return watch.resource_version or version

    def _tell(self, kind: str, one: Object) -> None:
        if kind == "BOOKMARK":
            return
        if (holder := _holder(one)) is not None:
            self._listener.beat(holder, "" if kind == "DELETED" else _version(one))
        elif (operation := _read(one)) is not None:
            if kind == "DELETED":
                self._listener.gone(operation.id)
            else:
                self._listener.changed(operation)


def _labels(operation: Operation) -> dict[str, str]:
    namespace, name = operation.release
    release = sha256(f"{namespace}/{name}".encode()).hexdigest()[:32]
    labels = {PART: _OPERATION, STATE: operation.state, RELEASE: release}
    return {**labels, KEY: operation.key[:32]} if operation.key else labels


def _data(operation: Operation) -> dict[str, str]:
    data = operation.to_dict()
    request = data.pop("request")
    return {"operation": _packed(data), "request": _packed(request)}


def _packed(value: object) -> str:
    return base64.b64encode(json.dumps(value, separators=(",", ":")).encode()).decode()


def _read(one: Object) -> Operation | None:
    """Return the operation that a Secret holds, None if it holds none."""
    if one.get("type") != TYPE:
        return None
    try:
        data = json.loads(base64.b64decode(one["data"]["operation"]))
        data["request"] = json.loads(base64.b64decode(one["data"]["request"]))
        return Operation.from_dict(data, _version(one))
    except (InvalidRequestError, KeyError, TypeError, ValueError, RecursionError):
        return None


def _holder(one: Object) -> str | None:
    """Return the holder whose heartbeat a Secret is, None if it is none."""
    if one.get("type") != HOLDER_TYPE:
        return None
    return str(one["metadata"]["name"]).removeprefix("hivemind-holder-")


def _version(one: Object) -> str:
    return str(one["metadata"].get("resourceVersion") or "")
