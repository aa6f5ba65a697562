"""The OpenAPI document: what FastAPI finds out, and what it does not know of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi.openapi.utils import get_openapi

from hivehelm.api.errors import refusals
from hivehelm.api.guard.admit import PUBLIC

if TYPE_CHECKING:
    from fastapi import FastAPI

TAGS: Final = (
    {"name": "releases", "description": "Charts that are installed, and what they have been."},
    {"name": "previews", "description": "What would be, without anything being touched."},
    {"name": "operations", "description": "Long work, and how far it has come."},
    {"name": "charts", "description": "Charts on the server."},
    {"name": "repositories", "description": "Where charts come from."},
    {"name": "chart repository", "description": "The server's own repository, for `helm repo add`."},
)
JSON: Final = "application/json"
_UNUSED: Final = ("HTTPValidationError", "ValidationError")
_TOKEN: Final = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token of `hivemind token create`, of OpenID Connect, or of Kubernetes.",
}


def install(app: FastAPI) -> None:
    """Have `app` describe itself with problems, and with how one says who one is."""
    made: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not made:
            made.update(document(app))
        return made

    app.openapi = openapi  # type: ignore[method-assign]


def document(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of `app`."""
    from hivehelm.api.bodies.problem import Problem

    made = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        tags=[dict(tag) for tag in TAGS],
        servers=[{"url": "/"}],
    )
    components = made.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    for name in _UNUSED:
        schemas.pop(name, None)
    components["securitySchemes"] = {"bearer": dict(_TOKEN)}
    made["security"] = [{"bearer": []}, {}]
    for path, operations in made["paths"].items():
        for operation in operations.values():
            _guard(path, operation)
    return made


def _guard(path: str, operation: dict[str, Any]) -> None:
    """Note what may be said of a request before it reaches its route."""
    statuses = [414, 431]
    if path in PUBLIC:
        operation["security"] = []
    else:
        statuses += [401, 403, 429, 503]
    if "requestBody" in operation:
        statuses += [408, 413]
        if JSON in operation["requestBody"]["content"]:
            statuses.append(415)
        _say_plainly(operation["requestBody"])
    responses = operation["responses"]
    for status, said in refusals(*statuses).items():
        if status in statuses:
            responses.setdefault(str(status), said)


def _say_plainly(body: dict[str, Any]) -> None:
    """Call a body that may be left out just that: generators of clients stumble over "or null"."""
    if body.get("required"):
        return
    for media in body["content"].values():
        schemas = [schema for schema in media["schema"].get("anyOf", ()) if schema != {"type": "null"}]
        if len(schemas) == 1:
            media["schema"] = schemas[0]
