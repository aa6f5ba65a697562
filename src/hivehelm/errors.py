"""The root of every error that Hivehelm raises on purpose."""

from __future__ import annotations


class HivehelmError(Exception):
    """Base of all of Hivehelm's errors; `str()` of one is what the command line prints after `Error: `."""
