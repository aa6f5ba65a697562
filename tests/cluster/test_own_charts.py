"""The platform's own charts on a real control plane: by their commands, with other values, and at work."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from tests.cases.own_charts import ALL, FIXED, UMBRELLA, merged
from tests.cluster.served import Served
from tests.cluster.waiting import make_namespace, until, until_furnished

import hivehelm
from hivehelm.actions.connect import connect
from hivehelm.cli.hivemind import main
from hivehelm.kube.client import Client
from hivehelm.kube.errors import ApiError
from hivehelm.kube.kubeconfig import Config
from hivehelm.platform.charts import create_hivemind_charts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.cluster.cluster import Cluster

MONITORING = """\
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


@pytest.fixture(scope="module")
def client(cluster: Cluster) -> Client:
    return Client(Config.load(str(cluster.kubeconfig()), environ={}), cache_dir=None)


@pytest.fixture
def home(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The platform's directory; the working directory is elsewhere."""
    for name, value in {
        "KUBECONFIG": str(cluster.kubeconfig()),
        "HIVEMIND_HOME": str(tmp_path / "hivemind"),
        "HELM_CACHE_HOME": str(tmp_path / "cache"),
        "HELM_CONFIG_HOME": str(tmp_path / "config"),
        "HELM_DATA_HOME": str(tmp_path / "data"),
    }.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return tmp_path / "hivemind"


@pytest.fixture
def place(client: Client) -> Iterator[str]:
    """A namespace that is the test's own, and made by what it does; what is of the whole cluster goes too."""
    name = f"own-{uuid4().hex[:6]}"
    yield name
    for kind in ("ClusterRoleBinding", "ClusterRole"):
        for each in client.list("rbac.authorization.k8s.io/v1", kind):
            if each["metadata"]["name"].startswith(f"{name}-"):
                client.delete("rbac.authorization.k8s.io/v1", kind, each["metadata"]["name"])
    client.delete("v1", "Namespace", name)


def hivemind(*arguments: str) -> None:
    assert main(["helm", *arguments]) == 0


def secrets(client: Client, namespace: str, *names: str) -> dict[str, dict[str, str]]:
    return {
        name: {
            key: base64.b64decode(value).decode()
            for key, value in client.get("v1", "Secret", name, namespace)["data"].items()
        }
        for name in names
    }


def test_all_of_hivemind_in_one_release(home: Path, client: Client, place: str) -> None:
    hivemind("create-hivemind-charts")
    install = ("--name", "hivemind", "--chart", "hivemind-complete", "--namespace", place, "--wait")
    hivemind("install", *install)
    for kind, name, ready, wanted in (
        ("Deployment", "hivemind-api", "readyReplicas", 3),
        ("StatefulSet", "hivemind-elasticsearch", "readyReplicas", 3),
        ("StatefulSet", "hivemind-prometheus", "readyReplicas", 1),
        ("StatefulSet", "hivemind-jaeger", "readyReplicas", 1),
        ("Deployment", "hivemind-grafana", "readyReplicas", 1),
        ("Deployment", "hivemind-kibana", "readyReplicas", 1),
        ("DaemonSet", "hivemind-fluentd", "numberReady", 1),
    ):
        assert client.get("apps/v1", kind, name, place)["status"][ready] == wanted, name
    assert len(client.list("v1", "PersistentVolumeClaim", place)) == 7

    def phases() -> set[str]:
        return {claim["status"]["phase"] for claim in client.list("v1", "PersistentVolumeClaim", place)}

    until(lambda: phases() == {"Bound"}, phases)

    made_up = (
        "hivemind-api-key",
        "hivemind-grafana",
        "hivemind-elasticsearch-users",
        "hivemind-elasticsearch-certificates",
        "hivemind-kibana",
    )
    before = secrets(client, place, *made_up)
    pods = {pod["metadata"]["name"] for pod in client.list("v1", "Pod", place)}
    hivemind("install", *install)
    # What has been made up once is kept, and nothing starts anew.
    assert secrets(client, place, *made_up) == before
    assert {pod["metadata"]["name"] for pod in client.list("v1", "Pod", place)} == pods
    hivemind("test", "hivemind", "--namespace", place)
    hivemind("uninstall", "--name", "hivemind", "--namespace", place)


def test_monitoring_as_its_example_has_it(home: Path, client: Client, place: str, tmp_path: Path) -> None:
    values = tmp_path / "elsewhere" / "monitoring-values.yaml"
    values.write_text(MONITORING)
    # The strictest of the Pod Security Standards.
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": place, "labels": labels}})
    until_furnished(client, place)
    hivemind("create-hivemind-charts")
    install = ("--name", "hivemind-monitoring", "--chart", "hivemind-monitoring", "--namespace", place)
    hivemind("install", *install, "--wait")
    hivemind("install", *install, "--wait", "--values", "monitoring-values.yaml")
    stateful = client.get("apps/v1", "StatefulSet", "hivemind-monitoring-prometheus", place)
    prometheus = stateful["spec"]["template"]["spec"]["containers"][0]
    assert "--storage.tsdb.retention.time=15d" in prometheus["args"]
    assert prometheus["resources"]["limits"] == {"cpu": "1", "memory": "2Gi"}
    grafana = secrets(client, place, "hivemind-monitoring-grafana")["hivemind-monitoring-grafana"]
    assert grafana == {"admin-user": "admin", "admin-password": "secure-password"}
    claim = client.get("v1", "PersistentVolumeClaim", "hivemind-monitoring-grafana", place)
    assert claim["status"]["capacity"]["storage"] == "10Gi"
    release = hivehelm.status(connect("", namespace=place), "hivemind-monitoring")
    assert (release.version, release.info.status) == (2, "deployed")
    hivemind("uninstall", "--name", "hivemind-monitoring", "--namespace", place)


def test_the_server_takes_everything_that_can_be_turned_on(
    client: Client, place: str, tmp_path: Path
) -> None:
    create_hivemind_charts(str(tmp_path))
    make_namespace(client, place)
    options = hivehelm.PlanOptions(release=hivehelm.ReleaseOptions(name="all", namespace=place))
    chart = hivehelm.load(str(tmp_path / UMBRELLA))
    rbac = {"hivemind-core": {"rbac": {"namespaces": [place]}}}
    plan = hivehelm.template(chart, merged(FIXED, ALL, rbac), options)
    texts = [document.content for document in plan.manifests] + [hook.manifest for hook in plan.hooks]
    for found in (each for text in texts for each in yaml.load_all(text, yaml.CSafeLoader)):
        client.apply(found, dry_run=True, field_validation="Strict")


def kubeconfig_of(client: Client, cluster: Cluster, path: Path, account: str, namespace: str) -> Path:
    """Write a kubeconfig with which one is a service account, and nothing else."""
    name = f"{account}-token"
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/service-account-token",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "annotations": {"kubernetes.io/service-account.name": account},
        },
    }
    client.create(secret)

    def data() -> dict[str, str]:
        return client.get("v1", "Secret", name, namespace).get("data") or {}

    until(lambda: "token" in data())
    token = data()["token"]
    config: dict[str, Any] = yaml.safe_load(cluster.kubeconfig().read_text())
    for user in config["users"]:
        user["user"] = {"token": base64.b64decode(token).decode()}
    path.write_text(yaml.safe_dump(config))
    return path


