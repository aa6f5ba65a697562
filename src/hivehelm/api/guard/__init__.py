"""What stands between the network and the routes: limits, logs, metrics, and who is let in."""

from __future__ import annotations

from hivehelm.api.guard.guard import Guard

__all__ = ["Guard"]
