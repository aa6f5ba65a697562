"""Charts in a registry, where `helm push` puts them: a repository for each chart, a tag for each version.

Which charts there are, a registry tells only where it has a catalog. So each chart that is put here also
leaves its name behind: as a tag of one more repository.
"""

from __future__ import annotations

import time
from threading import Lock

from hivehelm.errors import HivehelmError
from hivehelm.platform.repository.archive import file_of, is_file
from hivehelm.platform.repository.backend import Content, Listing
from hivehelm.platform.repository.catalog import Entry
from hivehelm.platform.repository.errors import (
    ArchiveExistsError,
    InvalidArchiveError,
    NoArchiveError,
    ReadOnlyRepositoryError,
    RepositoryUnreachableError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    from hivehelm.platform.repository.archive import Archive
    from hivehelm.sources.oci.pull import Pulled
    from hivehelm.sources.oci.registry import Registry
    from hivehelm.sources.stores import Access, Stores

    T = TypeVar("T")

FRESH = 15.0
"""Seconds that a listing is good for; what this process changes shows at once."""
NAMES = "hivemind-charts"
"""The repository whose tags are the names of charts."""
_NAME_TYPE = "application/vnd.hivehelm.chart.name.v1+json"
_CREATED = "org.opencontainers.image.created"
_AT_ONCE = 8


class RegistryBackend:
    """Keeps charts in a registry under `oci://host/path`, as `helm push` does; `helm pull` finds them."""

    writable = True

    def __init__(
        self, where: str, stores: Stores, access: Access, client: Callable[[], Registry] | None = None
    ) -> None:
        """Take an address; `client` makes the client, where it is not to be made of `stores` and `access`."""
        from hivehelm.sources.registries import registry

        self.where = where.rstrip("/")
        self._base = self.where.removeprefix("oci://")
        self._make = client or (lambda: registry(stores, access))
        self._client: Registry | None = None
        self._turn = Lock()
        self._looked: float | None = None
        self._changed: set[str] = set()
        self._has_catalog = True

    @property
    def _registry(self) -> Registry:
        with self._turn:
            if self._client is None:
                self._client = self._make()
            return self._client

    def unchanged(self) -> bool:
        """Tell whether the registry was listed a moment ago, and nothing was changed from here since."""
        return self._looked is not None and time.monotonic() - self._looked < FRESH and not self._changed

    def listing(self, known: Mapping[str, Entry]) -> Listing:
        """List names, then tags; only versions that are not known are looked into."""
        from concurrent.futures import ThreadPoolExecutor

        looked = time.monotonic()
        changed, self._changed = self._changed, set()
        refused: dict[str, str] = {}

        def one(tag: tuple[str, str]) -> Entry | None:
            name, version = tag
            file = f"{name}-{version}.tgz"
            if file in known and file not in changed:
                return known[file]
            if not is_file(file):
                return None
            try:
                return self._entry(name, version)
            except RepositoryUnreachableError as error:
                refused[file] = error.cause
                return None

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            names = self._names()
            versions = pool.map(self._versions, names)
            tags = [(name, version) for name, found in zip(names, versions, strict=True) for version in found]
            entries = {entry.file: entry for entry in pool.map(one, tags) if entry is not None}
        self._looked = looked
        now = max((str(entry.document["created"]) for entry in entries.values()), default=_EPOCH)
        return Listing(entries=entries, generated=now, modified=time.time(), refused=refused)

    def _names(self) -> list[str]:
        host, _, path = self._base.partition("/")
        prefix = f"{path}/" if path else ""
        found = set(self._tags(NAMES))
        if self._has_catalog:
            try:
                for name in self._registry.names(host):
                    inner = name.removeprefix(prefix)
                    if name.startswith(prefix) and inner != NAMES and "/" not in inner:
                        found.add(inner)
            except HivehelmError:
                # It has none, or not for us: names that were left here have to do.
                self._has_catalog = False
        return sorted(found)

    def _tags(self, name: str) -> list[str]:
        from hivehelm.sources.oci.errors import RefusedError

        def ask() -> list[str]:
            try:
                pages = self._registry.repository(f"{self._base}/{name}").tags()
                return [tag for page in pages for tag in page]
            except RefusedError as error:
                if error.status == 404:
                    return []
                raise

        return self._asked(ask)

    def _versions(self, name: str) -> list[str]:
        from hivehelm.sources.oci.versions import sorted_versions

        return sorted_versions(self._tags(name))

    def _asked(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except HivehelmError as error:
            raise RepositoryUnreachableError(self.where, str(error)) from error

    def _entry(self, name: str, version: str) -> Entry:
        """Return what the registry says of a version: its manifest, and its configuration."""
        from hivehelm.sources.index.decode import IndexDecoder
        from hivehelm.sources.oci import manifest
        from hivehelm.sources.oci.pull import graph

        def ask() -> Entry:
            repository = self._registry.repository(f"{self._base}/{name}")
            root, contents = graph(
                repository, version.replace("+", "_"), (manifest.MANIFEST, manifest.CONFIG)
            )
            by_type = {content.descriptor.media_type: content.data for content in contents}
            raw = by_type.get(manifest.MANIFEST, b"{}")
            body = manifest.document(raw)
            archives = [
                one.digest
                for one in manifest.successors(manifest.MANIFEST, raw)
                if one.media_type in (manifest.CHART_LAYER, manifest.LEGACY_CHART_LAYER)
            ]
            said = manifest.document(by_type.get(manifest.CONFIG, b"{}"), "v2.Metadata")
            document = IndexDecoder(strict=False).entry(said) or {}
            if not archives or (document.get("name"), document.get("version")) != (name, version):
                raise NoArchiveError("not a chart")
            created = str((body.get("annotations") or {}).get(_CREATED) or _EPOCH)
            document |= {"created": created, "digest": archives[0].removeprefix("sha256:")}
            file = f"{name}-{version}.tgz"
            return Entry(file=file, name=name, version=version, stamp=root.digest, document=document)

        return self._asked(ask)

    def open(self, file: str, entry: Entry | None) -> Content:
        """Return an archive or a provenance, as the registry has it now."""
        from io import BytesIO

        from hivehelm.sources.oci.digests import of

        if entry is None:
            raise NoArchiveError("object not found")
        signed = file.endswith(".prov")
        pulled = self._pulled(entry.name, entry.version, prov=signed)
        if pulled is None:
            self._changed.add(entry.file)
            raise NoArchiveError("object not found")
        if pulled.digest != entry.stamp:
            self._changed.add(entry.file)  # Pushed anew, by somebody else.
        data = pulled.prov if signed else pulled.chart
        if data is None:
            raise NoArchiveError("object not found")
        digest = of(data).removeprefix("sha256:")
        return Content(
            file=file, size=len(data), etag=f'"{digest}"', modified=time.time(), stream=BytesIO(data)
        )

    def _pulled(self, name: str, version: str, *, prov: bool) -> Pulled | None:
        from hivehelm.sources.oci.errors import CopyError, MissingContentError

        def ask() -> Pulled | None:
            try:
                return self._registry.pull(
                    f"{self._base}/{name}:{version}", prov=prov, ignore_missing_prov=True
                )
            except CopyError as error:
                if isinstance(error.cause, MissingContentError):
                    return None
                raise

        return self._asked(ask)

    def _there(self, name: str, version: str) -> bool:
        from hivehelm.sources.oci.errors import MissingContentError

        def ask() -> bool:
            try:
                self._registry.resolve(f"{self._base}/{name}:{version.replace('+', '_')}")
            except MissingContentError:
                return False
            return True

        return self._asked(ask)

    def put(self, archive: Archive, data: bytes, prov: bytes | None, *, force: bool) -> bool:
        """Push a chart, as `helm push` does; a registry knows no locks, so the last of two at once wins."""
        from hivehelm.sources.oci.errors import InvalidReferenceError
        from hivehelm.sources.oci.reference import parse_target

        name, version = archive.name, archive.version
        try:
            parse_target(f"{self._base}/{name}:{version.replace('+', '_')}")
        except InvalidReferenceError as error:
            raise InvalidArchiveError(f"a registry cannot keep {name} {version}: {error}") from error
        there = self._there(name, version)
        if there and not force:
            raise ArchiveExistsError(archive.file)
        reference = f"{self._base}/{name}:{version}"
        self._asked(
            lambda: self._registry.push(data, reference, prov=prov, digest=f"sha256:{archive.digest}")
        )
        self._asked(lambda: self._leave(name))
        self._changed.add(archive.file)
        return there

    def _leave(self, name: str) -> None:
        """Leave a chart's name behind."""
        import json

        from hivehelm.sources.oci import scopes
        from hivehelm.sources.oci.push import assemble, push

        config = json.dumps({"name": name}).encode()
        artifact = assemble(config, _NAME_TYPE, [], {"org.opencontainers.image.title": name})
        repository = self._registry.repository(f"{self._base}/{NAMES}", scopes.PUSH)
        if name not in self._tags(NAMES):
            push(repository, artifact, name)

    def put_provenance(self, name: str, version: str, prov: bytes, *, force: bool) -> None:
        """Push a chart once more, with its provenance."""
        from hivehelm.platform.repository.archive import PROVENANCE

        pulled = self._pulled(name, version, prov=True)
        if pulled is None or pulled.chart is None:
            raise NoArchiveError("object not found")
        if pulled.prov is not None and not force:
            raise ArchiveExistsError(file_of(name, version, PROVENANCE))
        archive = pulled.chart
        reference = f"{self._base}/{name}:{version}"
        self._asked(lambda: self._registry.push(archive, reference, prov=prov))
        self._changed.add(file_of(name, version))

    def delete(self, name: str, version: str) -> None:
        """Delete a version's manifest, where the registry allows it."""
        from hivehelm.sources.oci.errors import MissingContentError, RefusedError

        def ask() -> None:
            repository = self._registry.repository(f"{self._base}/{name}")
            try:
                repository.delete(repository.resolve(version.replace("+", "_")))
            except MissingContentError:
                raise NoArchiveError("object not found") from None
            except RefusedError as error:
                if error.status in (404, 405):
                    raise ReadOnlyRepositoryError(self.where, "the registry deletes nothing") from error
                raise

        try:
            ask()
        except (NoArchiveError, ReadOnlyRepositoryError):
            raise
        except HivehelmError as error:
            raise RepositoryUnreachableError(self.where, str(error)) from error
        self._changed.add(file_of(name, version))


_EPOCH = "1970-01-01T00:00:00Z"
