"""`/api/helm/releases`: what is released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

if TYPE_CHECKING:
    from hivehelm.api.services import Services


def router(services: Services) -> APIRouter:
    """Return the routes."""
    return APIRouter(prefix="/api/helm/releases", tags=["releases"])
