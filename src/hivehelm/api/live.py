"""A release with its objects as the cluster has them now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hivehelm.errors import HivehelmError

if TYPE_CHECKING:
    from hivehelm.actions.context import Context
    from hivehelm.api.auth.identity import Identity
    from hivehelm.api.services import Services
    from hivehelm.kube.client import Client
    from hivehelm.kube.errors import KubeError
    from hivehelm.kube.resources import Resource
    from hivehelm.platform.reading import Found

_MASKED_KIND = "Secret"
_FEW = 4
# What has more objects than this is made anew each time: that is not what takes long then.
_MANY = 64


def connect(services: Services, identity: Identity, namespace: str) -> Context:
    """Return what actions work with in a namespace, as the caller where the cluster knows who that is."""
    if identity.user is None:
        return services.site.connect(namespace)
    return services.site.connect(namespace, identity.user.user, tuple(identity.user.groups))


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
    context = connect(services, identity, namespace)
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

        kept = status(context, name, found.revision).info.resources
        document["resources"] = (
            kept if secrets else {kind: _hidden(kind, ones) for kind, ones in kept.items()}
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
        from hivehelm.api.guard.mask import Mask
        from hivehelm.kube.resources import Resource, build

        release = services.reader.record(namespace, name, found.revision)
        notes = release.info.notes
        self.notes = notes if secrets else Mask(release.manifest).text(notes)
        self.objects: list[Resource] = []
        if context.has_cluster:
            built = build(context.client, release.manifest, namespace, validate=False)
            self.objects = [Resource(one.type, one.name, one.namespace, {}) for one in built]


def _live(client: Client, objects: list[Resource]) -> list[dict[str, Any] | KubeError | None]:
    """Return objects as the cluster has them; a few of them are asked for without further threads."""
    from hivehelm.kube.batches import fetch

    if len(objects) > _FEW:
        return fetch(client, objects)
    return [found for one in objects for found in fetch(client, [one])]


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


def _hidden(kind: str, objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from hivehelm.api.guard.mask import MASK

    if not kind.endswith(f"/{_MASKED_KIND}"):
        return objects
    return [
        {
            key: dict.fromkeys(value, MASK) if key in ("data", "stringData") and value else value
            for key, value in one.items()
            if key != "metadata"
        }
        | {"metadata": {"name": one["metadata"]["name"], "namespace": one["metadata"].get("namespace", "")}}
        for one in objects
    ]
