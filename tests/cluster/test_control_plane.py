"""The embedded control plane itself: up, down, broken, restricted, cleaned up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hivehelm.cluster import build, processes
from hivehelm.cluster.api import Api, ControlPlaneApiError
from hivehelm.cluster.cluster import Cluster
from hivehelm.cluster.errors import PartError
from hivehelm.cluster.parts import NODE
from hivehelm.cluster.processes import Process
from hivehelm.cluster.recipes import PARTS
from hivehelm.cluster.status import ABSENT, BROKEN, DIED, RUNNING, STOPPED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def _admin(cluster: Cluster) -> Api:
    return _as(cluster, "admin")


def _as(cluster: Cluster, user: str) -> Api:
    """Return a connection with the certificate that the cluster has made for `user`."""
    layout = cluster._layout(cluster._known())
    return Api(layout.server, layout.authority.pair.certificate, layout.authority.client(user, user))


def _eventually(found: Callable[[], Any], patience: float = 120.0) -> Any:
    deadline = time.monotonic() + patience
    while not (value := found()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return value


def _processes_of(cluster: Cluster) -> list[Process]:
    return list(cluster._known().processes.values())


def _config_map(name: str) -> dict[str, object]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"kept": "yes"}}


_CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"


def test_it_is_up_soon_and_whole(own_cluster: Callable[[], Cluster]) -> None:
    for part in PARTS:
        build.binary(part)
    cluster = own_cluster()
    began = time.monotonic()
    status = cluster.up()
    assert time.monotonic() - began < 120  # 10 on a machine that does nothing else
    assert status.state == RUNNING
    assert [part.name for part in status.parts] == list(PARTS)
    assert {part.state for part in status.parts} == {RUNNING}
    node = _admin(cluster).get(f"/api/v1/nodes/{NODE}")
    assert node is not None
    assert node["metadata"]["annotations"]["kwok.x-k8s.io/node"] == "fake"
    assert cluster.kubeconfig().stat().st_mode & 0o077 == 0


def test_what_it_holds_survives_a_restart(own_cluster: Callable[[], Cluster]) -> None:
    cluster = own_cluster()
    before = cluster.up()
    _admin(cluster).apply(f"{_CONFIG_MAPS}/kept", _config_map("kept"))
    running = _processes_of(cluster)
    cluster.down()
    assert not any(map(processes.alive, running))
    assert cluster.status().state == STOPPED
    after = cluster.up()
    assert after.server == before.server
    kept = _admin(cluster).get(f"{_CONFIG_MAPS}/kept")
    assert kept is not None
    assert kept["data"] == {"kept": "yes"}
    # As when the machine loses power, but for what etcd has not written yet.
    running = _processes_of(cluster)
    for process in running:
        os.kill(process.pid, signal.SIGKILL)
    assert _eventually(lambda: not any(map(processes.alive, running)))
    assert cluster.up().state == RUNNING
    assert _admin(cluster).get(f"{_CONFIG_MAPS}/kept") is not None
    cluster.reset()
    assert cluster.status().state == ABSENT
    assert not cluster.directory.exists()


@pytest.mark.parametrize("part", ["etcd", "kube-controller-manager"])
def test_a_part_that_dies_is_named_and_started_again(own_cluster: Callable[[], Cluster], part: str) -> None:
    cluster = own_cluster()
    cluster.up()
    victim = cluster._known().processes[part]
    os.kill(victim.pid, signal.SIGKILL)
    assert _eventually(lambda: not processes.alive(victim))
    status = cluster.status()
    assert status.state == BROKEN
    assert part in status.message
    assert [each.name for each in status.parts if each.state == DIED] == [part]
    others = {name: process for name, process in cluster._known().processes.items() if name != part}
    assert cluster.up().state == RUNNING
    after = cluster._known().processes
    assert after[part] != victim
    assert {name: process for name, process in after.items() if name != part} == others


def test_up_twice_changes_nothing(cluster: Cluster) -> None:
    before = _processes_of(cluster)
    assert cluster.up().state == RUNNING
    assert _processes_of(cluster) == before


def test_a_port_that_was_taken_meanwhile_is_replaced(own_cluster: Callable[[], Cluster]) -> None:
    import socket

    cluster = own_cluster()
    before = cluster.up()
    user = cluster.kubeconfig("bob", "team")
    cluster.down()
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", int(before.server.rpartition(":")[2])))
        stranger.listen()
        after = cluster.up()
    assert after.state == RUNNING
    assert after.server != before.server
    assert after.server in user.read_text()


def test_a_start_that_fails_says_why_and_leaves_no_process(
    own_cluster: Callable[[], Cluster], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assets = tmp_path / "assets"
    assets.mkdir()
    broken = assets / "kube-apiserver"
    broken.write_text("#!/bin/sh\necho I cannot >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(assets))
    cluster = own_cluster()
    with pytest.raises(PartError) as caught:
        cluster.up()
    assert caught.value.part == "kube-apiserver"
    assert caught.value.output == ("I cannot",)
    assert _processes_of(cluster) == []
    assert cluster.status().state == STOPPED


def test_a_restricted_user_may_do_what_the_role_says_where_it_says(cluster: Cluster) -> None:
    path = cluster.kubeconfig("viewer", "team-view", "view")
    assert path.stat().st_mode & 0o077 == 0
    viewer = _as(cluster, "user-viewer")
    inside, outside = "/api/v1/namespaces/team-view", "/api/v1/namespaces/default"
    found = viewer.get(f"{inside}/configmaps")
    assert found is not None
    assert found["kind"] == "ConfigMapList"
    for refused in (f"{outside}/configmaps", f"{inside}/secrets", "/api/v1/nodes"):
        with pytest.raises(ControlPlaneApiError) as caught:
            viewer.get(refused)
        assert caught.value.status == 403
    with pytest.raises(ControlPlaneApiError) as caught:
        viewer.apply(f"{inside}/configmaps/mine", _config_map("mine"))
    assert caught.value.status == 403
    cluster.kubeconfig("editor", role="edit")
    editor = _as(cluster, "user-editor")
    editor.apply(f"{inside}/configmaps/mine", _config_map("mine"))
    assert editor.get(f"{outside}/configmaps") is not None


def test_no_one_gets_in_without_a_certificate(cluster: Cluster) -> None:
    import urllib3

    known = cluster._known()
    layout = cluster._layout(known)
    authority = str(layout.authority.pair.certificate)
    with urllib3.PoolManager(ca_certs=authority, retries=False) as pool:
        assert pool.request("GET", f"{layout.server}/api/v1/secrets").status == 403
        with pytest.raises(urllib3.exceptions.HTTPError):
            pool.request("GET", f"{layout.etcd}/health")


def _pod(name: str, **annotations: str) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "annotations": annotations},
        "spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]},
    }


@pytest.mark.parametrize(
    ("simulate", "phase", "ready"),
    [
        ("", "Succeeded", "False"),
        ("fail", "Failed", "False"),
        ("run", "Running", "True"),
        ("unready", "Running", "False"),
    ],
)
def test_pods_do_what_they_are_told(cluster: Cluster, simulate: str, phase: str, ready: str) -> None:
    api = _admin(cluster)
    name = f"pod-{simulate or 'ends'}"
    path = f"/api/v1/namespaces/default/pods/{name}"
    api.apply(path, _pod(name, **({"hivehelm.dev/simulate": simulate} if simulate else {})))

    def reached() -> bool:
        status = (api.get(path) or {})["status"]
        conditions = {each["type"]: each["status"] for each in status.get("conditions", [])}
        return status["phase"] == phase and conditions.get("Ready") == ready

    try:
        assert _eventually(reached)
    finally:
        api.delete(path)
    assert _eventually(lambda: api.get(path) is None)


def test_claims_are_bound_and_services_balanced(cluster: Cluster) -> None:
    api = _admin(cluster)
    claim = "/api/v1/namespaces/default/persistentvolumeclaims/data"
    service = "/api/v1/namespaces/default/services/front"
    api.apply(
        claim,
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": "data"},
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
        },
    )
    api.apply(
        service,
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "front"},
            "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
        },
    )
    try:
        assert _eventually(lambda: (api.get(claim) or {})["status"].get("phase") == "Bound")
        assert _eventually(lambda: (api.get(service) or {})["status"]["loadBalancer"].get("ingress"))
    finally:
        api.delete(claim)
        api.delete(service)


_DYING = """
import os, sys
from pathlib import Path
from hivehelm.cluster.cluster import Cluster
from hivehelm.cluster.processes import this
cluster = Cluster("orphan", root=Path(sys.argv[1]), owner=this())
cluster.up()
print(*[process.pid for process in cluster._known().processes.values()], flush=True)
os.kill(os.getpid(), 9)
"""


def test_a_cluster_goes_with_its_owner_however_that_dies(tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", _DYING, str(tmp_path)], capture_output=True, text=True)
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    running = [processes.of(int(pid)) for pid in ran.stdout.split()]
    assert len(running) == len(PARTS)
    assert _eventually(lambda: not any(map(processes.alive, running)))
    assert _eventually(lambda: not (tmp_path / "orphan").exists())
