from __future__ import annotations

import os
from types import SimpleNamespace

import pytest

from hivehelm.plugins.errors import NoCommandError
from hivehelm.plugins.platform import PlatformCommand, choose, expand, prepare, system


@pytest.fixture(autouse=True)
def linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(sysname="Linux", machine="x86_64"))


def command(os: str = "", arch: str = "", name: str = "") -> PlatformCommand:
    return PlatformCommand(os=os, arch=arch, command=name or f"{os}-{arch}")


@pytest.mark.parametrize(
    ("machine", "arch"), [("x86_64", "amd64"), ("aarch64", "arm64"), ("riscv64", "riscv64")]
)
def test_the_system_by_gos_names(monkeypatch: pytest.MonkeyPatch, machine: str, arch: str) -> None:
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(sysname="Darwin", machine=machine))
    assert system() == ("darwin", arch)


@pytest.mark.parametrize(
    ("commands", "chosen"),
    [
        ([], None),
        ([command("windows"), command("linux", "arm64"), command("", "amd64")], None),
        ([command(), command(name="second")], "-"),
        ([command(), command("linux"), command("LINUX", name="late")], "linux-"),
        ([command("linux"), command("Linux", "AMD64"), command("linux", "amd64", "late")], "Linux-AMD64"),
        ([command("linux"), command(name="any")], "linux-"),
    ],
)
def test_the_closest_command_is_chosen(commands: list[PlatformCommand], chosen: str | None) -> None:
    found = choose(commands)
    assert (found and found.command) == chosen


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("$A-$B.", "one-."),
        ("${A}b$", "oneb$"),
        ("$$A $1x", "pidA firstx"),
        ("${}x${A", "xA"),
        ("$ $-", "$ "),
        ("$é", "$é"),
        ("${a b}", "spaced"),
    ],
)
def test_variables_as_gos_os_expand(text: str, expected: str) -> None:
    environ = {"A": "one", "$": "pid", "1": "first", "a b": "spaced"}
    assert expand(text, environ) == expected


def test_words_of_a_command() -> None:
    commands = [PlatformCommand(command="$A sub $B", args=["$B", "x y"])]
    environ = {"A": "run", "B": "b"}
    assert prepare(commands, environ, extra=["$B"]) == ["run", "sub", "b", "b", "x y", "$B"]
    assert prepare(commands, environ, expand_arguments=False) == ["run", "sub", "$B", "$B", "x y"]


@pytest.mark.parametrize("commands", [None, [], [PlatformCommand()], [PlatformCommand(command=" x")]])
def test_no_command(commands: list[PlatformCommand] | None) -> None:
    with pytest.raises(NoCommandError, match="no plugin command is applicable"):
        prepare(commands, {})
