"""Whether an object is ready as Helm 3 judged it: the `legacy` wait strategy (Helm's `pkg/kube/ready.go`)."""

from __future__ import annotations

import math

from hivehelm.kube.errors import ApiError, KubeError, WaitError
from hivehelm.kube.selectors import selector_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.kube.client import Client
    from hivehelm.kube.resources import Resource

    Object = dict[str, Any]


def is_ready(client: Client, resource: Resource, *, jobs: bool = False) -> bool:
    """Ask the cluster for an object and judge it; kinds without a rule and paused Deployments are ready.

    Raises:
        KubeError: it cannot be read, or it has failed for good.
    """
    known = resource.type
    key = (known.group, known.kind)
    if key not in _CHECKED or (key == ("batch", "Job") and not jobs):
        return True
    live = client.get(known.api_version, known.kind, resource.name, resource.namespace)
    if key == ("apps", "Deployment"):
        return bool((live.get("spec") or {}).get("paused")) or _deployment_ready(client, live)
    if key in (("", "ReplicationController"), ("apps", "ReplicaSet")):
        return _observed(live) and _pods_ready(client, resource, live)
    return _judge(key, live)


_CHECKED = {
    ("", "Pod"),
    ("batch", "Job"),
    ("apps", "Deployment"),
    ("", "PersistentVolumeClaim"),
    ("", "Service"),
    ("apps", "DaemonSet"),
    ("apiextensions.k8s.io", "CustomResourceDefinition"),
    ("apps", "StatefulSet"),
    ("", "ReplicationController"),
    ("apps", "ReplicaSet"),
}


def _judge(key: tuple[str, str], live: Object) -> bool:
    kind = key[1]
    if kind == "Pod":
        return pod_ready(live)
    if kind == "Job":
        return job_ready(live)
    if kind == "PersistentVolumeClaim":
        return _status(live).get("phase") == "Bound"
    if kind == "Service":
        return service_ready(live)
    if kind == "DaemonSet":
        return daemon_set_ready(live)
    if kind == "StatefulSet":
        return stateful_set_ready(live)
    return definition_ready(live)


def pod_ready(pod: Object) -> bool:
    """Tell whether a pod's Ready condition holds."""
    return any(c.get("type") == "Ready" and c.get("status") == "True" for c in _conditions(pod))


def job_ready(job: Object) -> bool:
    """Tell whether a Job has its completions.

    Raises:
        WaitError: more of its pods failed than it allows.
    """
    spec, status = _spec(job), _status(job)
    metadata = job.get("metadata") or {}
    if status.get("failed", 0) > spec.get("backoffLimit", 6):
        raise WaitError(f"job is failed: {metadata.get('namespace', '')}/{metadata.get('name', '')}")
    completions = spec.get("completions")
    return completions is None or status.get("succeeded", 0) >= completions


def service_ready(service: Object) -> bool:
    """Tell whether a Service has its addresses."""
    spec = _spec(service)
    if spec.get("type") == "ExternalName":
        return True
    if not spec.get("clusterIP"):
        return False
    if spec.get("type") == "LoadBalancer" and not spec.get("externalIPs"):
        return (_status(service).get("loadBalancer") or {}).get("ingress") is not None
    return True


def daemon_set_ready(daemon_set: Object) -> bool:
    """Tell whether a DaemonSet has rolled out to where at most its allowed number of pods is missing."""
    if not _observed(daemon_set):
        return False
    strategy = _spec(daemon_set).get("updateStrategy") or {}
    if strategy.get("type") != "RollingUpdate":
        return True
    status = _status(daemon_set)
    wanted = status.get("desiredNumberScheduled", 0)
    if status.get("updatedNumberScheduled", 0) != wanted:
        return False
    missing = scaled((strategy.get("rollingUpdate") or {}).get("maxUnavailable"), wanted, up=True)
    return bool(status.get("numberReady", 0) >= wanted - (wanted if missing is None else missing))


def stateful_set_ready(stateful_set: Object) -> bool:
    """Tell whether a StatefulSet has rolled out down to its partition."""
    if not _observed(stateful_set):
        return False
    spec, status = _spec(stateful_set), _status(stateful_set)
    strategy = spec.get("updateStrategy") or {}
    if strategy.get("type") != "RollingUpdate":
        return True
    partition = (strategy.get("rollingUpdate") or {}).get("partition") or 0
    replicas = spec.get("replicas", 1)
    if status.get("updatedReplicas", 0) < replicas - partition:
        return False
    if status.get("readyReplicas", 0) != replicas:
        return False
    return bool(partition or status.get("currentRevision") == status.get("updateRevision"))


