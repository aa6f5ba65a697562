"""Records in objects of the cluster: what Secrets and ConfigMaps have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod

from hivehelm.kube.errors import ApiError
from hivehelm.release import claim as claims
from hivehelm.release import codec
from hivehelm.release import labels as marks
from hivehelm.release.drivers.entry import Entry
from hivehelm.release.drivers.requests import Requests
from hivehelm.release.errors import (
    InvalidLabelValueError,
    LockLostError,
    ReleaseDecodeError,
    ReleaseExistsError,
    ReleaseNotFoundError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from hivehelm.release.claim import Claim
    from hivehelm.release.drivers.driver import Releases
    from hivehelm.release.drivers.requests import Connected
    from hivehelm.release.model import Release

    Object = dict[str, Any]

#: Records run up to a megabyte, so pages are short; those of metadata alone need not be.
PAGE_SIZE = 50
METADATA_PAGE_SIZE = 1000
#: How long a selector may get: proxies before API servers take addresses of 8 KiB.
MAX_SELECTOR = 4096
#: How often a write is tried again that somebody else's came before.
CONFLICTS = 8


class ObjectDriver(ABC):
    """A store of one object for each record; `namespace` "" stands for all namespaces.

    `clock` gives nanoseconds since 1970. A subclass says how a record lies in its object, and how it tells
    of failures. Updates keep what they do not know: foreign labels, annotations, owners, finalizers and data.
    """

    kind = ""

    def __init__(self, client: Connected, namespace: str, *, clock: Callable[[], int] | None = None) -> None:
        import time

        self._requests = Requests(client, self.kind)
        self.namespace = namespace
        self._clock = clock or time.time_ns
        # What was last written here, records apart: most updates then need no read before.
        self._written: dict[str, Object] = {}

    @property
    def name(self) -> str:
        """The kind of object."""
        return self.kind

    def get(self, key: str) -> Release:
        """Return one record with the user's labels."""
        release = self._read(key)
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
            for item in self._requests.objects(self.namespace, _selector(labels), page_size=PAGE_SIZE):
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
        action, text = (
            ("query", "failed to query with labels") if "name" in labels else ("list", "failed to list")
        )
        try:
            found = list(
                self._requests.objects(
                    self.namespace, _selector(labels), page_size=METADATA_PAGE_SIZE, metadata_only=True
                )
            )
        except ApiError as error:
            raise self.failure(action, text, error) from error
        entries = []
        for item in found:
            if (entry := _entry(item["metadata"])) is None:
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
            for selector in _selectors(entries):
                found = self._requests.objects(self.namespace, selector, page_size=PAGE_SIZE)
                releases += self._readable(item for item in found if _place(item["metadata"]) in wanted)
        except ApiError as error:
            raise self.failure("list", "failed to list", error) from error
        return releases

    def create(self, key: str, release: Release, claim: Claim | None = None) -> None:
        """Store a new record."""
        labels = {"createdAt": self._now(), **marks.of(release)}
        obj = self._object(key, {}, labels, release, claim)
        try:
            self._remember(key, self._requests.create(obj, self.namespace))
        except ApiError as error:
            if error.already_exists:
                raise ReleaseExistsError from None
            raise self.failure("create", "failed to create", error) from error

    def update(
        self, key: str, release: Release, claim: Claim | None = None, expect: Claim | None = None
    ) -> None:
        """Replace a record and its claim."""
        # A release that was listed brings the store's old stamps along: they win, as in Helm.
        labels = {"modifiedAt": self._now(), **marks.of(release)}

        def changed(live: Object) -> Object:
            if expect is not None and not expect.is_of(claims.read(_notes(live))):
                raise LockLostError(release.name, release.version)
            foreign = marks.users((live.get("metadata") or {}).get("labels") or {})
            return self._object(key, live, {**foreign, **labels}, release, claim)

        try:
            self._replace(key, changed, blind=expect is None)
        except ApiError as error:
            raise self.failure("update", "failed to update", error) from error

    def claim(self, key: str) -> Claim | None:
        """Return who is at work on a record."""
        try:
            metadata, now = self._requests.metadata(key, self.namespace)
        except ApiError as error:
            if error.not_found:
                raise ReleaseNotFoundError from None
            raise self.failure("get", f'failed to get "{key}"', error) from error
        return claims.read(metadata.get("annotations"), _age(metadata, now))

    def renew(self, key: str, claim: Claim | None, expect: Claim | None) -> None:
        """Replace the claim of a record."""

        def changed(live: Object) -> Object:
            held = claims.read(_notes(live))
            if not expect.is_of(held) if expect is not None else held is not None:
                labels = live["metadata"].get("labels") or {}
                raise LockLostError(labels.get("name") or "", _number(labels.get("version")) or 0)
            return {**live, "metadata": _claimed(live["metadata"], claim)}

        try:
            self._replace(key, changed, whole=True)
        except ApiError as error:
            if error.not_found:
                raise ReleaseNotFoundError from None
            raise self.failure("update", "failed to update", error) from error

    def delete(self, key: str) -> Release:
        """Remove a record and return it."""
        release = self.get(key)
        self._requests.delete(key, self.namespace)
        self._written.pop(key, None)
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

    def _read(self, key: str) -> Release:
        try:
            found = self._requests.get(key, self.namespace)
        except ApiError as error:
            if error.not_found:
                raise ReleaseNotFoundError from None
            raise self.failure("get", f'failed to get "{key}"', error) from error
        try:
            return self._release(found)
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
        data = (found.get("data") or {}).get("release") or ""
        release = codec.decode(self.unpack(data))
        metadata = found["metadata"]
        return release.replace(
            labels=metadata.get("labels") or {}, claim=claims.read(metadata.get("annotations"))
        )

    def _object(
        self, key: str, live: Object, labels: dict[str, str], release: Release, claim: Claim | None
    ) -> Object:
        """Return `live` with another record, other labels and another claim."""
        packed = self.pack(codec.encode(release))
        packed["data"] = {**(live.get("data") or {}), **packed["data"]}
        metadata = {
            **(live.get("metadata") or {}),
            "name": key,
            "namespace": self.namespace,
            "labels": labels,
        }
        return {
            **live,
            "apiVersion": "v1",
            "kind": self.kind,
            "metadata": _claimed(metadata, claim),
            **packed,
        }

    def _replace(
        self, key: str, changed: Callable[[Object], Object], *, blind: bool = False, whole: bool = False
    ) -> None:
        """Replace an object by what `changed` makes of it; who came in between is not overwritten.

        Without `whole`, `changed` may be given an object without its record. With `blind`, somebody who may
        not read what he may write overwrites everything, as Helm does.
        """
        live = None if whole else self._written.get(key)
        for left in range(CONFLICTS, -1, -1):
            if live is None:
                try:
                    live = self._requests.get(key, self.namespace)
                except ApiError as error:
                    if not (blind and error.forbidden):
                        raise
                    live = {}
            try:
                self._remember(key, self._requests.replace(changed(live), self.namespace))
            except ApiError as error:
                self._written.pop(key, None)
                if not (error.conflict and left):
                    raise
                live = None
            else:
                return

    def _remember(self, key: str, answer: Object) -> None:
        kept = {name: value for name, value in (answer.get("data") or {}).items() if name != "release"}
        metadata = {n: v for n, v in (answer.get("metadata") or {}).items() if n != "managedFields"}
        if len(self._written) >= 64:
            self._written.clear()
        self._written[key] = {**answer, "data": kept, "metadata": metadata}

    def _now(self) -> str:
        return str(self._clock() // 1_000_000_000)


def _selector(labels: Mapping[str, str]) -> str:
    for value in labels.values():
        if faults := marks.value_faults(value):
            raise InvalidLabelValueError(value, faults)
    return ",".join(f"{name}={value}" for name, value in sorted(labels.items()))


def _selectors(entries: Sequence[Entry]) -> Iterable[str]:
    """Yield selectors that together find all entries, and little else."""
    names: list[str] = []
    versions: set[int] = set()
    length = 0
    # Releases at the same revision together, so that a selector finds one revision of each.
    for entry in sorted(entries, key=lambda one: (one.version, one.name)):
        if names and length + len(entry.name) > MAX_SELECTOR:
            yield _among(names, versions)
            names, versions, length = [], set(), 0
        if not names or names[-1] != entry.name:
            names.append(entry.name)
            length += len(entry.name) + 1
        versions.add(entry.version)
    if names:
        yield _among(names, versions)


def _among(names: Sequence[str], versions: Iterable[int]) -> str:
    numbers = ",".join(map(str, sorted(versions)))
    return f"name in ({','.join(sorted(set(names)))}),owner=helm,version in ({numbers})"


def _entry(metadata: Object) -> Entry | None:
    """Return what metadata says of its record; None where labels do not fit the object's name."""
    labels = metadata.get("labels") or {}
    name, version = labels.get("name") or "", _number(labels.get("version"))
    namespace, key = _place(metadata)
    if version is None or key != f"sh.helm.release.v1.{name}.v{version}":
        return None
    return Entry(key=key, namespace=namespace, name=name, version=version)


def _place(metadata: Object) -> tuple[str, str]:
    return metadata.get("namespace") or "", metadata["name"]


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None


def _notes(live: Object) -> dict[str, str]:
    return (live.get("metadata") or {}).get("annotations") or {}


def _claimed(metadata: Object, claim: Claim | None) -> Object:
    """Return metadata with another claim; what the server manages itself is left out."""
    kept = {name: value for name, value in metadata.items() if name not in ("managedFields", "annotations")}
    notes = {n: v for n, v in (metadata.get("annotations") or {}).items() if n not in claims.NAMES}
    if claim is not None:
        notes.update(claim.notes())
    return {**kept, "annotations": notes} if notes else kept


def _age(metadata: Object, now: float | None) -> float | None:
    """Return how long ago an object was last written as a record, in seconds by the server's clock."""
    from hivehelm.release.drivers.requests import FIELD_MANAGER
    from hivehelm.release.times import nanoseconds

    times = [
        nanoseconds(entry["time"])
        for entry in metadata.get("managedFields") or ()
        if entry.get("manager") == FIELD_MANAGER and entry.get("time")
    ]
    return max(0.0, now - max(times) / 1e9) if times and now is not None else None
