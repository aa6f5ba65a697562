"""What all ways to install a plugin have in common."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from errno import ENOTDIR

from hivehelm.chart.errors import PathError
from hivehelm.plugins.errors import PluginError
from hivehelm.plugins.load import FILE
from hivehelm.record import Record
from hivehelm.sources.stores import Access

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hivehelm.plugins.metadata import Metadata


class InstallerError(PluginError):
    """A plugin cannot be installed or updated, in Helm's words."""


class NoVersionControlError(InstallerError):
    """A source is a repository of no version control that can be told."""

    def __init__(self) -> None:
        super().__init__("Cannot detect VCS")


class Settings(Record):
    """Where plugins go, and how they are fetched.

    `plugins` is $HELM_PLUGINS, `data` Helm's own directory of plugins and `cache` that of what was fetched;
    `registry_config` holds credentials of registries; `access` is for registries alone, as in Helm. `out`
    takes what is printed; `program_out` and `program_err` what programs of the plugin print, where that is
    not to go where this process prints.
    """

    plugins: str
    data: str
    cache: str
    registry_config: str = ""
    environ: Mapping[str, str] = {}
    access: Access = Access()
    out: Callable[[str], object] = print
    program_out: Callable[[bytes], None] | None = None
    program_err: Callable[[bytes], None] | None = None
    log: Callable[..., None] | None = None

    def __repr__(self) -> str:
        return f"Settings(plugins={self.plugins!r}, …)"

    def note(self, level: str, message: str, /, **attributes: object) -> None:
        """Log a line, where there is a log."""
        if self.log is not None:
            self.log(level, message, **attributes)


class Evidence(Record):
    """An archive and what signs it; `name` is what the archive goes by there."""

    archive: bytes
    provenance: bytes | None
    name: str


class Installer(ABC):
    """One way to install plugins; `path` is where this one will be.

    Attributes:
        development: whether plugins are used where they lie, without signatures.
        verifiable: whether `evidence` can be had.
    """

    development = False
    verifiable = False

    def __init__(self, source: str, path: str, settings: Settings) -> None:
        self.source = source
        self.path = path
        self.settings = settings

    @abstractmethod
    def install(self) -> None:
        """Put the plugin at its path.

        Raises:
            HivehelmError: it cannot be had, is none, or cannot be written.
        """

    @abstractmethod
    def update(self) -> None:
        """Bring the plugin up to date.

        Raises:
            HivehelmError: as `install`.
        """

    def evidence(self) -> Evidence:
        """Return what is to be verified before it is installed.

        Raises:
            HivehelmError: it cannot be had.
        """
        raise InstallerError("verification not supported for this source")


def has_metadata(directory: str) -> bool:
    """Tell whether a directory holds a plugin.yaml."""
    return os.path.exists(os.path.join(directory, FILE))


def keep(settings: Settings, metadata: Metadata, archive: bytes, provenance: bytes | None) -> None:
    """Keep an archive and what signs it in Helm's directory of plugins, for `plugin list` to look at.

    Raises:
        InstallerError: they cannot be written.
    """
    try:
        make_directories(settings.data)
    except PathError as error:
        raise InstallerError(f"failed to create plugins directory: {error}") from error
    path = os.path.join(settings.data, f"{metadata.name}-{metadata.version}.tgz")
    try:
        write(path, archive)
    except PathError as error:
        raise InstallerError(f"failed to save tarball: {error}") from error
    if provenance is not None:
        try:
            write(f"{path}.prov", provenance)
        except PathError as error:
            settings.note("DEBUG", "failed to save provenance file", error=error)


def write(path: str, data: bytes) -> None:
    """Write a file, whole or not at all.

    Raises:
        PathError: the system refuses.
    """
    part = f"{path}.part"
    try:
        with open(part, "wb") as file:
            file.write(data)
        os.replace(part, path)
    except OSError as error:
        if os.path.exists(part):
            os.unlink(part)
        raise PathError("open", path, error) from error


def make_directories(path: str) -> None:
    """Make a directory and those above it.

    Raises:
        PathError: the system refuses, or something else is in the way.
    """
    there = path
    while there and not os.path.lexists(there):
        there = os.path.dirname(there.rstrip("/"))
    if there and not os.path.isdir(there):
        raise PathError("mkdir", there, NotADirectoryError(ENOTDIR, ""))
    try:
        os.makedirs(path, mode=0o755, exist_ok=True)
    except OSError as error:
        raise PathError("mkdir", os.fsdecode(error.filename or path), error) from error


def plugin_root(directory: str) -> str:
    """Return where the plugin.yaml of an unpacked archive is: here, or in a directory below; else "".

    Source: Helm's `detectPluginRoot`.
    """
    if has_metadata(directory):
        return directory
    for name in sorted(os.listdir(directory)):
        below = os.path.join(directory, name)
        if os.path.isdir(below) and not os.path.islink(below) and has_metadata(below):
            return below
    return ""


def cache_key(source: str) -> str:
    """Return the name of the directory that what a source gave is cached in (internal/plugin/cache).

    Raises:
        URLError: the source is no URL.
    """
    from hivehelm.actions.plugins.versioncontrol import address

    scheme, user, host, path = address(source)
    parts = [f"{part}-" for part in (scheme, user) if part]
    return ("".join(parts) + host + path.replace("/", "-")).replace(":", "-")
