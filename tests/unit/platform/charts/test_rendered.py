"""What the platform's charts render: parts that find each other, nothing secret in the open, all bounded."""

from __future__ import annotations

import base64
import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.fernet import Fernet
from tests.cases.own_charts import ALL, FIXED, PARTS, SECRETS, UMBRELLA, cases, merged

import hivehelm
from hivehelm.chart.lock import digest
from hivehelm.cli.hivehelm import main
from hivehelm.gotemplate.cache import TemplateCache
from hivehelm.platform.charts import create_hivemind_charts
from hivehelm.values.schema import SchemaError

Object = dict[str, Any]

CASES = cases()
TEMPLATES = TemplateCache(None)
IDS = [f"{chart}: {what}" for chart, what, _ in CASES]
SHARED = merged(FIXED, {"hivemind-tracing": {"storage": {"type": "elasticsearch"}}})
# What everything renders beside the release's own objects: given by names in tests.cases.own_charts.
FOREIGN = {
    "ConfigMap": {"issuer"},
    "Secret": {
        "api-certificate",
        "certificates",
        "kibana-keys",
        "clients",
        "tokens",
        "registry-login",
        "remote-login",
        "users",
    },
    "ServiceAccount": {"default"},
}


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("charts")
    create_hivemind_charts(str(made))
    return made


@functools.cache
def _chart(path: str) -> hivehelm.Chart:
    return hivehelm.load(path)


@functools.cache
def _rendered(path: str, values: str, release: str, namespace: str) -> list[Object]:
    options = hivehelm.PlanOptions(
        release=hivehelm.ReleaseOptions(name=release, namespace=namespace), cache=TEMPLATES
    )
    plan = hivehelm.template(_chart(path), json.loads(values), options)
    texts = [document.content for document in plan.manifests] + [hook.manifest for hook in plan.hooks]
    # libyaml: the pure loader takes ten times as long.
    return [found for text in texts for found in yaml.load_all(text, yaml.CSafeLoader) if found]


def render(
    top: Path, chart: str, values: dict[str, Any], release: str = "hivemind", namespace: str = "ops"
) -> list[Object]:
    """Return all objects of a release, hooks last; not to be changed, for tests share them."""
    return _rendered(str(top / chart), json.dumps(values), release, namespace)


def key(found: Object) -> tuple[str, str]:
    return found["kind"], found["metadata"]["name"]


def of(found: list[Object], kind: str) -> dict[str, Object]:
    return {each["metadata"]["name"]: each for each in found if each["kind"] == kind}


def pods(found: list[Object]) -> Iterator[tuple[Object, Object, Object]]:
    """Yield objects that make pods, with the pods' metadata and specs."""
    for each in found:
        if each["kind"] in ("Deployment", "StatefulSet", "DaemonSet"):
            yield each, each["spec"]["template"]["metadata"], each["spec"]["template"]["spec"]
        elif each["kind"] == "CronJob":
            template = each["spec"]["jobTemplate"]["spec"]["template"]
            yield each, template["metadata"], template["spec"]
        elif each["kind"] == "Pod":
            yield each, each["metadata"], each["spec"]


def containers(spec: Object) -> list[Object]:
    return [*spec.get("initContainers", []), *spec["containers"]]


def stated(values: Any, name: str) -> Iterator[Any]:
    """Yield what stands under `name` anywhere in an object."""
    if isinstance(values, dict):
        for each, value in values.items():
            if each == name:
                yield value
            yield from stated(value, name)
    elif isinstance(values, list):
        for each in values:
            yield from stated(each, name)


@pytest.mark.parametrize("chart", [*PARTS, UMBRELLA])
def test_lints_clean(top: Path, chart: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "--strict", "--quiet", str(top / chart)]) == 0
    assert main(["lint", "--strict", str(top / chart)]) == 0
    assert "WARNING" not in capsys.readouterr().out


@pytest.mark.parametrize("name", ["fullname", "selectorLabels", "labels", "metadata", "image", "scheduling"])
def test_charts_share_the_words_of_their_helpers(top: Path, name: str) -> None:
    found = set()
    for part in PARTS:
        text = (top / part / "templates" / "_common.tpl").read_text()
        define = re.search(rf'define "{part}\.{name}" -}}}}\n(.*?\n){{{{- end }}}}\n', text, re.DOTALL)
        assert define is not None
        found.add(define[1].replace(part, "CHART"))
    assert len(found) == 1


