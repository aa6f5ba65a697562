"""Published charts on a real control plane: ours, Helm 4 and Helm 3 work on one another's releases."""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice, zip_longest
from pathlib import Path
from uuid import uuid4

import pytest
from tests.cluster.waiting import until, until_furnished

from hivehelm.actions.connect import connect
from hivehelm.kube.client import Client
from hivehelm.kube.errors import ApiError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cluster.cluster import Cluster

CHARTS = {
    "argo-cd": "bitnami--charts__argo-cd",
    "cert-manager": "cert-manager--cert-manager__cert-manager",
    "ingress-nginx": "kubernetes--ingress-nginx__ingress-nginx",
    "jupyterhub": "jupyterhub--zero-to-jupyterhub-k8s__jupyterhub",
    "kube-prometheus-stack": "prometheus-community--helm-charts__kube-prometheus-stack",
    "redis": "bitnami--charts__redis",
    "trino": "trinodb--charts__trino",
    "vault": "hashicorp--vault-helm__vault",
}
# The others are only installed by us, and cost minutes.
PASSED_ON = ("cert-manager", "redis", "trino", "vault")
# Their webhooks, which nobody serves, would be asked about the Ingresses and pods of other tests, too.
_OWN = r"namespaceSelector.matchLabels.kubernetes\.io/metadata\.name=NAMESPACE"
FLAGS = {
    CHARTS["ingress-nginx"]: ("--set", f"controller.admissionWebhooks.{_OWN}"),
    CHARTS["vault"]: ("--set", f"injector.webhook.{_OWN}"),
}
# What comes and goes by itself, or belongs to the cluster.
RESTLESS = {
    "Event",
    "Lease",
    "Node",
    "EndpointSlice",
    "Endpoints",
    "ControllerRevision",
    "Pod",
    "ReplicaSet",
    "APIService",
    "CSINode",
    "VolumeAttachment",
    "ComponentStatus",
    "PersistentVolume",
    "FlowSchema",
    "PriorityLevelConfiguration",
    "ServiceCIDR",
    "IPAddress",
}

Tool = Callable[..., str]


