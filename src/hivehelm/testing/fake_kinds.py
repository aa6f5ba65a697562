"""The kinds a fake cluster serves, and what its imagined controllers make of new objects."""

from __future__ import annotations

from hivehelm.kube.discovery import ResourceType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

VERBS = ("create", "delete", "get", "list", "patch", "update", "watch")
_ROWS = """
- v1 ConfigMap configmaps N
- v1 Endpoints endpoints N
- v1 Event events N
- v1 LimitRange limitranges N
- v1 Namespace namespaces C
- v1 Node nodes C
- v1 PersistentVolume persistentvolumes C
- v1 PersistentVolumeClaim persistentvolumeclaims N
- v1 Pod pods N
- v1 ReplicationController replicationcontrollers N
- v1 ResourceQuota resourcequotas N
- v1 Secret secrets N
- v1 ServiceAccount serviceaccounts N
- v1 Service services N
admissionregistration.k8s.io v1 MutatingWebhookConfiguration mutatingwebhookconfigurations C
admissionregistration.k8s.io v1 ValidatingWebhookConfiguration validatingwebhookconfigurations C
apiextensions.k8s.io v1 CustomResourceDefinition customresourcedefinitions C
apiregistration.k8s.io v1 APIService apiservices C
apps v1 DaemonSet daemonsets N
apps v1 Deployment deployments N
apps v1 ReplicaSet replicasets N
apps v1 StatefulSet statefulsets N
autoscaling v2 HorizontalPodAutoscaler horizontalpodautoscalers N
batch v1 CronJob cronjobs N
batch v1 Job jobs N
coordination.k8s.io v1 Lease leases N
networking.k8s.io v1 Ingress ingresses N
networking.k8s.io v1 IngressClass ingressclasses C
networking.k8s.io v1 NetworkPolicy networkpolicies N
policy v1 PodDisruptionBudget poddisruptionbudgets N
rbac.authorization.k8s.io v1 ClusterRole clusterroles C
rbac.authorization.k8s.io v1 ClusterRoleBinding clusterrolebindings C
rbac.authorization.k8s.io v1 Role roles N
rbac.authorization.k8s.io v1 RoleBinding rolebindings N
scheduling.k8s.io v1 PriorityClass priorityclasses C
storage.k8s.io v1 StorageClass storageclasses C
"""


def default_kinds() -> list[ResourceType]:
    """Return the kinds that every fake cluster serves."""
    kinds = []
    for row in _ROWS.strip().splitlines():
        group, version, kind, plural, scope = row.split()
        kinds.append(
            ResourceType(
                group="" if group == "-" else group,
                version=version,
                kind=kind,
                plural=plural,
                namespaced=scope == "N",
                verbs=VERBS,
            )
        )
    return kinds


def defined_kinds(definition: dict[str, Any]) -> list[ResourceType]:
    """Return the kinds that a CustomResourceDefinition adds."""
    spec = definition["spec"]
    return [
        ResourceType(
            group=spec["group"],
            version=version["name"],
            kind=spec["names"]["kind"],
            plural=spec["names"]["plural"],
            namespaced=spec.get("scope") == "Namespaced",
            verbs=VERBS,
        )
        for version in spec.get("versions") or ()
        if version.get("served", True)
    ]


def settled_status(obj: dict[str, Any]) -> dict[str, Any] | None:
    """Return the status an object would come to where all goes well; None for kinds without one."""
    group, _, _ = str(obj.get("apiVersion", "")).rpartition("/")
    rule = _STATUSES.get((group, str(obj.get("kind"))))
    if rule is None:
        return None
    return {"observedGeneration": obj["metadata"]["generation"], **rule(obj.get("spec") or {})}


def _condition(kind: str, reason: str = "") -> dict[str, Any]:
    return {"type": kind, "status": "True", "reason": reason, "message": ""}


def _deployment(spec: dict[str, Any]) -> dict[str, Any]:
    conditions = [_condition("Available"), _condition("Progressing", "NewReplicaSetAvailable")]
    return {**_replica_set(spec), "updatedReplicas": spec.get("replicas", 1), "conditions": conditions}


def _replica_set(spec: dict[str, Any]) -> dict[str, Any]:
    names = ("replicas", "readyReplicas", "availableReplicas", "fullyLabeledReplicas")
    return dict.fromkeys(names, spec.get("replicas", 1))


def _stateful_set(spec: dict[str, Any]) -> dict[str, Any]:
    names = ("replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas")
    revisions = {"currentRevision": "1", "updateRevision": "1"}
    return {**dict.fromkeys(names, spec.get("replicas", 1)), **revisions}


def _daemon_set(_: dict[str, Any]) -> dict[str, Any]:
    names = (
        "desiredNumberScheduled",
        "currentNumberScheduled",
        "updatedNumberScheduled",
        "numberAvailable",
        "numberReady",
    )
    return dict.fromkeys(names, 1)


def _job(spec: dict[str, Any]) -> dict[str, Any]:
    return {
        "succeeded": spec.get("completions", 1),
        "startTime": "2026-01-01T00:00:00Z",
        "conditions": [_condition("Complete")],
    }


def _pod(spec: dict[str, Any]) -> dict[str, Any]:
    if spec.get("restartPolicy") in ("Never", "OnFailure"):
        return {"phase": "Succeeded"}
    return {"phase": "Running", "conditions": [_condition("Ready")]}


def _claim(_: dict[str, Any]) -> dict[str, Any]:
    return {"phase": "Bound"}


def _service(spec: dict[str, Any]) -> dict[str, Any]:
    balanced = {"ingress": [{"ip": "192.0.2.1"}]} if spec.get("type") == "LoadBalancer" else {}
    return {"loadBalancer": balanced}


def _namespace(_: dict[str, Any]) -> dict[str, Any]:
    return {"phase": "Active"}


def _definition(_: dict[str, Any]) -> dict[str, Any]:
    return {"conditions": [_condition("NamesAccepted"), _condition("Established")]}


_STATUSES: dict[tuple[str, str], Callable[[dict[str, Any]], dict[str, Any]]] = {
    ("apps", "Deployment"): _deployment,
    ("apps", "ReplicaSet"): _replica_set,
    ("apps", "StatefulSet"): _stateful_set,
    ("apps", "DaemonSet"): _daemon_set,
    ("batch", "Job"): _job,
    ("", "Pod"): _pod,
    ("", "PersistentVolumeClaim"): _claim,
    ("", "Service"): _service,
    ("", "Namespace"): _namespace,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): _definition,
}
