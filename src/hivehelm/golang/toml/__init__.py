"""TOML as BurntSushi's toml v1.6.0 reads and writes it: TOML 1.1, its layout, its texts for errors."""

from __future__ import annotations

from hivehelm.golang.toml.decode import loads
from hivehelm.golang.toml.encode import dumps
from hivehelm.golang.toml.error import TOMLError

__all__ = ["TOMLError", "dumps", "loads"]
