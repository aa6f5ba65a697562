"""`/api/helm/releases/{name}/debug`: why a release fails, and what to do about it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from hivehelm.api.answers import json_answer
from hivehelm.api.auth.caller import Needs, Viewer
from hivehelm.api.auth.identity import DEPLOYER
from hivehelm.api.bodies.debug import DebugReport
from hivehelm.api.errors import refusals
from hivehelm.api.parameters import Name, Namespace

if TYPE_CHECKING:
    from hivehelm.api.auth.identity import Identity
    from hivehelm.api.services import Services

_MOST_LINES = 1000
_deployer = Needs(DEPLOYER)


async def _lines(
    request: Request,
    log_lines: Annotated[
        int,
        Query(
            ge=0,
            le=_MOST_LINES,
            description="Show so many of the last lines of each log; takes the role deployer.",
            examples=[20],
        ),
    ] = 0,
) -> int:
    # What programs print is not known to be free of secrets.
    if log_lines:
        await _deployer(request)
    return log_lines


Lines = Annotated[int, Depends(_lines)]


def router(services: Services) -> APIRouter:
    """Return the route."""
    routes = APIRouter(prefix="/api/helm/releases", tags=["releases"])
    threads = services.threads

    @routes.get("/{name}/debug", response_model=DebugReport, responses=refusals(400, 404, 422, 429, 503))
    async def debug_release(
        identity: Viewer, name: Name, lines: Lines, namespace: Namespace = "default"
    ) -> Response:
        """Gather what one needs to understand a failing release, the likely cause and the next step first.

        There is a report on a release of which nothing but failed operations are known, too.
        """
        async with services.guard.limits.render(identity):
            return json_answer(await threads.run(_report, services, identity, namespace, name, lines))

    return routes


def _report(services: Services, identity: Identity, namespace: str, name: str, lines: int) -> dict[str, Any]:
    from hivehelm.api.live import connected
    from hivehelm.platform.debug import debug

    operations = [
        one
        for one in services.runner.list()
        if (one.request.namespace, one.request.name) == (namespace, name)
    ]
    if not operations:
        services.reader.release(namespace, name, values=False)  # else there is nothing to tell of
    report = debug(
        services.site,
        name,
        namespace,
        context=connected(services, identity, namespace),
        lines=lines,
        operations=operations,
        sees=identity.sees,
    )
    told = report.to_dict()
    # Where charts are on the server is nobody's business.
    if told["chart"]:
        told["chart"]["available"] = [_name(one) for one in told["chart"]["available"]]
    return told


def _name(place: str) -> str:
    return os.path.basename(place) if os.path.isabs(place) else place
