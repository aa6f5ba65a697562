from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from hivehelm.plugins import load
from hivehelm.plugins.errors import (
    DuplicatePluginError,
    PluginLoadError,
    PluginNotFoundError,
    UnsupportedRuntimeError,
)
from hivehelm.plugins.metadata import CLIConfig, GetterConfig, NoConfig, SubprocessConfig
from hivehelm.plugins.platform import PlatformCommand

V1 = "apiVersion: v1\nname: {name}\nversion: 0.1.0\ntype: {kind}\nruntime: {runtime}\n"


def put(top: Path, name: str, text: str) -> Path:
    (top / name).mkdir(parents=True)
    (top / name / "plugin.yaml").write_text(text)
    return top / name


def v1(name: str, kind: str = "cli/v1", runtime: str = "subprocess", more: str = "") -> str:
    return V1.format(name=name, kind=kind, runtime=runtime) + more


def problem(top: Path, text: str) -> str:
    with pytest.raises(PluginLoadError) as caught:
        load.load_dir(str(put(top, "p", text)))
    return str(caught.value).partition(f'"{top}/p": ')[2]


def test_a_plugin_of_helm_4(tmp_path: Path) -> None:
    more = """sourceURL: https://x
config: {usage: yes, shortHelp: 1, longHelp: l, ignoreFlags: on}
runtimeConfig:
  nosuch: 1
  platformCommand: [{command: x, args: [1, null]}, {os: linux, arch: amd64}]
  platformHooks: {install: [{command: y}], delete: null}
  protocolCommands: [{protocols: [a], platformCommand: [{command: z}]}]
"""
    found = load.load_dir(str(put(tmp_path, "p", v1("p", more=more))))
    assert found.name == "p"
    assert found.directory == str(tmp_path / "p")
    about = found.metadata
    assert (about.api_version, about.version, about.source_url) == ("v1", "0.1.0", "https://x")
    assert about.config == CLIConfig(usage="yes", short_help="1", long_help="l", ignore_flags=True)
    programs = found.programs()
    assert programs.commands == [
        PlatformCommand(command="x", args=["1"]),
        PlatformCommand(os="linux", arch="amd64"),
    ]
    assert programs.hooks == {"install": [PlatformCommand(command="y")], "delete": None}
    assert [one.protocols for one in programs.protocol_commands or ()] == [["a"]]


@pytest.mark.parametrize(("kind", "config"), [("postrenderer/v1", NoConfig()), ("test/v1", NoConfig())])
def test_plugins_without_configuration(tmp_path: Path, kind: str, config: NoConfig) -> None:
    found = load.load_dir(str(put(tmp_path, "p", v1("p", kind, more="config: null\n"))))
    assert found.metadata.config == config
    assert found.programs() == SubprocessConfig()


def test_a_plugin_of_helm_3(tmp_path: Path) -> None:
    text = """name: p
usage: "a\\n\\tb\\u200bc"
description: long
ignoreFlags: true
command: run $X
hooks: {install: echo}
nosuch: 1
"""
    found = load.load_dir(str(put(tmp_path, "p", text)))
    assert found.metadata.config == CLIConfig(short_help="a  bc", long_help="long", ignore_flags=True)
    programs = found.programs()
    assert programs.commands == [PlatformCommand(command="run $X")]
    assert programs.hooks == {"install": [PlatformCommand(command="sh", args=["-c", "echo"])]}
    assert not programs.expand_hook_arguments


