"""`/api/charts`: ChartMuseum's API, so that `helm cm-push` and other clients of it work."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from pydantic import BeforeValidator
from starlette.responses import Response

from hivehelm.api.answers import JSON, json_answer
from hivehelm.api.auth.caller import Admin, AnyViewer
from hivehelm.api.contents import not_modified
from hivehelm.api.multipart import fields, is_form
from hivehelm.api.museum import repository_of, responses
from hivehelm.api.problems import ProblemError
from hivehelm.api.threads import Threads
from hivehelm.platform.repository.errors import ArchiveExistsError, NoArchiveError

if TYPE_CHECKING:
    from hivehelm.api.services import Services
    from hivehelm.platform.repository.catalog import Catalog

_READERS: Final = 8
_WRITERS: Final = 2
CHART_FIELD: Final = "chart"
PROVENANCE_FIELD: Final = "prov"


def _number(problem: str, given: object) -> object:
    text = str(given)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ProblemError(400, problem)
    return int(text)


def _positive(problem: str, given: object) -> object:
    number = _number(problem, given)
    if number == 0:
        raise ProblemError(400, problem)
    return number


Name = Annotated[str, Path(description="The chart's name.", examples=["my-app"])]
Version = Annotated[
    str,
    Path(description="A version, a range of versions, or `latest`.", examples=["0.1.0"]),
]
Exactly = Annotated[str, Path(description="The version.", examples=["0.1.0"])]
Force = Annotated[
    str | None,
    Query(description="Whatever it says: replace a chart that is there.", examples=["", "true"]),
]
Offset = Annotated[
    int,
    BeforeValidator(partial(_number, "offset is not a valid non-negative integer")),
    Query(ge=0, le=999_999_999, description="How many charts to leave out, by name."),
]
Limit = Annotated[
    int | None,
    BeforeValidator(partial(_positive, "limit is not a valid positive integer")),
    Query(ge=1, le=999_999_999, description="How many charts to list."),
]

_VERSION_SCHEMA: Final = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "version": {"type": "string"},
        "urls": {"type": "array", "items": {"type": "string"}},
        "created": {"type": "string"},
        "digest": {"type": "string"},
    },
    "required": ["name", "version", "urls"],
}
_VERSIONS_SCHEMA: Final = {"type": "array", "items": _VERSION_SCHEMA}
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_UPLOAD: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": _BINARY,
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        CHART_FIELD: {"type": "string", "format": "binary"},
                        PROVENANCE_FIELD: {"type": "string", "format": "binary"},
                    },
                }
            },
        },
    }
}
_SIGNATURE: Final = {"requestBody": {"required": True, "content": {"application/pgp-signature": _BINARY}}}


def _json(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {JSON: {"schema": schema}}}


def _flag(name: str) -> dict[str, Any]:
    return _json("It is done", {"type": "object", "properties": {name: {"type": "boolean"}}})


def router(services: Services) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/api", tags=["chart repository"])
    readers = Threads(_READERS)
    # Loading a chart to see what it is takes a process each.
    writers = Threads(_WRITERS)

    async def catalog() -> Catalog:
        return await readers.run(repository_of(services).catalog)

    async def described(name: str, version: str) -> Response:
        from hivehelm.sources.index.write import version_json

        found = (await catalog()).get(name, version)
        return Response(version_json(found.shown("charts/")), media_type=JSON)

    async def archive(name: str, version: str) -> bytes:
        return await readers.run(repository_of(services).archive, name, version)

    @routes.get(
        "/charts",
        response_class=Response,
        responses=responses(
            404,
            ok=_json("Versions by charts", {"type": "object", "additionalProperties": _VERSIONS_SCHEMA}),
            also={304: "The client has it"},
        ),
    )
    async def list_archives(
        request: Request, identity: AnyViewer, offset: Offset = 0, limit: Limit = None
    ) -> Response:
        """List all charts with their versions."""
        found = await catalog()
        if not offset and limit is None:
            served = found.json()
            headers = {"ETag": served.etag, "Cache-Control": "private, no-cache"}
            if not_modified(request, served.etag, 0x7FFFFFFF):
                return Response(status_code=304, headers=headers)
            return Response(served.data, headers=headers, media_type=JSON)
        names = found.names()[offset : None if limit is None else offset + limit]
        return Response(found.json_of(names), media_type=JSON)

    one_chart = responses(404, ok=_json("The versions, the newest first", _VERSIONS_SCHEMA))
    one_version = responses(404, ok=_json("The version", _VERSION_SCHEMA))

    async def chart_versions(name: str) -> Response:
        found = await catalog()
        if not found.versions(name):
            raise NoArchiveError("chart not found")
        return Response(found.chart_json(name), media_type=JSON)

    @routes.head("/charts/{name}", responses=one_chart, response_class=Response)
    async def head_archives_of_chart(name: Name, identity: AnyViewer) -> Response:
        """Tell whether there is a chart."""
        return await chart_versions(name)

    @routes.get("/charts/{name}", responses=one_chart, response_class=Response)
    async def get_archives_of_chart(name: Name, identity: AnyViewer) -> Response:
        """List the versions of a chart."""
        return await chart_versions(name)

    @routes.head("/charts/{name}/{version}", responses=one_version, response_class=Response)
    async def head_archive(name: Name, version: Version, identity: AnyViewer) -> Response:
        """Tell whether there is a version of a chart."""
        return await described(name, version)

    @routes.get("/charts/{name}/{version}", responses=one_version, response_class=Response)
    async def get_archive(name: Name, version: Version, identity: AnyViewer) -> Response:
        """Describe a version of a chart."""
        return await described(name, version)

    @routes.get(
        "/charts/{name}/{version}/templates",
        response_class=Response,
        responses=responses(404, 413, ok=_json("Templates, in base64, and values", {"type": "object"})),
    )
    async def get_archive_templates(name: Name, version: Version, identity: AnyViewer) -> Response:
        """Get the templates and the values of a version of a chart."""
        from hivehelm.platform.repository.inspection import templates

        data = await archive(name, version)
        return Response(await writers.run(templates, data), media_type=JSON)

    @routes.get(
        "/charts/{name}/{version}/values",
        response_class=Response,
        responses=responses(
            404,
            413,
            ok={
                "description": "values.yaml",
                "content": {"application/yaml": {"schema": {"type": "object"}}},
            },
        ),
    )
    async def get_archive_values(name: Name, version: Version, identity: AnyViewer) -> Response:
        """Get values.yaml of a version of a chart, as it is."""
        from hivehelm.platform.repository.archive import member

        data = await archive(name, version)
        found = await readers.run(member, data, "values.yaml")
        if found is None:
            raise NoArchiveError("values.yaml not found")
        return Response(found, media_type="application/yaml")

    saved = responses(405, 409, 413, 507, ok=_flag("saved"), success=201)

    async def save(request: Request, *, force: bool) -> Response:
        repository = repository_of(services)
        body = await request.body()
        content_type = request.headers.get("content-type", "")
        if not is_form(content_type):
            await writers.run(repository.put, body, force=force)
            return json_answer({"saved": True}, 201)
        form = fields(body, content_type)
        chart, prov = form.get(CHART_FIELD), form.get(PROVENANCE_FIELD)
        if chart is not None:
            try:
                await writers.run(repository.put, chart, prov, force=force)
            except ArchiveExistsError:
                raise ProblemError(409, "chart already exists") from None
        elif prov is not None:
            await writers.run(repository.put_provenance, prov, force=force)
        else:
            named = f"{CHART_FIELD} and {PROVENANCE_FIELD}"
            raise ProblemError(400, f"no package or provenance file found in form fields {named}")
        return json_answer({"saved": True}, 201)

    @routes.post(
        "/charts", status_code=201, response_class=Response, responses=saved, openapi_extra=dict(_UPLOAD)
    )
    async def post_archive(request: Request, identity: Admin, force: Force = None) -> Response:
        """Add a chart: its archive as the body, or a form with `chart` and `prov`."""
        return await save(request, force=force is not None)

    @routes.post(
        "/charts/charts",
        status_code=201,
        response_class=Response,
        responses=saved,
        openapi_extra=dict(_UPLOAD),
    )
    async def push_archive(request: Request, identity: Admin, force: Force = None) -> Response:
        """Add a chart, where `helm cm-push` looks for that if it knows this repository as `…/charts`."""
        return await save(request, force=force is not None)

    @routes.post(
        "/prov", status_code=201, response_class=Response, responses=saved, openapi_extra=dict(_SIGNATURE)
    )
    async def post_provenance(request: Request, identity: Admin, force: Force = None) -> Response:
        """Add the provenance of a chart that is there."""
        body = await request.body()
        await writers.run(repository_of(services).put_provenance, body, force=force is not None)
        return json_answer({"saved": True}, 201)

    @routes.delete(
        "/charts/{name}/{version}",
        response_class=Response,
        responses=responses(404, 405, ok=_flag("deleted")),
    )
    async def delete_archive(name: Name, version: Exactly, identity: Admin) -> Response:
        """Delete a version of a chart, and its provenance."""
        await writers.run(repository_of(services).delete, name, version)
        return json_answer({"deleted": True})

    return routes
