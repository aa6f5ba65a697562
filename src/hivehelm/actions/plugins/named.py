"""Installed plugins, done something with one by one."""

from __future__ import annotations

from hivehelm.actions.plugins.installer import InstallerError
from hivehelm.errors import HivehelmError
from hivehelm.plugins.load import load_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hivehelm.actions.plugins.installer import Settings
    from hivehelm.plugins.load import Plugin


def each(
    names: Sequence[str], settings: Settings, act: Callable[[Plugin, Settings], None], verb: str, done: str
) -> None:
    """Do something with plugins by name and say so: `verb` is what it is, `done` what it is afterwards.

    Raises:
        InstallerError: a line for each with which it could not be done.
        DuplicatePluginError: two plugins have one name.
    """
    installed = {plugin.name: plugin for plugin in load_all(settings.plugins, settings.log)}
    problems: list[str] = []
    for name in names:
        if name not in installed:
            problems.append(f"plugin: {name} not found")
            continue
        try:
            act(installed[name], settings)
        except HivehelmError as error:
            problems.append(f"failed to {verb} plugin {name}, got error ({error})")
        else:
            settings.out(f"{done} plugin: {name}\n")
    if problems:
        raise InstallerError("\n".join(problems))
