"""The `hivehelm` command."""

from hivehelm.cli.hivehelm.entry import main, process

__all__ = ["main", "process"]
