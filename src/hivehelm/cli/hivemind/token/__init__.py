"""`hivemind token`: tokens for the REST API."""

from __future__ import annotations