def test_the_lock_is_of_these_dependencies(top: Path) -> None:
    chart = hivehelm.load(str(top / UMBRELLA))
    assert chart.lock is not None
    assert chart.lock.digest == digest(chart.metadata.dependencies, chart.lock.dependencies)
    versions = {part: hivehelm.load(str(top / part)).metadata.version for part in PARTS}
    assert {one.name: one.version for one in chart.lock.dependencies or ()} == versions


@pytest.mark.parametrize(("chart", "what", "values"), CASES, ids=IDS)
def test_pods_are_bounded_and_have_no_rights(
    top: Path, chart: str, what: str, values: dict[str, Any]
) -> None:
    found = list(pods(render(top, chart, values)))
    assert found
    for maker, _, spec in found:
        name = key(maker)
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        # Logs of containers are root's.
        is_fluentd = name[0] == "DaemonSet"
        assert is_fluentd or spec["securityContext"]["runAsNonRoot"] is True, name
        for container in containers(spec):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, name
            assert container["resources"]["requests"].keys() == {"cpu", "memory"}, name
            assert "memory" in container["resources"]["limits"], name
            image, _, tag = container["image"].partition("@")
            assert tag.startswith("sha256:") if tag else re.search(r":v?\d+\.\d+\.\d+[^/]*$", image), image
        if maker["kind"] in ("Deployment", "StatefulSet", "DaemonSet"):
            for container in spec["containers"]:
                assert container.keys() >= {"livenessProbe", "readinessProbe", "startupProbe"}, name
        mentioned = {
            mount["name"] for container in containers(spec) for mount in container.get("volumeMounts", [])
        }
        claims = {each["metadata"]["name"] for each in maker["spec"].get("volumeClaimTemplates", [])}
        assert mentioned == {volume["name"] for volume in spec.get("volumes", [])} | claims, name


