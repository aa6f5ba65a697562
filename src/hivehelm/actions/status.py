"""`status`: a release and its objects as they are now (pkg/action/status.go, Client.Get of Helm 4.3.1)."""

from __future__ import annotations

from hivehelm.kube.errors import KubeError
from hivehelm.kube.resources import build

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.actions.context import Context
    from hivehelm.kube.client import Client
    from hivehelm.kube.resources import Resource
    from hivehelm.release.model import Release

#: Kinds whose pods are shown along with them, and where they say which those are.
_SELECTORS = {
    "ReplicaSet": ("spec", "selector", "matchLabels"),
    "Deployment": ("spec", "selector", "matchLabels"),
    "StatefulSet": ("spec", "selector", "matchLabels"),
    "DaemonSet": ("spec", "selector", "matchLabels"),
    "Job": ("spec", "selector", "matchLabels"),
    "ReplicationController": ("spec", "selector"),
}


def status(context: Context, name: str, revision: int = 0, *, table: bool = False) -> Release:
    """Return a revision with `info.resources`: live objects by `version/Kind`, and the pods of workloads.

    With `table` they are the server's `Table`s, to be printed. Objects that cannot be got are left out.

    Raises:
        UnreachableError: the cluster does not answer.
        InvalidNameError, ReleaseNotFoundError: there is no such revision.
        ObjectBuildError: the release's manifest cannot become objects.
    """
    from hivehelm.actions.get import content

    context.check_reachable()
    release = content(context, name, revision)
    if not context.has_cluster:
        return release
    resources = build(context.client, release.manifest, context.namespace, validate=False)
    found = _live(context, resources, table=table)
    return release.replace(info=release.info.replace(resources=found))


def _live(context: Context, resources: list[Resource], *, table: bool) -> dict[str, list[dict[str, Any]]]:
    client = context.client
    found: dict[str, list[dict[str, Any]]] = {}
    seen: list[dict[str, str]] = []
    for resource in resources:
        kind = resource.type
        get = client.get_table if table else client.get
        try:
            live = get(kind.api_version, kind.kind, resource.name, resource.namespace)
        except KubeError:
            continue
        found.setdefault(f"{kind.version}/{kind.kind}", []).append(live)
        named = {"namespace": resource.namespace, "name": resource.name, "kind": kind.kind}
        context.log("DEBUG", "get relation pod of object", **named)
        selector = _selector(resource.object)
        if selector is None or selector in seen:
            continue
        seen.append(selector)
        try:
            pods = _pods(client, resource.namespace, selector, table=table)
        except KubeError as error:
            context.log("WARN", "get the relation pod is failed", error=error)
            continue
        found.setdefault("v1/Pod(related)", []).append(pods)
    return found


def _selector(obj: dict[str, Any]) -> dict[str, str] | None:
    value: Any = obj
    for key in _SELECTORS.get(str(obj.get("kind")), ("",)):
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else None


def _pods(client: Client, namespace: str, selector: dict[str, str], *, table: bool) -> dict[str, Any]:
    """Return the selected pods as a `PodList`, or as the `Table` that the server makes of them."""
    import json

    from hivehelm.kube.refusals import refusal

    pods = client.resource_type("v1", "Pod")
    labels = ",".join(f"{key}={value}" for key, value in sorted(selector.items()))
    query = [("labelSelector", labels)]
    accept = "application/json"
    if table:
        query.insert(0, ("includeObject", "Object"))
        accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
    answer = client.transport.request("GET", pods.path(namespace), query=query, accept=accept)
    if answer.status != 200:
        raise refusal(answer, "GET", pods)
    found: dict[str, Any] = json.loads(answer.data)
    # Items of a list come without their kind; client-go puts it back.
    for pod in found.get("items") or ():
        pod.setdefault("apiVersion", "v1")
        pod.setdefault("kind", "Pod")
    return found
