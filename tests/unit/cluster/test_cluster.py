"""Clusters whose parts are shell scripts and whose API server is made up: the logic without the weight."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import threading
import time
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate

from hivehelm.cluster import build, certificates, guard, processes, state, users
from hivehelm.cluster import cluster as module
from hivehelm.cluster.api import ControlPlaneApiError
from hivehelm.cluster.cluster import Cluster, names
from hivehelm.cluster.errors import ClusterError, ClusterNameError, PartError, UnknownClusterError
from hivehelm.cluster.parts import NODE
from hivehelm.cluster.processes import Process
from hivehelm.cluster.progress import Progress
from hivehelm.cluster.recipes import PARTS
from hivehelm.cluster.status import ABSENT, BROKEN, DIED, RUNNING, STOPPED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey


class FakeApi:
    """Answers like a server that is ready at once."""

    ready = True
    objects: dict[str, dict[str, Any]] = {}
    #: What users are told who ask whether they may, one after the other; then they may.
    refusals: list[bool] = []

    def __init__(self, server: str, authority: Path, pair: object) -> None:
        self.server = server

    def answers(self, path: str, patience: float = 2.0) -> bool:
        return self.ready

    def create(self, path: str, manifest: dict[str, Any]) -> dict[str, Any]:
        assert path == "/apis/authorization.k8s.io/v1/subjectaccessreviews"
        return {**manifest, "status": {"allowed": not (self.refusals and self.refusals.pop())}}

    def get(self, path: str) -> dict[str, Any] | None:
        return self.objects.get(path)

    def apply(self, path: str, manifest: dict[str, Any]) -> None:
        self.objects[path] = manifest
        if path == f"/api/v1/nodes/{NODE}/status":
            conditions = [{"type": "Ready", "status": "True"}]
            self.objects[f"/api/v1/nodes/{NODE}"]["status"] = {"conditions": conditions, "capacity": {}}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "clusters"


@pytest.fixture
def binaries(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Make programs that do nothing for long, in the places of the real ones."""
    directory = tmp_path / "binaries"
    directory.mkdir()
    for part in PARTS:
        _program(directory / part, "exec sleep 600")
    monkeypatch.setattr(build, "binary", lambda name, _report: directory / name)
    return directory


def _program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> type[FakeApi]:
    account = "/api/v1/namespaces/default/serviceaccounts/default"

    class Fresh(FakeApi):
        objects = {account: {"kind": "ServiceAccount"}}

    monkeypatch.setattr(module, "Api", Fresh)
    return Fresh


@pytest.fixture
def cluster(root: Path, binaries: Path, api: type[FakeApi]) -> Iterator[Cluster]:
    made = Cluster("one", root=root)
    yield made
    made.reset()


@pytest.mark.parametrize("name", ["", "Upper", "a_b", "-a", "a-", "../up", "a/b", "a" * 64, "a\n"])
def test_a_name_that_could_lead_astray_is_refused(root: Path, name: str) -> None:
    with pytest.raises(ClusterNameError) as caught:
        Cluster(name, root=root)
    assert "\n" not in str(caught.value)


def test_the_room_shows_its_cluster_and_nothing_else() -> None:
    import hivehelm.cluster

    assert hivehelm.cluster.Cluster is Cluster
    with pytest.raises(AttributeError, match="has no attribute 'Manager'"):
        hivehelm.cluster.Manager  # noqa: B018


def test_up_starts_every_part_and_furnishes(cluster: Cluster, api: type[FakeApi]) -> None:
    told: list[Progress] = []
    status = cluster.up(told.append)
    assert status.state == RUNNING
    assert [part.state for part in status.parts] == [RUNNING] * 5
    assert all(os.getsid(part.pid) == part.pid for part in status.parts)
    assert [step.phase for step in told] == [
        *(f"starting {part}" for part in PARTS),
        "waiting for its node",
        "ready",
    ]
    assert "/apis/storage.k8s.io/v1/storageclasses/standard" in api.objects


def test_up_again_starts_what_is_missing_only(cluster: Cluster) -> None:
    cluster.up()
    before = cluster._known().processes
    os.kill(before["kwok"].pid, signal.SIGKILL)
    while processes.alive(before["kwok"]):
        time.sleep(0.01)
    status = cluster.status()
    assert status.state == BROKEN
    assert status.message.startswith("kwok died: `hivemind cluster up one` starts it again")
    cluster.up()
    after = cluster._known().processes
    assert after["kwok"] != before["kwok"]
    assert {part: after[part] for part in PARTS[:4]} == {part: before[part] for part in PARTS[:4]}


