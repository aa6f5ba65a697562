"""Objects become a chart that gives them back, whatever their strings are."""

from __future__ import annotations

import base64
import copy
import json
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hivehelm.actions.plan import PlanOptions, plan
from hivehelm.chart.load import load_files
from hivehelm.chart.model import File
from hivehelm.kube.resources import documents
from hivehelm.platform.export.chart import Exported, ExportOptions, Found, export
from hivehelm.platform.export.errors import ExportNameError, NothingToExportError
from hivehelm.render.context import ReleaseOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Object = dict[str, Any]


def rendered(
    exported: Exported,
    release: str = "shop",
    namespace: str = "web-ns",
    values: Object | None = None,
) -> dict[tuple[str, str], Object]:
    """Return what an exported chart comes to, by kind and name."""
    chart = load_files(File(path, text.encode()) for path, text in exported.files.items())
    options = PlanOptions(release=ReleaseOptions(name=release, namespace=namespace))
    manifest = plan(chart, values or {}, options).manifest()
    return {(obj["kind"], obj["metadata"]["name"]): obj for obj in documents(manifest)}


def exporting(*objects: Object, **options: Any) -> Exported:
    """Return the chart of objects that live in a namespace."""
    found = [
        Found(live=obj, namespaced=obj["kind"] not in ("ClusterRole", "ClusterRoleBinding"))
        for obj in objects
    ]
    return export(found, ExportOptions(**{"name": "shop", "namespace": "web-ns", **options}))


def made(kind: str, name: str, api_version: str = "v1", **members: Any) -> Object:
    """Return an object as it might be in the cluster, without what the server adds."""
    metadata = {"name": name, "namespace": "web-ns", **members.pop("metadata", {})}
    if kind.startswith("Cluster"):
        del metadata["namespace"]
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **members}


def deployment(name: str, **container: Any) -> Object:
    """Return a deployment with one container."""
    labels = {"app.kubernetes.io/name": "web", "app.kubernetes.io/instance": "shop"}
    return made(
        "Deployment",
        name,
        "apps/v1",
        spec={
            "replicas": 2,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": dict(labels)},
                "spec": {
                    "containers": [
                        {
                            "name": "web",
                            "image": "registry.example.com:5000/shop/web:1.2.3",
                            "imagePullPolicy": "IfNotPresent",
                            "resources": {"limits": {"cpu": "100m"}},
                            **container,
                        }
                    ]
                },
            },
        },
        metadata={"labels": dict(labels)},
    )


