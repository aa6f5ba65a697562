"""Records in this process's memory (pkg/storage/driver/memory.go)."""

from __future__ import annotations

from hivehelm.release import labels as marks
from hivehelm.release.errors import (
    InvalidKeyError,
    LockLostError,
    ReleaseExistsError,
    ReleaseNotFoundError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from hivehelm.release.claim import Claim
    from hivehelm.release.drivers.driver import Refusals, Releases
    from hivehelm.release.drivers.entry import Entry
    from hivehelm.release.model import Release


class Memory:
    """A store for tests and for `HELM_DRIVER=memory`, safe to use from several threads.

    New records go to their release's namespace; everything else happens in `namespace` ("" is all of them).
    """

    name = "Memory"

    def __init__(self, namespace: str = "default") -> None:
        from threading import RLock

        self.namespace = namespace
        self._lock = RLock()
        self._records: dict[tuple[str, str], Release] = {}

    def within(self, namespace: str) -> Memory:
        """Return the same store as seen from another namespace."""
        other = Memory(namespace)
        other._lock = self._lock
        other._records = self._records
        return other

    def get(self, key: str) -> Release:
        """Return one record with the user's labels."""
        _check(key)
        with self._lock:
            if (found := self._records.get((self.namespace, key))) is None:
                raise ReleaseNotFoundError
            return found

    def list(self, keep: Callable[[Release], bool]) -> Releases:
        """Return the records for which `keep` holds, in order of namespace, name and revision."""
        return [release for release in self._here() if keep(release)]

    def query(self, labels: Mapping[str, str]) -> Releases:
        """Return the records that carry all of `labels`."""
        wanted = labels.items()
        found = [release for release in self._here() if wanted <= marks.of(release).items()]
        if not found:
            raise ReleaseNotFoundError
        return found

    def index(self, labels: Mapping[str, str]) -> Sequence[Entry] | None:
        """Return None: the records themselves are as near."""
        return None

    def fetch(self, entries: Sequence[Entry]) -> Releases:
        """Return the records at `entries`."""
        with self._lock:
            found = [self._records.get((entry.namespace, entry.key)) for entry in entries]
        return [release for release in found if release is not None]

    def create(self, key: str, release: Release, claim: Claim | None = None) -> None:
        """Store a new record."""
        place = (release.namespace or "default", key)
        with self._lock:
            if place in self._records:
                raise ReleaseExistsError
            self._records[place] = release.replace(claim=claim)

    def update(
        self, key: str, release: Release, claim: Claim | None = None, expect: Claim | None = None
    ) -> None:
        """Replace a record and its claim."""
        place = (release.namespace or "default", key)
        with self._lock:
            if (stored := self._records.get(place)) is None:
                raise ReleaseNotFoundError
            if expect is not None and not expect.is_of(stored.claim):
                raise LockLostError(release.name, release.version)
            self._records[place] = release.replace(claim=claim)

    def claim(self, key: str) -> Claim | None:
        """Return who is at work on a record."""
        return self.get(key).claim

    def renew(self, key: str, claim: Claim | None, expect: Claim | None) -> None:
        """Replace the claim of a record."""
        with self._lock:
            stored = self.get(key)
            if not expect.is_of(stored.claim) if expect is not None else stored.claim is not None:
                raise LockLostError(stored.name, stored.version)
            self._records[self.namespace, key] = stored.replace(claim=claim)

    def until(self, deadline: float) -> Memory:
        """Return the store itself: nothing takes time here."""
        return self

    def trial(self, key: str, release: Release) -> Refusals:
        """Return nothing: who can be asked can also be written to."""
        return []

    def splitting(self) -> Memory:
        """Return the store itself: it takes records of any size."""
        return self

    def sweep(self, name: str, version: int) -> None:
        """Do nothing: records are never in parts here."""

    def delete(self, key: str) -> Release:
        """Remove a record and return it."""
        _check(key)
        with self._lock:
            if (found := self._records.pop((self.namespace, key), None)) is None:
                raise ReleaseNotFoundError
            return found

    def _here(self) -> Iterator[Release]:
        with self._lock:
            records = list(self._records.items())
        records.sort(key=lambda item: (item[0][0], item[1].name, item[1].version))
        return (release for (namespace, _), release in records if self.namespace in ("", namespace))


def _check(key: str) -> None:
    parts = key.removeprefix("sh.helm.release.v1.").split(".v")
    if len(parts) != 2 or not parts[1].lstrip("+-").isdecimal():
        raise InvalidKeyError
