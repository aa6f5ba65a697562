"""The kubelet that the embedded control plane plays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from tests.cluster.scenarios.objects import pod
from tests.cluster.waiting import until

from hivehelm.kube.client import Client
from hivehelm.kube.errors import ApiError
from hivehelm.kube.kubeconfig import Config

if TYPE_CHECKING:
    from hivehelm.cluster.cluster import Cluster


@pytest.mark.parametrize(
    ("restart", "phase", "deletes"), [("Never", "Succeeded", 0), ("Always", "Running", 1)], ids=str
)
def test_a_pod_is_not_deleted_in_the_place_of_the_one_before(
    restart: str, phase: str, deletes: int, cluster: Cluster
) -> None:
    """Deletions are by name: one that comes late would take the next Pod, for which a hook then waits."""
    client = Client(Config.load(str(cluster.kubeconfig())), cache_dir=None)
    namespace = f"simulation-{uuid4().hex[:8]}"
    client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})

    def found() -> dict[str, Any]:
        try:
            return dict(client.get("v1", "Pod", "one", namespace))
        except ApiError:
            return {}

    for _ in range(2):
        until(lambda: not found())
        client.create(pod("one", restart=restart), namespace)
        until(lambda: found().get("status", {}).get("phase") == phase)
        client.delete("v1", "Pod", "one", namespace)
    until(lambda: not found())
    client.create(pod("one", restart=restart), namespace)
    until(lambda: found().get("status", {}).get("phase") == phase)

    def told() -> list[str]:
        lines = (cluster.directory / "logs" / "kwok.log").read_text().splitlines()
        return [json.loads(line)["msg"] for line in lines if f'"{namespace}/one"' in line]

    until(lambda: told().count("Delete pod") >= 2 * deletes, told)
    assert "failed to apply stage" not in told()
    assert told().count("Delete pod") == 2 * deletes