# Whatever Kubernetes takes: no surrogates, and no NUL, which its JSON refuses in some places.
anything = st.text(
    alphabet=st.one_of(
        st.sampled_from("{}{}{{-}}\"'\\`$|>#:&*!%@~ \t\n\r\0,[]\u0085\u00a0\u2028\ufeff\U0001f41d0123e+.yno"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    ),
    max_size=40,
).map(lambda text: text.replace("\0", ""))
awkward = st.sampled_from(
    [
        "{{ .Values.x }}",
        "{{- end }}",
        "{{{",
        "{",
        "{{",
        "shop{{",
        "{shop-db}",
        "{shop-db{{}}",
        "true",
        "null",
        "1e3",
        "0x10",
        "010",
        "1_000",
        "12:30:45",
        "2024-01-02",
        " lead",
        "trail ",
        "a\nb",
        "a\nb\n",
        "a\n\n",
        "\n",
        "\n a",
        "  a\nb",
        "a\n  \nb",
        "- x",
        "key: value",
        "#!/bin/sh\nexec $0\n",
        "tab\tin",
        "\r\n",
        "---\nkind: Evil\n",
        "http://shop-db:5432/shop",
        "shop-db.web-ns.svc.cluster.local",
        "...",
        "`back`",
        '{{ "quoted" }}',
    ]
)
texts = st.one_of(awkward, anything)
keys = st.text(alphabet=string.ascii_letters + string.digits + "-._", min_size=1, max_size=12).filter(
    lambda key: key not in (".", "..")
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(keys, texts, min_size=1, max_size=4), texts, texts, st.lists(texts, max_size=3))
def test_any_text_comes_back(data: dict[str, str], variable: str, note: str, arguments: list[str]) -> None:
    config = made("ConfigMap", "shop-config", data=data, metadata={"annotations": {"example.com/note": note}})
    secret = made("Secret", "shop-keys", type="Opaque", data={k: encoded(v) for k, v in data.items()})
    database = made("Service", "shop-db", spec={"ports": [{"port": 5432}], "selector": {"app": "db"}})
    variables = [{"name": "A.b-c", "value": variable}, {"name": "PLAIN", "value": note}]
    web = deployment("shop-web", env=variables, args=arguments)
    objects = [config, secret, database, web]
    back = rendered(exporting(*copy.deepcopy(objects), include_secrets=True))
    assert back["ConfigMap", "shop-config"]["data"] == data
    assert back["ConfigMap", "shop-config"]["metadata"]["annotations"] == {"example.com/note": note}
    assert back["Secret", "shop-keys"]["data"] == secret["data"]
    container = back["Deployment", "shop-web"]["spec"]["template"]["spec"]["containers"][0]
    assert container["env"] == variables
    assert container.get("args", []) == arguments
    assert len(back) == len(objects)


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), texts),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_any_custom_resource_comes_back(value: Any) -> None:
    obj = made("Widget", "shop-widget", "example.com/v1", spec={"inner": value, "end": 1})
    back = rendered(exporting(copy.deepcopy(obj)))
    assert back["Widget", "shop-widget"]["spec"] == obj["spec"]


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_what_one_changes_becomes_values() -> None:
    service = made(
        "Service",
        "shop-web",
        spec={
            "type": "LoadBalancer",
            "ports": [{"name": "http", "port": 80, "targetPort": 8080}],
            "selector": {"app.kubernetes.io/instance": "shop"},
        },
    )
    chart = exporting(deployment("shop-web", env=[{"name": "LEVEL", "value": "info"}]), service)
    changed = {
        "replicaCount": 5,
        "image": {"repository": "other/web", "tag": "", "digest": "sha256:abc"},
        "resources": {"limits": {"cpu": "1"}},
        "env": {"LEVEL": "debug"},
        "service": {"type": "NodePort", "port": 8080},
    }
    back = rendered(chart, values=changed)
    spec = back["Deployment", "shop-web"]["spec"]
    container = spec["template"]["spec"]["containers"][0]
    assert spec["replicas"] == 5
    assert container["image"] == "other/web@sha256:abc"
    assert container["resources"] == {"limits": {"cpu": "1"}}
    assert container["env"] == [{"name": "LEVEL", "value": "debug"}]
    assert back["Service", "shop-web"]["spec"]["type"] == "NodePort"
    assert back["Service", "shop-web"]["spec"]["ports"][0]["port"] == 8080


