"""Plugins removed (pkg/cmd/plugin_uninstall.go)."""

from __future__ import annotations

import os

from hivehelm.actions.plugins.install import hook
from hivehelm.actions.plugins.named import each
from hivehelm.chart.errors import PathError
from hivehelm.golang.filepath import join

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
    each(names, settings, _uninstall, "uninstall", "Uninstalled")


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
