"""Hivemind's own charts, and how they get to where they can be installed from."""

from __future__ import annotations

from hivehelm.platform.charts.create import (
    CHARTS,
    Created,
    State,
    create_charts,
    create_hivemind_charts,
    told,
)

__all__ = ["CHARTS", "Created", "State", "create_charts", "create_hivemind_charts", "told"]
