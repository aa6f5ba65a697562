"""What a plugin says of itself, whatever the format of its plugin.yaml (internal/plugin/metadata.go)."""

from __future__ import annotations

from hivehelm.plugins.errors import MetadataError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.plugins.platform import PlatformCommand


class CLIConfig(Record):
    """What a `cli/v1` plugin says of its command; `ignore_flags` keeps arguments from it."""

    usage: str = ""
    short_help: str = ""
    long_help: str = ""
    ignore_flags: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the Go struct's fields, for provenance files."""
        return {
            "Usage": self.usage,
            "ShortHelp": self.short_help,
            "LongHelp": self.long_help,
            "IgnoreFlags": self.ignore_flags,
        }


class GetterConfig(Record):
    """Which schemes of URLs a `getter/v1` plugin fetches."""

    protocols: list[str] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the Go struct's fields, for provenance files."""
        return {"Protocols": self.protocols}


class NoConfig(Record):
    """A `postrenderer/v1` plugin has nothing to say."""

    def to_json(self) -> dict[str, Any]:
        """Return the Go struct's fields, for provenance files."""
        return {}


class ProtocolCommand(Record):
    """The commands of a getter for some schemes."""

    protocols: list[str] | None = None
    commands: list[PlatformCommand] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the Go struct's fields, for provenance files."""
        return {"Protocols": self.protocols, "PlatformCommand": self.commands}


class SubprocessConfig(Record):
    """The programs of a plugin: its own, those of its hooks by their events, those for schemes."""

    commands: list[PlatformCommand] | None = None
    hooks: dict[str, list[PlatformCommand] | None] | None = None
    protocol_commands: list[ProtocolCommand] | None = None
    expand_hook_arguments: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the Go struct's exported fields, for provenance files."""
        return {
            "PlatformCommand": self.commands,
            "PlatformHooks": self.hooks,
            "ProtocolCommands": self.protocol_commands,
        }


class WasmConfig(Record):
    """How a WebAssembly plugin would be run; `fields` as Go's struct has them."""

    fields: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return the Go struct's fields, for provenance files."""
        return self.fields


class Metadata(Record):
    """A plugin's name, version, type and runtime, and what they ask for.

    `api_version` is `v1`, or `legacy` for the format of Helm 3.
    """

    api_version: str
    name: str
    type: str
    runtime: str
    version: str = ""
    source_url: str = ""
    config: CLIConfig | GetterConfig | NoConfig
    runtime_config: SubprocessConfig | WasmConfig

    def to_json(self) -> dict[str, Any]:
        """Return the Go struct's fields, for provenance files."""
        return {
            "APIVersion": self.api_version,
            "Name": self.name,
            "Type": self.type,
            "Runtime": self.runtime,
            "Version": self.version,
            "SourceURL": self.source_url,
            "Config": self.config.to_json(),
            "RuntimeConfig": self.runtime_config.to_json(),
        }


def check(metadata: Metadata) -> None:
    """Check what both formats share.

    Raises:
        MetadataError: a line for each problem.
    """
    problems: list[str] = []
    if not is_name(metadata.name):
        problems.append(bad_name(metadata.name))
    if metadata.version and not is_version(metadata.version):
        problems.append(bad_version(metadata.version))
    if isinstance(metadata.config, GetterConfig) and (fault := _protocol_fault(metadata.config)):
        problems.append(f"config validation failed: {fault}")
    if problems:
        raise MetadataError("\n".join(problems))


def _protocol_fault(config: GetterConfig) -> str:
    if not config.protocols:
        return "getter has no protocols"
    if "" in config.protocols:
        return f"getter has empty protocol at index {config.protocols.index('')}"
    return ""


def is_name(name: str) -> bool:
    """Tell whether plugins may have this name: ASCII letters, digits, `_` and `-`."""
    return bool(name) and name.isascii() and name.replace("_", "a").replace("-", "a").isalnum()


def is_version(version: str) -> bool:
    """Tell whether a version is semantic, with all its three numbers and no `v`."""
    from hivehelm.golang.semver import VersionError, parse_strict

    try:
        parse_strict(version)
    except VersionError:
        return False
    return True


def bad_name(name: str) -> str:
    """Return what Helm says of a name that is none."""
    from hivehelm.golang.fmt import quote

    return f"invalid plugin name {quote(name)}: must contain only a-z, A-Z, 0-9, _ and -"


def bad_version(version: str) -> str:
    """Return what Helm says of a version that is none."""
    from hivehelm.golang.fmt import quote

    return f"invalid plugin version {quote(version)}: must be valid semver"
