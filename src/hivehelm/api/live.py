"""A release with its objects as the cluster has them now."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from hivehelm.errors import HivehelmError

if TYPE_CHECKING:
    from hivehelm.actions.context import Context
    from hivehelm.api.auth.identity import Identity
    from hivehelm.api.services import Services
    from hivehelm.kube.client import Client
    from hivehelm.kube.errors import KubeError
    from hivehelm.kube.resources import Resource
    from hivehelm.platform.found import Found
    from hivehelm.platform.mask import Mask

_MASKED_KIND = "Secret"
# With the API's own threads no more than connections to the cluster are kept (`kube.exchange`).
_POOL = ThreadPoolExecutor(8, thread_name_prefix="live")
# What has more objects than this is made anew each time: that is not what takes long then.
_MANY = 64


def connected(services: Services, identity: Identity, namespace: str) -> Context:
    """Return what actions work with in a namespace: as the caller, where the cluster knows who that is.

    A caller of some namespaces sees nothing of what is in others, whatever a release brings there.
    """
    site = services.site
    if identity.user is not None:
        return site.connect(namespace, identity.user.user, tuple(identity.user.groups))
    places = identity.places()
    if places is None or site.driver == "memory":
        return site.connect(namespace)
    from hivehelm.actions.connect import connect

    client = site.client().within(places)
    return connect(namespace=namespace, driver=site.driver, environ=site.environ, client=client)


def view(
    services: Services,
    identity: Identity,
    namespace: str,
    name: str,
    revision: int,
    *,
    full: bool = False,
    secrets: bool = False,
) -> dict[str, Any]:
    """Return a release's fields, its notes, and what the cluster says of each of its objects.

    With `full` also the objects themselves, as `helm status` has them; what is in Secrets only with
    `secrets`.

    Raises:
        ReleaseNotFoundError: there is no such revision.
        ObjectBuildError: its manifest cannot become objects.
        KubeError: the cluster does not answer.
    """
    import json

    found = services.reader.release(namespace, name, revision, secrets=secrets)
    context = connected(services, identity, namespace)
    key = (namespace, name, found.revision)
    views = None if secrets else services.views
    known = None if views is None else views.get(key, found.tag)
    if known is None:
        known = View(services, context, namespace, name, found, secrets=secrets)
        if views is not None and len(known.objects) <= _MANY:
            views.put(key, found.tag, known)
    document: dict[str, Any] = json.loads(found.data)
    document["notes"] = known.notes
    if not context.has_cluster:
        return document | {"objects": []}
    document["objects"] = list(map(_object, known.objects, _live(context.client, known.objects)))
    if full:
        from hivehelm.actions.status import status
        from hivehelm.platform.mask import Mask

        mask = Mask.of(services.reader.record(namespace, name, found.revision))
        kept = status(context, name, found.revision).info.resources
        document["resources"] = (
            kept if secrets else {kind: _hidden(kind, ones, mask) for kind, ones in kept.items()}
        )
    return document


class View:
    """What is the same of a revision whenever it is looked at: its notes, and which objects it has."""

    __slots__ = ("notes", "objects")

    def __init__(
        self,
        services: Services,
        context: Context,
        namespace: str,
        name: str,
        found: Found,
        *,
        secrets: bool,
    ) -> None:
        from hivehelm.kube.resources import Resource, build
        from hivehelm.platform.mask import Mask

        release = services.reader.record(namespace, name, found.revision)
        notes = release.info.notes
        self.notes = notes if secrets else Mask.of(release).text(notes)
        self.objects: list[Resource] = []
        if context.has_cluster:
            built = build(context.client, release.manifest, namespace, validate=False)
            self.objects = [Resource(one.type, one.name, one.namespace, {}) for one in built]


def _live(client: Client, objects: list[Resource]) -> list[dict[str, Any] | KubeError | None]:
    """Return objects as the cluster has them, asked for side by side in threads that all answers share."""
    from hivehelm.kube.batches import fetch

    def one(resource: Resource) -> dict[str, Any] | KubeError | None:
        return fetch(client, [resource])[0]

    others = [_POOL.submit(one, resource) for resource in objects[1:]]
    return [one(objects[0]), *(other.result() for other in others)] if objects else []


def _object(resource: Resource, live: dict[str, Any] | HivehelmError | None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "api_version": resource.type.api_version,
        "kind": resource.type.kind,
        "name": resource.name,
        "namespace": resource.namespace,
    }
    if live is None:
        return shown | {"found": False, "ready": False, "message": "it is not there"}
    if isinstance(live, HivehelmError):
        return shown | {"found": False, "ready": None, "message": str(live)}
    from hivehelm.kube import verdict
    from hivehelm.kube.status import compute

    judged = compute(live)
    ready = {verdict.CURRENT: True, verdict.UNKNOWN: None}.get(judged.state, False)
    return shown | {"found": True, "ready": ready, "message": judged.message}


def _hidden(kind: str, objects: list[dict[str, Any]], mask: Mask) -> list[dict[str, Any]]:
    """Return objects without what is secret in them, as the manifest and their own names tell."""
    from hivehelm.platform.mask import MASK

    if not kind.endswith(f"/{_MASKED_KIND}"):
        masked: list[dict[str, Any]] = mask.values(objects)
        return masked
    return [
        {
            key: dict.fromkeys(value, MASK) if key in ("data", "stringData") and value else value
            for key, value in one.items()
            if key != "metadata"
        }
        | {"metadata": {"name": one["metadata"]["name"], "namespace": one["metadata"].get("namespace", "")}}
        for one in objects
    ]
