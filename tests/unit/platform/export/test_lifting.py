"""What becomes a value, kind by kind: it comes back as it was, and changes when it is changed."""

from __future__ import annotations

import base64
import copy
import json

import pytest

from hivehelm.actions.plan import PlanOptions, plan
from hivehelm.chart.load import load_files
from hivehelm.chart.model import File
from hivehelm.golang.yaml import load
from hivehelm.kube.resources import documents
from hivehelm.platform.export.chart import Exported, ExportOptions, Found, export
from hivehelm.render.context import ReleaseOptions
from hivehelm.values.schema import SchemaError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Object = dict[str, Any]


def exporting(*objects: Object, include_secrets: bool = True) -> Exported:
    options = ExportOptions(name="shop", release="shop", namespace="ns", include_secrets=include_secrets)
    return export([Found(live=obj) for obj in objects], options)


def rendered(chart: Exported, values: Object | None = None) -> list[Object]:
    loaded = load_files(File(path, text.encode()) for path, text in chart.files.items())
    options = PlanOptions(release=ReleaseOptions(name="shop", namespace="ns"))
    return list(documents(plan(loaded, values or {}, options).manifest()))


def made(kind: str, api_version: str, spec: Object, name: str = "shop") -> Object:
    metadata = {"name": name, "namespace": "ns"}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}


def container(name: str, **more: Any) -> Object:
    return {"name": name, "image": f"{name}:1", "imagePullPolicy": "IfNotPresent", "resources": {}, **more}


def pods(*containers: Object, **more: Any) -> Object:
    return {"template": {"spec": {"containers": list(containers), **more}}}


def check(obj: Object, values: Object, changed: Object | None = None) -> Object:
    """Make sure that an object comes back, of these values; return what it is with others."""
    chart = exporting(copy.deepcopy(obj))
    assert rendered(chart)[0]["spec"] == obj["spec"]
    found = load(chart.files["values.yaml"])
    for key in ("nameOverride", "fullnameOverride"):
        assert found.pop(key) == ""
    assert found == values
    spec: Object = rendered(chart, changed)[0]["spec"]
    return spec


IMAGE = {"repository": "web", "tag": "1", "pullPolicy": "IfNotPresent"}


def test_stateful_sets() -> None:
    claim = {"resources": {"requests": {"storage": "8Gi"}}, "storageClassName": "fast"}
    spec = {
        "serviceName": "shop",
        "replicas": 3,
        "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": copy.deepcopy(claim)}],
        **pods(container("web")),
    }
    values = {
        "replicaCount": 3,
        "image": IMAGE,
        "resources": {},
        "persistence": {"size": "8Gi", "storageClass": "fast"},
    }
    changed = check(made("StatefulSet", "apps/v1", spec), values, {"persistence": {"size": "1Ti"}})
    assert changed["volumeClaimTemplates"][0]["spec"]["resources"]["requests"]["storage"] == "1Ti"
    spec["volumeClaimTemplates"] = [
        {"metadata": {"name": name}, "spec": copy.deepcopy(claim)} for name in ("data", "wal-log")
    ]
    two = {name: {"size": "8Gi", "storageClass": "fast"} for name in ("data", "walLog")}
    check(made("StatefulSet", "apps/v1", spec), {**values, "persistence": two})


def test_cron_jobs() -> None:
    job = pods(container("web"), restartPolicy="Never")
    spec = {"schedule": "*/5 * * * *", "jobTemplate": {"spec": job}}
    values = {"schedule": "*/5 * * * *", "image": IMAGE, "resources": {}}
    assert check(made("CronJob", "batch/v1", spec), values, {"schedule": "@daily"})["schedule"] == "@daily"