def test_names_labels_and_references_follow_the_release() -> None:
    web = deployment(
        "shop-web",
        envFrom=[{"configMapRef": {"name": "shop-config"}}],
        env=[
            {"name": "DB_URL", "value": "postgres://shop-db.web-ns.svc:5432/shop"},
            {"name": "CACHE_HOST", "value": "shop"},
            {"name": "KIND", "value": "shop"},
            {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "shop-keys", "key": "shop-keys"}}},
        ],
    )
    web["spec"]["template"]["spec"]["serviceAccountName"] = "shop-web"
    objects = [
        web,
        made("ConfigMap", "shop-config", data={"nginx.conf": "upstream { server shop-db:5432; } {{x}}"}),
        made("Secret", "shop-keys", data={"shop-keys": encoded("s3cret")}),
        made(
            "Service",
            "shop-db",
            spec={"type": "ClusterIP", "ports": [{"port": 5432}], "selector": {"app": "shop-db"}},
        ),
        made(
            "Service",
            "shop",
            spec={"type": "ClusterIP", "ports": [{"port": 80}], "selector": {"app": "shop"}},
        ),
        made("ServiceAccount", "shop-web"),
        made(
            "ClusterRoleBinding",
            "web-ns-shop",
            "rbac.authorization.k8s.io/v1",
            subjects=[{"kind": "ServiceAccount", "name": "shop-web", "namespace": "web-ns"}],
            roleRef={"kind": "ClusterRole", "name": "view"},
        ),
        made(
            "HorizontalPodAutoscaler",
            "shop-web",
            "autoscaling/v2",
            spec={"maxReplicas": 3, "scaleTargetRef": {"kind": "Deployment", "name": "shop-web"}},
        ),
        made(
            "Ingress",
            "shop-web",
            "networking.k8s.io/v1",
            spec={
                "rules": [
                    {
                        "host": "shop.example.com",
                        "http": {"paths": [{"path": "/", "backend": {"service": {"name": "shop"}}}]},
                    }
                ],
                "tls": [{"hosts": ["shop.example.com"], "secretName": "shop-keys"}],
            },
        ),
    ]
    chart = exporting(*objects, include_secrets=True)
    there = rendered(chart, "other", "elsewhere")
    text = json.dumps(list(there.values()))
    container = there["Deployment", "other-web"]["spec"]["template"]["spec"]["containers"][0]
    assert container["envFrom"][0]["configMapRef"]["name"] == "other-config"
    assert [one.get("value") for one in container["env"]] == [
        "postgres://other-db.elsewhere.svc:5432/shop",
        "other",
        "shop",
        None,
    ]
    assert container["env"][3]["valueFrom"]["secretKeyRef"] == {"name": "other-keys", "key": "shop-keys"}
    assert there["ConfigMap", "other-config"]["data"]["nginx.conf"] == (
        "upstream { server other-db:5432; } {{x}}"
    )
    assert there["Service", "other-db"]["spec"]["selector"] == {"app": "other-db"}
    assert there["Service", "other"]["spec"]["selector"] == {"app": "other"}
    binding = there["ClusterRoleBinding", "elsewhere-other"]
    assert binding["subjects"][0]["name"] == "other-web"
    assert binding["subjects"][0]["namespace"] == "elsewhere"
    target = there["HorizontalPodAutoscaler", "other-web"]["spec"]["scaleTargetRef"]
    assert target["name"] == "other-web"
    ingress = there["Ingress", "other-web"]["spec"]
    assert ingress["rules"][0]["http"]["paths"][0]["backend"]["service"]["name"] == "other"
    assert ingress["tls"][0]["secretName"] == "other-keys"
    labels = there["Deployment", "other-web"]["spec"]["selector"]["matchLabels"]
    assert labels["app.kubernetes.io/instance"] == "other"
    assert "web-ns" not in text
    # Under the name that it was exported from, everything is as it was.
    back = rendered(chart)
    for obj in objects:
        found = back[obj["kind"], obj["metadata"]["name"]]
        assert found.get("spec", found.get("data")) == obj.get("spec", obj.get("data"))


def test_what_an_autoscaler_scales_keeps_no_number_of_replicas() -> None:
    scaler = made(
        "HorizontalPodAutoscaler",
        "shop-web",
        "autoscaling/v2",
        spec={"maxReplicas": 9, "scaleTargetRef": {"kind": "Deployment", "name": "shop-web"}},
    )
    web = deployment("shop-web")
    del web["spec"]["replicas"]
    chart = exporting(web, scaler)
    assert "replicas" not in rendered(chart)["Deployment", "shop-web"]["spec"]
    assert "replicaCount" not in chart.files["values.yaml"]


def test_secrets_stay_out_of_the_chart() -> None:
    secret = made("Secret", "shop-keys", data={"password": encoded("hunter2"), "empty": ""})
    chart = exporting(deployment("shop-web", envFrom=[{"secretRef": {"name": "shop-keys"}}]), secret)
    everything = "".join(chart.files.values())
    assert "hunter2" not in everything
    assert encoded("hunter2") not in everything
    assert chart.needed == ["keys.secret.data.password"]
    given = rendered(chart, values={"keys": {"secret": {"data": {"password": "mine"}}}})
    assert given["Secret", "shop-keys"]["data"] == {"password": encoded("mine"), "empty": ""}
    other = rendered(chart, values={"keys": {"secret": {"existingSecret": "theirs"}}})
    assert ("Secret", "shop-keys") not in other
    container = other["Deployment", "shop-web"]["spec"]["template"]["spec"]["containers"][0]
    assert container["envFrom"][0]["secretRef"]["name"] == "theirs"
    with pytest.raises(Exception, match=r"keys\.secret\.data\.password is needed"):
        rendered(chart)


