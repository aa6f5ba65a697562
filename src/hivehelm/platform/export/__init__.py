"""From what is deployed to a chart: objects in, files out."""

from __future__ import annotations
