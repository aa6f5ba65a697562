"""`hivemind helm debug` on a real control plane: each way of failing is made, and its cause is named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.cluster.waiting import make_namespace, until

from hivehelm.cli.hivemind.helm.dispatch import dispatch
from hivehelm.cluster.cluster import Cluster
from hivehelm.kube.client import Client
from hivehelm.kube.errors import ApiError
from hivehelm.kube.kubeconfig import Config
from hivehelm.sources.index.directory import write
from hivehelm.testing.chart_repository import ChartRepository, Reply

VALUES = "replicas: 1\nsimulate: ''\npassword: hunter2-hunter2\ncpu: 1m\nport: 80\nselector: web\n"
DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Values.selector }}}}
  template:
    metadata:
      labels: {app: {{ .Values.selector }}}
      annotations: {hivehelm.dev/simulate: {{ .Values.simulate | quote }}}
    spec:
      containers:
      - name: web
        image: nginx
        env: [{name: DB_PASSWORD, value: {{ .Values.password }}}]
        resources: {requests: {cpu: {{ .Values.cpu }}}}
"""
SERVICE = """apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}}
spec:
  selector: {app: web}
  ports: [{port: {{ .Values.port }}}]
"""
CREDENTIALS = """apiVersion: v1
kind: Secret
metadata: {name: {{ .Release.Name }}}
stringData: {password: {{ .Values.password }}}
"""
CLAIM = """apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {storageClassName: nosuch, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""
HOOK = """apiVersion: batch/v1
kind: Job
metadata: {name: init, annotations: {helm.sh/hook: "pre-install,pre-upgrade"}}
spec:
  backoffLimit: 0
  template:
    metadata: {annotations: {hivehelm.dev/simulate: fail}}
    spec: {restartPolicy: Never, containers: [{name: c, image: busybox}]}
