"""`/api/helm/releases`: what is released, as it is on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from hivehelm.api.answers import dumps, json_answer, tagged
from hivehelm.api.auth.caller import AnyViewer, Viewer
from hivehelm.api.bodies.releases import HelmRelease, Hook, ReleaseStatus, ReleaseView
from hivehelm.api.errors import CACHED, Responses, refusals
from hivehelm.api.parameters import AnyNamespace, Flag, Limit, Name, Namespace, Offset
from hivehelm.api.shared import Shared
from hivehelm.api.wanted import Wanted, WantedRevision
from hivehelm.platform.found import tag_of
from hivehelm.platform.mask import Mask
from hivehelm.platform.query import ReleaseQuery
from hivehelm.platform.summary import outline

if TYPE_CHECKING:
    from typing import Any

    from hivehelm.api.auth.identity import Identity
    from hivehelm.api.services import Services
    from hivehelm.release.model import Release

FRESH: Final = 1.0
"""For how many seconds what the cluster said of a release's objects is told again."""
_TEXT: Responses = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}


def router(services: Services) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/api/helm/releases", tags=["releases"])
    reader, threads = services.reader, services.threads
    views: Shared[bytes] = Shared(FRESH)

    @routes.get("", response_model=list[HelmRelease], responses=CACHED | refusals(400, 503))
    async def list_releases(
        request: Request,
        identity: AnyViewer,
        namespace: AnyNamespace = None,
        status: Annotated[
            ReleaseStatus | None, Query(description="Only those with that status.", examples=["Deployed"])
        ] = None,
        filter: Annotated[  # noqa: A002 - Helm's flag
            str, Query(max_length=256, description="A regular expression that names have to match.")
        ] = "",
        selector: Annotated[
            str, Query(max_length=1024, description="A selector of labels, as `kubectl -l` takes it.")
        ] = "",
        sort: Annotated[
            str,
            Query(
                pattern="^-?(name|namespace|chart|status|revision|updated)$",
                description="What to sort by; with `-` in front, backwards.",
            ),
        ] = "name",
        limit: Limit = 0,
        offset: Offset = 0,
        values: Annotated[Flag, Query(description="With the values, secret ones masked.")] = False,
    ) -> Response:
        """List releases, the newest revision of each; `X-Total-Count` says how many there are."""
        query = ReleaseQuery(
            namespaces=(namespace,) if namespace else await _seen(services, identity),
            status=status or "",
            filter=filter,
            selector=selector,
            sort=sort,
            limit=limit,
            offset=offset,
            values=values,
        )
        page = reader.look_releases(query)
        if page is None:
            page = await threads.run(reader.releases, query)
        return tagged(request, page.data, page.tag, {"X-Total-Count": str(page.total)})

    @routes.get("/{name}", response_model=HelmRelease, responses=CACHED | refusals(400, 404, 503))
    async def get_release(request: Request, identity: Viewer, wanted: WantedRevision) -> Response:
        """Return a release: its newest revision, or another one."""
        found = None if wanted.secrets else reader.look_release(*wanted.place)
        if found is None:
            found = await threads.run(reader.release, *wanted.place, secrets=wanted.secrets)
        return tagged(request, found.data, f"{found.tag}-s" if wanted.secrets else found.tag)

    @routes.get(
        "/{name}/history", response_model=list[HelmRelease], responses=CACHED | refusals(400, 404, 503)
    )
    async def get_history(
        request: Request,
        identity: Viewer,
        name: Name,
        namespace: Namespace = "default",
        limit: Limit = 0,
    ) -> Response:
        """Return the revisions of a release, the oldest first; of more than `limit`, the newest."""
        page = reader.look_history(namespace, name, limit)
        if page is None:
            page = await threads.run(reader.history, namespace, name, limit)
        return tagged(request, page.data, page.tag, {"X-Total-Count": str(page.total)})

    @routes.get("/{name}/values", response_model=dict, responses=CACHED | refusals(400, 404, 422, 503))
    async def get_values(
        request: Request,
        identity: Viewer,
        wanted: WantedRevision,
        computed: Annotated[
            Flag, Query(description="All the chart was rendered with, not only what the user gave.")
        ] = False,
    ) -> Response:
        """Return the values of a revision, as an object."""
        if computed:
            return await threads.run(_computed, services, wanted)
        found = None if wanted.secrets else reader.look_values(*wanted.place)
        if found is None:
            found = await threads.run(reader.values, *wanted.place, secrets=wanted.secrets)
        return tagged(request, found.data, "" if wanted.secrets else f"{found.tag}-v")

    @routes.get(
        "/{name}/manifest",
        response_class=PlainTextResponse,
        responses=_TEXT | CACHED | refusals(400, 404, 503),
    )
    async def get_manifest(request: Request, identity: Viewer, wanted: WantedRevision) -> Response:
        """Return the manifest of a revision: YAML, without hooks."""

        def made() -> Response:
            release = reader.record(*wanted.place)
            text = release.manifest if wanted.secrets else Mask.of(release).manifest()
            return _text(request, text)

        return await threads.run(made)

    @routes.get(
        "/{name}/notes", response_class=PlainTextResponse, responses=_TEXT | CACHED | refusals(400, 404, 503)
    )
    async def get_notes(request: Request, identity: Viewer, wanted: WantedRevision) -> Response:
        """Return the notes of a revision."""

        def made() -> Response:
            release = reader.record(*wanted.place)
            notes = release.info.notes
            return _text(request, notes if wanted.secrets else Mask.of(release).text(notes))

        return await threads.run(made)

    @routes.get("/{name}/hooks", response_model=list[Hook], responses=refusals(400, 404, 503))
    async def get_hooks(request: Request, identity: Viewer, wanted: WantedRevision) -> Response:
        """Return the hooks of a revision, its tests among them, and how their last runs ended."""

        def made() -> Response:
            return json_answer(hooks(reader.record(*wanted.place), secrets=wanted.secrets))

        return await threads.run(made)

    @routes.get(
        "/{name}/status", response_model=ReleaseView, responses=refusals(400, 404, 422, 429, 502, 504)
    )
    async def get_status(
        request: Request,
        identity: Viewer,
        wanted: WantedRevision,
        full: Annotated[
            Flag, Query(description="With the live objects whole, as `helm status -o json` has them.")
        ] = False,
    ) -> Response:
        """Return a release with its objects as the cluster has them now, and what they wait for."""
        from hivehelm.api.live import view

        async def made() -> bytes:
            return dumps(
                await threads.run(view, services, identity, *wanted.place, full=full, secrets=wanted.secrets)
            )

        # Another state of the record is another question, and so is the same one of another caller.
        looked = reader.look_release(*wanted.place, values=False)
        who = None if identity.user is None else (identity.user.user, tuple(identity.user.groups))
        tag = "" if looked is None else looked.tag
        key = (*wanted.place, tag, full, wanted.secrets, who, identity.places())
        return Response(await views.get(key, made), media_type="application/json")

    return routes


