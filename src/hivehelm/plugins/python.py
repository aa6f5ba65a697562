"""Plugins that are Python: callables that installed packages offer as entry points.

Three groups, and in each the entry point's name says what it is for:

- `hivehelm.plugins.cli`: a command of that name, `(arguments, environ) -> exit code or None`;
- `hivehelm.plugins.getter`: URLs of that scheme, `(url, options) -> bytes`, with `run.GetterOptions`;
- `hivehelm.plugins.postrenderer`: a post-renderer of that name, `(manifests, arguments) -> manifests`.

They run in this process, and only packages that are asked for are imported.
"""

from __future__ import annotations

from hivehelm.plugins.errors import PluginRunError
from hivehelm.plugins.load import Plugin
from hivehelm.plugins.metadata import CLIConfig, GetterConfig, Metadata, NoConfig, SubprocessConfig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.metadata import EntryPoint
    from typing import Any, Final

_GROUPS: Final = {
    "cli/v1": "hivehelm.plugins.cli",
    "getter/v1": "hivehelm.plugins.getter",
    "postrenderer/v1": "hivehelm.plugins.postrenderer",
}


class PythonPlugin(Plugin):
    """A plugin of an installed package; `directory` is "", and its package's name is in `package`."""

    entry: EntryPoint
    package: str

    def load(self) -> Callable[..., Any]:
        """Import the callable.

        Raises:
            PluginRunError: it cannot be imported.
        """
        from hivehelm.golang.fmt import quote

        try:
            found = self.entry.load()
        except Exception as error:
            raise PluginRunError(f"plugin {quote(self.name)} of {self.package}: {error}") from error
        if not callable(found):
            raise PluginRunError(f"plugin {quote(self.name)} of {self.package}: not a callable")
        return found  # type: ignore[no-any-return]


def find(kind: str = "", name: str = "") -> list[PythonPlugin]:
    """Return the Python plugins of a type and a name, by name; "" is any. Nothing is imported for it."""
    from importlib.metadata import entry_points

    found: list[PythonPlugin] = []
    for type_, group in _GROUPS.items():
        if kind not in ("", type_):
            continue
        entries = entry_points(group=group, name=name) if name else entry_points(group=group)
        found += [_plugin(type_, entry) for entry in sorted(entries, key=lambda entry: entry.name)]
    return found


def _plugin(kind: str, entry: EntryPoint) -> PythonPlugin:
    package = entry.dist
    about = package.name if package is not None else entry.module
    config: CLIConfig | GetterConfig | NoConfig = NoConfig()
    if kind == "cli/v1":
        config = CLIConfig(short_help=f"the {entry.name} command of {about}")
    elif kind == "getter/v1":
        config = GetterConfig(protocols=[entry.name])
    return PythonPlugin(
        directory="",
        metadata=Metadata(
            api_version="python",
            name=entry.name,
            type=kind,
            runtime="python",
            version=package.version if package is not None else "",
            config=config,
            runtime_config=SubprocessConfig(),
        ),
        entry=entry,
        package=about,
    )