"""
WIDGET = "apiVersion: acme.example.com/v1\nkind: Widget\nmetadata: {name: w}\n"
QUOTA = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": {"name": "few"},
    "spec": {"hard": {"pods": "0"}},
}
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "probe"},
    "spec": {"containers": [{"name": "c", "image": "busybox"}]},
}

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def namespace(cluster: Cluster) -> Iterator[str]:
    client = admin(cluster)
    name = f"debug-{uuid4().hex[:8]}"
    make_namespace(client, name)
    yield name
    client.delete("v1", "Namespace", name)


@pytest.fixture
def run(
    cluster: Cluster,
    namespace: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs `hivemind helm` in a directory and a home of the test's own."""
    monkeypatch.setenv("KUBECONFIG", str(cluster.kubeconfig()))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("HIVEMIND_HOME", "HELM_CONFIG_HOME", "HELM_CACHE_HOME", "HELM_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.chdir(tmp_path)

    def call(*argv: str) -> tuple[int, str]:
        capsys.readouterr()
        code = dispatch([*argv, "--namespace", namespace])
        return code, capsys.readouterr().out

    return call


def admin(cluster: Cluster) -> Client:
    return Client(Config.load(str(cluster.kubeconfig())))


def chart(top: Path, version: str = "1.0.0", more: str = "", **templates: str) -> str:
    """Write the chart `web`, with such templates besides its own."""
    directory = top / "web"
    (directory / "templates").mkdir(parents=True, exist_ok=True)
    (directory / "Chart.yaml").write_text(f"apiVersion: v2\nname: web\nversion: {version}\n{more}")
    (directory / "values.yaml").write_text(VALUES)
    own = {"deployment": DEPLOYMENT, "service": SERVICE, "secret": CREDENTIALS}
    for name, text in {**own, **templates}.items():
        (directory / "templates" / f"{name}.yaml").write_text(text)
    return "./web"


def report(run: Run, *argv: str, name: str = "web") -> tuple[int, dict[str, Any]]:
    code, out = run("debug", "--release", name, "-o", "json", *argv)
    assert "hunter2" not in out
    return code, json.loads(out)


def cause(run: Run, *argv: str, name: str = "web") -> tuple[str, str, str]:
    """Return the rule, the topic and the words of the likely cause."""
    likely = report(run, *argv, name=name)[1]["likely_cause"]
    assert likely["next"]
    return likely["rule"], likely["topic"], likely["cause"]


def install(run: Run, *argv: str, at: str = "./web", code: int = 1) -> None:
    """Install what ends so; what ends well is waited for, as pods that are not ready yet are a cause, too."""
    if code == 0 and "--wait" not in argv:
        argv += ("--wait", "--timeout", "4m")
    assert run("install", "--name", "web", "--chart", at, *argv)[0] == code


def test_a_release_that_is_well(run: Run, tmp_path: Path, namespace: str) -> None:
    chart(tmp_path)
    install(run, "--wait", "--timeout", "4m", "--set", "replicas=2", code=0)
    code, found = report(run)
    assert (code, found["state"], found["likely_cause"]) == (0, "healthy", None)
    assert {one["state"] for one in found["objects"]} == {"as wanted"}
    values = {one["path"]: one for one in found["values"]}
    assert (values["replicas"]["origin"], values["replicas"]["default"]) == ("user-supplied", 1)
    assert values["port"]["origin"] == "chart default"
    assert found["history"][0]["status"] == "deployed"
    assert found["gaps"] == {}
    code, text = run("debug", "--release", "web")
    assert code == 0
    assert "LIKELY CAUSE: nothing is found to be wrong" in text
    assert "replicas = 2  [user-supplied; the chart's own is 1]" in text
    assert "hunter2" not in text


def test_a_release_that_is_not_there(run: Run, tmp_path: Path, namespace: str) -> None:
    chart(tmp_path)
    install(run, code=0)
    code, found = report(run, name="wep")
    assert (code, found["state"], found["likely_cause"]["rule"]) == (1, "not there", "no-release")
    assert f"did you mean web (namespace {namespace})?" in found["likely_cause"]["next"]
    assert run("debug", "--release", "web")[0] == 0
    code = dispatch(["debug", "--release", "web", "--namespace", "default"])
    assert code == 1


# Chart not found.


def test_a_chart_that_is_not_found(run: Run, tmp_path: Path) -> None:
    install(run, at="stable/nginx")
    assert cause(run) == ("unknown-repository", "chart not found", 'no repository is known as "stable"')
    install(run, at="./nowhere")
    assert cause(run)[:2] == ("missing-path", "chart not found")
    install(run, at="nosuch")
    assert cause(run) == ("unknown-chart", "chart not found", 'the platform has no chart "nosuch"')
    chart(tmp_path, more="dependencies: [{name: db, version: 1.0.0, repository: 'file://../db'}]\n")
    install(run)
    assert cause(run)[0] == "missing-dependencies"
    chart(tmp_path)
    install(run, "--wait", "--timeout", "4m", code=0)
    assert report(run)[1]["likely_cause"] is None  # The note is taken back.


def test_repositories_and_what_they_have(run: Run, tmp_path: Path) -> None:
    served = tmp_path / "served"
    served.mkdir()
    run("package-chart", "--chart-dir", chart(tmp_path))
    (tmp_path / "web-1.0.0.tgz").rename(served / "web-1.0.0.tgz")
    write(str(served))
    with ChartRepository(served) as repository:
        assert run("repo", "add", "--name", "shop", "--url", repository.url)[0] == 0
        install(run, "--version", "7.0.0", at="shop/web")
        assert cause(run)[0] == "unknown-version"
        install(run, at="shop/webb")
        found = report(run)[1]
        assert found["likely_cause"]["rule"] == "unknown-chart"
        assert "did you mean shop/web?" in found["likely_cause"]["next"]
        (tmp_path / "web").rename(tmp_path / "late")
        text = (tmp_path / "late" / "Chart.yaml").read_text()
        (tmp_path / "late" / "Chart.yaml").write_text(text.replace("name: web", "name: late"))
        run("package-chart", "--chart-dir", "./late")
        (tmp_path / "late-1.0.0.tgz").rename(served / "late-1.0.0.tgz")
        write(str(served))
        install(run, at="shop/late")
        assert cause(run) == (
            "stale-index",
            "chart not found",
            'repository "shop" has chart "late", but its index here is older than the chart',
        )
        install(run, at="shop/web", code=0)
        found = report(run)[1]
        assert found["chart"]["available"][0] == "shop/web"
        assert found["repositories"][0]["reachable"]

        repository.replies["/web-1.0.0.tgz"] = repository.replies["/index.yaml"] = Reply(status=401)
        install(run, at="shop/late", code=1)
        assert cause(run)[:2] == ("repository-credentials", "repository issues")
        repository.replies["/index.yaml"] = Reply(status=503)
        assert cause(run)[:2] == ("repository-availability", "repository issues")
        repository.replies["/index.yaml"] = Reply(body=b"<html>")
        assert cause(run)[:2] == ("repository-availability", "repository issues")
    listed = tmp_path / "helm_config_home" / "repositories.yaml"
    listed.write_text(listed.read_text().replace(repository.url, "http://127.0.0.1:9"))
    assert cause(run)[:2] == ("repository-network", "repository issues")


# Installation fails.


@pytest.mark.parametrize(
    ("template", "given", "rule", "words"),
    [
        ("{{ if }}", (), "template-syntax", "web/templates/x.yaml has a syntax error in line 1"),
        ("a: {{ .Values.no.such }}", (), "values-missing", "a template needs no.such, and there is no no"),
        ("a: {{ .Values.port.x }}", (), "values-type", "can't evaluate field x"),
        ("{{ required \"tag is required\" .Values.tag }}", (), "values-required", "tag is required"),
        ('a: {{ include "nope" . }}', (), "template-undefined", '"nope"'),
        ("a: b: c", (), "template-yaml", "web/templates/x.yaml does not render to YAML"),
        ('a: {{ fail "no" }}', (), "values-required", "no"),
        ("a: {{ index (list 1) 5 }}", (), "template-execution", "fails in line 1"),
        (WIDGET, (), "missing-kind", "knows no Widget of acme.example.com/v1"),
        ("", ("--set", "replicas=two"), "invalid-object", ".spec.replicas"),
        ("", ("--set", "port=0"), "invalid-object", "refuses Service web: spec.ports[0].port"),
        ("", ("--set", "cpu=4000", "--wait", "--timeout", "1s"), "unschedulable", "no node has enough cpu"),
        (CLAIM, ("--wait", "--timeout", "1s"), "claim-pending", "PersistentVolumeClaim/data"),
        (HOOK, ("--timeout", "2m"), "hook-failed", "hook Job/init (pre-install, pre-upgrade) has failed"),
        ("", ("--set", "simulate=unready", "--wait", "--timeout", "3s"), "not-ready", "of Deployment/web"),
    ],
)  # fmt: skip
def test_an_install_that_fails(
    run: Run, tmp_path: Path, template: str, given: tuple[str, ...], rule: str, words: str
) -> None:
    chart(tmp_path, x=template)
    install(run, *given)
    # What is wrong with pods shows when controllers have got that far, which may be after the install.
    until(lambda: cause(run)[0] == rule and words in cause(run)[2], lambda: cause(run))
    found = cause(run)
    assert found[:2] == (rule, "installation fails")
    assert words in found[2]
    if rule not in ("unschedulable", "claim-pending", "hook-failed", "not-ready", "invalid-object"):
        # Nothing is on record: what is tried once more, without doing it, tells the same.
        (tmp_path / "hivemind_home" / "failures").rename(tmp_path / "elsewhere")
        assert cause(run, "--chart", "./web", *given)[0] == rule


def test_values_that_the_schema_refuses(run: Run, tmp_path: Path) -> None:
    chart(tmp_path)
    (tmp_path / "web" / "values.schema.json").write_text('{"properties": {"replicas": {"type": "integer"}}}')
    (tmp_path / "values.yaml").write_text("replicas: many\n")
    install(run, "--values", "values.yaml")
    assert cause(run) == (
        "values-schema",
        "installation fails",
        "value replicas is not what the chart's schema allows: got string, want integer",
    )


def test_a_quota_that_is_used_up(run: Run, tmp_path: Path, cluster: Cluster, namespace: str) -> None:
    client = admin(cluster)
    client.create(QUOTA, namespace)

    def refused() -> bool:
        try:
            client.create(POD, namespace, dry_run=True)
        except ApiError as error:
            return "exceeded quota: few" in str(error)
        return False

    until(refused)
    chart(tmp_path)
    install(run, "--wait", "--timeout", "2s")
    until(lambda: cause(run)[0] == "quota", lambda: cause(run))
    rule, topic, words = cause(run)
    assert (rule, topic) == ("quota", "installation fails")
    assert "exceeded quota: few" in words


def test_somebody_who_may_not(
    run: Run, tmp_path: Path, cluster: Cluster, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart(tmp_path)
    monkeypatch.setenv("KUBECONFIG", str(cluster.kubeconfig("viewer", namespace, "view")))
    code, found = report(run)
    assert (code, found["likely_cause"]["rule"]) == (1, "records-forbidden")
    monkeypatch.setenv("KUBECONFIG", "/nowhere")
    monkeypatch.setenv("HELM_KUBEAPISERVER", "http://127.0.0.1:9")
    code, found = report(run)
    assert (code, found["likely_cause"]["rule"]) == (1, "cluster-unreachable")


def test_an_object_that_is_somebody_elses(run: Run, tmp_path: Path) -> None:
    chart(tmp_path)
    install(run, code=0)
    chart(tmp_path, secret=CREDENTIALS.replace("{{ .Release.Name }}", "web"))
    assert run("install", "--name", "other", "--chart", "./web")[0] == 1
    assert cause(run, name="other")[:2] == ("object-exists", "installation fails")


# Upgrade fails.


def test_an_upgrade_that_fails(run: Run, tmp_path: Path, cluster: Cluster, namespace: str) -> None:
    chart(tmp_path)
    install(run, code=0)
    chart(tmp_path, "2.0.0")
    install(run, "--set", "selector=other")
    found = report(run)[1]
    assert found["likely_cause"]["rule"] == "breaking-change"
    assert found["likely_cause"]["topic"] == "upgrade fails"
    back = f"until then: hivemind helm rollback --name web --namespace {namespace} --revision 1"
    assert back in found["likely_cause"]["next"]
    assert "major-version" in [one["rule"] for one in found["diagnoses"]]

    client = admin(cluster)
    body = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"replicas": 3},
    }
    query = [("fieldManager", "kubectl"), ("force", "true")]
    path = f"/apis/apps/v1/namespaces/{namespace}/deployments/web"
    client.transport.request(
        "PATCH",
        path,
        query=query,
        body=json.dumps(body).encode(),
        content_type="application/apply-patch+yaml",
    )
    install(run, "--set", "replicas=5")
    rule, topic, words = cause(run)
    assert (rule, topic) == ("resource-conflict", "upgrade fails")
    assert "kubectl has set .spec.replicas" in words
    changed = next(one for one in report(run)[1]["objects"] if one["kind"] == "Deployment")
    assert [(one["path"], one["wanted"], one["live"], one["manager"]) for one in changed["changes"]] == [
        ("spec.replicas", 5, 3, "kubectl")
    ]

    chart(tmp_path, more="kubeVersion: '>=9.0.0'\n")
    install(run)
    assert cause(run)[:2] == ("kube-version", "upgrade fails")


def test_an_upgrade_that_was_broken_off(run: Run, tmp_path: Path, cluster: Cluster, namespace: str) -> None:
    from hivehelm.actions.connect import connect

    chart(tmp_path)
    install(run, code=0)
    context = connect(str(cluster.kubeconfig()), namespace=namespace)
    last = context.storage.last("web")
    info = last.info.replace(status="pending-upgrade")
    context.storage.create(last.replace(version=2, info=info))
    code, found = report(run)
    assert (code, found["state"], found["likely_cause"]["rule"]) == (0, "busy", "broken-off")
    assert "--revision 1" in found["likely_cause"]["next"][0]


def test_objects_that_are_gone(run: Run, tmp_path: Path, cluster: Cluster, namespace: str) -> None:
    chart(tmp_path)
    install(run, code=0)
    admin(cluster).delete("v1", "Service", "web", namespace)
    rule, _, words = cause(run)
    assert (rule, words) == ("objects-missing", "objects of the release are not in the cluster: Service/web")