def test_the_api_may_do_what_it_is_for(
    home: Path, cluster: Cluster, client: Client, place: str, tmp_path: Path
) -> None:
    """The chart's own command line, as the chart's own service account."""
    hivemind("create-hivemind-charts")
    off = [f"--set=hivemind-{part}.enabled=false" for part in ("monitoring", "logging", "tracing")]
    hivemind("install", "hivemind", str(home / "charts" / UMBRELLA), "-n", place, "--create-namespace", *off)
    deployment = client.get("apps/v1", "Deployment", "hivemind-api", place)["spec"]["template"]["spec"]
    flags = [
        flag
        for flag in deployment["containers"][0]["args"]
        if flag != "serve" and not flag.startswith(("--host=", "--port="))
    ]
    account = deployment["serviceAccountName"]
    config = kubeconfig_of(client, cluster, tmp_path / "account.yaml", account, place)
    with Served(config, home, place, *flags) as served:
        assert served.ready()["status"] == "ok", served.log
        assert served.ask("GET", "/metrics").status == 200
        assert served.ask("GET", "/api/helm/releases").status == 401
        token = served.token("me", "admin")
        shop = f"{place}-shop"
        body = {"name": "traces", "chart": "hivemind-tracing", "namespace": shop, "wait": True}
        said = served.ask("POST", "/api/helm/releases?wait=true", token, body)
        assert (said.status, said.json["status"]) == (201, "Deployed"), said.data
        listed = served.ask("GET", f"/api/helm/releases?namespace={shop}", token)
        assert [each["name"] for each in listed.json] == ["traces"]
        said = served.ask("DELETE", f"/api/helm/releases/traces?namespace={shop}&wait=true", token)
        assert said.status == 200, said.data
        # Charts with rights in the whole cluster are not for everyone to install.
        body = {"name": "watch", "chart": "hivemind-monitoring", "namespace": shop}
        said = served.ask("POST", "/api/helm/releases?wait=true", token, body)
        assert said.status == 403, said.data
        assert b"clusterroles" in said.data
    client.delete("v1", "Namespace", shop)

    # As its callers, it has no rights but to be them.
    hivemind(
        *("upgrade", "hivemind", str(home / "charts" / UMBRELLA), "-n", place, *off),
        *("--set=hivemind-core.auth.kubernetes.enabled=true", "--set=hivemind-core.rbac.clusterRole="),
    )
    itself = Client(Config.load(str(config), environ={}), cache_dir=None)
    for verb, group, resource, allowed in (
        ("impersonate", "", "users", True),
        ("impersonate", "", "groups", True),
        ("impersonate", "authentication.k8s.io", "userextras/authentication.kubernetes.io/pod-name", True),
        ("create", "authentication.k8s.io", "tokenreviews", True),
        ("create", "authorization.k8s.io", "subjectaccessreviews", True),
        ("watch", "", "secrets", True),
        ("create", "", "secrets", False),
        ("create", "apps", "deployments", False),
    ):
        name, _, part = resource.partition("/")
        asked = {"verb": verb, "group": group, "resource": name, "subresource": part}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": asked},
        }
        # The server hears of roles in its own time.
        until(
            lambda review=review, allowed=allowed: itself.create(review)["status"]["allowed"] is allowed,  # type: ignore[misc]
            lambda review=review: review,  # type: ignore[misc]
        )
    hivemind("uninstall", "hivemind", "-n", place)
    with pytest.raises(ApiError):
        client.get("apps/v1", "Deployment", "hivemind-api", place)
