"""`hivemind cluster`: control planes on this machine."""

from __future__ import annotations