def test_several_containers_and_those_that_go_before() -> None:
    spec = {
        "replicas": 1,
        **pods(
            container("web"),
            container("side-car", env=[{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]),
            initContainers=[container("first"), container("first_", image="")],
            nodeSelector={"disk": "ssd"},
            tolerations=[{"key": "x", "operator": "Exists", "tolerationSeconds": 60}],
        ),
    }
    named = {"tag": "1", "pullPolicy": "IfNotPresent"}
    values = {
        "replicaCount": 1,
        "nodeSelector": {"disk": "ssd"},
        "tolerations": [{"key": "x", "operator": "Exists", "tolerationSeconds": 60}],
        "containers": {
            "web": {"image": IMAGE, "resources": {}},
            "sideCar": {"image": {"repository": "side-car", **named}, "resources": {}},
        },
        "initContainers": {
            "first": {"image": {"repository": "first", **named}, "resources": {}},
            "first2": {"resources": {}},
        },
    }
    obj = made("Deployment", "apps/v1", spec)
    check(obj, values)
    # Such numbers would come back as 1e+06.
    spec["template"]["spec"]["tolerations"][0]["tolerationSeconds"] = 1_000_000
    del values["tolerations"]
    check(obj, values)


def test_pods_and_what_has_no_containers() -> None:
    spec = {"containers": [container("web")], "hostNetwork": True}
    check(made("Pod", "v1", spec), {"image": IMAGE, "resources": {}})
    check(made("DaemonSet", "apps/v1", {"selector": {}}), {})
    check(made("Deployment", "apps/v1", {"replicas": 2, "template": "odd"}), {"replicaCount": 2})


def test_services() -> None:
    ports = [
        {"name": "http", "port": 80, "targetPort": "web", "protocol": "UDP"},
        {"name": "http-", "port": 81},
        {"port": 82},
    ]
    spec = {"type": "ClusterIP", "ports": ports, "externalIPs": ["10.0.0.1"]}
    values = {"service": {"type": "ClusterIP", "ports": {"http": 80, "http2": 81, "port82": 82}}}
    changed = check(made("Service", "v1", spec), values, {"service": {"ports": {"http": 8080}}})
    assert [port["port"] for port in changed["ports"]] == [8080, 81, 82]
    headless = {"clusterIP": "None", "ports": [{"port": 80}]}
    check(made("Service", "v1", headless), {"service": {"port": 80}})
    name = {"type": "ExternalName", "externalName": "example.com"}
    check(made("Service", "v1", name), {"service": {"type": "ExternalName"}})


def test_a_node_port_that_was_asked_for_stays() -> None:
    obj = made(
        "Service", "v1", {"type": "NodePort", "ports": [{"port": 80, "protocol": "TCP", "nodePort": 30080}]}
    )
    port: Object = {".": {}, "f:port": {}, "f:nodePort": {}}
    fields = {"f:spec": {"f:type": {}, "f:ports": {'k:{"port":80,"protocol":"TCP"}': port}}}
    entry = {"manager": "helm", "operation": "Apply", "apiVersion": "v1", "fieldsV1": fields}
    obj["metadata"]["managedFields"] = [entry]
    check(obj, {"service": {"type": "NodePort", "port": 80, "nodePort": 30080}})


def test_ingresses_and_routes() -> None:
    rule = {"host": "a.example.com", "http": {"paths": []}}
    spec = {
        "ingressClassName": "nginx",
        "rules": [rule, {"host": "b.example.com"}, {"http": {"paths": []}}],
        "tls": [{"hosts": ["a.example.com", "c.example.com"], "secretName": "x"}, {"secretName": "y"}],
    }
    hosts = ["a.example.com", "b.example.com", "c.example.com"]
    values = {"ingress": {"className": "nginx", "hosts": hosts}}
    other = ["x.example.com", "y.example.com", "z.example.com"]
    changed = check(made("Ingress", "networking.k8s.io/v1", spec), values, {"ingress": {"hosts": other}})
    assert changed["rules"][0]["host"] == changed["tls"][0]["hosts"][0] == "x.example.com"
    assert changed["tls"][0]["hosts"][1] == "z.example.com"
    route = {"hostnames": ["a.example.com", "b.example.com"], "rules": []}
    values = {"route": {"hostnames": ["a.example.com", "b.example.com"]}}
    check(made("HTTPRoute", "gateway.networking.k8s.io/v1", route), values)
    check(made("HTTPRoute", "gateway.networking.k8s.io/v1", {"rules": []}), {})


def test_autoscalers_and_claims() -> None:
    bounds = {"minReplicas": 2, "maxReplicas": 5}
    check(made("HorizontalPodAutoscaler", "autoscaling/v2", bounds), {"autoscaling": bounds})
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    check(made("PersistentVolumeClaim", "v1", claim), {"persistence": {"size": "1Gi"}})
    # What is called after what it is has its values there.
    named = {"dataPersistence": {"size": "1Gi"}}
    two = [
        made("PersistentVolumeClaim", "v1", copy.deepcopy(claim), name)
        for name in ("shop-data-persistence", "shop-x")
    ]
    found = load(exporting(*two).files["values.yaml"])
    assert found["dataPersistence"] == named["dataPersistence"]
    assert found["x"] == {"persistence": {"size": "1Gi"}}


@pytest.mark.parametrize(
    "kind", ["Service", "Ingress", "HTTPRoute", "HorizontalPodAutoscaler", "PersistentVolumeClaim"]
)
def test_objects_without_a_spec(kind: str) -> None:
    obj = made(kind, "v1" if kind in ("Service", "PersistentVolumeClaim") else "x.example.com/v1", {})
    del obj["spec"]
    assert rendered(exporting(obj))[0]["kind"] == kind


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def secret(**members: Any) -> Object:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "shop", "namespace": "ns"}, **members}


