"""The `hivemind` command: the platform."""

from __future__ import annotations

from hivehelm.cli.hivemind.entry import main

__all__ = ["main"]