@pytest.mark.parametrize(("chart", "what", "values"), CASES, ids=IDS)
def test_everything_that_is_named_is_there(top: Path, chart: str, what: str, values: dict[str, Any]) -> None:
    found = render(top, chart, values)
    assert len({(*key(each), each["metadata"].get("namespace")) for each in found}) == len(found)
    there = {
        kind: of(found, kind) for kind in ("ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount")
    }

    def check(kind: str, name: str, keys: list[str]) -> None:
        if name in FOREIGN.get(kind, ()):
            return
        assert name in there[kind], (kind, name)
        assert there[kind][name].get("data", {}).keys() >= set(keys), (kind, name, keys)

    for maker, metadata, spec in pods(found):
        if "serviceAccountName" in spec:
            check("ServiceAccount", spec["serviceAccountName"], [])
        for volume in spec.get("volumes", []):
            for kind, part, field in (("ConfigMap", "configMap", "name"), ("Secret", "secret", "secretName")):
                if part in volume:
                    items = [item["key"] for item in volume[part].get("items", [])]
                    check(kind, volume[part][field], items)
            if "persistentVolumeClaim" in volume:
                check("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"], [])
        for container in containers(spec):
            for reference in stated(container.get("env", []), "secretKeyRef"):
                check("Secret", reference["name"], [reference["key"]])
            for mount in container.get("volumeMounts", []):
                if "subPath" in mount:
                    source = next(each for each in spec["volumes"] if each["name"] == mount["name"])
                    check("ConfigMap", source["configMap"]["name"], [mount["subPath"]])
        selector = maker["spec"].get("selector", {}).get("matchLabels", {})
        assert selector.items() <= metadata["labels"].items()

    ports = {}
    for name, service in of(found, "Service").items():
        selected = [
            spec
            for maker, metadata, spec in pods(found)
            if maker["kind"] != "Pod" and service["spec"]["selector"].items() <= metadata["labels"].items()
        ]
        assert len(selected) == 1, name
        open_ports = {port["name"] for container in selected[0]["containers"] for port in container["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= open_ports, name
        ports[name] = service["spec"]["ports"]
    for ingress in of(found, "Ingress").values():
        for service in stated(ingress, "service"):
            known = [{port["name"], port["port"]} for port in ports[service["name"]]]
            assert any(set(service["port"].values()) <= each for each in known)
    for kind in ("PodDisruptionBudget", "NetworkPolicy"):
        for each in of(found, kind).values():
            labels = (each["spec"].get("selector") or each["spec"]["podSelector"])["matchLabels"]
            assert any(labels.items() <= metadata["labels"].items() for _, metadata, _ in pods(found)), key(
                each
            )
    for stateful in of(found, "StatefulSet").values():
        assert stateful["spec"]["serviceName"] in ports
    # Whoever is called by a URL within the release is there, and listens on that port.
    calls = re.findall(r"https?://([a-z0-9-]+)(?:\.ops\.svc)?:(\d+)", json.dumps(found))
    for host, port in calls:
        if host not in ("localhost", "proxy", "loki") and "example" not in host:
            assert int(port) in [each["port"] for each in ports[host]], (host, port)


def test_parts_are_connected(top: Path) -> None:
    found = render(top, UMBRELLA, SHARED)
    configs = of(found, "ConfigMap")
    sources = yaml.safe_load(configs["hivemind-grafana"]["data"]["datasources.yaml"])["datasources"]
    assert {each["name"]: each["url"] for each in sources} == {
        "Prometheus": "http://hivemind-prometheus.ops.svc:9090",
        "Jaeger": "http://hivemind-jaeger-query.ops.svc:16686",
        "Elasticsearch": "https://hivemind-elasticsearch.ops.svc:9200",
    }
    fluentd = configs["hivemind-fluentd"]["data"]["fluent.conf"]
    assert "host hivemind-elasticsearch.ops.svc\n" in fluentd
    kibana = yaml.safe_load(configs["hivemind-kibana"]["data"]["kibana.yml"])
    assert kibana["elasticsearch.hosts"] == ["https://hivemind-elasticsearch.ops.svc:9200"]
    for part in ("collector", "query"):
        jaeger = yaml.safe_load(configs[f"hivemind-jaeger-{part}"]["data"]["jaeger.yaml"])
        backend = jaeger["extensions"]["jaeger_storage"]["backends"]["traces"]["elasticsearch"]
        assert backend["server_urls"] == ["https://hivemind-elasticsearch.ops.svc:9200"]
    scraped = yaml.safe_load(configs["hivemind-prometheus"]["data"]["prometheus.yml"])["scrape_configs"]
    assert {each["job_name"] for each in scraped} >= {"hivemind", "kubernetes-pods", "grafana", "prometheus"}
    annotated = {
        maker["metadata"]["name"]
        for maker, metadata, _ in pods(found)
        if metadata.get("annotations", {}).get("prometheus.io/scrape") == "true"
    }
    assert annotated == {
        "hivemind-api",
        "hivemind-fluentd",
        "hivemind-jaeger-collector",
        "hivemind-jaeger-query",
    }


@pytest.mark.parametrize(
    ("off", "left"),
    [
        ("hivemind-tracing", ["Prometheus", "Elasticsearch"]),
        ("hivemind-logging", ["Prometheus", "Jaeger"]),
    ],
)
def test_grafana_looks_only_at_what_is_there(top: Path, off: str, left: list[str]) -> None:
    found = render(top, UMBRELLA, merged(FIXED, {off: {"enabled": False}}))
    text = of(found, "ConfigMap")["hivemind-grafana"]["data"]["datasources.yaml"]
    assert [each["name"] for each in yaml.safe_load(text)["datasources"]] == left


def test_traces_need_an_elasticsearch(top: Path) -> None:
    values = merged(SHARED, {"hivemind-logging": {"enabled": False}})
    with pytest.raises(hivehelm.HivehelmError, match=r"storage\.elasticsearch\.url is needed"):
        render(top, UMBRELLA, values)


@pytest.mark.parametrize(("chart", "what", "values"), CASES, ids=IDS)
def test_secrets_are_in_secrets_only(top: Path, chart: str, what: str, values: dict[str, Any]) -> None:
    text = "\n".join(json.dumps(each) for each in render(top, chart, values) if each["kind"] != "Secret")
    for secret in SECRETS:
        assert secret not in text
        assert base64.b64encode(secret.encode()).decode() not in text


def test_what_has_been_made_up_is_kept(top: Path) -> None:
    """A rendering that sees the Secrets of the one before it makes the same ones."""
    seen: dict[str, Object] = {}

    def lookup(api_version: str, kind: str, namespace: str, name: str) -> Object:
        assert (api_version, kind, namespace) == ("v1", "Secret", "ops")
        return seen.get(name, {})

    def secrets(values: dict[str, Any]) -> dict[str, Object]:
        release = hivehelm.ReleaseOptions(name="hivemind", namespace="ops")
        options = hivehelm.PlanOptions(release=release, lookup=lookup, cache=TEMPLATES)
        plan = hivehelm.template(_chart(str(top / UMBRELLA)), values, options)
        found = [yaml.load(each.content, yaml.CSafeLoader) for each in plan.manifests]
        return of([each for each in found if each], "Secret")

    values: dict[str, Any] = {"hivemind-core": {"tls": {"enabled": True}}}
    seen.update(first := secrets(values))
    assert {name: each["data"].keys() for name, each in first.items()} == {
        "hivemind-api-key": {"key"},
        "hivemind-api-tls": {"ca.crt", "tls.crt", "tls.key"},
        "hivemind-grafana": {"admin-user", "admin-password"},
        "hivemind-elasticsearch-users": {"admin", "kibana", "fluentd", "jaeger", "reader"},
        "hivemind-elasticsearch-certificates": {"ca.crt", "tls.crt", "tls.key"},
        "hivemind-kibana": {"security", "savedObjects", "reporting"},
    }
    # The platform can encrypt with the key, and Kibana with its own.
    Fernet(base64.b64decode(first["hivemind-api-key"]["data"]["key"]))
    assert all(len(base64.b64decode(key)) >= 32 for key in first["hivemind-kibana"]["data"].values())
    assert secrets(values) == first
    # What is given comes before, and leaves the rest.
    given = merged(values, {"hivemind-logging": {"elasticsearch": {"passwords": {"reader": "another"}}}})
    changed = secrets(given)
    assert changed.pop("hivemind-elasticsearch-users")["data"] == {
        **first.pop("hivemind-elasticsearch-users")["data"],
        "reader": base64.b64encode(b"another").decode(),
    }
    assert changed == first


def test_certificates_are_of_who_shows_them(top: Path) -> None:
    found = of(render(top, "hivemind-logging", {}), "Secret")["hivemind-elasticsearch-certificates"]["data"]
    authority, certificate = (
        x509.load_pem_x509_certificate(base64.b64decode(found[name])) for name in ("ca.crt", "tls.crt")
    )
    certificate.verify_directly_issued_by(authority)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert set(names.get_values_for_type(x509.DNSName)) >= {
        "hivemind-elasticsearch.ops.svc",
        "*.hivemind-elasticsearch-headless.ops.svc",
        "localhost",
    }


def test_releases_share_no_names(top: Path) -> None:
    seen: dict[tuple[str, str], str] = {}
    releases = [("hivemind", UMBRELLA), ("other", UMBRELLA), *((part, part) for part in PARTS)]
    releases += [(f"{part}-2", part) for part in PARTS]
    for release, chart in releases:
        values = FIXED if chart == UMBRELLA else FIXED[chart]
        for each in render(top, chart, values, release):
            assert seen.setdefault(key(each), release) == release, key(each)


def test_the_same_release_in_two_namespaces_shares_nothing_of_the_cluster(top: Path) -> None:
    kinds = ("ClusterRole", "ClusterRoleBinding")
    here, there = (
        {key(each) for each in render(top, UMBRELLA, FIXED, namespace=name) if each["kind"] in kinds}
        for name in ("a", "b")
    )
    assert here
    assert not here & there


@pytest.mark.parametrize("release", ["r" * 53, f"{'r' * 52}2", "with.dots", "w" * 37])
def test_names_fit_and_differ(top: Path, release: str) -> None:
    found = render(top, UMBRELLA, SHARED, release)
    for each in found:
        name = each["metadata"]["name"]
        if each["kind"] not in ("ClusterRole", "ClusterRoleBinding"):
            assert re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", name), name
            # A StatefulSet's pods carry its name and a hash in a label.
            assert len(name) <= (52 if each["kind"] in ("StatefulSet", "DaemonSet", "CronJob") else 63), name
    others = {each["metadata"]["name"] for each in render(top, UMBRELLA, SHARED, f"{release[:-1]}x")}
    assert not others & {each["metadata"]["name"] for each in found} - {"admin"}


def test_the_examples_values_show(top: Path) -> None:
    values = yaml.safe_load(
        """
        prometheus:
          retention: 15d
          resources:
            limits:
              cpu: 1
              memory: 2Gi
        grafana:
          adminPassword: secure-password
          persistence:
            enabled: true
            size: 10Gi
        """
    )
    found = render(top, "hivemind-monitoring", values, "hivemind-monitoring", "monitoring")
    stateful = of(found, "StatefulSet")["hivemind-monitoring-prometheus"]
    prometheus = stateful["spec"]["template"]["spec"]["containers"][0]
    assert "--storage.tsdb.retention.time=15d" in prometheus["args"]
    assert prometheus["resources"]["limits"] == {"cpu": 1, "memory": "2Gi"}
    secret = of(found, "Secret")["hivemind-monitoring-grafana"]
    assert base64.b64decode(secret["data"]["admin-password"]) == b"secure-password"
    claim = of(found, "PersistentVolumeClaim")["hivemind-monitoring-grafana"]
    assert claim["spec"]["resources"]["requests"]["storage"] == "10Gi"
    # The claims of a StatefulSet cannot be changed: the example does not.
    before = render(top, "hivemind-monitoring", {}, "hivemind-monitoring", "monitoring")
    old = of(before, "StatefulSet")["hivemind-monitoring-prometheus"]["spec"]
    for fixed in ("volumeClaimTemplates", "selector", "serviceName", "podManagementPolicy"):
        assert old[fixed] == stateful["spec"][fixed]


CHANGES = [
    (
        "hivemind-monitoring",
        {"prometheus": {"scrapeInterval": "10s"}},
        {"hivemind-prometheus", "hivemind-grafana"},
    ),
    ("hivemind-monitoring", {"prometheus": {"rules": {"a.yaml": {"groups": []}}}}, {"hivemind-prometheus"}),
    ("hivemind-monitoring", {"grafana": {"adminPassword": "another"}}, {"hivemind-grafana"}),
    ("hivemind-monitoring", {"prometheus": {"service": {"annotations": {"a": "b"}}}}, set()),
    (
        "hivemind-logging",
        {"elasticsearch": {"passwords": {"reader": "another"}}},
        {"hivemind-elasticsearch", "hivemind-kibana", "hivemind-fluentd"},
    ),
    ("hivemind-logging", {"logs": {"retention": "30d"}}, {"hivemind-fluentd"}),
    ("hivemind-tracing", {"storage": {"badger": {"retention": "24h"}}}, {"hivemind-jaeger"}),
    ("hivemind-core", {"encryption": {"key": "another"}}, {"hivemind-api"}),
    ("hivemind-core", {"service": {"port": 8080}}, set()),
]


@pytest.mark.parametrize(("chart", "change", "rolled"), CHANGES)
def test_pods_roll_when_what_they_read_changes(
    top: Path, chart: str, change: dict[str, Any], rolled: set[str]
) -> None:
    def templates(values: dict[str, Any]) -> dict[str, Object]:
        return {
            maker["metadata"]["name"]: maker["spec"]["template"]
            for maker, _, _ in pods(render(top, chart, values))
            if maker["kind"] != "Pod"
        }

    before, after = templates(FIXED[chart]), templates(merged(FIXED[chart], change))
    assert {name for name in before if before[name] != after[name]} == rolled


@pytest.mark.parametrize(
    ("chart", "values", "says"),
    [
        (
            "hivemind-monitoring",
            {"grafana": {"adminPasword": "x"}},
            "additional properties 'adminPasword' not allowed",
        ),
        ("hivemind-monitoring", {"prometheus": {"retention": "15 days"}}, "does not match pattern"),
        ("hivemind-monitoring", {"prometheus": {"replicas": 0}}, "minimum: got 0, want 1"),
        ("hivemind-logging", {"elasticsearch": {"passwords": {"admin": "short"}}}, "does not match pattern"),
        ("hivemind-tracing", {"storage": {"type": "cassandra"}}, "must be one of 'badger', 'elasticsearch'"),
        ("hivemind-core", {"repository": {"url": "/srv/charts"}}, "does not match pattern"),
        (UMBRELLA, {"hivemind-loging": {}}, "additional properties 'hivemind-loging' not allowed"),
        (UMBRELLA, {"hivemind-core": {"replica": 1}}, "additional properties 'replica' not allowed"),
    ],
)
def test_wrong_values_are_refused(top: Path, chart: str, values: dict[str, Any], says: str) -> None:
    with pytest.raises(SchemaError, match=re.escape(says)):
        render(top, chart, values)


@pytest.mark.parametrize("part", PARTS)
def test_all_that_is_rendered_is_labelled(top: Path, part: str) -> None:
    common = {"commonLabels": {"owner": "me"}, "commonAnnotations": {"contact": "me"}}
    for each in render(top, part, merged(FIXED[part], ALL[part], common)):
        assert each["metadata"]["labels"]["owner"] == "me"
        assert each["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "Helm"
        assert each["metadata"]["labels"]["app.kubernetes.io/instance"] == "hivemind"
        if each["kind"] not in ("ClusterRole", "ClusterRoleBinding", "RoleBinding"):
            assert each["metadata"]["annotations"]["contact"] == "me", key(each)


def test_a_mirror_serves_all_images(top: Path) -> None:
    values = merged(
        SHARED, {"global": {"imageRegistry": "mirror.example.com", "imagePullSecrets": [{"name": "m"}]}}
    )
    for maker, _, spec in pods(render(top, UMBRELLA, values)):
        assert spec["imagePullSecrets"] == [{"name": "m"}], key(maker)
        for container in containers(spec):
            assert container["image"].startswith("mirror.example.com/"), container["image"]
