"""Where the control plane keeps things: the XDG base directories."""

from __future__ import annotations

import os
import sys
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def data_directory(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the directory of binaries and clusters: `hivehelm` in $XDG_DATA_HOME or ~/.local/share."""
    return _base("XDG_DATA_HOME", ".local/share", environment) / "hivehelm"


def cache_directory(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the directory of what can be made again: `hivehelm` in $XDG_CACHE_HOME or ~/.cache."""
    return _base("XDG_CACHE_HOME", ".cache", environment) / "hivehelm"


def _base(variable: str, default: str, environment: Mapping[str, str]) -> Path:
    # The XDG specification: a path that is not absolute counts as not set.
    given = environment.get(variable, "")
    if given and Path(given).is_absolute():
        return Path(given)
    return Path(environment.get("HOME") or Path.home()) / default


def platform() -> tuple[str, str]:
    """Return Go's names of this operating system and this processor, such as `("linux", "amd64")`."""
    machine = os.uname().machine.lower()
    names = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
    return ("darwin" if sys.platform == "darwin" else "linux", names.get(machine, machine))
