"""`/api/helm/repositories`: where charts come from, and what is in there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Query
from starlette.responses import Response

from hivehelm.api.answers import json_answer
from hivehelm.api.auth.caller import Admin, AnyDeployer, AnyViewer
from hivehelm.api.bodies.charts import ChartDetails, FoundChart, HelmChart
from hivehelm.api.bodies.repositories import (
    AddRepository,
    HelmRepository,
    UpdatedRepository,
    UpdateRepositories,
)
from hivehelm.api.errors import Responses, refusals
from hivehelm.api.lookup import Lookup
from hivehelm.api.parameters import Chart, ChartVersion, Flag, Limit, Repository
from hivehelm.api.references import References
from hivehelm.platform.model import HelmRepository as Known

if TYPE_CHECKING:
    from hivehelm.api.services import Services

PATH = "/api/helm/repositories"
_SECONDS = 60.0
_KNOWN: Responses = {200: {"model": HelmRepository, "description": "It was known, just so."}}


def router(services: Services) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/api/helm", tags=["repositories"])
    repositories, threads = services.site.repositories, services.threads
    references = References.of(services)
    lookup = Lookup(services.site)

    @routes.get("/repositories", response_model=list[HelmRepository], responses=refusals(424, 502))
    async def list_repositories(identity: AnyViewer) -> Response:
        """List the repositories that the server knows."""
        listed = await threads.run(repositories.listed)
        return json_answer([shown(one) for one in listed])

    @routes.post(
        "/repositories",
        status_code=201,
        response_model=HelmRepository,
        responses=_KNOWN | refusals(400, 409, 413, 424, 502),
    )
    async def add_repository(identity: Admin, body: AddRepository) -> Response:
        """Make a repository known; its index is fetched, a registry is only noted."""
        schemes = ("oci",) if body.is_oci else ("http", "https", "oci")

        def made() -> Response:
            references.check_url(body.url, schemes)
            one = Known(
                name=body.name,
                url=body.url,
                username=body.username or None,
                password_encrypted=services.site.vault.encrypt(body.password) if body.password else None,
                is_oci=body.is_oci or body.url.startswith("oci://"),
            )
            new = repositories.add(
                one,
                force_update=body.force_update,
                pass_credentials=body.pass_credentials,
                timeout=_SECONDS,
            )
            headers = {"Location": f"{PATH}/{body.name}"}
            return json_answer(shown(one), 201 if new else 200, headers)

        return await threads.run(made)

    @routes.post(
        "/repositories/update",
        response_model=list[UpdatedRepository],
        responses=refusals(400, 404, 409, 413, 424, 502),
    )
    async def update_repositories(
        identity: AnyDeployer, body: Annotated[UpdateRepositories | None, Body()] = None
    ) -> Response:
        """Ask repositories what they have now; those that cannot be reached are told with the others."""
        name = body.name if body is not None else None
        return json_answer(await threads.run(lookup.update, name))

    @routes.delete(
        "/repositories/{name}", status_code=204, response_class=Response, responses=refusals(404, 424, 502)
    )
    async def remove_repository(identity: Admin, name: Repository) -> Response:
        """Forget a repository; releases of its charts stay."""
        await threads.run(repositories.remove, name)
        return Response(status_code=204)

    @routes.get("/repositories/{name}", response_model=HelmRepository, responses=refusals(404, 424, 502))
    async def get_repository(identity: AnyViewer, name: Repository) -> Response:
        """Return a repository."""
        return json_answer(shown(await threads.run(repositories.get, name)))

    @routes.get(
        "/repositories/{name}/charts", response_model=list[FoundChart], responses=refusals(400, 404, 424, 502)
    )
    async def list_repository_charts(
        identity: AnyViewer,
        name: Repository,
        query: Annotated[str, Query(max_length=256, description="A text that they mention.")] = "",
        limit: Limit = 0,
    ) -> Response:
        """List the charts of a repository, the newest version of each, as its index was fetched last."""
        found = await threads.run(lookup.search, query, name=name)
        return _some(found, limit)

    @routes.get(
        "/repositories/{name}/charts/{chart}/versions",
        response_model=list[HelmChart],
        responses=refusals(400, 404, 424, 502),
    )
    async def list_chart_versions(
        identity: AnyViewer, name: Repository, chart: Chart, limit: Limit = 0
    ) -> Response:
        """List the versions of a repository's chart, the newest first."""
        return _some(await threads.run(lookup.versions, name, chart), limit)

    @routes.get(
        "/repositories/{name}/charts/{chart}",
        response_model=ChartDetails,
        responses=refusals(400, 404, 413, 424, 502),
    )
    async def get_repository_chart(
        identity: AnyViewer, name: Repository, chart: Chart, version: ChartVersion = ""
    ) -> Response:
        """Return a repository's chart, fetched if need be: its values, README and schema."""
        return json_answer(await threads.run(lookup.chart, f"{name}/{chart}", version))

    @routes.get("/search", response_model=list[FoundChart], responses=refusals(400, 404, 424, 502))
    async def search_charts(
        identity: AnyViewer,
        query: Annotated[str, Query(max_length=256, description="A text that they mention.")] = "",
        version: Annotated[str, Query(max_length=256, description="A range of versions.")] = "",
        versions: Annotated[Flag, Query(description="All versions, not only the newest.")] = False,
        limit: Limit = 100,
    ) -> Response:
        """Search the charts of all repositories."""
        return _some(await threads.run(lookup.search, query, version=version, every=versions), limit)

    return routes


def shown(one: Known) -> dict[str, Any]:
    """Return a repository as it is answered: without its password, encrypted or not."""
    from hivehelm.sources.address import without_password

    return {
        "name": one.name,
        "url": without_password(one.url),
        "username": one.username,
        "is_oci": one.is_oci,
    }


def _some(found: list[dict[str, Any]], limit: int) -> Response:
    headers = {"X-Total-Count": str(len(found))}
    return json_answer(found[:limit] if limit else found, headers=headers)