def definition_ready(definition: Object) -> bool:
    """Tell whether a CustomResourceDefinition is served, or never will be for its names are taken."""
    for condition in _conditions(definition):
        if condition.get("type") == "Established" and condition.get("status") == "True":
            return True
        if condition.get("type") == "NamesAccepted" and condition.get("status") == "False":
            return True
    return False


def deployment_ready(deployment: Object, replica_set: Object) -> bool:
    """Tell whether a Deployment's newest ReplicaSet has as many ready pods as its strategy asks for."""
    if not (_observed(replica_set) and _observed(deployment)):
        return False
    wanted = _spec(deployment).get("replicas", 1)
    return bool(_status(replica_set).get("readyReplicas", 0) >= wanted - _max_unavailable(deployment))


def scaled(value: int | str | None, total: int, *, up: bool) -> int | None:
    """Return a count given as a number or a percentage of `total`; None where it is neither (intstr)."""
    if isinstance(value, int):
        return value
    text = str(value or "")
    if not (text.endswith("%") and text[:-1].isascii() and text[:-1].isdigit()):
        return None
    share = int(text[:-1]) * total / 100
    return math.ceil(share) if up else math.floor(share)


def _max_unavailable(deployment: Object) -> int:
    spec = _spec(deployment)
    strategy, replicas = spec.get("strategy") or {}, spec.get("replicas", 1)
    if strategy.get("type") != "RollingUpdate" or not replicas:
        return 0
    rolling = strategy.get("rollingUpdate") or {}
    surge = scaled(rolling.get("maxSurge", 0), replicas, up=True) or 0
    missing = scaled(rolling.get("maxUnavailable", 0), replicas, up=False) or 0
    if not surge and not missing:
        missing = 1
    return min(missing, int(replicas))


def _deployment_ready(client: Client, deployment: Object) -> bool:
    newest = _newest_replica_set(client, deployment)
    return newest is not None and deployment_ready(deployment, newest)


def _newest_replica_set(client: Client, deployment: Object) -> Object | None:
    """Return the ReplicaSet that the Deployment's present template has made (Helm's `deploymentutil`)."""
    metadata = deployment["metadata"]
    spec = _spec(deployment)
    owned = [
        candidate
        for candidate in client.list(
            "apps/v1",
            "ReplicaSet",
            metadata["namespace"],
            label_selector=selector_text(spec.get("selector") or {}),
        )
        if any(
            owner.get("controller") and owner.get("uid") == metadata.get("uid")
            for owner in candidate["metadata"].get("ownerReferences") or ()
        )
    ]
    owned.sort(key=lambda item: (item["metadata"].get("creationTimestamp", ""), item["metadata"]["name"]))
    wanted = _without_hash(spec.get("template") or {})
    return next((item for item in owned if _without_hash(_spec(item).get("template") or {}) == wanted), None)


def _without_hash(template: Object) -> Object:
    metadata = dict(template.get("metadata") or {})
    labels = {k: v for k, v in (metadata.get("labels") or {}).items() if k != "pod-template-hash"}
    return {**template, "metadata": {**metadata, "labels": labels}}


def _pods_ready(client: Client, resource: Resource, live: Object) -> bool:
    selector = _spec(live).get("selector") or {}
    if resource.type.kind == "ReplicationController":
        selector = {"matchLabels": selector}
    try:
        pods = client.list("v1", "Pod", resource.namespace, label_selector=selector_text(selector))
    except ApiError as error:
        raise KubeError(f"failed to list pods: {error}") from None
    return all(pod_ready(pod) for pod in pods)


def _observed(obj: Object) -> bool:
    generation = (obj.get("metadata") or {}).get("generation", 0)
    return bool(_status(obj).get("observedGeneration", 0) == generation)


def _spec(obj: Object) -> Object:
    return obj.get("spec") or {}


def _status(obj: Object) -> Object:
    return obj.get("status") or {}


def _conditions(obj: Object) -> list[Object]:
    return _status(obj).get("conditions") or []
