"""Previews: what a release would be, and what would differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from hivehelm.actions.diff import Change, diff
from hivehelm.api.answers import json_answer
from hivehelm.api.auth.caller import AnyDeployer, Viewer
from hivehelm.api.bodies import releases as bodies
from hivehelm.api.bodies.previews import Diff, Preview
from hivehelm.api.errors import refusals
from hivehelm.api.parameters import MOST_REVISION, BodyNamespace, Name, Namespace, Secrets
from hivehelm.api.routes.changes import Asked, where
from hivehelm.api.wanted import Revealed
from hivehelm.platform.mask import Mask

if TYPE_CHECKING:
    from hivehelm.api.auth.identity import Identity
    from hivehelm.api.services import Services
    from hivehelm.operations.model import Request

SECONDS: Final = 60.0
"""How long a preview may take."""
_REFUSALS = refusals(400, 404, 409, 413, 424, 502, 504)


def router(services: Services) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/api/helm", tags=["previews"])
    asked = Asked(services)
    reader, threads = services.reader, services.threads

    async def tried(request: Request, identity: Identity) -> dict[str, Any]:
        """Have a dry run made by a worker process: charts are not rendered in this one."""
        options = {**request.options, "dry_run": "server"}
        for name in ("preflight", "wait", "rollback_on_failure", "create_namespace"):
            options.pop(name, None)
        async with services.guard.limits.render(identity):
            return await threads.run(services.runner.run_once, request.replace(options=options), SECONDS)

    @routes.post("/previews", response_model=Preview, responses=_REFUSALS)
    async def preview_install(
        identity: AnyDeployer, body: bodies.Install, namespace: BodyNamespace = None, secrets: Secrets = False
    ) -> Response:
        """Return what installing a chart would give: a dry run, which leaves nothing behind."""
        place = where(identity, body.namespace, namespace)
        request = await asked.charted("install", body.name, place, body, identity)
        return json_answer(_preview(await tried(request, identity), secrets=secrets))

    @routes.post("/releases/{name}/preview", response_model=Preview, responses=_REFUSALS)
    async def preview_upgrade(
        identity: AnyDeployer,
        name: Name,
        body: bodies.Upgrade,
        namespace: BodyNamespace = None,
        secrets: Secrets = False,
    ) -> Response:
        """Return what upgrading a release would give: a dry run, which leaves nothing behind."""
        place = where(identity, body.namespace, namespace)
        request = await asked.charted("upgrade", name, place, body, identity)
        return json_answer(_preview(await tried(request, identity), secrets=secrets))

    @routes.get("/releases/{name}/diff", response_model=Diff, responses=refusals(400, 404, 422, 503))
    async def compare_revisions(
        identity: Viewer,
        name: Name,
        secrets: Revealed,
        namespace: Namespace = "default",
        old: Annotated[
            int | None,
            Query(ge=1, le=MOST_REVISION, description="A revision; the one before `new` if not given."),
        ] = None,
        new: Annotated[int, Query(ge=0, le=MOST_REVISION, description="A revision; 0 is the newest.")] = 0,
    ) -> Response:
        """Return what differs between two revisions, object by object."""

        def made() -> Response:
            after = reader.record(namespace, name, new)
            start = old or _before(services, namespace, name, after.version)
            before = reader.record(namespace, name, start)
            changes = diff(before.manifest, after.manifest, namespace, secrets=secrets)
            manifests = () if secrets else (before.manifest, after.manifest)
            return _diff(name, namespace, before.version, after.version, changes, manifests)

        return await threads.run(made)

    @routes.post("/releases/{name}/diff", response_model=Diff, responses=_REFUSALS)
    async def compare_upgrade(
        identity: AnyDeployer,
        name: Name,
        body: bodies.Upgrade,
        namespace: BodyNamespace = None,
        secrets: Secrets = False,
    ) -> Response:
        """Return what an upgrade would change, object by object."""
        place = where(identity, body.namespace, namespace)
        before = await threads.run(reader.record, place, name)
        request = await asked.charted("upgrade", name, place, body, identity)
        result = await tried(request, identity)

        def made() -> Response:
            after = str(result.get("manifest", ""))
            changes = diff(before.manifest, after, place, secrets=secrets)
            manifests = () if secrets else (before.manifest, after)
            return _diff(name, place, before.version, None, changes, manifests)

        return await threads.run(made)

    return routes


def _before(services: Services, namespace: str, name: str, revision: int) -> int:
    import json

    from hivehelm.actions.diff import NothingToCompareError

    page = services.reader.history(namespace, name)
    earlier = [int(one["revision"]) for one in json.loads(page.data) if int(one["revision"]) < revision]
    if not earlier:
        raise NothingToCompareError(name)
    return max(earlier)


def _diff(
    name: str, namespace: str, old: int, new: int | None, changes: list[Change], hidden: tuple[str, ...]
) -> Response:
    """Return the differences, without what is secret in the manifests `hidden`, wherever it shows up."""
    masks = [Mask(manifest) for manifest in hidden]

    def shown(change: Change) -> dict[str, Any]:
        text = change.diff
        for mask in masks:
            text = mask.text(text)
        return {**change.__dict__, "diff": text}

    return json_answer(
        {
            "name": name,
            "namespace": namespace,
            "old": old,
            "new": new,
            "changes": [shown(change) for change in changes],
        }
    )


def _preview(result: dict[str, Any], *, secrets: bool) -> dict[str, Any]:
    """Return what a dry run gave, without what is secret in it."""
    if secrets:
        return result
    hooks = result.get("hooks") or []
    manifest = str(result.get("manifest", ""))
    mask = Mask(manifest, [str(hook.get("manifest", "")) for hook in hooks])
    return {
        **result,
        "values": mask.values(result.get("values") or {}),
        "manifest": mask.manifest(),
        "notes": mask.text(str(result.get("notes", ""))),
        "hooks": [{**hook, "manifest": shown} for hook, shown in zip(hooks, mask.hooks(), strict=True)],
    }
