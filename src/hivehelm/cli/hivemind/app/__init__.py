"""`hivemind app`: applications, deployed from charts and turned into charts."""

from __future__ import annotations
