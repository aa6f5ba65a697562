"""Plugins from this machine: directories that are linked to, and archives (local_installer.go)."""

from __future__ import annotations

import os

from hivehelm.actions.plugins.installer import Evidence, Installer, InstallerError, has_metadata, keep
from hivehelm.chart.errors import PathError
from hivehelm.errors import HivehelmError
from hivehelm.golang.filepath import absolute, base, join
from hivehelm.plugins import archive
from hivehelm.plugins.copying import copy_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.actions.plugins.installer import Settings


class LocalInstaller(Installer):
    """Links to a directory, or unpacks an archive."""

    def __init__(self, source: str, settings: Settings) -> None:
        source = absolute(source)
        self.verifiable = archive.is_archive(source)
        self.development = not self.verifiable
        name = base(source)
        super().__init__(
            source, join(settings.data, archive.strip_name(name) if self.verifiable else name), settings
        )

    def install(self) -> None:
        """Put a link or a directory at the path."""
        if self.verifiable:
            self._unpack()
            return
        if not os.path.isdir(self.source):
            raise InstallerError("expected plugin to be a directory (containing a file 'plugin.yaml')")
        if not has_metadata(self.source):
            raise InstallerError("plugin metadata (plugin.yaml) missing")
        self.settings.note("DEBUG", "symlinking", source=self.source, path=self.path)
        try:
            os.symlink(self.source, self.path)
        except OSError as error:
            words = os.strerror(error.errno or 0).lower()
            raise InstallerError(f"symlink {self.source} {self.path}: {words}") from error

    def _unpack(self) -> None:
        from tempfile import TemporaryDirectory

        try:
            data = _read(self.source)
        except PathError as error:
            raise InstallerError(f"failed to read archive: {error}") from error
        try:
            metadata = archive.metadata(data)
        except HivehelmError as error:
            raise InstallerError(f"failed to extract plugin metadata from tarball: {error}") from error
        try:
            provenance = _read(f"{self.source}.prov")
        except PathError:
            provenance = None
        keep(self.settings, metadata, data, provenance)
        name = archive.strip_name(base(self.source))
        with TemporaryDirectory(prefix="helm-plugin-extract-") as directory:
            try:
                archive.unpack(data, directory)
            except HivehelmError as error:
                raise InstallerError(f"failed to extract archive: {error}") from error
            root = join(directory, name)
            if not has_metadata(root):
                missing = f"stat {root}/plugin.yaml: no such file or directory"
                raise InstallerError(f"plugin.yaml not found in expected directory {root}: {missing}")
            self.settings.note("DEBUG", "copying", source=root, path=self.path)
            copy_directory(root, self.path)

    def update(self) -> None:
        """Do nothing: what is linked to is always up to date."""
        self.settings.note("DEBUG", "local repository is auto-updated")

    def evidence(self) -> Evidence:
        """Return the archive and the file beside it."""
        try:
            data = _read(self.source)
        except PathError as error:
            raise InstallerError(f"failed to read plugin file: {error}") from error
        path = f"{self.source}.prov"
        provenance = None
        try:
            provenance = _read(path)
        except PathError as error:
            if os.path.lexists(path):
                raise InstallerError(f"failed to access provenance file {path}: {error}") from error
        return Evidence(archive=data, provenance=provenance, name=base(self.source))


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        call = "read" if isinstance(error, IsADirectoryError) else "open"
        raise PathError(call, path, error) from error
