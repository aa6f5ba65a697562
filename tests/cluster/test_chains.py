"""One release in the hands of three tools, in every order: nothing breaks, no revision is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import permutations
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from tests.cluster.scenarios.model import chart
from tests.cluster.scenarios.objects import config_map, deployment, hook, job, service
from tests.cluster.scenarios.side import environment

from hivehelm.kube.client import Client
from hivehelm.kube.kubeconfig import Config

if TYPE_CHECKING:
    from pathlib import Path

    from hivehelm.cluster.cluster import Cluster

TOOLS = ("helm3", "helm4", "ours")
HOOK = hook(job("h"), "post-install,post-upgrade,post-rollback,pre-delete", policy="before-hook-creation")
CHARTS = {
    "one": chart(
        config_map("a", k="{{ .Values.k }}", one="1"), deployment(), service("s"), HOOK, values="k: one\n"
    ),
    "two": chart(
        config_map("a", k="{{ .Values.k }}"),
        config_map("b"),
        deployment(replicas=2),
        HOOK,
        version="0.2.0",
        values="k: two\n",
    ),
}


class Place:
    """A namespace, charts, and the tools that work there."""

    def __init__(self, cluster: Cluster, top: Path, commands: dict[str, list[str]], driver: str) -> None:
        self.namespace = f"chain-{uuid4().hex[:8]}"
        self._commands = commands
        self._top = top
        self._environment = {
            **environment(cluster.kubeconfig(), top / "home"),
            "HELM_NAMESPACE": self.namespace,
            "HELM_DRIVER": driver,
        }
        self.client = Client(Config.load(str(cluster.kubeconfig())), cache_dir=None)
        self.client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace}})
        for name, files in CHARTS.items():
            for path, text in files.items():
                file = top / name / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)

    def run(self, tool: str, *arguments: str) -> str:
        done = subprocess.run(
            [*self._commands[tool], *arguments],
            cwd=self._top,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (tool, arguments, done.stderr)
        return done.stdout

    def told(self, *arguments: str) -> Any:
        """Return what all tools agree on."""
        found = [json.loads(self.run(tool, *arguments, "-o", "json")) for tool in TOOLS]
        for one in found:
            # Helm 3 does not know where a rollback went to.
            for revision in one if isinstance(one, list) else ():
                revision.pop("rollback_revision", None)
        assert found[0] == found[1] == found[2]
        return found[0]

    def revisions(self) -> list[tuple[int, str, str]]:
        """Return number, status and chart of each revision."""
        found = self.told("history", "x")
        return [(one["revision"], one["status"], one["chart"]) for one in found]

    def data(self) -> dict[str, dict[str, str]]:
        """Return what the release's ConfigMaps hold."""
        found = self.client.list(
            "v1", "ConfigMap", self.namespace, label_selector="app.kubernetes.io/managed-by=Helm"
        )
        return {one["metadata"]["name"]: one["data"] for one in found}

    def left(self) -> list[str]:
        """Return the names of whatever belongs to a release or is a record of one."""
        kinds = (("v1", "ConfigMap"), ("v1", "Secret"), ("v1", "Service"), ("apps/v1", "Deployment"))
        return [
            f"{kind}/{one['metadata']['name']}"
            for version, kind in kinds
            for one in self.client.list(version, kind, self.namespace)
            if one["metadata"]["name"] != "kube-root-ca.crt"
        ]


@pytest.fixture(params=["secret", "configmap"])
def place(request: pytest.FixtureRequest, cluster: Cluster, helm: Path, helm3: Path, tmp_path: Path) -> Place:
    commands = {
        "helm3": [str(helm3)],
        "helm4": [str(helm)],
        "ours": [sys.executable, "-m", "hivehelm.cli.hivehelm"],
    }
    return Place(cluster, tmp_path, commands, str(request.param))


@pytest.mark.parametrize("order", list(permutations(TOOLS)), ids="-".join)
def test_each_goes_on_where_another_stopped(place: Place, order: tuple[str, str, str]) -> None:
    first, second, third = order
    place.run(first, "install", "x", "./one", "--set", "q=1")
    assert place.revisions() == [(1, "deployed", "case-0.1.0")]
    place.run(second, "upgrade", "x", "./two", "--set", "k=mine")
    assert place.data() == {"a": {"k": "mine"}, "b": {"k": "1"}}
    place.run(third, "rollback", "x", "1")
    assert place.data() == {"a": {"k": "one", "one": "1"}}
    assert place.told("get", "values", "x") == {"q": 1}
    place.run(first, "upgrade", "x", "./two", "--reuse-values")
    assert place.data() == {"a": {"k": "one"}, "b": {"k": "1"}}
    place.run(second, "rollback", "x", "2")
    assert place.data() == {"a": {"k": "mine"}, "b": {"k": "1"}}
    assert place.revisions() == [
        (1, "superseded", "case-0.1.0"),
        (2, "superseded", "case-0.2.0"),
        (3, "superseded", "case-0.1.0"),
        (4, "superseded", "case-0.2.0"),
        (5, "deployed", "case-0.2.0"),
    ]
    place.run(third, "uninstall", "x", "--keep-history")
    assert [status for _, status, _ in place.revisions()] == ["superseded"] * 4 + ["uninstalled"]
    place.run(first, "rollback", "x", "3")
    assert place.data() == {"a": {"k": "one", "one": "1"}}
    assert len(place.revisions()) == 6
    place.run(second, "uninstall", "x")
    assert place.left() == []
