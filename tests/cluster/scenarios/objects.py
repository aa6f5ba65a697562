"""Small objects for charts: as little as the API server takes."""

from __future__ import annotations

from typing import Any

Object = dict[str, Any]

KEEP = {"helm.sh/resource-policy": "keep"}


def make(api_version: str, kind: str, name: str, **fields: Any) -> Object:
    """Return an object; `annotations` and `labels` go to its metadata, the rest to its top."""
    metadata: Object = {"name": name}
    for part in ("annotations", "labels"):
        if found := fields.pop(part, None):
            metadata[part] = found
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}


def config_map(name: str = "a", annotations: dict[str, str] | None = None, **data: str) -> Object:
    """Return a ConfigMap."""
    return make("v1", "ConfigMap", name, annotations=annotations, data=data or {"k": "1"})


def secret(name: str = "s", **data: str) -> Object:
    """Return a Secret."""
    return make("v1", "Secret", name, stringData=data or {"k": "hidden"})


def service(name: str = "svc", port: int = 80, **spec: Any) -> Object:
    """Return a Service."""
    return make("v1", "Service", name, spec={"selector": {"app": name}, "ports": [{"port": port}], **spec})


def pod_template(name: str, simulate: str = "", image: str = "busybox", **spec: Any) -> Object:
    """Return the template of a workload's pods; `simulate` is what the embedded kubelet plays."""
    metadata: Object = {"labels": {"app": name}}
    if simulate:
        metadata["annotations"] = {"hivehelm.dev/simulate": simulate}
    return {"metadata": metadata, "spec": {**spec, "containers": [{"name": "c", "image": image}]}}


def deployment(name: str = "d", simulate: str = "", image: str = "busybox", replicas: Any = 1) -> Object:
    """Return a Deployment."""
    spec = {
        "replicas": replicas,
        "selector": {"matchLabels": {"app": name}},
        "template": pod_template(name, simulate, image),
    }
    return make("apps/v1", "Deployment", name, spec=spec)


def stateful_set(name: str = "set", simulate: str = "", size: str = "") -> Object:
    """Return a StatefulSet, with a volume if it has a `size`."""
    spec: Object = {
        "serviceName": name,
        "selector": {"matchLabels": {"app": name}},
        "template": pod_template(name, simulate),
    }
    if size:
        claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
        spec["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": claim}]
    return make("apps/v1", "StatefulSet", name, spec=spec)


def job(name: str = "j", simulate: str = "", image: str = "busybox") -> Object:
    """Return a Job that is tried once."""
    template = pod_template(name, simulate, image, restartPolicy="Never")
    return make("batch/v1", "Job", name, spec={"backoffLimit": 0, "template": template})


def pod(name: str = "p", simulate: str = "", restart: str = "Always", image: str = "busybox") -> Object:
    """Return a Pod."""
    annotations = {"hivehelm.dev/simulate": simulate} if simulate else None
    spec = {"restartPolicy": restart, "containers": [{"name": "c", "image": image}]}
    return make("v1", "Pod", name, annotations=annotations, spec=spec)


def claim(name: str = "disk", size: str = "1Gi") -> Object:
    """Return a PersistentVolumeClaim."""
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    return make("v1", "PersistentVolumeClaim", name, spec=spec)


def hook(obj: Object, events: str, *, weight: int | None = None, policy: str = "", log: str = "") -> Object:
    """Return `obj` as a hook for `events`; `policy` is when it is deleted, `log` when its log is shown."""
    added = {"helm.sh/hook": events}
    if weight is not None:
        added["helm.sh/hook-weight"] = str(weight)
    if policy:
        added["helm.sh/hook-delete-policy"] = policy
    if log:
        added["helm.sh/hook-output-log-policy"] = log
    metadata = obj["metadata"]
    return {**obj, "metadata": {**metadata, "annotations": {**metadata.get("annotations", {}), **added}}}


def annotated(obj: Object, **annotations: str) -> Object:
    """Return `obj` with more annotations; `_` in their names stands for a dash, `__` for a slash."""
    metadata = obj["metadata"]
    named = {key.replace("__", "/").replace("_", "-"): value for key, value in annotations.items()}
    return {**obj, "metadata": {**metadata, "annotations": {**metadata.get("annotations", {}), **named}}}


def kept(obj: Object) -> Object:
    """Return `obj` as one that stays when its release goes."""
    metadata = obj["metadata"]
    return {**obj, "metadata": {**metadata, "annotations": {**metadata.get("annotations", {}), **KEEP}}}


def owned(obj: Object, release: str = "x") -> Object:
    """Return `obj` with the marks of a release."""
    metadata = obj["metadata"]
    annotations = {"meta.helm.sh/release-name": release, "meta.helm.sh/release-namespace": "NAMESPACE"}
    marks = {"labels": {"app.kubernetes.io/managed-by": "Helm"}, "annotations": annotations}
    return {**obj, "metadata": {**metadata, **marks}}


def widget_kind(versions: tuple[str, ...] = ("v1",), **schema: Any) -> Object:
    """Return the CustomResourceDefinition of a kind `Widget` of the group `NAMESPACE.example.com`."""
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    properties = {"spec": {"type": "object", **schema}} if schema else {"spec": anything}
    served = [
        {
            "name": version,
            "served": True,
            "storage": version == versions[-1],
            "schema": {"openAPIV3Schema": {"type": "object", "properties": properties}},
        }
        for version in versions
    ]
    names = {"plural": "widgets", "singular": "widget", "kind": "Widget"}
    spec = {"group": "NAMESPACE.example.com", "scope": "Namespaced", "names": names, "versions": served}
    return make(
        "apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.NAMESPACE.example.com", spec=spec
    )


def widget(name: str = "w", version: str = "v1", **spec: Any) -> Object:
    """Return a Widget."""
    return make(f"NAMESPACE.example.com/{version}", "Widget", name, spec=spec or {"a": 1})
