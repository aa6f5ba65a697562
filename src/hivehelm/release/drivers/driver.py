"""What a store of records must do (pkg/storage/driver.Driver)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Protocol

    from hivehelm.kube.errors import KubeError
    from hivehelm.release.claim import Claim
    from hivehelm.release.drivers.entry import Entry
    from hivehelm.release.errors import ReleaseError
    from hivehelm.release.model import Release

    Releases = list[Release]
    Refusals = list[KubeError | ReleaseError]
else:
    Protocol = object


class Driver(Protocol):
    """A store of records in one namespace, or in all of them where its namespace is "".

    Keys are `release.storage.key`'s. Releases that come from `list` and `query` carry the store's own
    labels beside the user's; from `get` only the user's. Records that cannot be read are left out of
    `list` and `query`. What the store itself refuses is a `StorageError` or a `KubeError`.

    A record may be claimed (see `release.claim`): `get`, `query` and `newest` say by whom, `claim` too and
    freshly, with the claim's age.
    """

    @property
    def name(self) -> str:
        """The kind of store, as Helm calls it."""

    def get(self, key: str) -> Release:
        """Return one record, or raise `ReleaseNotFoundError`."""

    def list(self, keep: Callable[[Release], bool]) -> Releases:
        """Return the records for which `keep` holds."""

    def query(self, labels: Mapping[str, str]) -> Releases:
        """Return the records that carry all of `labels`, or raise `ReleaseNotFoundError` for none."""

    def index(self, labels: Mapping[str, str]) -> Sequence[Entry] | None:
        """Return where the records that carry all of `labels` are, without reading them.

        None says that only the records can tell: what is noted beside them contradicts itself, or they are as
        near as the notes.
        """

    def fetch(self, entries: Sequence[Entry]) -> Releases:
        """Return the records at `entries`, in any order, without those that are gone or unreadable."""

    def create(self, key: str, release: Release, claim: Claim | None = None) -> None:
        """Store a new record, claimed from the start; or raise `ReleaseExistsError`."""

    def update(
        self, key: str, release: Release, claim: Claim | None = None, expect: Claim | None = None
    ) -> None:
        """Replace a record, and its claim by `claim`; None lets go of it.

        With `expect`, only a record that is claimed so is replaced; else `LockLostError` is raised.
        """

    def trial(self, key: str, release: Release) -> Refusals:
        """Return what would be said to making a record and to changing it, without doing so."""

    def claim(self, key: str) -> Claim | None:
        """Return who is at work on a record, or raise `ReleaseNotFoundError`."""

    def renew(self, key: str, claim: Claim | None, expect: Claim | None) -> None:
        """Leave a record as it is and replace its claim, None lets go of it.

        Only a record that is claimed as `expect` says (None: by nobody) is touched; else `LockLostError`
        is raised.
        """

    def until(self, deadline: float) -> Driver:
        """Return the same store, but that requests of ours end by `deadline`, on `time.monotonic`'s clock."""

    def splitting(self) -> Driver:
        """Return the same store, but that it splits records that are too large (see `release.split`)."""

    def sweep(self, name: str, version: int) -> None:
        """Remove what killed processes left of records of release `name` up to revision `version`.

        Only for who holds the release.
        """

    def delete(self, key: str) -> Release:
        """Remove a record and return it, or raise `ReleaseNotFoundError`."""
