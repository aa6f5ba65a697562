"""Plugins from their directories (internal/plugin/loader.go)."""

from __future__ import annotations

import os

from hivehelm.errors import HivehelmError
from hivehelm.golang.filepath import directory as parent
from hivehelm.golang.filepath import join
from hivehelm.plugins.errors import (
    DuplicatePluginError,
    PluginLoadError,
    PluginNotFoundError,
    UnsupportedRuntimeError,
)
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Final

    from hivehelm.plugins.metadata import Metadata, SubprocessConfig

    Log = Callable[..., None]

FILE: Final = "plugin.yaml"
_MAX_BYTES: Final = 5 << 20


class Plugin(Record):
    """A plugin that is there: where, and what it says of itself."""

    directory: str
    metadata: Metadata

    @property
    def name(self) -> str:
        """Its name."""
        return self.metadata.name

    def programs(self) -> SubprocessConfig:
        """Return what it runs.

        Raises:
            UnsupportedRuntimeError: it is WebAssembly.
        """
        from hivehelm.plugins.metadata import WasmConfig

        if isinstance(self.metadata.runtime_config, WasmConfig):
            raise UnsupportedRuntimeError(self.name, self.metadata.runtime)
        return self.metadata.runtime_config


def split(directories: str) -> list[str]:
    """Return the directories of a list such as $HELM_PLUGINS (`filepath.SplitList`)."""
    return directories.split(os.pathsep) if directories else []


def load_metadata(raw: bytes) -> Metadata:
    """Return what a plugin.yaml says.

    Raises:
        PluginLoadError: it is of no format that is known, or no YAML.
        YAMLError, MetadataError: it does not say what it should.
    """
    from hivehelm.golang.fmt import quote
    from hivehelm.golang.yaml.error import YAMLError
    from hivehelm.golang.yaml.typed import STRING, Fields, decode, document

    try:
        found = document(raw)
        version = decode(found, Fields("plugin.apiVersion", {"apiVersion": STRING}))["apiVersion"]
    except YAMLError as error:
        raise PluginLoadError(f"failed to peek {FILE} API version: {error}") from error
    if version == "":
        from hivehelm.plugins.legacy import read as read_legacy

        return read_legacy(found)
    if version == "v1":
        from hivehelm.plugins.v1 import read as read_v1

        return read_v1(found)
    raise PluginLoadError(f"invalid plugin apiVersion: {quote(version)}")


def load_dir(path: str) -> Plugin:
    """Return the plugin in a directory.

    Raises:
        PluginLoadError: there is none, or it is broken.
    """
    from hivehelm.golang.fmt import quote

    file_path = join(path, FILE)
    try:
        with open(file_path, "rb") as file:
            raw = file.read(_MAX_BYTES)
    except OSError as error:
        words = os.strerror(error.errno or 0).lower()
        call = "read" if isinstance(error, IsADirectoryError) else "open"
        raise PluginLoadError(
            f"failed to read plugin at {quote(file_path)}: {call} {file_path}: {words}"
        ) from error
    try:
        metadata = load_metadata(raw)
    except HivehelmError as error:
        raise PluginLoadError(f"failed to load plugin {quote(path)}: {error}") from error
    if metadata.runtime == "extism/v1":
        wasm = join(path, "plugin.wasm")
        if not os.path.exists(wasm):
            raise PluginLoadError(f"wasm binary missing for extism/v1 plugin: {quote(wasm)}")
    return Plugin(directory=path, metadata=metadata)


def present(directory: str) -> list[str]:
    """Return the paths of plugin.yaml one level below a directory, by name (`filepath.Glob`)."""
    try:
        names = sorted(os.listdir(directory or "."))
    except OSError:
        return []
    paths = (join(directory, name, FILE) for name in names)
    return [path for path in paths if os.path.lexists(path)]


def load_all(directory: str, log: Log | None = None) -> list[Plugin]:
    """Return the plugins below a directory. Broken ones are left out, and `log` is told of them.

    Raises:
        DuplicatePluginError: two have one name.
    """
    found: dict[str, Plugin] = {}
    duplicate: DuplicatePluginError | None = None
    for path in present(directory):
        try:
            plugin = load_dir(parent(path))
        except PluginLoadError as error:
            if log is not None:
                log("WARN", "failed to load plugin (ignoring)", plugin_yaml=path, error=error)
            continue
        first = found.setdefault(plugin.name, plugin)
        if first is not plugin and duplicate is None:
            duplicate = DuplicatePluginError(plugin.name, first.directory, plugin.directory)
    if duplicate is not None:
        raise duplicate
    return list(found.values())


def find(
    directories: Iterable[str], *, name: str = "", kind: str = "", log: Log | None = None
) -> list[Plugin]:
    """Return the plugins below some directories that have a name and a type; "" is any.

    Raises:
        DuplicatePluginError: two of one directory have one name.
    """
    loaded = [plugin for directory in directories for plugin in load_all(directory, log)]
    return [plugin for plugin in loaded if name in ("", plugin.name) and kind in ("", plugin.metadata.type)]


def find_one(directories: Iterable[str], *, name: str, kind: str, log: Log | None = None) -> Plugin:
    """Return the first plugin of a name and a type.

    Raises:
        PluginNotFoundError: there is none.
        DuplicatePluginError: two of one directory have one name.
    """
    found = find(directories, name=name, kind=kind, log=log)
    if not found:
        raise PluginNotFoundError(name, kind)
    return found[0]