class Place:
    """A namespace, and the three tools that work in it."""

    def __init__(self, cluster: Cluster, helm: Path, helm3: Path, home: Path) -> None:
        self.namespace = f"published-{uuid4().hex[:8]}"
        self.release = f"r{uuid4().hex[:5]}"
        self.environment = {
            **os.environ,
            "KUBECONFIG": str(cluster.kubeconfig()),
            "HELM_NAMESPACE": self.namespace,
            "HOME": str(home),
        }
        self.client: Client = connect(str(cluster.kubeconfig())).client
        self.helm4 = self._tool(str(helm))
        self.helm3 = self._tool(str(helm3))
        self.ours = self._tool(sys.executable, "-m", "hivehelm.cli.hivehelm")

    def _tool(self, *command: str) -> Tool:
        def run(*arguments: str) -> str:
            done = subprocess.run(
                [*command, *arguments], env=self.environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{arguments}: {done.stderr}"
            return done.stdout

        return run

    def install(self, tool: Tool, chart: str, *flags: str) -> None:
        """Install a chart with a tool."""
        own = [flag.replace("NAMESPACE", self.namespace) for flag in FLAGS.get(Path(chart).stem, ())]
        tool("install", self.release, chart, *own, *flags)

    def objects(self) -> set[str]:
        """Return what there is in the namespace, and of the release outside of it, by kind and name.

        Others use the cluster meanwhile: what is outside counts if it has the release's name, or its mark.
        """
        found = set()
        for kind in self.client.discovery.types():
            if kind.kind in RESTLESS or "list" not in kind.verbs:
                continue
            try:
                listed = list(
                    self.client.list(kind.api_version, kind.kind, self.namespace if kind.namespaced else "")
                )
            except ApiError as error:
                # Another test took its kind away meanwhile.
                if not error.not_found:
                    raise
                continue
            for one in listed:
                if {"deletionTimestamp", "ownerReferences"} & one["metadata"].keys():
                    continue  # It goes, or comes and goes with something else.
                name = one["metadata"]["name"]
                owner = one["metadata"].get("annotations", {}).get("meta.helm.sh/release-namespace")
                if kind.namespaced or self.release in name or owner == self.namespace:
                    found.add(f"{kind.group_resource}/{re.sub(self.namespace, 'NAMESPACE', name)}")
        return found

    def wait_for_claims(self) -> None:
        """Wait until StatefulSets have claimed their volumes: these stay, if there was time to claim them."""
        wanted = {
            f"{template['metadata']['name']}-{one['metadata']['name']}-{number}"
            for one in self.client.list("apps/v1", "StatefulSet", self.namespace)
            for template in one["spec"].get("volumeClaimTemplates") or ()
            for number in range(one["spec"].get("replicas", 1))
        }

        def claimed() -> set[str]:
            claims = self.client.list("v1", "PersistentVolumeClaim", self.namespace)
            return {one["metadata"]["name"] for one in claims}

        until(lambda: wanted <= claimed(), lambda: wanted - claimed())

    def left(self) -> set[str]:
        """Return what is there once deletions that are under way are done."""
        until_furnished(self.client, self.namespace)
        before, now = set[str](), self.objects()
        for _ in range(60):
            if before == now:
                break
            time.sleep(1.0)
            before, now = now, self.objects()
        return now


@pytest.fixture
def place(cluster: Cluster, helm: Path, helm3: Path, tmp_path: Path) -> Place:
    """A namespace of a test's own."""
    return Place(cluster, helm, helm3, tmp_path)


@pytest.fixture(params=CHARTS.values(), ids=list(CHARTS))
def chart(
    request: pytest.FixtureRequest, charts: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """One of the charts; no other worker has it meanwhile, since some of its names are the cluster's."""
    path = charts / f"{request.param}.tgz"
    if not path.exists():
        pytest.skip(f"no {path}")
    # All workers' directories are in one.
    with (tmp_path_factory.getbasetemp().parent / f"{request.param}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield str(path)


def assert_same_status(place: Place) -> None:
    """Both print the same status, live objects included: between two changes of these, if need be."""
    arguments = ("status", place.release, "--output", "json")
    for _ in range(60):
        ours, theirs = place.ours(*arguments), place.helm4(*arguments)
        if ours == theirs:
            return
        time.sleep(0.5)
    # Line by line: pytest takes many minutes for what differs between two texts of this length.
    assert list(unlike(ours, theirs)) == []


def unlike(one: str, other: str) -> Iterator[tuple[str | None, str | None]]:
    """Yield the first lines that differ."""
    lines = zip_longest(one.splitlines(), other.splitlines())
    yield from islice((pair for pair in lines if pair[0] != pair[1]), 20)


def read_by_all(place: Place) -> None:
    """Every tool finds the release; Helm 4 and ours print the same about it."""
    for arguments in (
        ("list", "--output", "json"),
        ("list",),
        ("history", place.release, "--output", "yaml"),
        ("get", "all", place.release),
        ("get", "values", place.release, "--all"),
        ("get", "hooks", place.release),
        ("get", "metadata", place.release, "--output", "json"),
    ):
        assert place.ours(*arguments) == place.helm4(*arguments), arguments
    assert_same_status(place)
    listed = json.loads(place.helm3("list", "--output", "json"))
    assert [(one["name"], one["status"]) for one in listed] == [(place.release, "deployed")]
    assert place.helm3("get", "manifest", place.release) == place.ours("get", "manifest", place.release)
    assert "deployed" in place.helm3("status", place.release)
    assert "deployed" in place.helm3("history", place.release)


def test_ours_is_read_by_all_and_leaves_what_helm_leaves(place: Place, chart: str) -> None:
    """Installed by us; after it is uninstalled by us there is what there is after Helm's uninstall."""
    place.install(place.helm4, chart, "--create-namespace")
    place.wait_for_claims()
    place.helm4("uninstall", place.release)
    left = place.left()
    place.install(place.ours, chart)
    read_by_all(place)
    assert place.release in place.ours("status", place.release)
    place.wait_for_claims()
    place.ours("uninstall", place.release)
    assert place.left() == left
    assert place.namespace not in place.helm4("list", "--all-namespaces")


@pytest.mark.parametrize("chart", [CHARTS[name] for name in PASSED_ON], ids=PASSED_ON, indirect=True)
@pytest.mark.parametrize("other", ["helm4", "helm3"])
def test_each_uninstalls_what_the_other_installed(place: Place, chart: str, other: str) -> None:
    """Installed by one, read and uninstalled by the other, both ways round."""
    theirs: Tool = getattr(place, other)
    place.install(theirs, chart, "--create-namespace")
    assert json.loads(place.ours("list", "--output", "json"))[0]["name"] == place.release
    assert place.ours("get", "manifest", place.release) == theirs("get", "manifest", place.release)
    assert "deployed" in place.ours("history", place.release)
    place.wait_for_claims()
    place.ours("uninstall", place.release)
    left = place.left()
    place.install(place.ours, chart)
    assert "deployed" in theirs("status", place.release)
    place.wait_for_claims()
    theirs("uninstall", place.release)
    assert place.left() == left
    assert json.loads(place.ours("list", "--output", "json")) == []
