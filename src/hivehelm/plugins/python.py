"""Plugins that are Python: callables that installed packages offer as entry points.

Three groups, and in each the entry point's name says what it is for:

- `hivehelm.plugins.cli`: a command of that name, `(arguments, environ) -> exit code or None`;
- `hivehelm.plugins.getter`: URLs of that scheme, `(url, GetterOptions) -> bytes`;
- `hivehelm.plugins.postrenderer`: a post-renderer of that name, `(manifests, arguments) -> manifests`.

They run in this process, and only packages that are asked for are imported.
"""

from __future__ import annotations

from hivehelm.plugins.errors import PluginExitError, PluginRunError
from hivehelm.plugins.load import Plugin
from hivehelm.plugins.metadata import CLIConfig, GetterConfig, Metadata, NoConfig, SubprocessConfig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.metadata import EntryPoint
    from typing import Final

    from hivehelm.plugins.getteroptions import GetterOptions

_GROUPS: Final = {
    "cli/v1": "hivehelm.plugins.cli",
    "getter/v1": "hivehelm.plugins.getter",
    "postrenderer/v1": "hivehelm.plugins.postrenderer",
}


class PythonPlugin(Plugin):
    """A plugin of an installed package; `directory` is "", and its package's name is in `package`."""

    entry: EntryPoint
    package: str

    def command(self, arguments: Sequence[str], environ: Mapping[str, str]) -> None:
        """Run it as a command, with its arguments and what would be the environment of a program.

        Raises:
            PluginExitError: it gave a status other than 0 or None.
            PluginRunError: it cannot be imported, or raised something.
        """
        status = self._call(list(arguments), dict(environ))
        if status:
            raise PluginExitError(self.name, status if isinstance(status, int) else 1)

    def fetch(self, url: str, options: GetterOptions) -> bytes:
        """Return what it gets from a URL.

        Raises:
            PluginRunError: it cannot be imported, raised something, or gave back no bytes.
        """
        found = self._call(url, options)
        if not isinstance(found, bytes):
            raise self._error("it gave back no bytes")
        return found

    def post_render(self, manifests: str, arguments: Sequence[str]) -> str:
        """Return what it makes of manifests.

        Raises:
            PluginRunError: it cannot be imported, raised something, or gave back no text.
        """
        found = self._call(manifests, list(arguments))
        if not isinstance(found, str):
            raise self._error("it gave back no text")
        return found

    def _call(self, *arguments: object) -> object:
        try:
            return self.entry.load()(*arguments)
        except SystemExit as error:
            return error.code
        except Exception as error:
            raise self._error(str(error) or type(error).__name__) from error

    def _error(self, problem: str) -> PluginRunError:
        from hivehelm.golang.fmt import quote

        return PluginRunError(f"plugin {quote(self.name)} of {self.package}: {problem}")


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
