"""plugin.yaml with `apiVersion: v1`, which Helm 4 brought (internal/plugin/metadata_v1.go)."""

from __future__ import annotations

from hivehelm.golang.fmt import quote
from hivehelm.golang.yaml.error import YAMLError
from hivehelm.golang.yaml.typed import ANY, BOOL, INT, STRING, UINT, Fields, List, Map, decode
from hivehelm.plugins.errors import MetadataError
from hivehelm.plugins.legacy import PLATFORM_COMMANDS, PLATFORM_HOOKS, platform_commands, platform_hooks
from hivehelm.plugins.metadata import (
    CLIConfig,
    GetterConfig,
    Metadata,
    NoConfig,
    ProtocolCommand,
    SubprocessConfig,
    WasmConfig,
    check,
    is_name,
    is_version,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from hivehelm.golang.yaml.nodes import Node

_SHAPE: Final = Fields(
    "plugin.MetadataV1",
    {
        "apiVersion": STRING,
        "name": STRING,
        "type": STRING,
        "runtime": STRING,
        "version": STRING,
        "sourceURL": STRING,
        "config": Map(ANY),
        "runtimeConfig": Map(ANY),
    },
)
_CONFIGS: Final = {
    "cli/v1": Fields(
        "schema.ConfigCLIV1",
        {"usage": STRING, "shortHelp": STRING, "longHelp": STRING, "ignoreFlags": BOOL},
    ),
    "getter/v1": Fields("schema.ConfigGetterV1", {"protocols": List(STRING)}),
    "postrenderer/v1": Fields("schema.ConfigPostRendererV1", {}),
    "test/v1": Fields("schema.ConfigTestV1", {}),
}
_SUBPROCESS: Final = Fields(
    "plugin.RuntimeConfigSubprocess",
    {
        "platformCommand": PLATFORM_COMMANDS,
        "platformHooks": PLATFORM_HOOKS,
        "protocolCommands": List(
            Fields(
                "plugin.SubprocessProtocolCommand",
                {"protocols": List(STRING), "platformCommand": PLATFORM_COMMANDS},
            )
        ),
    },
)
_WASM: Final = Fields(
    "plugin.RuntimeConfigExtismV1",
    {
        "memory": Fields(
            "plugin.RuntimeConfigExtismV1Memory",
            {"maxPages": UINT, "maxHttpResponseBytes": INT, "maxVarBytes": INT},
        ),
        "config": Map(STRING),
        "allowedHosts": List(STRING),
        "fileSystem": Fields("plugin.RuntimeConfigExtismV1FileSystem", {"createTempDir": BOOL}),
        "timeout": UINT,
        "hostFunctions": List(STRING),
        "entryFuncName": STRING,
    },
)
# What Go calls the fields.
_WASM_NAMES: Final = {"maxHttpResponseBytes": "MaxHTTPResponseBytes"}


def read(document: Node) -> Metadata:
    """Return what a plugin.yaml of `apiVersion: v1` says.

    Raises:
        YAMLError: it cannot be read, or has other fields.
        MetadataError: it does not say what it should.
    """
    found = decode(document, _SHAPE, known_fields=True)
    if fault := _fault(found):
        raise MetadataError(fault)
    kind, runtime = found["type"], found["runtime"]
    metadata = Metadata(
        api_version=found["apiVersion"],
        name=found["name"],
        version=found["version"],
        type=kind,
        runtime=runtime,
        source_url=found["sourceURL"],
        config=_config(kind, found["config"]),
        runtime_config=_runtime_config(runtime, found["runtimeConfig"]),
    )
    check(metadata)
    return metadata


def _fault(found: dict[str, Any]) -> str:
    if not is_name(found["name"]):
        return "invalid plugin `name`"
    if not found["version"]:
        return "plugin `version` is required"
    if not is_version(found["version"]):
        return f"invalid plugin `version` {quote(found['version'])}: must be valid semver"
    if not found["type"]:
        return "`type` missing"
    return "" if found["runtime"] else "`runtime` missing"


def _again(value: dict[str, Any] | None, shape: Fields, *, known_fields: bool) -> dict[str, Any]:
    """Return a part of the file as `shape` says. Its problems count lines as Helm does: in the part alone."""
    from hivehelm.golang.yaml import dump

    return decode(dump(value or {}, pretty=True).encode(), shape, known_fields=known_fields)


def _config(kind: str, value: dict[str, Any] | None) -> CLIConfig | GetterConfig | NoConfig:
    failed = "failed to convert MetadataV1 to Metadata: "
    shape = _CONFIGS.get(kind)
    if shape is None:
        raise MetadataError(f"{failed}unknown plugin type {quote(kind)}")
    try:
        found = _again(value, shape, known_fields=True)
    except YAMLError as error:
        raise MetadataError(f"{failed}{error}") from error
    if kind == "cli/v1":
        return CLIConfig(
            usage=found["usage"],
            short_help=found["shortHelp"],
            long_help=found["longHelp"],
            ignore_flags=found["ignoreFlags"],
        )
    return GetterConfig(protocols=found["protocols"]) if kind == "getter/v1" else NoConfig()


def _runtime_config(runtime: str, value: dict[str, Any] | None) -> SubprocessConfig | WasmConfig:
    failed = "failed to convert MetadataV1 to Metadata: "
    if runtime not in ("subprocess", "extism/v1"):
        raise MetadataError(f"{failed}unsupported plugin runtime type: {quote(runtime)}")
    try:
        found = _again(value, _SUBPROCESS if runtime == "subprocess" else _WASM, known_fields=False)
    except YAMLError as error:
        raise MetadataError(
            f"{failed}failed to unmarshal runtimeConfig for {runtime} runtime: {error}"
        ) from error
    if runtime != "subprocess":
        return WasmConfig(fields=_exported(found))
    protocols = found["protocolCommands"]
    return SubprocessConfig(
        commands=platform_commands(found["platformCommand"]),
        hooks=platform_hooks(found["platformHooks"]),
        protocol_commands=None
        if protocols is None
        else [
            ProtocolCommand(
                protocols=entry["protocols"], commands=platform_commands(entry["platformCommand"])
            )
            for entry in protocols
        ],
    )


def _exported(found: dict[str, Any]) -> dict[str, Any]:
    """Return a struct's fields under the names that Go gives them."""
    return {
        _WASM_NAMES.get(name, name[0].upper() + name[1:]): _exported(value)
        if name in ("memory", "fileSystem")
        else value
        for name, value in found.items()
    }