async def _seen(services: Services, identity: Identity) -> tuple[str, ...] | None:
    """Return the namespaces whose releases a caller may see, None for all."""
    if identity.rights is None:
        return identity.places()

    def asked() -> tuple[str, ...] | None:
        import json

        if identity.everywhere:
            return None
        page = services.reader.releases(ReleaseQuery())
        there = {str(one["namespace"]) for one in json.loads(page.data)}
        return tuple(sorted(namespace for namespace in there if identity.sees(namespace)))

    return await services.threads.run(asked)


def hooks(release: Release, *, secrets: bool) -> list[dict[str, Any]]:
    """Return the hooks of a release as they are answered."""
    manifests = [hook.manifest for hook in release.hooks] if secrets else Mask.of(release).hooks()
    return [
        {
            **outline(hook),
            "phase": hook.last_run.phase,
            "started": hook.last_run.started_at,
            "completed": hook.last_run.completed_at,
            "manifest": manifest,
        }
        for hook, manifest in zip(release.hooks, manifests, strict=True)
    ]


def _text(request: Request, text: str) -> Response:
    data = text.encode("utf-8", "replace")
    return tagged(request, data, tag_of(data), media_type="text/plain")


def _computed(services: Services, wanted: Wanted) -> Response:
    from hivehelm.values.coalesce import coalesce

    release = services.reader.record(*wanted.place)
    values = coalesce(release.chart, release.config or {})
    return json_answer(values if wanted.secrets else Mask.of(release).values(values))
