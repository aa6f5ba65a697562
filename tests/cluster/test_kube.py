"""The Kubernetes client against a real control plane."""

from __future__ import annotations

import threading
import time
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from tests.cluster.waiting import until

from hivehelm.kube import apply
from hivehelm.kube.client import Client
from hivehelm.kube.errors import ApiError, ApplyError, NoMatchError, WaitError
from hivehelm.kube.kubeconfig import Config, Overrides
from hivehelm.kube.resources import build
from hivehelm.kube.wait import wait_deleted, wait_hook, wait_ready

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hivehelm.cluster.cluster import Cluster

WORKLOADS = """
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {mode: "1"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: data}
spec:
  serviceName: data
  selector: {matchLabels: {app: data}}
  template:
    metadata: {labels: {app: data}}
    spec: {containers: [{name: data, image: nginx}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: job}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: job, image: busybox}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: disk}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""
UNREADY = WORKLOADS.split("---")[1].replace(
    "{labels: {app: web}}", "{labels: {app: web}, annotations: {hivehelm.dev/simulate: unready}}"
)
FAILING = """
apiVersion: batch/v1
kind: Job
metadata: {name: hook}
spec:
  backoffLimit: 0
  template:
    metadata: {annotations: {hivehelm.dev/simulate: fail}}
    spec: {restartPolicy: Never, containers: [{name: job, image: busybox}]}
"""
DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: hives.kube.hivehelm.dev}
spec:
  group: kube.hivehelm.dev
  scope: Namespaced
  names: {kind: Hive, plural: hives, singular: hive}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties: {spec: {type: object, properties: {bees: {type: integer}}}}
"""
HIVE = "apiVersion: kube.hivehelm.dev/v1\nkind: Hive\nmetadata: {name: one}\nspec: {bees: 7}\n"