def test_a_getter_of_helm_3(tmp_path: Path) -> None:
    text = "name: p\ndownloaders: [{command: x, protocols: [a, b]}, {command: y, protocols: [c]}]\n"
    text += "platformHooks: {install: [{command: z}]}\n"
    found = load.load_dir(str(put(tmp_path, "p", text)))
    assert found.metadata.type == "getter/v1"
    assert found.metadata.config == GetterConfig(protocols=["a", "b", "c"])
    assert found.programs().hooks == {"install": [PlatformCommand(command="z")]}
    assert found.programs().expand_hook_arguments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "failed to peek plugin.yaml API version: EOF"),
        ("apiVersion: v9\n", 'invalid plugin apiVersion: "v9"'),
        ("name: a b\n", 'invalid plugin name "a b": must contain only a-z, A-Z, 0-9, _ and -'),
        ("name: a\nversion: v1\n", 'invalid plugin version "v1": must be valid semver'),
        ("name: a\ncommand: x\nplatformCommand: [{}]\n", "both platformCommand and command are set"),
        ("name: a\nhooks: {a: b}\nplatformHooks: {a: []}\n", "both platformHooks and hooks are set"),
        ("name: a\ndownloaders: [{}]\n", "downloader 0 has empty command"),
        ("name: a\ndownloaders: [{command: x}]\n", "downloader 0 has no protocols"),
        (
            "name: a\ndownloaders: [{command: x, protocols: [b, '']}]\n",
            "downloader 0 has empty protocol at index 1",
        ),
        (
            "name: a\nignoreFlags: 3\n",
            "yaml: unmarshal errors:\n  line 2: cannot unmarshal !!int `3` into bool",
        ),
        ("apiVersion: v1\nname: a.b\n", "invalid plugin `name`"),
        ("apiVersion: v1\nname: a\n", "plugin `version` is required"),
        (
            "apiVersion: v1\nname: a\nversion: x\n",
            'invalid plugin `version` "x": must be valid semver',
        ),
        ("apiVersion: v1\nname: a\nversion: 0.1.0\n", "`type` missing"),
        ("apiVersion: v1\nname: a\nversion: 0.1.0\ntype: x\n", "`runtime` missing"),
        (v1("a", "x"), 'failed to convert MetadataV1 to Metadata: unknown plugin type "x"'),
        (
            v1("a", runtime="x"),
            'failed to convert MetadataV1 to Metadata: unsupported plugin runtime type: "x"',
        ),
        (v1("a", "getter/v1"), "config validation failed: getter has no protocols"),
        (
            v1("a", "getter/v1", more="config: {protocols: ['']}\n"),
            "config validation failed: getter has empty protocol at index 0",
        ),
        (
            v1("a", more="config: {x: 1}\n"),
            (
                "failed to convert MetadataV1 to Metadata: yaml: unmarshal errors:\n"
                "  line 1: field x not found in type schema.ConfigCLIV1"
            ),
        ),
        (
            v1("a", more="runtimeConfig: {platformCommand: 1}\n"),
            (
                "failed to convert MetadataV1 to Metadata: failed to unmarshal runtimeConfig for subprocess "
                "runtime: yaml: unmarshal errors:\n"
                "  line 1: cannot unmarshal !!int `1` into []plugin.PlatformCommand"
            ),
        ),
    ],
)
def test_what_is_wrong_with_a_plugin(tmp_path: Path, text: str, expected: str) -> None:
    assert problem(tmp_path, text) == expected


def test_webassembly_is_refused_by_name(tmp_path: Path) -> None:
    path = put(tmp_path, "p", v1("p", runtime="extism/v1"))
    with pytest.raises(PluginLoadError, match="wasm binary missing for extism/v1 plugin"):
        load.load_dir(str(path))
    (path / "plugin.wasm").write_bytes(b"")
    with pytest.raises(UnsupportedRuntimeError) as caught:
        load.load_dir(str(path)).programs()
    assert str(caught.value) == 'plugin "p" has runtime "extism/v1", which hivehelm does not run'


def test_a_directory_without_a_plugin(tmp_path: Path) -> None:
    path = tmp_path / "plugin.yaml"
    with pytest.raises(PluginLoadError) as caught:
        load.load_dir(str(tmp_path))
    assert str(caught.value) == f'failed to read plugin at "{path}": open {path}: no such file or directory'
    path.mkdir()
    with pytest.raises(PluginLoadError, match=r"read .*: is a directory"):
        load.load_dir(str(tmp_path))


def test_broken_plugins_are_told_and_left_out(tmp_path: Path) -> None:
    put(tmp_path, "b", "name: b\n")
    put(tmp_path, "a", "")
    (tmp_path / "file").write_text("")
    said: list[tuple[Any, ...]] = []
    found = load.load_all(str(tmp_path), lambda *said_, **more: said.append((*said_, more["plugin_yaml"])))
    assert [plugin.name for plugin in found] == ["b"]
    assert said == [("WARN", "failed to load plugin (ignoring)", f"{tmp_path}/a/plugin.yaml")]
    assert [plugin.name for plugin in load.load_all(str(tmp_path))] == ["b"]
    assert load.load_all(str(tmp_path / "nosuch")) == []


def test_finding_by_name_and_type(tmp_path: Path) -> None:
    put(tmp_path, "one/b", "name: b\n")
    put(tmp_path, "one/c", v1("c", "postrenderer/v1"))
    put(tmp_path, "two/b", "name: b\nversion: 2.0.0\n")
    directories = load.split(f"{tmp_path}/one{os.pathsep}{tmp_path}/two")
    assert [plugin.name for plugin in load.find(directories)] == ["b", "c", "b"]
    assert [plugin.name for plugin in load.find(directories, kind="postrenderer/v1")] == ["c"]
    assert load.find_one(directories, name="b", kind="cli/v1").metadata.version == ""
    with pytest.raises(PluginNotFoundError) as caught:
        load.find_one(directories, name="x", kind="cli/v1")
    assert str(caught.value) == "plugin: {Name:x Type:cli/v1} not found"
    assert load.split("") == []


def test_two_of_one_name(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        put(tmp_path, name, "name: same\n")
    with pytest.raises(DuplicatePluginError) as caught:
        load.load_all(str(tmp_path))
    assert str(caught.value) == f'two plugins claim the name "same" at "{tmp_path}/a" and "{tmp_path}/b"'


def test_directories_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a", "name: a\n")
    monkeypatch.chdir(tmp_path)
    assert load.present("") == ["a/plugin.yaml"]
