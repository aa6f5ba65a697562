"""plugin.yaml as Helm 3 has it, without an apiVersion (internal/plugin/metadata_legacy.go)."""

from __future__ import annotations

from hivehelm.golang.yaml.typed import BOOL, STRING, Fields, List, Map, decode
from hivehelm.plugins.errors import MetadataError
from hivehelm.plugins.metadata import (
    CLIConfig,
    GetterConfig,
    Metadata,
    ProtocolCommand,
    SubprocessConfig,
    bad_name,
    bad_version,
    check,
    is_name,
    is_version,
)
from hivehelm.plugins.platform import PlatformCommand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from hivehelm.golang.yaml.nodes import Node

PLATFORM_COMMAND: Final = Fields(
    "plugin.PlatformCommand", {"os": STRING, "arch": STRING, "command": STRING, "args": List(STRING)}
)
PLATFORM_COMMANDS: Final = List(PLATFORM_COMMAND)
PLATFORM_HOOKS: Final = Map(PLATFORM_COMMANDS, "plugin.PlatformHooks")

_SHAPE: Final = Fields(
    "plugin.MetadataLegacy",
    {
        "name": STRING,
        "version": STRING,
        "usage": STRING,
        "description": STRING,
        "platformCommand": PLATFORM_COMMANDS,
        "command": STRING,
        "ignoreFlags": BOOL,
        "platformHooks": PLATFORM_HOOKS,
        "hooks": Map(STRING, "plugin.Hooks"),
        "downloaders": List(Fields("plugin.Downloaders", {"protocols": List(STRING), "command": STRING})),
    },
)


def read(document: Node) -> Metadata:
    """Return what a plugin.yaml without an apiVersion says. Fields that it does not know are let be.

    Raises:
        YAMLError: it cannot be read.
        MetadataError: it does not say what it should.
    """
    found = decode(document, _SHAPE)
    if fault := _fault(found):
        raise MetadataError(fault)
    metadata = Metadata(
        api_version="legacy",
        name=found["name"],
        version=found["version"],
        type="getter/v1" if found["downloaders"] else "cli/v1",
        runtime="subprocess",
        config=_config(found),
        runtime_config=_programs(found),
    )
    check(metadata)
    return metadata


def _fault(found: dict[str, Any]) -> str:
    if not is_name(found["name"]):
        return bad_name(found["name"])
    if found["version"] and not is_version(found["version"]):
        return bad_version(found["version"])
    if found["platformCommand"] and found["command"]:
        return "both platformCommand and command are set"
    if found["platformHooks"] and found["hooks"]:
        return "both platformHooks and hooks are set"
    for index, downloader in enumerate(found["downloaders"] or ()):
        if not downloader["command"]:
            return f"downloader {index} has empty command"
        if not downloader["protocols"]:
            return f"downloader {index} has no protocols"
        if "" in downloader["protocols"]:
            place = downloader["protocols"].index("")
            return f"downloader {index} has empty protocol at index {place}"
    return ""


def _config(found: dict[str, Any]) -> CLIConfig | GetterConfig:
    if found["downloaders"]:
        return GetterConfig(
            protocols=[name for downloader in found["downloaders"] for name in downloader["protocols"]]
        )
    # What was called usage is what is now the short help.
    return CLIConfig(
        short_help=_printable(found["usage"]),
        long_help=found["description"],
        ignore_flags=found["ignoreFlags"],
    )


def _programs(found: dict[str, Any]) -> SubprocessConfig:
    protocols = [
        ProtocolCommand(
            protocols=downloader["protocols"], commands=[PlatformCommand(command=downloader["command"])]
        )
        for downloader in found["downloaders"] or ()
    ]
    program = platform_commands(found["platformCommand"])
    if not program and found["command"]:
        program = [PlatformCommand(command=found["command"])]
    hooks = platform_hooks(found["platformHooks"])
    shell = not hooks and bool(found["hooks"])
    if shell:
        hooks = {
            event: [PlatformCommand(command="sh", args=["-c", line])]
            for event, line in found["hooks"].items()
        }
    return SubprocessConfig(
        commands=program,
        hooks=hooks,
        protocol_commands=protocols or None,
        expand_hook_arguments=not shell,
    )


def platform_commands(found: list[dict[str, Any]] | None) -> list[PlatformCommand] | None:
    """Return the commands of a decoded `platformCommand`."""
    return None if found is None else [PlatformCommand(**entry) for entry in found]


def platform_hooks(
    found: dict[str, list[dict[str, Any]] | None] | None,
) -> dict[str, list[PlatformCommand] | None] | None:
    """Return the commands of a decoded `platformHooks`, by their events."""
    return None if found is None else {event: platform_commands(entry) for event, entry in found.items()}


def _printable(text: str) -> str:
    """Return `text` with every blank a space, and without what cannot be printed."""
    from hivehelm.golang.unicode import is_print

    return "".join(" " if char.isspace() else char for char in text if char.isspace() or is_print(char))
