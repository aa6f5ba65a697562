"""`/charts`: the embedded chart repository, as `helm repo add` wants one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from hivehelm.api.auth.caller import AnyViewer
from hivehelm.api.contents import content_answer, not_modified
from hivehelm.api.museum import repository_of, responses
from hivehelm.api.threads import Threads

if TYPE_CHECKING:
    from hivehelm.api.services import Services

INDEX_TYPE: Final = "application/x-yaml"
_WORKERS: Final = 16

File = Annotated[
    str,
    Path(
        description="An archive, or the provenance beside it.",
        examples=["my-app-0.1.0.tgz"],
        json_schema_extra={"maxLength": 250},
    ),
]


def router(services: Services) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["chart repository"])
    threads = Threads(_WORKERS)
    binary = {"schema": {"type": "string", "format": "binary"}}
    index_responses = responses(
        404,
        ok={"description": "The index", "content": {INDEX_TYPE: {"schema": {"type": "object"}}}},
        also={304: "The client has it"},
    )
    file_responses = responses(
        404,
        ok={
            "description": "The file",
            "content": {"application/gzip": binary, "application/pgp-signature": binary},
        },
        also={206: "A range of it", 304: "The client has it", 416: "There is no such range"},
    )

    async def index(request: Request, prefix: str) -> Response:
        repository = repository_of(services)
        served = await threads.run(repository.index, prefix)
        headers = {"ETag": served.etag, "Cache-Control": "private, no-cache"}
        if not_modified(request, served.etag, 0x7FFFFFFF):
            return Response(status_code=304, headers=headers)
        return Response(served.data, headers=headers, media_type=INDEX_TYPE)

    @routes.head("/charts/index.yaml", responses=index_responses, response_class=Response)
    async def head_index(request: Request, identity: AnyViewer) -> Response:
        """Tell whether there is an index, and which."""
        return await index(request, "")

    @routes.get("/charts/index.yaml", responses=index_responses, response_class=Response)
    async def get_index(request: Request, identity: AnyViewer) -> Response:
        """Get the index of the chart repository, which is added as `helm repo add NAME http://HOST/charts`."""
        return await index(request, "")

    @routes.head("/index.yaml", responses=index_responses, response_class=Response)
    async def head_root_index(request: Request, identity: AnyViewer) -> Response:
        """Tell whether there is an index, and which, for clients of ChartMuseum."""
        return await index(request, "charts/")

    @routes.get("/index.yaml", responses=index_responses, response_class=Response)
    async def get_root_index(request: Request, identity: AnyViewer) -> Response:
        """Get the index where ChartMuseum has it, for clients that know no other place."""
        return await index(request, "charts/")

    async def answer(request: Request, file: str) -> Response:
        repository = repository_of(services)
        content = await threads.run(repository.chart, file)
        return content_answer(request, content, threads)

    @routes.head("/charts/{file}", responses=file_responses, response_class=Response)
    async def head_chart_file(request: Request, file: File, identity: AnyViewer) -> Response:
        """Tell whether there is an archive, or a provenance, and which."""
        return await answer(request, file)

    @routes.get("/charts/{file}", responses=file_responses, response_class=Response)
    async def get_chart_file(request: Request, file: File, identity: AnyViewer) -> Response:
        """Get a chart's archive, or its provenance."""
        return await answer(request, file)

    return routes