@pytest.fixture
def connect(cluster: Cluster, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Make clients of a namespace of the test's own: `connect()`, or with fields of `Overrides`."""
    namespace = f"kube-{zlib.crc32(request.node.name.encode())}"

    def start(**fields: Any) -> Client:
        overrides = Overrides(namespace=namespace, **fields)
        return Client(Config.load(str(cluster.kubeconfig()), overrides), cache_dir=str(tmp_path))

    admin = start()
    admin.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    yield start
    admin.delete("v1", "Namespace", namespace)


@pytest.mark.parametrize("strategy", ["watcher", "legacy"])
def test_workloads_come_up_and_go(connect: Any, strategy: str) -> None:
    client: Client = connect()
    resources = build(client, WORKLOADS)
    apply.create(client, resources)
    wait_ready(client, resources, 240, strategy=strategy, jobs=True)
    pods = client.list("v1", "Pod", client.namespace, label_selector="app=web")
    assert len(pods) == 2
    assert b"".join(client.logs(pods[0]["metadata"]["name"], client.namespace))
    result, errors = apply.delete(client, resources)
    assert (len(result.deleted), errors) == (6, [])
    wait_deleted(client, resources, 240, strategy=strategy)
    with pytest.raises(ApiError) as caught:
        client.get("apps/v1", "Deployment", "web", client.namespace)
    assert caught.value.not_found


def test_what_never_gets_ready_is_named(connect: Any) -> None:
    client: Client = connect()
    resources = build(client, UNREADY)
    apply.create(client, resources)

    def seen() -> bool:
        status = client.get("apps/v1", "Deployment", "web", client.namespace).get("status", {})
        return [status.get(name) for name in ("observedGeneration", "replicas", "updatedReplicas")] == [
            1,
            2,
            2,
        ]

    until(seen)
    with pytest.raises(WaitError) as caught:
        wait_ready(client, resources, 3)
    assert str(caught.value) == (
        f"resource Deployment/{client.namespace}/web not ready. status: InProgress, "
        "message: Available: 0/2\ncontext deadline exceeded"
    )


def test_failing_hooks_end_the_wait(connect: Any) -> None:
    client: Client = connect()
    resources = build(client, FAILING)
    apply.create(client, resources)
    with pytest.raises(WaitError) as caught:
        wait_hook(client, resources, 240)
    assert str(caught.value) == (
        f"resource Job/{client.namespace}/hook not ready. status: Failed, message: Job Failed. failed: 1/1"
    )
    with pytest.raises(WaitError, match=r"^job hook failed: BackoffLimitExceeded$"):
        wait_hook(client, resources, 240, strategy="legacy")


def test_new_kinds_are_found_at_once(connect: Any) -> None:
    client: Client = connect()
    with pytest.raises(NoMatchError):
        client.resource_type("kube.hivehelm.dev/v1", "Hive")
    definition = build(client, DEFINITION)
    apply.create(client, definition)
    wait_ready(client, definition, 240)
    deadline = time.monotonic() + 120
    while True:
        try:
            hives = build(client, HIVE)
            break
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
    apply.create(client, hives)
    assert hives[0].object["spec"] == {"bees": 7}
    wait_ready(client, hives, 120)
    apply.delete(client, definition)
    wait_deleted(client, definition, 240)


def test_the_server_validates_fields(connect: Any) -> None:
    client: Client = connect()
    wrong = build(client, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndatax: {}\n")
    with pytest.raises(ApplyError) as caught:
        apply.create(client, wrong)
    assert str(caught.value) == (
        f"server-side apply failed for object {client.namespace}/a /v1, Kind=ConfigMap: "
        f"failed to create typed patch object ({client.namespace}/a; /v1, Kind=ConfigMap): "
        ".datax: field not declared in schema"
    )


def test_conflicts_with_another_manager(connect: Any) -> None:
    client: Client = connect()
    manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: %s}\n"
    apply.create(client, build(client, manifest % "ours"))
    path = client.resource_type("v1", "ConfigMap").path(client.namespace, "a")
    client.transport.request(
        "PATCH",
        path,
        query=[("fieldManager", "kubectl-edit")],
        body=b'{"data":{"k":"theirs"}}',
        content_type="application/merge-patch+json",
    )
    with pytest.raises(ApplyError) as caught:
        apply.create(client, build(client, manifest % "again"))
    text = str(caught.value)
    assert text.startswith(
        f"conflict occurred while applying object {client.namespace}/a /v1, Kind=ConfigMap: "
    )
    assert 'conflict with "kubectl-edit" using v1: .data.k' in text
    apply.create(client, build(client, manifest % "forced"), force_conflicts=True)
    assert client.get("v1", "ConfigMap", "a", client.namespace)["data"] == {"k": "forced"}


def test_rights_are_those_of_who_is_impersonated(connect: Any) -> None:
    client: Client = connect(as_user="bob", as_groups=["beekeepers"])
    with pytest.raises(ApiError) as caught:
        client.list("v1", "Secret", client.namespace)
    assert str(caught.value) == (
        'secrets is forbidden: User "bob" cannot list resource "secrets" in API group "" '
        f'in the namespace "{client.namespace}"'
    )
    assert connect(as_user="bob", as_groups=["system:masters"]).list("v1", "Secret", client.namespace) == []


def test_waiting_needs_the_right_to_list(connect: Any) -> None:
    admin: Client = connect()
    resources = build(admin, UNREADY)
    apply.create(admin, resources)
    with pytest.raises(ApiError) as caught:
        wait_ready(connect(as_user="bob"), resources, 30)
    assert str(caught.value) == (
        'failed to list apps/v1, Kind=Deployment: deployments.apps is forbidden: User "bob" cannot list '
        f'resource "deployments" in API group "apps" in the namespace "{admin.namespace}"'
    )


def test_pages_and_threads_share_a_client(connect: Any) -> None:
    client: Client = connect()
    manifest = "---\n".join(
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m{number:03}, labels: {{bulk: '1'}}}}\n"
        for number in range(60)
    )
    apply.create(client, build(client, manifest))
    seen: list[int] = []

    def count() -> None:
        found = client.list("v1", "ConfigMap", client.namespace, label_selector="bulk=1", page_size=7)
        seen.append(len({item["metadata"]["name"] for item in found}))

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [60] * 8


def test_watches_go_on_from_a_version(connect: Any) -> None:
    client: Client = connect()
    _, version = client.list_at("v1", "ConfigMap", client.namespace)
    client.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "late"}})
    with client.watch("v1", "ConfigMap", client.namespace, resource_version=version) as watch:
        names = (obj["metadata"]["name"] for _, obj in watch)
        assert "late" in names


def test_tables(connect: Any) -> None:
    client: Client = connect()
    client.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "v"}})
    table = client.get_table("v1", "ConfigMap", "a", client.namespace)
    assert [column["name"] for column in table["columnDefinitions"]] == ["Name", "Data", "Age"]
    assert table["rows"][0]["object"]["data"] == {"k": "v"}


def test_discovery_knows_the_servers_kinds(connect: Any) -> None:
    client: Client = connect()
    assert client.version()["gitVersion"].startswith("v1.")
    names = client.discovery.api_versions()
    assert {"v1", "v1/Pod", "apps/v1", "apps/v1/Deployment", "networking.k8s.io/v1/Ingress"} <= set(names)

    def failed() -> object:
        looking: Client = connect()
        looking.discovery.api_versions()
        return looking.discovery.failed

    # A kind that another test just makes is stale for a moment.
    until(lambda: failed() == {}, failed)
    fresh: Client = connect()
    fresh.resource_type("apps/v1", "Deployment")
    assert len(fresh.discovery.types()) == len(client.discovery.types())
