from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from hivehelm.cluster import places


def test_the_xdg_directories_are_honoured() -> None:
    environment = {"HOME": "/home/a", "XDG_DATA_HOME": "/data", "XDG_CACHE_HOME": "/cache"}
    assert places.data_directory(environment) == Path("/data/hivehelm")
    assert places.cache_directory(environment) == Path("/cache/hivehelm")


@pytest.mark.parametrize("given", ["", "relative/path"])
def test_a_path_that_is_not_absolute_counts_as_not_set(given: str) -> None:
    environment = {"HOME": "/home/a", "XDG_DATA_HOME": given, "XDG_CACHE_HOME": given}
    assert places.data_directory(environment) == Path("/home/a/.local/share/hivehelm")
    assert places.cache_directory(environment) == Path("/home/a/.cache/hivehelm")


def test_home_is_found_without_the_variable() -> None:
    assert places.data_directory({}) == Path.home() / ".local/share/hivehelm"


@pytest.mark.parametrize(
    ("system", "machine", "expected"),
    [
        ("linux", "x86_64", ("linux", "amd64")),
        ("linux", "aarch64", ("linux", "arm64")),
        ("darwin", "arm64", ("darwin", "arm64")),
        ("linux", "riscv64", ("linux", "riscv64")),
    ],
)
def test_the_platform_has_gos_names(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, expected: tuple[str, str]
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(os, "uname", lambda: os.uname_result((system, "host", "1", "1", machine)))
    assert places.platform() == expected
