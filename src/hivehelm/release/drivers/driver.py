"""What a store of records must do (pkg/storage/driver.Driver)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Protocol

    from hivehelm.release.model import Release

    Releases = list[Release]
else:
    Protocol = object


class Driver(Protocol):
    """A store of records in one namespace, or in all of them where its namespace is "".

    Keys are `release.storage.key`'s. Releases that come from `list` and `query` carry the store's own
    labels beside the user's; from `get` only the user's. Records that cannot be read are left out of
    `list` and `query`. What the store itself refuses is a `StorageError` or a `KubeError`.
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

    def create(self, key: str, release: Release) -> None:
        """Store a new record, or raise `ReleaseExistsError`."""

    def update(self, key: str, release: Release) -> None:
        """Replace a record."""

    def delete(self, key: str) -> Release:
        """Remove a record and return it, or raise `ReleaseNotFoundError`."""
