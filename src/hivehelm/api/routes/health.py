"""`/healthz`, `/readyz` and `/metrics`: for those who watch over servers."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Depends, Response

from hivehelm.api.auth.aside import aside
from hivehelm.api.auth.caller import Needs
from hivehelm.api.auth.identity import VIEWER
from hivehelm.api.bodies.health import Health
from hivehelm.api.guard.metrics import CONTENT_TYPE
from hivehelm.errors import HivehelmError

if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.api.services import Services

PATIENCE: Final = 3.0
"""Seconds within which a cluster has to answer to count as there."""
_FRESH: Final = 2.0


class Checks:
    """What a server needs in order to serve; looked at when somebody asks, though not all the time."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._found: dict[str, str] = {}
        self._at = -1e9
        self._lock = asyncio.Lock()

    async def look(self) -> dict[str, str]:
        """Return `ok` or `failed` by what was looked at; why is in the log, for everyone may ask."""
        async with self._lock:
            if time.monotonic() - self._at > _FRESH:
                checks = {"cluster": self._cluster, "volume": self._volume}
                found = await asyncio.gather(*(self._tried(name, check) for name, check in checks.items()))
                self._found = dict(zip(checks, found, strict=True))
                self._at = time.monotonic()
            return self._found

    async def _tried(self, name: str, check: Callable[[], None]) -> str:
        try:
            await asyncio.wait_for(aside(check), PATIENCE + 1.0)
        except (HivehelmError, OSError, TimeoutError) as error:
            said = str(error) or "it takes too long"
            self._services.guard.log.write("warning", "not ready", check=name, error=said)
            return "failed"
        return "ok"

    def _cluster(self) -> None:
        """Make sure that the cluster answers, and that records of the platform can be read there."""
        site = self._services.site
        if site.driver == "memory":
            return
        client = site.client().until(time.monotonic() + PATIENCE)
        client.list_at("v1", "Secret", site.namespace, label_selector="hivehelm.dev/none", page_size=1)

    def _volume(self) -> None:
        """Make sure that the platform's directory can be written to."""
        base = self._services.site.base
        os.makedirs(base, mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=base) as file:
            file.write(b"x")


def router(services: Services) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["health"])
    checks = Checks(services)
    metrics = services.guard.metrics

    @routes.get("/healthz", summary="Tell that the server answers", response_model_exclude_none=True)
    async def healthz() -> Health:
        return Health(status="ok")

    @routes.get(
        "/readyz",
        summary="Tell whether the server has what it needs",
        response_model_exclude_none=True,
        responses={503: {"model": Health, "description": "It has not."}},
    )
    async def readyz(response: Response) -> Health:
        # Until records are known, each read would ask the cluster: others do that better meanwhile.
        awaited = services.reader.awaited()
        found = await checks.look() | {"releases": "waiting" if awaited else "ok"}
        ready = all(state == "ok" for state in found.values())
        if not ready:
            response.status_code = 503
        return Health(status="ok" if ready else "failed", checks=found, detail=awaited or None)

    @routes.get(
        "/metrics",
        dependencies=[] if "/metrics" in services.guard.public else [Depends(Needs(VIEWER, anywhere=True))],
        summary="Metrics, as Prometheus reads them",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    async def read_metrics() -> Response:
        return Response(await aside(metrics.text), media_type=CONTENT_TYPE)

    _gauges(services)
    return routes


def _gauges(services: Services) -> None:
    """Add what is known of the work that goes on."""
    metrics, runner = services.guard.metrics, services.runner
    limits = services.guard.limits

    def operations() -> dict[str, float]:
        found = dict.fromkeys(("queued", "running", "succeeded", "failed", "cancelled"), 0.0)
        for operation in runner.list():
            found[operation.state] = found.get(operation.state, 0.0) + 1
        return found

    metrics.gauge("hivemind_operations", "Operations on record, by state.", operations, "state")
    metrics.gauge(
        "hivemind_renders", "Charts being rendered for callers.", lambda: {"": float(limits.render.running)}
    )
    state = getattr(services.reader, "state", None)
    if state is not None:
        metrics.gauge(
            "hivemind_mirror", "What is held of the cluster in memory.", lambda: _held(state()), "what"
        )


def _held(state: Any) -> dict[str, float]:
    found = {"records": state.records, "releases": state.releases, "bytes": state.size}
    if state.age is not None:
        found["age_seconds"] = state.age
    return {"following": float(state.following), **found}
