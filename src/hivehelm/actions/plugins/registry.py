"""Plugins from registries: `oci://` references (oci_installer.go)."""

from __future__ import annotations

import os

from hivehelm.actions.plugins.installer import (
    Evidence,
    Installer,
    InstallerError,
    cache_key,
    keep,
    make_directories,
    plugin_root,
)
from hivehelm.chart.errors import PathError
from hivehelm.errors import HivehelmError
from hivehelm.golang.filepath import absolute, join
from hivehelm.plugins import archive
from hivehelm.plugins.copying import copy_directory
from hivehelm.sources.oci.reference import plugin_name
from hivehelm.sources.registries import registry
from hivehelm.sources.stores import Stores

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.actions.plugins.installer import Settings
    from hivehelm.plugins.metadata import Metadata

SCHEME = "oci://"


class RegistryInstaller(Installer):
    """Pulls an archive, and unpacks it in the cache."""

    verifiable = True

    def __init__(self, source: str, settings: Settings) -> None:
        self._name = plugin_name(source)
        self._cache = join(settings.cache, cache_key(source))
        super().__init__(source, join(settings.plugins, self._name), settings)
        self._archive: bytes | None = None
        self._provenance: bytes | None = None

    def _fetch(self) -> bytes:
        if self._archive is None:
            settings = self.settings
            reference = self.source.removeprefix(SCHEME)
            # Nothing is printed of this pull, as in Helm.
            stores = Stores(registry_config=settings.registry_config, environ=settings.environ)
            client = registry(stores, settings.access, log=settings.log)
            try:
                pulled = client.pull_plugin(reference, _wanted(reference))
            except HivehelmError as error:
                raise InstallerError(f"failed to pull plugin from {self.source}: {error}") from error
            finally:
                client.close()
            self._archive, self._provenance = pulled.archive, pulled.prov
        return self._archive

    def _metadata(self, data: bytes) -> Metadata:
        try:
            return archive.metadata(data)
        except HivehelmError as error:
            raise InstallerError(f"failed to extract plugin metadata from tarball: {error}") from error

    def install(self) -> None:
        """Pull the archive, keep it, unpack it in the cache, and copy the plugin out of that."""
        data = self._fetch()
        keep(self.settings, self._metadata(data), data, self._provenance)
        try:
            make_directories(self._cache)
        except PathError as error:
            raise InstallerError(f"failed to create cache directory: {error}") from error
        try:
            archive.unpack(data, self._cache)
        except HivehelmError as error:
            raise InstallerError(f"failed to extract plugin: {error}") from error
        root = plugin_root(self._cache)
        if not root:
            raise InstallerError("plugin metadata (plugin.yaml) missing")
        self.settings.note("DEBUG", "copying", source=absolute(root), path=self.path)
        copy_directory(absolute(root), self.path)

    def update(self) -> None:
        """Remove what is there, and install it anew."""
        import shutil

        if os.path.isdir(self.path):
            shutil.rmtree(self.path)
        self.install()

    def evidence(self) -> Evidence:
        """Return the archive and its provenance."""
        data = self._fetch()
        metadata = self._metadata(data)
        return Evidence(
            archive=data,
            provenance=self._provenance,
            name=f"{metadata.name}-{metadata.version}.tgz",
        )


def _wanted(reference: str) -> str:
    """Return the name that layers of a reference's artifact have to have."""
    last = reference.rpartition("/")[2]
    name = last.rpartition(":")[0] or last
    return last.rpartition("@")[0] or name
