"""A chart repository that can be read, added to and taken from, whoever keeps its archives."""

from __future__ import annotations

import time
from threading import Lock

from hivehelm.platform.repository.archive import PROVENANCE, check_provenance, described, file_of, is_file
from hivehelm.platform.repository.catalog import Catalog, Entry, Served
from hivehelm.platform.repository.errors import (
    InvalidArchiveError,
    InvalidProvenanceError,
    NoArchiveError,
    ReadOnlyRepositoryError,
    RepositoryUnreachableError,
)
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hivehelm.platform.repository.backend import Backend, Content
    from hivehelm.sources.index.entry import ChartVersion

    Log = Callable[..., None]


# Seconds until what could not be reached is asked again, while there is something to show.
_PATIENCE = 5.0


class Stored(Record):
    """An archive that was put into a repository; `replaced` tells whether another one gave way to it."""

    name: str
    version: str
    file: str
    digest: str
    replaced: bool


class State(Record):
    """How a repository is: `problem` says why what is shown may be out of date, `refused` which files why."""

    where: str
    writable: bool
    charts: int
    versions: int
    problem: str
    refused: Mapping[str, str]


class ChartRepository:
    """A chart repository over a back end. Safe for any number of threads; replicas may share what is below.

    Every method may raise RepositoryUnreachableError: with what was seen before, reading goes on without it.
    """

    def __init__(self, backend: Backend, log: Log | None = None) -> None:
        """Take a back end; `log(level, message, **attributes)` hears of files that are no charts."""
        self._backend = backend
        self._log = log or (lambda *_, **__: None)
        self._turn = Lock()
        self._catalog: Catalog | None = None
        self._problem = ""
        self._again = 0.0
        self._refused: Mapping[str, str] = {}

    @property
    def where(self) -> str:
        """Where the archives are: a path or an address."""
        return self._backend.where

    @property
    def writable(self) -> bool:
        """Whether charts can be put here and deleted."""
        return self._backend.writable

    def catalog(self) -> Catalog:
        """Return what is there now.

        Raises:
            RepositoryUnreachableError: that cannot be found out, and never was.
        """
        found = self._catalog
        if found is not None and (self._backend.unchanged() or time.monotonic() < self._again):
            return found
        with self._turn:
            # Another thread may have looked while this one waited.
            if self._catalog is not None and self._catalog is not found and self._backend.unchanged():
                return self._catalog
            return self._look()

    def _look(self) -> Catalog:
        before = self._catalog
        try:
            listing = self._backend.listing(before.entries if before else {})
        except RepositoryUnreachableError as error:
            if before is None:
                raise
            self._again = time.monotonic() + _PATIENCE
            if self._problem != str(error):
                self._problem = str(error)
                self._log("WARN", "chart repository cannot be reached", error=self._problem)
            return before
        self._problem, self._again = "", 0.0
        for file, problem in listing.refused.items():
            if self._refused.get(file) != problem:
                self._log("WARN", "file is left out of the chart repository", file=file, error=problem)
        self._refused = listing.refused
        if before is not None and before.generated == listing.generated and _same(before, listing.entries):
            return before
        self._catalog = Catalog(listing.entries, listing.generated, listing.modified, before)
        return self._catalog

    def index(self, prefix: str = "") -> Served:
        """Return index.yaml; addresses in it are file names after `prefix`."""
        return self.catalog().index(prefix)

    def charts(self) -> Served:
        """Return all charts as ChartMuseum's JSON: lists of versions by name."""
        return self.catalog().json()

    def names(self) -> list[str]:
        """Return the names of charts, in order."""
        return self.catalog().names()

    def versions(self, name: str) -> list[ChartVersion]:
        """Return a chart's versions, the newest first; none for a chart that is not there."""
        return [entry.shown("") for entry in self.catalog().versions(name)]

    def get(self, name: str, version: str = "") -> ChartVersion:
        """Return the version that is meant: that one, the newest in that range; "" or "latest": the newest.

        Raises:
            NoArchiveError: there is none.
        """
        return self.catalog().get(name, version).shown("")

    def chart(self, file: str) -> Content:
        """Return an archive or a provenance by the name of its file, open; the caller closes its stream.

        Raises:
            NoArchiveError: there is no such file.
        """
        if not is_file(file):
            raise NoArchiveError("object not found")
        entry = self.catalog().entries.get(file.removesuffix(".prov"))
        return self._backend.open(file, entry)

    def archive(self, name: str, version: str = "") -> bytes:
        """Return the archive of the version that is meant, as `get` finds it.

        Raises:
            NoArchiveError: there is none.
        """
        entry = self.catalog().get(name, version)
        return self._backend.open(entry.file, entry).read()

    def put(self, data: bytes, prov: bytes | None = None, *, force: bool = False) -> Stored:
        """Add a chart's archive, and the provenance that goes with it; both are there afterwards, or none.

        What is wrong with it is found in a process of its own, within limits.

        Raises:
            InvalidArchiveError, InvalidProvenanceError: they are none, or not of one chart.
            ArchiveTooLargeError: there is too much to it.
            ArchiveExistsError: that version is there, and it shall not be forced.
            ReadOnlyRepositoryError: nothing can be added here.
        """
        from hivehelm.platform.repository.inspection import inspect

        self._check_writable()
        archive = described(data)
        if prov is not None:
            name, version, sums = check_provenance(prov)
            if (name, version) != (archive.name, archive.version):
                raise InvalidProvenanceError(
                    f"the provenance is of {name} {version}, the archive of {archive.name} {archive.version}"
                )
            if sums.get(archive.file) != f"sha256:{archive.digest}":
                raise InvalidProvenanceError(f"the provenance has another sum for {archive.file}")
        inspect(data)
        replaced = self._backend.put(archive, data, prov, force=force)
        return Stored(
            name=archive.name,
            version=archive.version,
            file=archive.file,
            digest=archive.digest,
            replaced=replaced,
        )

    def put_provenance(self, prov: bytes, *, force: bool = False) -> None:
        """Add the provenance of a chart.

        Raises:
            InvalidProvenanceError: it is none, or of other bytes than the archive that is there.
            ArchiveExistsError: there is one, and it shall not be forced.
            ReadOnlyRepositoryError: nothing can be added here.
        """
        self._check_writable()
        name, version, sums = check_provenance(prov)
        try:
            file_of(name, version, PROVENANCE)
        except InvalidArchiveError as error:
            raise InvalidProvenanceError(str(error)) from None
        entry = self.catalog().entries.get(file_of(name, version))
        if entry is not None and entry.digest and sums.get(entry.file) != f"sha256:{entry.digest}":
            raise InvalidProvenanceError(f"the provenance has another sum for {entry.file}")
        self._backend.put_provenance(name, version, prov, force=force)

    def delete(self, name: str, version: str) -> None:
        """Delete a version of a chart, and its provenance.

        Raises:
            NoArchiveError: it is not there.
            ReadOnlyRepositoryError: nothing can be deleted here.
        """
        self._check_writable()
        try:
            file_of(name, version)
        except InvalidArchiveError:
            raise NoArchiveError("object not found") from None
        self._backend.delete(name, version)

    def _check_writable(self) -> None:
        if not self._backend.writable:
            raise ReadOnlyRepositoryError(self._backend.where)

    def state(self) -> State:
        """Return how the repository is, as far as that can be found out now."""
        try:
            catalog = self.catalog()
        except RepositoryUnreachableError as error:
            return State(
                where=self.where,
                writable=self.writable,
                charts=0,
                versions=0,
                problem=str(error),
                refused={},
            )
        return State(
            where=self.where,
            writable=self.writable,
            charts=len(catalog.names()),
            versions=catalog.count(),
            problem=self._problem,
            refused=dict(self._refused),
        )


def _same(before: Catalog, entries: Mapping[str, Entry]) -> bool:
    return len(before.entries) == len(entries) and all(
        before.entries.get(file) is entry for file, entry in entries.items()
    )
