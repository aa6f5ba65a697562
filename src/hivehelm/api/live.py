"""A release with its objects as the cluster has them now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hivehelm.errors import HivehelmError

if TYPE_CHECKING:
    from hivehelm.actions.context import Context
    from hivehelm.api.auth.identity import Identity
    from hivehelm.api.services import Services
    from hivehelm.kube.resources import Resource

_MASKED_KIND = "Secret"


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

    from hivehelm.api.guard.mask import Mask
    from hivehelm.kube.batches import fetch
    from hivehelm.kube.resources import build

    found = services.reader.release(namespace, name, revision, secrets=secrets)
    release = services.reader.record(namespace, name, found.revision)
    document: dict[str, Any] = json.loads(found.data)
    mask = Mask(release.manifest)
    document["notes"] = release.info.notes if secrets else mask.text(release.info.notes)
    context = connect(services, identity, namespace)
    if not context.has_cluster:
        return document | {"objects": []}
    resources = build(context.client, release.manifest, namespace, validate=False)
    live = fetch(context.client, resources)
    document["objects"] = [_object(*pair) for pair in zip(resources, live, strict=True)]
    if full:
        from hivehelm.actions.status import status

        kept = status(context, name, found.revision).info.resources
        document["resources"] = (
            kept if secrets else {kind: _hidden(kind, ones) for kind, ones in kept.items()}
        )
    return document


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
