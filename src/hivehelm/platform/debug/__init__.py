"""What one needs to know to understand a failing release: facts, and what is made of them."""

from __future__ import annotations

from hivehelm.platform.debug.gather import debug
from hivehelm.platform.debug.report import Report

__all__ = ["Report", "debug"]
