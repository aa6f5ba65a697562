"""Plugins from web servers: archives at http and https URLs (http_installer.go)."""

from __future__ import annotations

from hivehelm.actions.plugins.installer import (
    Evidence,
    Installer,
    InstallerError,
    cache_key,
    keep,
    plugin_root,
)
from hivehelm.errors import HivehelmError
from hivehelm.golang.filepath import base, join
from hivehelm.plugins import archive
from hivehelm.plugins.copying import copy_directory
from hivehelm.sources.address import without_password

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from hivehelm.actions.plugins.installer import Settings

_LIMIT: Final = 256 << 20
_OK: Final = 200
#: Types of content that Helm knows archives by.
_TYPES: Final = ("application/gzip", "application/x-gzip", "application/x-tgz", "application/x-gtar")


def is_remote_archive(source: str, settings: Settings) -> bool:
    """Tell whether a URL is of an archive: it ends as one, or the server says so when asked (a HEAD)."""
    if not source.startswith(("http://", "https://")):
        return False
    if archive.is_archive(source):
        return True
    from hivehelm.http.client import Client
    from hivehelm.http.errors import HttpError

    try:
        answer = Client(user_agent="Go-http-client/1.1", environ=settings.environ).request("HEAD", source)
    except HttpError:
        return False
    return answer.headers.get("content-type", "").lower() in _TYPES


class WebInstaller(Installer):
    """Downloads an archive, and unpacks it in the cache."""

    verifiable = True

    def __init__(self, source: str, settings: Settings) -> None:
        self._cache = join(settings.cache, cache_key(source))
        if not archive.is_archive(source):
            raise InstallerError(f"no extractor implemented yet for {without_password(source)}")
        super().__init__(source, join(settings.data, archive.strip_name(base(source))), settings)
        self._archive: bytes | None = None
        self._provenance: bytes | None = None

    def _get(self, url: str) -> bytes:
        from hivehelm.http.client import Client

        shown = without_password(url)
        self.settings.note("DEBUG", "fetching", url=shown)
        answer = Client(environ=self.settings.environ).request("GET", url, limit=_LIMIT)
        if answer.status != _OK:
            raise InstallerError(f"failed to fetch {shown} : {answer.line}")
        return answer.data

    def _fetch(self) -> bytes:
        if self._archive is None:
            self._archive = self._get(self.source)
        return self._archive

    def _fetch_provenance(self) -> bytes | None:
        if self._provenance is None:
            try:
                self._provenance = self._get(f"{self.source}.prov")
            except HivehelmError:
                return None
        return self._provenance

    def install(self) -> None:
        """Download the archive, keep it, unpack it in the cache, and copy the plugin out of that."""
        data = self._fetch()
        try:
            metadata = archive.metadata(data)
        except HivehelmError as error:
            raise InstallerError(f"failed to extract plugin metadata from tarball: {error}") from error
        keep(self.settings, metadata, data, self._fetch_provenance())
        try:
            archive.unpack(data, self._cache)
        except HivehelmError as error:
            raise InstallerError(f"extracting files from archive: {error}") from error
        root = plugin_root(self._cache)
        if not root:
            raise InstallerError(f"plugin.yaml not found in {self._cache} or its immediate subdirectories")
        self.settings.note("DEBUG", "copying", source=root, path=self.path)
        copy_directory(root, self.path)

    def update(self) -> None:
        """Refuse: there is a file for each version."""
        raise InstallerError("method Update() not implemented for HttpInstaller")

    def evidence(self) -> Evidence:
        """Return the archive and the file that the server has beside it."""
        try:
            data = self._fetch()
        except HivehelmError as error:
            raise InstallerError(f"failed to download plugin: {error}") from error
        return Evidence(archive=data, provenance=self._fetch_provenance(), name=base(self.source))
