"""The `hivehelm` command."""

from hivehelm.cli.hivehelm.entry import main

__all__ = ["main"]
