"""What can be wrong with plugins, in the words of Helm's internal/plugin."""

from __future__ import annotations

from hivehelm.errors import HivehelmError


class PluginError(HivehelmError):
    """Base of the errors of plugins."""


class PluginLoadError(PluginError):
    """A directory does not hold a plugin that can be used."""


class MetadataError(PluginError):
    """A plugin.yaml does not say what it should; its text has a line for each problem."""


class UnsupportedRuntimeError(PluginError):
    """A plugin is WebAssembly (`runtime: extism/v1`), which only Helm itself runs."""

    def __init__(self, name: str, runtime: str) -> None:
        super().__init__(name, runtime)
        self.name = name
        self.runtime = runtime

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return f"plugin {quote(self.name)} has runtime {quote(self.runtime)}, which hivehelm does not run"


class DuplicatePluginError(PluginError):
    """Two plugins of one directory have one name."""

    def __init__(self, name: str, first: str, second: str) -> None:
        super().__init__(name, first, second)
        self.name = name
        self.directories = (first, second)

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        first, second = self.directories
        return f"two plugins claim the name {quote(self.name)} at {quote(first)} and {quote(second)}"


class PluginNotFoundError(PluginError):
    """No plugin has that name and type."""

    def __init__(self, name: str, kind: str) -> None:
        super().__init__(name, kind)
        self.name = name
        self.kind = kind

    def __str__(self) -> str:
        return f"plugin: {{Name:{self.name} Type:{self.kind}}} not found"


class NoCommandError(PluginError):
    """A plugin has no command for this system."""

    def __str__(self) -> str:
        return "no plugin command is applicable"


class PluginRunError(PluginError):
    """A plugin's program could not be started, in the words of Go's os/exec."""


class PluginExitError(PluginError):
    """A plugin's program came to an end with a status other than 0; -1 where a signal ended it."""

    def __init__(self, name: str, exit_code: int) -> None:
        super().__init__(name, exit_code)
        self.name = name
        self.exit_code = exit_code

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return f"plugin {quote(self.name)} exited with error"


class PluginHookError(PluginError):
    """A plugin's hook, such as `install`, came to an end with a status other than 0."""

    def __init__(self, name: str, event: str) -> None:
        super().__init__(name, event)
        self.name = name
        self.event = event

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return f"plugin {self.event} hook for {quote(self.name)} exited with error"


class PostRenderError(PluginError):
    """A post-renderer failed, or gave back what is no manifest."""


class PluginArchiveError(PluginError):
    """A plugin's archive cannot be read, or holds what must not be unpacked."""
