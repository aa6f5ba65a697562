"""Hides what is secret in a release from who did not ask for it (`platform.mask`)."""

from __future__ import annotations

from hivehelm.platform.mask import MASK, Mask

__all__ = ["MASK", "Mask"]
