"""`/api/helm` as an ASGI application."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI

from hivehelm.api import document, problems
from hivehelm.api.hot import Hot

if TYPE_CHECKING:
    from fastapi.routing import APIRoute
    from starlette.types import Lifespan

    from hivehelm.api.services import Services

#: Modules of `api.routes`, in the order in which paths are tried: what is read most comes first.
ROUTES: Final = (
    "releases",
    "changes",
    "operations",
    "events",
    "previews",
    "debug",
    "charts",
    "repositories",
    "index",
    "museum",
    "health",
)

_ABOUT = """Helm charts, repositories and releases over HTTP.

What changes something answers 202 with an *operation*, whose path is in `Location`; with `?wait=true` the
answer comes when it is over. Send an `Idempotency-Key` along, and a retry does nothing twice. Whatever goes
wrong is a problem by RFC 9457, with Helm's own message as its `detail`.
"""


def build(services: Services, lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """Return the application over `services`; it starts and stops nothing but what `lifespan` does."""
    app = FastAPI(
        title="Hivemind",
        description=_ABOUT,
        version=services.version,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        generate_unique_id_function=_operation_id,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    problems.install(app)
    document.install(app)
    for name in ROUTES:
        app.include_router(import_module(f"hivehelm.api.routes.{name}").router(services))
    app.add_middleware(Hot, services=services)
    services.guard.install(app)
    return app


def _operation_id(route: APIRoute) -> str:
    """Call an operation of the document what its function is called: `install_chart`."""
    return route.name
