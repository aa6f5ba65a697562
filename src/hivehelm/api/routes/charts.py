"""`/api/helm/charts`: the charts on the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body
from starlette.responses import Response

from hivehelm.api.answers import json_answer
from hivehelm.api.auth.caller import Admin, AnyViewer
from hivehelm.api.bodies.charts import ChartDetails, CreateChart, HelmChart, PackageChart, Packaged
from hivehelm.api.errors import refusals
from hivehelm.api.parameters import Chart, ChartVersion
from hivehelm.api.problems import ProblemError
from hivehelm.api.shelf import HERE, Shelf, described, detailed

if TYPE_CHECKING:
    from hivehelm.api.services import Services

PATH = "/api/helm/charts"


def router(services: Services) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix=PATH, tags=["charts"])
    shelf, threads = Shelf(services), services.threads

    @routes.get("", response_model=list[HelmChart], responses=refusals(424, 502))
    async def list_charts(identity: AnyViewer) -> Response:
        """List the charts on the server, the newest version of each, without values."""
        return json_answer(await threads.run(shelf.charts))

    @routes.post("", status_code=201, response_model=HelmChart, responses=refusals(400, 409))
    async def create_chart(identity: Admin, body: CreateChart) -> Response:
        """Create a chart on the server: a deployment with probes and resources, and a service."""
        from hivehelm.platform.scaffold import create_chart as create

        def made() -> dict[str, Any]:
            create(body.name, body.description, services.site.charts)
            return described(shelf.load(body.name))

        chart = await threads.run(made)
        return json_answer(chart, 201, {"Location": f"{PATH}/{body.name}"})

    @routes.get("/{name}", response_model=ChartDetails, responses=refusals(400, 404, 424, 502))
    async def get_chart(identity: AnyViewer, name: Chart, version: ChartVersion = "") -> Response:
        """Return a chart with its values, and its README and schema as they are."""
        return json_answer(await threads.run(lambda: detailed(shelf.load(name, version))))

    @routes.post(
        "/{name}/package",
        status_code=201,
        response_model=Packaged,
        responses=refusals(400, 404, 409, 413, 424, 502),
    )
    async def package_chart(
        identity: Admin, name: Chart, body: Annotated[PackageChart | None, Body()] = None
    ) -> Response:
        """Package a chart that was created on the server, into the server's own repository."""
        packaged = await threads.run(_package, services, name, body or PackageChart.model_validate({}))
        return json_answer(packaged, 201, {"Location": str(packaged["url"])})

    return routes


def _package(services: Services, name: str, how: PackageChart) -> dict[str, Any]:
    import os
    import tempfile

    from hivehelm.actions.package import PackageOptions, package
    from hivehelm.platform.errors import UnknownChartError

    repository = services.repository
    if repository is None:
        raise ProblemError(409, "this server has no chart repository to put the archive into")
    path = os.path.join(services.site.charts, name)
    if not os.path.isfile(os.path.join(path, "Chart.yaml")):
        raise UnknownChartError(name, [HERE])
    with tempfile.TemporaryDirectory(prefix="hivemind-") as directory:
        options = PackageOptions(version=how.version, app_version=how.app_version, destination=directory)
        with open(package(path, options), "rb") as file:
            stored = repository.put(file.read(), force=how.force)
    return {
        "name": stored.name,
        "version": stored.version,
        "file": stored.file,
        "digest": stored.digest,
        "url": f"/charts/{stored.file}",
    }
