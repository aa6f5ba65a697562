"""Records in objects of the cluster: what Secrets and ConfigMaps have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod

from hivehelm.kube.errors import ApiError
from hivehelm.release import claim as claims
from hivehelm.release import codec, split
from hivehelm.release import labels as marks
from hivehelm.release.drivers import metadata as notes
from hivehelm.release.drivers.parts import OWNER, Parts
from hivehelm.release.drivers.requests import Requests, is_too_large
from hivehelm.release.drivers.rewriting import Rewriting
from hivehelm.release.errors import (
    LockLostError,
    RecordTooLargeError,
    ReleaseDecodeError,
    ReleaseExistsError,
    ReleaseNotFoundError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, Self

    from hivehelm.release.claim import Claim
    from hivehelm.release.drivers.driver import Refusals, Releases
    from hivehelm.release.drivers.entry import Entry
    from hivehelm.release.drivers.requests import Connected
    from hivehelm.release.model import Release

    Object = dict[str, Any]
    Stored = tuple[bytes, split.Mark | None]

#: Records run up to a megabyte, so pages are short; those of metadata alone need not be.
PAGE_SIZE = 50
METADATA_PAGE_SIZE = 1000


class ObjectDriver(ABC):
    """A store of one object for each record; `namespace` "" stands for all namespaces.

    `clock` gives nanoseconds since 1970. A subclass says how a record lies in its object, and how it tells
    of failures. Updates keep what they do not know: foreign labels, annotations, owners, finalizers and data.
    """

    kind = ""
    type = ""

    def __init__(self, client: Connected, namespace: str, *, clock: Callable[[], int] | None = None) -> None:
        import time

        self._requests = Requests(client, self.kind)
        self._parts = Parts(self._requests, self.kind, self.seal, self.unseal)
        self._splits = False
        # Releases of which parts were seen.
        self._split: set[str] = set()
        self.namespace = namespace
        self._clock = clock or time.time_ns
        self._writing = Rewriting(self._requests, namespace)

    @property
    def name(self) -> str:
        """The kind of object."""
        return self.kind

    def until(self, deadline: float) -> Self:
        """Return the same store, but that every request ends by `deadline`."""
        from copy import copy

        other = copy(self)
        other._requests = self._requests.until(deadline)
        other._parts = Parts(other._requests, self.kind, self.seal, self.unseal)
        other._writing = self._writing.through(other._requests)
        return other

    def splitting(self) -> Self:
        """Return the same store, but that it splits records that are too large."""
        from copy import copy

        other = copy(self)
        other._splits = True
        return other

    def sweep(self, name: str, version: int) -> None:
        """Remove the parts of release `name` up to revision `version` that belong to no record.

        Without `splitting`, only if such parts were seen on the way: most releases have none.
        """
        if not (self._splits or name in self._split):
            return
        try:
            self._parts.sweep(name, version, self.namespace)
        except ApiError as error:
            raise self.failure("query", "failed to query with labels", error) from error

    def get(self, key: str) -> Release:
        """Return one record with the user's labels."""
        release = self._read(key)[1]
        return release.replace(labels=marks.users(release.labels))

    def list(self, keep: Callable[[Release], bool]) -> Releases:
        """Return the records for which `keep` holds."""
        try:
            found = self._requests.objects(self.namespace, "owner=helm", page_size=PAGE_SIZE)
            return [release for release in self._readable(found) if keep(release)]
        except ApiError as error:
            raise self.failure("list", "failed to list", error) from error

    def query(self, labels: Mapping[str, str]) -> Releases:
        """Return the records that carry all of `labels`.

        Raises:
            InvalidLabelValueError: no object can have such a label.
        """
        any_found = False

        def found() -> Iterable[Object]:
            nonlocal any_found
            for item in self._requests.objects(self.namespace, notes.selector(labels), page_size=PAGE_SIZE):
                any_found = True
                yield item

        try:
            releases = self._readable(found())
        except ApiError as error:
            raise self.failure("query", "failed to query with labels", error) from error
        if not any_found:
            raise ReleaseNotFoundError
        return releases

    def index(self, labels: Mapping[str, str]) -> Sequence[Entry] | None:
        """Return where the records that carry all of `labels` are, by their metadata alone.

        None says that the metadata contradicts itself, and only the records can tell.
        """
        name = labels.get("name")
        action, text = (
            ("list", "failed to list") if name is None else ("query", "failed to query with labels")
        )
        selector = notes.selector(labels)
        if name is not None:
            # Parts that are left over are noticed on the way.
            selector = selector.replace("owner=helm", f"owner in (helm,{OWNER})")
        try:
            found = list(
                self._requests.objects(
                    self.namespace, selector, page_size=METADATA_PAGE_SIZE, metadata_only=True
                )
            )
        except ApiError as error:
            raise self.failure(action, text, error) from error
        entries = []
        for item in found:
            if (item["metadata"].get("labels") or {}).get("owner") == OWNER:
                self._split.add(name or "")
                continue
            if (entry := notes.entry(item["metadata"])) is None:
                return None
            entries.append(entry)
        return entries

    def fetch(self, entries: Sequence[Entry]) -> Releases:
        """Return the records at `entries`, in any order, without those that are gone or unreadable."""
        wanted = {(entry.namespace, entry.key) for entry in entries}
        releases: Releases = []
        try:
            if len(entries) == 1:
                try:
                    return self._readable([self._requests.get(entries[0].key, entries[0].namespace)])
                except ApiError as error:
                    if error.not_found:
                        return []
                    # Who may list, but not get, is served like everybody in Helm.
                    if not error.forbidden:
                        raise
            for selector in notes.selectors(entries):
                found = self._requests.objects(self.namespace, selector, page_size=PAGE_SIZE)
                releases += self._readable(item for item in found if notes.place(item["metadata"]) in wanted)
        except ApiError as error:
            raise self.failure("list", "failed to list", error) from error
        return releases

    def read(self, found: Object) -> Release:
        """Return the record in an object that came another way, with the store's labels and the user's.

        Raises:
            ReleaseDecodeError: it cannot be read.
        """
        return self._release(found)

    @property
    def requests(self) -> Requests:
        """What the store asks the cluster through."""
        return self._requests

    def create(self, key: str, release: Release, claim: Claim | None = None) -> None:
        """Store a new record."""
        labels = {"createdAt": self._now(), **marks.of(release)}
        try:
            record, mark = self._stored(key, release, self._splits)
            obj = self._object(key, {}, labels, record, mark, claim)
            self._writing.create(key, obj)
        except ApiError as error:
            if error.already_exists:
                raise ReleaseExistsError from None
            raise self._refusal("create", "failed to create", error, release, tried=self._splits) from error

    def update(
        self, key: str, release: Release, claim: Claim | None = None, expect: Claim | None = None
    ) -> None:
        """Replace a record and its claim."""
        # A release that was listed brings the store's old stamps along: they win, as in Helm.
        labels = {"modifiedAt": self._now(), **marks.of(release)}

        stored: dict[bool, Stored] = {}
        before: split.Mark | None = None

        def changed(live: Object) -> Object:
            nonlocal before
            if expect is not None and not expect.is_of(claims.read(notes.attached(live))):
                raise LockLostError(release.name, release.version)
            foreign = marks.users((live.get("metadata") or {}).get("labels") or {})
            before = notes.mark(live.get("metadata") or {})
            splits = self._splits or before is not None
            if splits not in stored:
                stored[splits] = self._stored(key, release, splits)
            return self._object(key, live, {**foreign, **labels}, *stored[splits], claim)

        try:
            self._writing.replace(key, changed, blind=expect is None)
            if before is not None and all(before != mark for _, mark in stored.values()):
                self._parts.remove(key, self.namespace, before)
        except ApiError as error:
            raise self._refusal("update", "failed to update", error, release, tried=True in stored) from error

    def trial(self, key: str, release: Release) -> Refusals:
        """Return what the server would say to making a record, and to changing it; nothing is written."""
        record, mark, _ = split.pack(release, splits=self._splits)
        obj = self._object(key, {}, marks.of(release), record, mark, None)
        found: Refusals = []
        for write in (self._requests.create, self._requests.replace):
            try:
                write(obj, self.namespace, dry_run=True)
            except ApiError as error:
                if is_too_large(error):
                    size = len(codec.encode(release))
                    return [RecordTooLargeError(release, size, error, split=self._splits)]
                # What is not there cannot be changed; who may not change it is told that first.
                if not (error.already_exists or error.not_found):
                    found.append(error)
        return found

    def claim(self, key: str) -> Claim | None:
        """Return who is at work on a record."""
        try:
            metadata, now = self._requests.metadata(key, self.namespace)
        except ApiError as error:
            if error.not_found:
                raise ReleaseNotFoundError from None
            raise self.failure("get", f'failed to get "{key}"', error) from error
        return claims.read(metadata.get("annotations"), notes.age(metadata, now))

    def renew(self, key: str, claim: Claim | None, expect: Claim | None) -> None:
        """Replace the claim of a record."""

        def changed(live: Object) -> Object:
            held = claims.read(notes.attached(live))
            if not expect.is_of(held) if expect is not None else held is not None:
                labels = live["metadata"].get("labels") or {}
                raise LockLostError(labels.get("name") or "", notes.number(labels.get("version")) or 0)
            return {**live, "metadata": notes.claimed(live["metadata"], claim)}

        try:
            self._writing.replace(key, changed, whole=True)
        except ApiError as error:
            if error.not_found:
                raise ReleaseNotFoundError from None
            raise self.failure("update", "failed to update", error) from error

    def delete(self, key: str) -> Release:
        """Remove a record and return it."""
        found, release = self._read(key)
        self._requests.delete(key, self.namespace)
        self._writing.forget(key)
        if (mark := notes.mark(found["metadata"])) is not None:
            self._parts.remove(key, self.namespace, mark)
        return release.replace(labels=marks.users(release.labels))

    @abstractmethod
    def failure(self, action: str, text: str, cause: Exception) -> Exception:
        """Return how this driver tells that `action` failed."""

    @abstractmethod
    def seal(self, data: bytes) -> str:
        """Return bytes, ASCII all of them, as the data of an object."""

    @abstractmethod
    def unseal(self, data: str) -> bytes:
        """Return the bytes in an object's data.

        Raises:
            ReleaseDecodeError: there are none.
        """

    def _read(self, key: str) -> tuple[Object, Release]:
        try:
            found = self._requests.get(key, self.namespace)
        except ApiError as error:
            if error.not_found:
                raise ReleaseNotFoundError from None
            raise self.failure("get", f'failed to get "{key}"', error) from error
        try:
            return found, self._release(found)
        except ReleaseDecodeError as error:
            raise self.failure("get", f'failed to decode data "{key}"', error) from error

    def _readable(self, objects: Iterable[Object]) -> Releases:
        releases = []
        for found in objects:
            try:
                releases.append(self._release(found))
            except ReleaseDecodeError:
                continue
        return releases

    def _release(self, found: Object) -> Release:
        metadata = found["metadata"]
        mark = notes.mark(metadata)
        if mark is None:
            record = self._first(found)
        else:
            namespace, key = notes.place(metadata)
            try:
                record = self._parts.joined(key, namespace, mark, self._first(found))
            except ReleaseDecodeError:
                # Somebody may have written the record anew since its first part was read.
                try:
                    fresh = self._requests.get(key, namespace)
                except ApiError:
                    fresh = found
                if notes.mark(fresh["metadata"]) == mark:
                    raise
                return self._release(fresh)
        release = codec.decode(record)
        return release.replace(
            labels=metadata.get("labels") or {}, claim=claims.read(metadata.get("annotations"))
        )

    def _first(self, found: Object) -> bytes:
        return self.unseal((found.get("data") or {}).get("release") or "")

    def _stored(self, key: str, release: Release, splits: bool) -> Stored:
        """Return what goes into the record's object, and its mark if parts of it were stored elsewhere."""
        record, mark, parts = split.pack(release, splits=splits)
        if mark is not None:
            self._parts.write(key, self.namespace, release, mark, parts)
        return record, mark

    def _refusal(
        self, action: str, text: str, error: ApiError, release: Release, *, tried: bool
    ) -> Exception:
        failure = self.failure(action, text, error)
        if not is_too_large(error):
            return failure
        return RecordTooLargeError(release, len(codec.encode(release)), failure, split=tried)

    def _object(
        self,
        key: str,
        live: Object,
        labels: dict[str, str],
        record: bytes,
        mark: split.Mark | None,
        claim: Claim | None,
    ) -> Object:
        """Return `live` with another record, other labels and another claim."""
        metadata = {
            **(live.get("metadata") or {}),
            "name": key,
            "namespace": self.namespace,
            "labels": labels,
        }
        annotations = {n: v for n, v in notes.attached(live).items() if n != split.NAME}
        if mark is not None:
            annotations[split.NAME] = mark.note()
        return {
            **live,
            "apiVersion": "v1",
            "kind": self.kind,
            "metadata": notes.claimed({**metadata, "annotations": annotations}, claim),
            **({"type": self.type} if self.type else {}),
            "data": {**(live.get("data") or {}), "release": self.seal(record)},
        }

    def _now(self) -> str:
        return str(self._clock() // 1_000_000_000)
