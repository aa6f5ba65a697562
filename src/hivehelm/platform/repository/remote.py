"""A repository elsewhere, read through: its index as ours, its archives as they are asked for."""

from __future__ import annotations

import hashlib
import time

from hivehelm.errors import HivehelmError
from hivehelm.platform.repository.archive import ARCHIVE, MAX_PROVENANCE, MAX_UNPACKED, is_file
from hivehelm.platform.repository.backend import Content, Listing
from hivehelm.platform.repository.catalog import Entry
from hivehelm.platform.repository.errors import (
    NoArchiveError,
    ReadOnlyRepositoryError,
    RepositoryUnreachableError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from hivehelm.platform.repository.archive import Archive
    from hivehelm.sources.getter import GetOptions
    from hivehelm.sources.index.index import Index
    from hivehelm.sources.stores import Access, Stores

FRESH = 30.0
"""Seconds that an index is good for."""
_TIMEOUT = 30.0
_MAX_INDEX = 64 << 20


class RemoteBackend:
    """Reads a chart repository over HTTP; archives of it are kept by their digests, once fetched."""

    writable = False

    def __init__(self, url: str, stores: Stores, access: Access) -> None:
        """Take the address of a repository; credentials in `access` are for its server alone."""
        from hivehelm.sources.address import without_password

        self.where = without_password(url)
        self._url = url
        self._stores = stores
        self._access = access
        self._looked: float | None = None
        self._digest = ""
        self._last: Listing | None = None
        self._urls: dict[str, str] = {}

    def unchanged(self) -> bool:
        """Tell whether the index was fetched a moment ago."""
        return self._looked is not None and time.monotonic() - self._looked < FRESH

    def listing(self, known: Mapping[str, Entry]) -> Listing:
        """Fetch the index; where it is as it was, so is the answer."""
        from io import BytesIO

        from hivehelm.sources.address import absolute
        from hivehelm.sources.getter import get
        from hivehelm.sources.index import read

        try:
            options = self._options(_MAX_INDEX, compressed=True)
            data = get(absolute(self._url, "index.yaml"), options)
            digest = hashlib.sha256(data).hexdigest()
            if self._last is None or digest != self._digest:
                self._last = self._listing(read(BytesIO(data), self.where), known)
                self._digest = digest
        except HivehelmError as error:
            raise RepositoryUnreachableError(self.where, str(error)) from error
        self._looked = time.monotonic()
        return self._last

    def _options(self, limit: int, *, compressed: bool = False) -> GetOptions:
        from hivehelm.sources.getter import GetOptions

        return GetOptions(
            url=self._url,
            access=self._access,
            stores=self._stores,
            timeout=_TIMEOUT,
            limit=limit,
            compressed=compressed,
        )

    def _listing(self, index: Index, known: Mapping[str, Entry]) -> Listing:
        entries: dict[str, Entry] = {}
        urls: dict[str, str] = {}
        for _, versions in index:
            for version in versions:
                file = f"{version.name}-{version.version}{ARCHIVE}"
                if version.removed or not version.urls or not is_file(file) or file in entries:
                    continue
                document = {name: said for name, said in version.document.items() if name != "urls"}
                entry = known.get(file)
                if entry is None or entry.document != document:
                    entry = Entry(
                        file=file,
                        name=version.name,
                        version=version.version,
                        stamp=version.digest or version.created,
                        document=document,
                    )
                entries[file] = entry
                urls[file] = version.urls[0]
        self._urls = urls
        return Listing(entries=entries, generated=index.generated, modified=time.time())

    def open(self, file: str, entry: Entry | None) -> Content:
        """Return an archive or a provenance: from among those fetched before, or from there."""
        from io import BytesIO

        url = self._urls.get(file.removesuffix(".prov"))
        if entry is None or url is None:
            raise NoArchiveError("object not found")
        signed = file.endswith(".prov")
        data = self._cached(entry.digest) if not signed else None
        if data is None:
            data = self._fetched(f"{url}.prov" if signed else url, MAX_PROVENANCE if signed else MAX_UNPACKED)
            digest = hashlib.sha256(data).hexdigest()
            if not signed and entry.digest:
                if digest != entry.digest.removeprefix("sha256:"):
                    raise RepositoryUnreachableError(self.where, f"{file} is not what its index says")
                self._keep(digest, data)
        else:
            digest = entry.digest
        return Content(
            file=file, size=len(data), etag=f'"{digest}"', modified=time.time(), stream=BytesIO(data)
        )

    def _fetched(self, url: str, limit: int) -> bytes:
        from hivehelm.sources.address import absolute
        from hivehelm.sources.getter import StatusError, get

        try:
            return get(absolute(self._url, url), self._options(limit))
        except StatusError as error:
            if error.status in (404, 410):
                raise NoArchiveError("object not found") from error
            raise RepositoryUnreachableError(self.where, str(error)) from error
        except HivehelmError as error:
            raise RepositoryUnreachableError(self.where, str(error)) from error

    def _cached(self, digest: str) -> bytes | None:
        from hivehelm.sources.content import ContentCache

        if not digest or not self._stores.content_cache:
            return None
        try:
            return ContentCache(self._stores.content_cache).chart(digest)
        except HivehelmError:
            return None

    def _keep(self, digest: str, data: bytes) -> None:
        from contextlib import suppress

        from hivehelm.sources.content import ContentCache

        if self._stores.content_cache:
            with suppress(HivehelmError, OSError):
                ContentCache(self._stores.content_cache).put(digest, data)

    def put(self, archive: Archive, data: bytes, prov: bytes | None, *, force: bool) -> bool:
        """Refuse."""
        raise ReadOnlyRepositoryError(self.where)

    def put_provenance(self, name: str, version: str, prov: bytes, *, force: bool) -> None:
        """Refuse."""
        raise ReadOnlyRepositoryError(self.where)

    def delete(self, name: str, version: str) -> None:
        """Refuse."""
        raise ReadOnlyRepositoryError(self.where)