def test_down_leaves_no_process_and_keeps_the_rest(cluster: Cluster) -> None:
    cluster.up()
    running = cluster._known().processes.values()
    told: list[Progress] = []
    cluster.down(told.append)
    assert not any(map(processes.alive, running))
    assert told[-1].phase == "stopped"
    assert cluster.status().state == STOPPED
    assert cluster.status().message == ""
    cluster.down()
    assert cluster.directory.is_dir()


def test_reset_leaves_nothing(cluster: Cluster, root: Path) -> None:
    cluster.up()
    assert names(root) == ["one"]
    cluster.reset()
    cluster.reset()
    assert list(root.iterdir()) == []
    assert cluster.status().state == ABSENT
    assert cluster.status().message == "there is none: `hivemind cluster up one` makes it"


def test_who_waits_for_a_lock_that_is_removed_takes_the_next_one(cluster: Cluster) -> None:
    """Else two commands would be at one cluster, each under a lock of its own."""
    there: list[bool] = []

    def wait() -> None:
        with cluster._locked():
            there.append(cluster._lock_file.exists())

    waiting = threading.Thread(target=wait)
    with cluster._locked():
        waiting.start()
        waiting.join(0.2)
        cluster._lock_file.unlink()
    waiting.join()
    assert there == [True]


def test_a_damaged_cluster_can_be_reset(cluster: Cluster, root: Path) -> None:
    cluster.up()
    running = list(cluster._known().processes.values())
    (cluster.directory / "cluster.json").write_text("{")
    with pytest.raises(ClusterError, match="damaged"):
        cluster.up()
    cluster.reset()
    assert not cluster.directory.exists()
    processes.stop(running)  # nobody knows of them any more


def test_what_is_not_there_cannot_be_stopped(cluster: Cluster) -> None:
    with pytest.raises(UnknownClusterError, match="there is no cluster 'one'"):
        cluster.down()
    with pytest.raises(UnknownClusterError):
        cluster.kubeconfig()


