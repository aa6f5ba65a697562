"""The chart of the demo, as a directory of files."""

from __future__ import annotations

from pathlib import Path

CHART = Path(__file__).parent / "hive"
"""A web server in two pods, a store with a volume, and a hook that runs first."""
