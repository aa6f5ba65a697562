"""Plugins removed (pkg/cmd/plugin_uninstall.go)."""

from __future__ import annotations

import os

from hivehelm.actions.plugins.install import hook
from hivehelm.actions.plugins.installer import InstallerError
from hivehelm.chart.errors import PathError
from hivehelm.errors import HivehelmError
from hivehelm.golang.filepath import join
from hivehelm.plugins.load import load_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivehelm.actions.plugins.installer import Settings
    from hivehelm.plugins.load import Plugin


def uninstall(names: Sequence[str], settings: Settings) -> None:
    """Remove plugins, what is kept of their archives, and run their hooks.

    Raises:
        InstallerError: a line for each that could not be.
        DuplicatePluginError: two plugins have one name.
    """
    settings.note("DEBUG", "loading installer plugins", dir=settings.plugins)
    installed = {plugin.name: plugin for plugin in load_all(settings.plugins, settings.log)}
    problems: list[str] = []
    for name in names:
        if name not in installed:
            problems.append(f"plugin: {name} not found")
            continue
        try:
            _uninstall(installed[name], settings)
        except HivehelmError as error:
            problems.append(f"failed to uninstall plugin {name}, got error ({error})")
        else:
            settings.out(f"Uninstalled plugin: {name}\n")
    if problems:
        raise InstallerError("\n".join(problems))


def _uninstall(plugin: Plugin, settings: Settings) -> None:
    import shutil

    try:
        if os.path.islink(plugin.directory):
            os.unlink(plugin.directory)
        elif os.path.isdir(plugin.directory):
            shutil.rmtree(plugin.directory)
    except OSError as error:
        raise PathError("unlinkat", os.fsdecode(error.filename or plugin.directory), error) from error
    if version := plugin.metadata.version:
        tarball = join(settings.plugins, f"{plugin.name}-{version}.tgz")
        for path, what in ((tarball, "tarball"), (f"{tarball}.prov", "provenance")):
            if os.path.exists(path):
                settings.note("DEBUG", f"removing versioned {what}", path=path)
                try:
                    os.unlink(path)
                except OSError as error:
                    problem = PathError("remove", path, error)
                    settings.note("DEBUG", f"failed to remove {what} file", path=path, error=problem)
    hook(plugin, "delete", settings)
