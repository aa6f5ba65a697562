"""Plugins brought up to date (pkg/cmd/plugin_update.go)."""

from __future__ import annotations

import os

from hivehelm.actions.plugins.install import hook
from hivehelm.actions.plugins.installer import InstallerError, NoVersionControlError
from hivehelm.actions.plugins.named import each
from hivehelm.chart.errors import PathError
from hivehelm.plugins.load import load_dir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivehelm.actions.plugins.installer import Settings
    from hivehelm.plugins.load import Plugin


def update(names: Sequence[str], settings: Settings) -> None:
    """Update plugins that are checkouts of repositories, and run their hooks.

    Raises:
        InstallerError: a line for each that could not be.
        DuplicatePluginError: two plugins have one name.
    """
    settings.note("DEBUG", "loading installed plugins", path=settings.plugins)
    each(names, settings, _update, "update", "Updated")


def _update(plugin: Plugin, settings: Settings) -> None:
    from hivehelm.actions.plugins.repository import RepositoryInstaller

    try:
        directory = os.path.realpath(plugin.directory, strict=True)
    except OSError as error:
        raise PathError("lstat", plugin.directory, error) from error
    try:
        installer = RepositoryInstaller.of_checkout(directory, settings)
    except NoVersionControlError as error:
        settings.note("WARN", "cannot get information about plugin source", location=directory, error=error)
        raise InstallerError("cannot get information about plugin source") from error
    if not os.path.exists(installer.path):
        missing = f"stat {installer.path}: no such file or directory"
        settings.note("WARN", "plugin does not exist", path=installer.path, error=missing)
        raise InstallerError("plugin does not exist")
    installer.update()
    settings.note("DEBUG", "loading plugin", path=installer.path)
    hook(load_dir(installer.path), "update", settings)
