"""Who keeps a repository's archives: the seam between it and directories, registries and other servers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from hivehelm.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

    from hivehelm.platform.repository.archive import Archive
    from hivehelm.platform.repository.catalog import Entry

CHART_TYPE = "application/gzip"
PROVENANCE_TYPE = "application/pgp-signature"


class Content(Record):
    """A file of a repository, open at its start; who takes it closes `stream`.

    `etag` is a strong validator, with its quotes; `modified` is in seconds of Unix.
    """

    file: str
    size: int
    etag: str
    modified: float
    stream: BinaryIO

    @property
    def media_type(self) -> str:
        """The type of what is in it."""
        return PROVENANCE_TYPE if self.file.endswith(".prov") else CHART_TYPE

    def read(self) -> bytes:
        """Return all of it, and close it."""
        with self.stream:
            return self.stream.read()


class Listing(Record):
    """What a back end has: `entries` by file, when that last changed, and what it could make nothing of."""

    entries: Mapping[str, Entry]
    generated: str
    modified: float
    refused: Mapping[str, str] = {}


class Backend(Protocol):
    """Keeps archives. Every method may be called by many threads at once, but `listing`, which one calls.

    All of them raise RepositoryUnreachableError where what keeps the archives cannot be reached.
    """

    where: str
    """What people know it by: a path or an address, without credentials."""
    writable: bool
    """Whether `put`, `put_provenance` and `delete` work."""

    def unchanged(self) -> bool:
        """Tell at once whether the last `listing` still holds."""
        ...

    def listing(self, known: Mapping[str, Entry]) -> Listing:
        """Return what is there; entries of `known` are used again where their files are as they were."""
        ...

    def open(self, file: str, entry: Entry | None) -> Content:
        """Return a file; `entry` is what is known of the archive, if anything is.

        Raises:
            NoArchiveError: there is no such file.
        """
        ...

    def put(self, archive: Archive, data: bytes, prov: bytes | None, *, force: bool) -> bool:
        """Keep an archive, and its provenance; tell whether another one was replaced.

        Raises:
            ArchiveExistsError: it is there already, and it shall not be forced.
            ReadOnlyRepositoryError: nothing can be kept.
        """
        ...

    def put_provenance(self, name: str, version: str, prov: bytes, *, force: bool) -> None:
        """Keep the provenance of an archive that is there.

        Raises:
            ArchiveExistsError: it is there already, and it shall not be forced.
            ReadOnlyRepositoryError: nothing can be kept.
        """
        ...

    def delete(self, name: str, version: str) -> None:
        """Forget an archive and its provenance.

        Raises:
            NoArchiveError: it is not there.
            ReadOnlyRepositoryError: nothing can be forgotten.
        """
        ...
