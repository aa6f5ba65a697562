"""Servers that are not started."""

from __future__ import annotations

from hivehelm.errors import HivehelmError


class UnsafeServerError(HivehelmError):
    """A server would let in who should not be, or would have credentials sent in the clear."""