def test_secrets_that_follow_names_and_those_of_hooks() -> None:
    service = made("Service", "v1", {"type": "ClusterIP", "ports": [{"port": 1}]}, "shop-db")
    both = [service, secret(data={"url": encoded("http://shop-db/{{x}}"), "other": encoded("y")})]
    back = rendered(exporting(*both))
    assert next(obj for obj in back if obj["kind"] == "Secret")["data"] == both[1]["data"]
    hook = secret(stringData={"a": "b"})
    hook["metadata"]["annotations"] = {"helm.sh/hook": "pre-install"}
    chart = export([Found(live=hook, hook=True)], ExportOptions(name="shop", namespace="ns"))
    assert chart.needed == ["secret.data.a"]
    assert "existingSecret" not in chart.files["values.yaml"]


def test_secrets_without_values_and_tokens() -> None:
    assert rendered(exporting(secret(type="example.com/none")))[0]["type"] == "example.com/none"
    token = secret(type="kubernetes.io/service-account-token", data={"token": encoded("x")})
    assert "data" not in rendered(exporting(token))[0]
    # Not base64: the API server takes no such Secret, a record may hold one.
    assert rendered(exporting(secret(data={"a": "b", "c": None})))[0]["data"].keys() == {"a", "c"}


def test_config_maps_without_texts() -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "shop", "namespace": "ns"}}
    assert "data" not in rendered(exporting(config))[0]
    binary = {**config, "binaryData": {"a": "AAAA"}}
    assert rendered(exporting(binary))[0]["binaryData"] == {"a": "AAAA"}


def test_the_schema_refuses_what_cannot_be() -> None:
    chart = exporting(made("Deployment", "apps/v1", {"replicas": 1, **pods(container("web"))}))
    schema = json.loads(chart.files["values.schema.json"])
    assert schema["properties"]["replicaCount"] == {"type": "integer", "minimum": 0}
    assert schema["properties"]["image"]["properties"]["tag"] == {"type": ["string", "number"]}
    for wrong in ({"replicaCount": -1}, {"image": {"pullPolicy": "Sometimes"}}, {"resources": "much"}):
        with pytest.raises(SchemaError):
            rendered(chart, wrong)


def test_definitions_go_to_a_directory_of_their_own() -> None:
    definition = {"kind": "CustomResourceDefinition", "metadata": {"name": "widgets.example.com"}}
    obj = made("Widget", "example.com/v1", {"nested": [[1, [2]], [], {}, [{"a": []}]]})
    options = ExportOptions(name="shop", namespace="ns")
    chart = export([Found(live=obj)], options, [definition])
    assert load(chart.files["crds/widgets.example.com.yaml"]) == definition
    assert rendered(chart)[0]["spec"] == obj["spec"]


def test_a_definitions_names_are_its_own_but_for_its_converter() -> None:
    client = {"service": {"name": "shop-hook", "namespace": "ns"}}
    obj = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {
            "conversion": {"strategy": "Webhook", "webhook": {"clientConfig": client}},
            "names": {"kind": "shop-hook"},
        },
    }
    service = made("Service", "v1", {"type": "ClusterIP", "ports": []}, "shop-hook")
    options = ExportOptions(name="shop", release="shop", namespace="ns")
    chart = export([Found(live=obj, namespaced=False), Found(live=service)], options)
    text = chart.files["templates/customresourcedefinition-widgets.example.com.yaml"]
    assert "namespace: {{ .Release.Namespace | quote }}" in text
    assert "kind: shop-hook" in text
    assert "CustomResourceDefinition `widgets.example.com`" in chart.files["README.md"]