def test_a_part_that_dies_while_starting_is_reported_with_its_last_lines(
    cluster: Cluster, binaries: Path, api: type[FakeApi], monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(binaries / "etcd", "seq 20; exit 1")
    monkeypatch.setattr(api, "ready", False)
    with pytest.raises(PartError) as caught:
        cluster.up()
    assert caught.value.part == "etcd"
    assert caught.value.output == tuple(str(n) for n in range(13, 21))
    assert str(caught.value).startswith("etcd ended while the cluster was starting\n  13\n")
    assert cluster._known().processes == {}


def test_a_part_that_does_not_get_ready_is_given_up_and_all_is_stopped(
    cluster: Cluster, api: type[FakeApi], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "ready", False)
    monkeypatch.setattr(module, "_PATIENCE", 0.2)
    with pytest.raises(PartError, match="etcd is not ready after 0 s"):
        cluster.up()
    assert cluster._known().processes == {}


def test_a_kwok_that_ends_while_it_starts_is_started_again(
    cluster: Cluster, binaries: Path, api: type[FakeApi], monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(
        binaries / "kwok",
        "test -e again && touch serves && exec sleep 600; touch again; echo 'fatal error'; exit 2",
    )
    serves = cluster.directory / "serves"
    monkeypatch.setattr(
        api, "answers", lambda self, path, patience=2.0: path != "/healthz" or serves.exists()
    )
    status = cluster.up()
    assert [part.state for part in status.parts] == [RUNNING] * 5


def test_a_kwok_that_always_ends_is_reported(
    cluster: Cluster, binaries: Path, api: type[FakeApi], monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(binaries / "kwok", "echo start >> starts; exit 2")
    # The kubelet never answers, so that it is the end of kwok that is waited for.
    monkeypatch.setattr(api, "answers", lambda self, path, patience=2.0: path != "/healthz")
    with pytest.raises(PartError, match="kwok ended while the cluster was starting"):
        cluster.up()
    assert (cluster.directory / "starts").read_text().split() == ["start"] * 3
    assert cluster._known().processes == {}


def test_a_program_that_cannot_run_is_one_line(cluster: Cluster, binaries: Path) -> None:
    (binaries / "etcd").unlink()
    with pytest.raises(PartError, match="etcd cannot be started"):
        cluster.up()


def test_an_interrupt_stops_what_was_started(cluster: Cluster) -> None:
    started: list[Process] = []

    def interrupt(step: Progress) -> None:
        if step.phase == "starting kwok":
            started.extend(cluster._known().processes.values())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cluster.up(interrupt)
    assert len(started) == 4
    assert not any(map(processes.alive, started))
    assert cluster._known().processes == {}


def test_logs_of_the_start_before_are_kept(cluster: Cluster, binaries: Path) -> None:
    _program(binaries / "etcd", "echo first; exec sleep 600")
    cluster.up()
    log = cluster.directory / "logs/etcd.log"
    while log.read_text() != "first\n":
        time.sleep(0.01)
    cluster.down()
    _program(binaries / "etcd", "exec sleep 600")
    cluster.up()
    assert log.with_suffix(".log.1").read_text() == "first\n"
    assert log.read_text() == ""


def test_ports_stay_until_someone_else_has_one(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    first = cluster.up().server
    cluster.down()
    assert cluster.up().server == first
    cluster.down()
    taken = cluster._known().ports.api
    monkeypatch.setattr(module, "free", lambda port: port != taken)
    assert cluster.up().server != first


def test_clusters_share_no_port(cluster: Cluster, root: Path) -> None:
    cluster.up()
    other = Cluster("two", root=root)
    other.up()
    mine, theirs = (state.read(root / name / "cluster.json") for name in ("one", "two"))
    assert mine is not None
    assert theirs is not None
    assert not set(vars(mine.ports).values()) & set(vars(theirs.ports).values())
    (root / "two/cluster.json").write_text("damaged")
    assert module._ports_of(root / "two/cluster.json") == ()
    state.save(root / "two/cluster.json", theirs)
    other.reset()


def _remember(cluster: Cluster, **remembered: Process) -> None:
    known = cluster._known()
    state.save(cluster.directory / "cluster.json", known.replace(processes=remembered))


def test_a_machine_that_was_restarted_is_told_from_parts_that_died(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.up()
    cluster.down()
    _remember(cluster, etcd=Process(pid=1, born="the boot before:1"))
    monkeypatch.setattr(processes, "this_boot", lambda _process: False)
    status = cluster.status()
    assert status.state == STOPPED
    assert status.message == "the machine was restarted: `hivemind cluster up one` starts it again"
    monkeypatch.setattr(processes, "this_boot", lambda _process: True)
    status = cluster.status()
    assert status.state == BROKEN
    assert status.parts[0].state == DIED


def test_half_a_cluster_is_broken(cluster: Cluster) -> None:
    cluster.up()
    known = cluster._known()
    _remember(cluster, etcd=known.processes["etcd"])
    status = cluster.status()
    assert (status.state, status.message) == (
        BROKEN,
        "only etcd was started: `hivemind cluster up one` starts it again",
    )
    state.save(cluster.directory / "cluster.json", known)


def test_a_server_that_does_not_answer_is_broken(
    cluster: Cluster, api: type[FakeApi], monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.up()
    monkeypatch.setattr(api, "ready", False)
    status = cluster.status()
    assert status.state == BROKEN
    assert status.message.startswith("kube-apiserver runs but is not ready")


def test_a_user_is_bound_in_one_namespace(cluster: Cluster, api: type[FakeApi]) -> None:
    cluster.up()
    path = cluster.kubeconfig("bob", "team", "view")
    assert path.name == "user-bob.team.yaml"
    rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/team/rolebindings/hivehelm:bob:view"
    binding = api.objects[rbac]
    assert binding["kind"] == "RoleBinding"
    assert binding["roleRef"]["name"] == "view"
    assert [subject["name"] for subject in binding["subjects"]] == ["bob"]
    assert "/api/v1/namespaces/team" in api.objects


def test_a_user_is_bound_everywhere(cluster: Cluster, api: type[FakeApi]) -> None:
    cluster.up()
    assert cluster.kubeconfig("bob").name == "user-bob.yaml"
    rbac = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/hivehelm:bob:edit"
    assert api.objects[rbac]["kind"] == "ClusterRoleBinding"


def test_a_user_is_there_who_may(cluster: Cluster, api: type[FakeApi]) -> None:
    cluster.up()
    api.refusals = [True, True]
    cluster.kubeconfig("bob")
    assert api.refusals == []


def test_a_user_who_is_not_let_in_is_not_waited_for_for_ever(
    cluster: Cluster, api: type[FakeApi], monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.up()
    api.refusals = [True] * 1000
    monkeypatch.setattr(users, "_PATIENCE", 0.1)
    with pytest.raises(ClusterError, match="does not let user 'bob' do what role 'edit' says"):
        cluster.kubeconfig("bob")


def test_two_make_the_same_user_at_once(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster.up()
    written = certificates._write_key
    both = threading.Barrier(2)

    def write_late(path: Path, key: EllipticCurvePrivateKey) -> None:
        # Until the other one is here, too: who is alone has waited long enough.
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(0.5)
        written(path, key)

    monkeypatch.setattr(certificates, "_write_key", write_late)
    with ThreadPoolExecutor(2) as pool:
        found = list(
            pool.map(lambda space: Cluster("one", root=cluster._root).kubeconfig("bob", space), "ab")
        )
    for path in found:
        text = path.read_text()
        [certificate] = re.findall("client-certificate-data: (.*)", text)
        [key] = re.findall("client-key-data: (.*)", text)
        holder = load_pem_x509_certificate(b64decode(certificate)).public_key()
        assert holder == load_pem_private_key(b64decode(key), None).public_key()


@pytest.mark.parametrize(
    ("user", "namespace", "role", "message"),
    [
        ("system:admin", None, "edit", "is no name for a user"),
        ("../bob", None, "edit", "is no name for a user"),
        ("bob", "a/b", "edit", "is no name for a namespace"),
        ("bob", "team", "cluster-admin", "is one of view, edit, admin"),
    ],
)
def test_users_are_made_within_bounds(
    cluster: Cluster, user: str, namespace: str | None, role: str, message: str
) -> None:
    cluster.up()
    with pytest.raises(ClusterError, match=message):
        cluster.kubeconfig(user, namespace, role)


def test_a_user_needs_a_cluster_that_is_up(
    cluster: Cluster, api: type[FakeApi], monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.up()
    monkeypatch.setattr(api, "ready", False)
    with pytest.raises(ClusterError, match="cluster 'one' is not up"):
        cluster.kubeconfig("bob")
    assert cluster.kubeconfig().is_file()


def test_a_cluster_with_an_owner_is_guarded_and_reaped(
    root: Path, binaries: Path, api: type[FakeApi], monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded: list[Any] = []
    monkeypatch.setattr(guard, "watch", lambda owner, clusters: guarded.append((owner, clusters)))
    gone = Process(pid=1, born="the boot before:1")
    orphan = Cluster("orphan", root=root, owner=gone)
    orphan.up()
    stays = Cluster("stays", root=root)
    stays.up()
    mine = Cluster("mine", root=root, owner=processes.this())
    mine.up()
    assert guarded == [(gone, [orphan.directory]), (processes.this(), [mine.directory])]
    assert names(root) == ["mine", "stays"]
    mine.reset()
    stays.reset()


def test_what_an_owner_with_the_same_name_left_is_reaped_too(
    root: Path, binaries: Path, api: type[FakeApi], monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded: list[Process] = []
    monkeypatch.setattr(guard, "watch", lambda owner, clusters: guarded.append(owner))
    gone = Process(pid=1, born="the boot before:1")
    Cluster("same", root=root, owner=gone).up()
    left = root / "same/left"
    left.touch()
    again = Cluster("same", root=root, owner=processes.this())
    again.up()
    assert guarded == [gone, processes.this()]
    assert not left.exists()
    again.reset()


def test_volumes_are_tidied_away(
    cluster: Cluster, api: type[FakeApi], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    volumes = tmp_path / "hostpath_pv"
    monkeypatch.setattr(module, "_HOST_PATHS", volumes)
    elsewhere = tmp_path / "precious"
    elsewhere.mkdir()
    (volumes / "empty").mkdir(parents=True)
    (volumes / "written").mkdir()
    (volumes / "written/file").write_text("x")

    def volume(**spec: object) -> dict[str, object]:
        return {"spec": spec}

    items = [
        volume(hostPath={"path": str(volumes / "empty")}),
        volume(hostPath={"path": str(volumes / "written")}),
        volume(hostPath={"path": str(volumes / ".." / "precious")}),
        volume(nfs={}),
    ]
    cluster.up()
    api.objects["/api/v1/persistentvolumes"] = {"items": items}
    cluster.down()
    assert [entry.name for entry in volumes.iterdir()] == ["written"]
    assert elsewhere.is_dir()


def test_volumes_are_left_when_the_server_does_not_say(
    cluster: Cluster, api: type[FakeApi], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "_HOST_PATHS", tmp_path)
    cluster.up()

    def refuse(_self: FakeApi, path: str) -> None:
        raise ControlPlaneApiError("GET", path, 500, "broken")

    monkeypatch.setattr(api, "get", refuse)
    cluster.down()
    assert cluster.status().state == STOPPED


def test_the_place_of_clusters_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert Cluster().directory == tmp_path / "hivehelm/clusters/default"
    assert names() == []