@pytest.mark.parametrize(
    "text",
    ["x" * 9000, "{{ x }}\r\n" * 2000, "http://shop-db:80/{{ x }}\n" * 900, "\ufeff" + "y" * 9000],
    ids=["plain", "braces", "names", "mark"],
)
def test_large_texts_become_files(text: str) -> None:
    config = made("ConfigMap", "shop-pages", data={"index.html": text, "small": "s", "..dots": text})
    database = made("Service", "shop-db", spec={"type": "ClusterIP", "ports": [{"port": 80}]})
    chart = exporting(config, database)
    assert rendered(chart)["ConfigMap", "shop-pages"]["data"] == config["data"]
    assert ("files/shop-pages/index.html" in chart.files) is not text.startswith("\ufeff")
    if "shop-db" in text:
        there = rendered(chart, "other")["ConfigMap", "other-pages"]["data"]["index.html"]
        assert there == text.replace("shop-db", "other-db")


def test_binary_secrets_come_back() -> None:
    secret = made("Secret", "shop-keys", data={"key": base64.b64encode(b"\xff\xfe\x00").decode()})
    assert rendered(exporting(secret, include_secrets=True))["Secret", "shop-keys"]["data"] == secret["data"]


def test_objects_without_the_releases_name_keep_theirs() -> None:
    chart = exporting(
        deployment("web"),
        made("Service", "web", spec={"ports": [{"port": 80}], "selector": {"app": "web"}}),
        made("ConfigMap", "web-config", data={"a": "b"}),
        name="front",
    )
    back = rendered(chart, "any")
    assert sorted(back) == [("ConfigMap", "web-config"), ("Deployment", "web"), ("Service", "web")]
    other = rendered(chart, "any", values={"fullnameOverride": "site"})
    assert sorted(other) == [("ConfigMap", "site-config"), ("Deployment", "site"), ("Service", "site")]
    assert other["Service", "site"]["spec"]["selector"] == {"app": "site"}


def test_places_in_the_values_do_not_collide() -> None:
    objects = [
        deployment("shop"),
        deployment("shop-config"),
        made("ConfigMap", "shop", data={"image": "x", "service": "y"}),
        made("ConfigMap", "shop-config", data={"resources": "z"}),
        made("Secret", "shop-config", data={"data": encoded("q")}),
        made("Service", "shop-config", spec={"ports": [{"port": 1}, {"port": 2}]}),
        made("ConfigMap", "shop-global", data={"a": "1"}),
        made("ConfigMap", "shop-full-name-override", data={"a": "2"}),
    ]
    back = rendered(exporting(*copy.deepcopy(objects), include_secrets=True))
    for obj in objects:
        found = back[obj["kind"], obj["metadata"]["name"]]
        wanted = obj["spec"] if "spec" in obj else obj["data"]
        inner = found["spec"] if "spec" in found else found["data"]
        assert {**inner, "type": None} == {**wanted, "type": None}


def test_what_is_not_in_the_chart_is_told() -> None:
    web = deployment("shop-web", envFrom=[{"configMapRef": {"name": "elsewhere"}}])
    assert exporting(web).warnings == [
        "ConfigMap elsewhere is not in the chart, and Deployment shop-web refers to it"
    ]


def test_hooks_are_taken_from_the_record() -> None:
    job = made(
        "Job", "shop-migrate", "batch/v1", metadata={"annotations": {"helm.sh/hook": "pre-install"}}, spec={}
    )
    test = made("Pod", "shop-test", metadata={"annotations": {"helm.sh/hook": "test"}}, spec={})
    found = [Found(live=deployment("shop-web")), Found(live=job, hook=True), Found(live=test, hook=True)]
    chart = export(found, ExportOptions(name="shop", namespace="web-ns"))
    assert "templates/job-shop-migrate.yaml" in chart.files
    assert "helm.sh/hook: pre-install" in chart.files["templates/job-shop-migrate.yaml"]
    assert "templates/tests/pod-shop-test.yaml" in chart.files


@pytest.mark.parametrize("name", ["", "Shop", "-shop", "../shop", "shop/x", "a" * 54, "s{{"])
def test_names_that_no_chart_can_have(name: str) -> None:
    with pytest.raises(ExportNameError):
        exporting(deployment("shop-web"), name=name)


def test_nothing_makes_no_chart() -> None:
    with pytest.raises(NothingToExportError, match="nothing to export in namespace web-ns"):
        exporting()
