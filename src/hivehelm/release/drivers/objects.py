"""Records in objects of the cluster: what Secrets and ConfigMaps have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod

from hivehelm.kube.errors import ApiError
from hivehelm.release import codec
from hivehelm.release import labels as marks
from hivehelm.release.errors import (
    InvalidLabelValueError,
    ReleaseDecodeError,
    ReleaseExistsError,
    ReleaseNotFoundError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Protocol

    from hivehelm.release.drivers.driver import Releases
    from hivehelm.release.model import Release

    Objects = list[dict[str, Any]]

    class ObjectClient(Protocol):
        """The part of `kube.client.Client` that records need."""

        def get(self, api_version: str, kind: str, name: str, namespace: str = "") -> dict[str, Any]:
            """Return one object."""

        def list(
            self,
            api_version: str,
            kind: str,
            namespace: str = "",
            *,
            label_selector: str = "",
            page_size: int = 0,
        ) -> Objects:
            """Return all objects of a kind."""

        def create(self, obj: dict[str, Any], namespace: str = "") -> dict[str, Any]:
            """Create an object."""

        def replace(self, obj: dict[str, Any]) -> dict[str, Any]:
            """Replace an object."""

        def delete(self, api_version: str, kind: str, name: str, namespace: str = "") -> dict[str, Any]:
            """Delete an object."""


#: Records run up to a megabyte, so pages are short.
PAGE_SIZE = 50


class ObjectDriver(ABC):
    """A store of one object for each record; `namespace` "" stands for all namespaces.

    `clock` gives nanoseconds since 1970. A subclass says how a record lies in its object, and how it tells
    of failures.
    """

    kind = ""

    def __init__(
        self, client: ObjectClient, namespace: str, *, clock: Callable[[], int] | None = None
    ) -> None:
        import time

        self._client = client
        self.namespace = namespace
        self._clock = clock or time.time_ns

    @property
    def name(self) -> str:
        """The kind of object."""
        return self.kind

    def get(self, key: str) -> Release:
        """Return one record with the user's labels."""
        try:
            found = self._client.get("v1", self.kind, key, self.namespace)
        except ApiError as error:
            if error.not_found:
                raise ReleaseNotFoundError from None
            raise self.failure("get", f'failed to get "{key}"', error) from error
        try:
            release = self._release(found)
        except ReleaseDecodeError as error:
            raise self.failure("get", f'failed to decode data "{key}"', error) from error
        return release.replace(labels=marks.users(release.labels))

    def list(self, keep: Callable[[Release], bool]) -> Releases:
        """Return the records for which `keep` holds."""
        try:
            found = self._all({"owner": "helm"})
        except ApiError as error:
            raise self.failure("list", "failed to list", error) from error
        return [release for release in self._readable(found) if keep(release)]

    def query(self, labels: Mapping[str, str]) -> Releases:
        """Return the records that carry all of `labels`.

        Raises:
            InvalidLabelValueError: no object can have such a label.
        """
        for value in labels.values():
            if faults := marks.value_faults(value):
                raise InvalidLabelValueError(value, faults)
        try:
            found = self._all(labels)
        except ApiError as error:
            raise self.failure("query", "failed to query with labels", error) from error
        if not found:
            raise ReleaseNotFoundError
        return self._readable(found)

    def create(self, key: str, release: Release) -> None:
        """Store a new record."""
        try:
            self._client.create(self._object(key, release, "createdAt"), self.namespace)
        except ApiError as error:
            if error.already_exists:
                raise ReleaseExistsError from None
            raise self.failure("create", "failed to create", error) from error

    def update(self, key: str, release: Release) -> None:
        """Replace a record."""
        try:
            self._client.replace(self._object(key, release, "modifiedAt"))
        except ApiError as error:
            raise self.failure("update", "failed to update", error) from error

    def delete(self, key: str) -> Release:
        """Remove a record and return it."""
        release = self.get(key)
        self._client.delete("v1", self.kind, key, self.namespace)
        return release

    @abstractmethod
    def failure(self, action: str, text: str, cause: Exception) -> Exception:
        """Return how this driver tells that `action` failed."""

    @abstractmethod
    def pack(self, record: bytes) -> dict[str, Any]:
        """Return the members of an object that hold `record`."""

    @abstractmethod
    def unpack(self, data: str) -> bytes:
        """Return the record in the object's `data`."""

    def _all(self, labels: Mapping[str, str]) -> Objects:
        selector = ",".join(f"{name}={value}" for name, value in sorted(labels.items()))
        return self._client.list(
            "v1", self.kind, self.namespace, label_selector=selector, page_size=PAGE_SIZE
        )

    def _readable(self, objects: Objects) -> Releases:
        releases = []
        for found in objects:
            try:
                releases.append(self._release(found))
            except ReleaseDecodeError:
                continue
        return releases

    def _release(self, found: dict[str, Any]) -> Release:
        data = (found.get("data") or {}).get("release") or ""
        release = codec.decode(self.unpack(data))
        return release.replace(labels=found["metadata"].get("labels") or {})

    def _object(self, key: str, release: Release, stamp: str) -> dict[str, Any]:
        now = str(self._clock() // 1_000_000_000)
        return {
            "apiVersion": "v1",
            "kind": self.kind,
            "metadata": {
                "name": key,
                "namespace": self.namespace,
                # A release that was listed brings the store's old stamps along: they win, as in Helm.
                "labels": {stamp: now, **marks.of(release)},
            },
            **self.pack(codec.encode(release)),
        }
