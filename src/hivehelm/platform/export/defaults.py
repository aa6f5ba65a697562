"""What the API server fills in where nothing is said: the defaults of Kubernetes' own kinds.

The source of the rules are the `defaults.go` of k8s.io/kubernetes' API groups. A field that says what is the
default anyway can be left out of a manifest: the server puts it back.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Object = dict[str, Any]

_PROBE = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
_POD: dict[str, Any] = {
    "restartPolicy": "Always",
    "dnsPolicy": "ClusterFirst",
    "schedulerName": "default-scheduler",
    "terminationGracePeriodSeconds": 30,
    "securityContext": {},
}


def without_defaults(obj: Object) -> Object:
    """Return an object without the fields that are at their defaults; unknown kinds have none."""
    group = str(obj.get("apiVersion") or "").rpartition("/")[0]
    prune = _KINDS.get((group, str(obj.get("kind"))))
    return obj if prune is None else prune(obj)


def _drop(value: Any, defaults: dict[str, Any]) -> Any:
    """Return a mapping without the members that are as in `defaults`."""
    if not isinstance(value, dict):
        return value
    return {key: item for key, item in value.items() if key not in defaults or item != defaults[key]}


def _inside(obj: Any, path: str, change: Callable[[Any], Any]) -> Any:
    """Return `obj` with what is at a dotted path changed, if it is there; `*` is every item of a list."""
    key, _, rest = path.partition(".")
    if key == "*":
        if not isinstance(obj, list):
            return obj
        return [_inside(item, rest, change) if rest else change(item) for item in obj]
    if not isinstance(obj, dict) or key not in obj:
        return obj
    value = _inside(obj[key], rest, change) if rest else change(obj[key])
    return {**obj, key: value}


def _within(obj: Object, path: str, change: Callable[[Any], Any]) -> Object:
    """Return an object with what is at a dotted path changed, if it is there."""
    found: Object = _inside(obj, path, change)
    return found


def _pod_spec(spec: Any, defaults: dict[str, Any] | None = None) -> Any:
    spec = _drop(spec, {**_POD, **(defaults or {})})
    if isinstance(spec, dict) and spec.get("serviceAccount") == spec.get("serviceAccountName"):
        # The old name of the field, which the server keeps in step.
        spec = _without(spec, "serviceAccount")
    for field in ("containers", "initContainers", "ephemeralContainers"):
        spec = _inside(spec, f"{field}.*", _container)
    return _inside(spec, "volumes.*", _volume)


def _without(value: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: item for key, item in value.items() if key not in keys}


def _container(container: Any) -> Any:
    if not isinstance(container, dict):
        return container
    latest = _tag(str(container.get("image", ""))) in ("", "latest")
    container = _drop(
        container,
        {
            "terminationMessagePath": "/dev/termination-log",
            "terminationMessagePolicy": "File",
            "imagePullPolicy": "Always" if latest else "IfNotPresent",
            "resources": {},
        },
    )
    container = _inside(container, "ports.*", lambda port: _drop(port, {"protocol": "TCP"}))
    container = _inside(container, "env.*.valueFrom.fieldRef", lambda ref: _drop(ref, {"apiVersion": "v1"}))
    container = _inside(
        container, "env.*.valueFrom.resourceFieldRef", lambda ref: _drop(ref, {"divisor": "0"})
    )
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        container = _inside(container, probe, _probe)
    for moment in ("postStart", "preStop"):
        container = _inside(container, f"lifecycle.{moment}.httpGet", _http)
    return container


def _tag(image: str) -> str:
    """Return the tag of an image, "" without one; a digest counts as one that is not `latest`."""
    name, _, digest = image.partition("@")
    tag = name.rpartition("/")[2].partition(":")[2]
    return tag or ("digest" if digest else "")


def _probe(probe: Any) -> Any:
    probe = _inside(_drop(probe, _PROBE), "httpGet", _http)
    return _inside(probe, "grpc", lambda grpc: _drop(grpc, {"service": ""}))


def _http(action: Any) -> Any:
    return _drop(action, {"scheme": "HTTP", "path": "/"})


def _volume(volume: Any) -> Any:
    for source in ("configMap", "secret", "projected", "downwardAPI"):
        volume = _inside(volume, source, lambda found: _drop(found, {"defaultMode": 420}))
    volume = _inside(volume, "hostPath", lambda path: _drop(path, {"type": ""}))
    fields = lambda ref: _drop(ref, {"apiVersion": "v1"})  # noqa: E731
    volume = _inside(volume, "downwardAPI.items.*.fieldRef", fields)
    volume = _inside(volume, "projected.sources.*.downwardAPI.items.*.fieldRef", fields)
    token = lambda source: _drop(source, {"expirationSeconds": 3600})  # noqa: E731
    volume = _inside(volume, "projected.sources.*.serviceAccountToken", token)
    return _inside(volume, "ephemeral.volumeClaimTemplate.spec", _claim_spec)


def _claim_spec(spec: Any) -> Any:
    return _drop(spec, {"volumeMode": "Filesystem"})


def _deployment(obj: Object) -> Object:
    rolling = {"maxSurge": "25%", "maxUnavailable": "25%"}
    obj = _within(
        obj,
        "spec",
        lambda spec: _drop(
            spec,
            {
                "replicas": 1,
                "revisionHistoryLimit": 10,
                "progressDeadlineSeconds": 600,
                "strategy": {"type": "RollingUpdate", "rollingUpdate": rolling},
            },
        ),
    )
    return _within(obj, "spec.template.spec", _pod_spec)


def _stateful_set(obj: Object) -> Object:
    obj = _within(
        obj,
        "spec",
        lambda spec: _drop(
            spec,
            {
                "replicas": 1,
                "revisionHistoryLimit": 10,
                "podManagementPolicy": "OrderedReady",
                "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
                "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
            },
        ),
    )
    obj = _within(
        obj,
        "spec.volumeClaimTemplates.*",
        lambda claim: _without(claim, "status") if isinstance(claim, dict) else claim,
    )
    obj = _within(obj, "spec.volumeClaimTemplates.*.spec", _claim_spec)
    return _within(obj, "spec.template.spec", _pod_spec)


def _daemon_set(obj: Object) -> Object:
    rolling = {"maxUnavailable": 1, "maxSurge": 0}
    obj = _within(
        obj,
        "spec",
        lambda spec: _drop(
            spec,
            {
                "revisionHistoryLimit": 10,
                "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": rolling},
            },
        ),
    )
    return _within(obj, "spec.template.spec", _pod_spec)


_JOB_LABELS = (
    "controller-uid",
    "batch.kubernetes.io/controller-uid",
    "job-name",
    "batch.kubernetes.io/job-name",
)


def _job_spec(spec: Any) -> Any:
    if not isinstance(spec, dict):
        return spec
    spec = _drop(
        spec,
        {
            "parallelism": 1,
            "completions": 1,
            "backoffLimit": 6,
            "completionMode": "NonIndexed",
            "suspend": False,
            "podReplacementPolicy": "TerminatingOrFailed",
            "manualSelector": False,
        },
    )
    if not spec.get("manualSelector"):
        # Made by the server, along with the labels that it selects.
        spec = _without(spec, "selector")
        labels = lambda found: _without(found or {}, *_JOB_LABELS)  # noqa: E731
        spec = _inside(spec, "template.metadata.labels", labels)
    return _inside(spec, "template.spec", _pod_spec)


def _job(obj: Object) -> Object:
    obj = _within(obj, "metadata.labels", lambda found: _without(found or {}, *_JOB_LABELS))
    return _within(obj, "spec", _job_spec)


def _cron_job(obj: Object) -> Object:
    obj = _within(
        obj,
        "spec",
        lambda spec: _drop(
            spec,
            {
                "concurrencyPolicy": "Allow",
                "suspend": False,
                "successfulJobsHistoryLimit": 3,
                "failedJobsHistoryLimit": 1,
            },
        ),
    )
    return _within(obj, "spec.jobTemplate.spec", _job_spec)


def _pod(obj: Object) -> Object:
    # What templates of pods are left without.
    added = {
        "enableServiceLinks": True,
        "priority": 0,
        "preemptionPolicy": "PreemptLowerPriority",
        "serviceAccountName": "default",
    }
    return _within(obj, "spec", lambda spec: _pod_spec(_without(spec, "nodeName"), added))


def _replica_set(obj: Object) -> Object:
    obj = _within(obj, "spec", lambda spec: _drop(spec, {"replicas": 1}))
    return _within(obj, "spec.template.spec", _pod_spec)


def _service(obj: Object) -> Object:
    def spec(found: Any) -> Any:
        allocated = ["clusterIPs", "ipFamilies"]
        if found.get("clusterIP") != "None":
            allocated.append("clusterIP")
        if found.get("ipFamilyPolicy") == "SingleStack":
            allocated.append("ipFamilyPolicy")
        if found.get("externalTrafficPolicy") != "Local":
            allocated.append("externalTrafficPolicy")
        allocated.append("healthCheckNodePort")
        found = _without(found, *allocated)
        found = _drop(
            found,
            {
                "type": "ClusterIP",
                "sessionAffinity": "None",
                "internalTrafficPolicy": "Cluster",
                "allocateLoadBalancerNodePorts": True,
            },
        )
        return _inside(found, "ports.*", port)

    def port(found: Any) -> Any:
        # A node port may be one that was asked for: what tells is only who owns the field.
        found = _without(_drop(found, {"protocol": "TCP"}), "nodePort")
        return _drop(found, {"targetPort": found.get("port")})

    return _within(obj, "spec", lambda found: spec(found) if isinstance(found, dict) else found)


def _claim(obj: Object) -> Object:
    return _within(obj, "spec", lambda spec: _without(_claim_spec(spec), "volumeName"))


def _secret(obj: Object) -> Object:
    return obj if obj.get("type") != "Opaque" else _without(obj, "type")


def _service_account(obj: Object) -> Object:
    name = str((obj.get("metadata") or {}).get("name", ""))

    def tokens(found: Any) -> Any:
        return [
            one
            for one in found or []
            if not str(one.get("name")).startswith((f"{name}-token-", f"{name}-dockercfg-"))
        ]

    obj = _within(obj, "secrets", tokens)
    return obj if obj.get("secrets") != [] else _without(obj, "secrets")


def _autoscaler(obj: Object) -> Object:
    return _within(obj, "spec", lambda spec: _drop(spec, {"minReplicas": 1}))


def _webhooks(obj: Object) -> Object:
    def webhook(found: Any) -> Any:
        found = _drop(
            found,
            {
                "failurePolicy": "Fail",
                "matchPolicy": "Equivalent",
                "namespaceSelector": {},
                "objectSelector": {},
                "timeoutSeconds": 10,
                "reinvocationPolicy": "Never",
            },
        )
        found = _inside(found, "rules.*", lambda rule: _drop(rule, {"scope": "*"}))
        return _inside(found, "clientConfig.service", lambda service: _drop(service, {"port": 443}))

    return _within(obj, "webhooks.*", webhook)


def _definition(obj: Object) -> Object:
    obj = _without(obj, "status")
    return _within(obj, "spec", lambda spec: _drop(spec, {"conversion": {"strategy": "None"}}))


def _network_policy(obj: Object) -> Object:
    def ports(found: Any) -> Any:
        return _drop(found, {"protocol": "TCP"})

    for way in ("ingress", "egress"):
        obj = _within(obj, f"spec.{way}.*.ports.*", ports)
    return obj


def _storage_class(obj: Object) -> Object:
    found: Object = _drop(obj, {"reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"})
    return found


def _namespace(obj: Object) -> Object:
    labels = lambda found: _without(found or {}, "kubernetes.io/metadata.name")  # noqa: E731
    return _without(_within(obj, "metadata.labels", labels), "spec")


_KINDS: dict[tuple[str, str], Callable[[Object], Object]] = {
    ("apps", "Deployment"): _deployment,
    ("apps", "StatefulSet"): _stateful_set,
    ("apps", "DaemonSet"): _daemon_set,
    ("apps", "ReplicaSet"): _replica_set,
    ("batch", "Job"): _job,
    ("batch", "CronJob"): _cron_job,
    ("", "Pod"): _pod,
    ("", "Service"): _service,
    ("", "PersistentVolumeClaim"): _claim,
    ("", "Secret"): _secret,
    ("", "ServiceAccount"): _service_account,
    ("", "Namespace"): _namespace,
    ("networking.k8s.io", "NetworkPolicy"): _network_policy,
    ("autoscaling", "HorizontalPodAutoscaler"): _autoscaler,
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"): _webhooks,
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"): _webhooks,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): _definition,
    ("storage.k8s.io", "StorageClass"): _storage_class,
}
