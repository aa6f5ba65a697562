from __future__ import annotations

import pytest

from hivehelm.golang.yaml import dump
from hivehelm.plugins.errors import MetadataError
from hivehelm.plugins.load import load_metadata
from hivehelm.plugins.metadata import CLIConfig, Metadata, SubprocessConfig, check

LEGACY = """name: p
version: 1.0.0
command: x
ignoreFlags: true
hooks: {install: y}
"""
# As Helm signs it.
LEGACY_SIGNED = """APIVersion: legacy
Config:
  IgnoreFlags: true
  LongHelp: ""
  ShortHelp: ""
  Usage: ""
Name: p
Runtime: subprocess
RuntimeConfig:
  PlatformCommand:
  - Architecture: ""
    Args: null
    Command: x
    OperatingSystem: ""
  PlatformHooks:
    install:
    - Architecture: ""
      Args:
      - -c
      - "y"
      Command: sh
      OperatingSystem: ""
  ProtocolCommands: null
SourceURL: ""
Type: cli/v1
Version: 1.0.0
"""
GETTER = """apiVersion: v1
name: p
version: 0.1.0
type: getter/v1
runtime: subprocess
config: {protocols: [a]}
runtimeConfig:
  protocolCommands: [{protocols: [a], platformCommand: [{command: z}]}]
"""
GETTER_SIGNED = """APIVersion: v1
Config:
  Protocols:
  - a
Name: p
Runtime: subprocess
RuntimeConfig:
  PlatformCommand: null
  PlatformHooks: null
  ProtocolCommands:
  - PlatformCommand:
    - Architecture: ""
      Args: null
      Command: z
      OperatingSystem: ""
    Protocols:
    - a
SourceURL: ""
Type: getter/v1
Version: 0.1.0
"""
WASM = """apiVersion: v1
name: p
version: 0.1.0
type: postrenderer/v1
runtime: extism/v1
runtimeConfig: {memory: {maxPages: 3, maxVarBytes: -1.5}, timeout: 10, fileSystem: {createTempDir: true}}
"""
WASM_SIGNED = """APIVersion: v1
Config: {}
Name: p
Runtime: extism/v1
RuntimeConfig:
  AllowedHosts: null
  Config: null
  EntryFuncName: ""
  FileSystem:
    CreateTempDir: true
  HostFunctions: null
  Memory:
    MaxHTTPResponseBytes: 0
    MaxPages: 3
    MaxVarBytes: -1
  Timeout: 10
SourceURL: ""
Type: postrenderer/v1
Version: 0.1.0
"""


@pytest.mark.parametrize(
    ("text", "expected"), [(LEGACY, LEGACY_SIGNED), (GETTER, GETTER_SIGNED), (WASM, WASM_SIGNED)]
)
def test_what_provenance_files_say(text: str, expected: str) -> None:
    assert dump(load_metadata(text.encode())) == expected


def test_what_both_formats_share() -> None:
    about = Metadata(
        api_version="v1",
        name="a b",
        type="cli/v1",
        runtime="subprocess",
        version="x",
        config=CLIConfig(),
        runtime_config=SubprocessConfig(),
    )
    with pytest.raises(MetadataError) as caught:
        check(about)
    assert str(caught.value) == (
        'invalid plugin name "a b": must contain only a-z, A-Z, 0-9, _ and -\n'
        'invalid plugin version "x": must be valid semver'
    )
