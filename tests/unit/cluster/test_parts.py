from __future__ import annotations

import base64
import random
from pathlib import Path

import pytest
import yaml

from hivehelm.cluster import ports
from hivehelm.cluster.parts import NODE, Layout, Ports, choose_ports
from hivehelm.cluster.recipes import PARTS


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    directory = tmp_path / "mine"
    (directory / "kubeconfig").mkdir(parents=True)
    return Layout(directory, Ports(etcd=21001, peer=21002, api=21003, kubelet=21004), throwaway=False)


@pytest.mark.parametrize("part", PARTS)
def test_nothing_listens_but_on_loopback(layout: Layout, part: str) -> None:
    command = layout.command(part)
    assert all("0.0.0.0" not in argument for argument in command)  # noqa: S104
    listening = {
        "etcd": {
            "--listen-client-urls=https://127.0.0.1:21001",
            "--listen-peer-urls=https://127.0.0.1:21002",
            "--client-cert-auth",
            "--peer-client-cert-auth",
        },
        "kube-apiserver": {"--bind-address=127.0.0.1", "--secure-port=21003", "--authorization-mode=RBAC"},
        "kube-controller-manager": {"--secure-port=0"},
        "kube-scheduler": {"--secure-port=0"},
        "kwok": {"--server-address=127.0.0.1:21004"},
    }
    assert listening[part] <= set(command)


@pytest.mark.parametrize("part", PARTS)
def test_every_file_that_a_part_reads_is_there(layout: Layout, part: str) -> None:
    layout.prepare()
    named = [argument.partition("=")[2] for argument in layout.command(part)]
    files = [name for name in named if name.startswith(str(layout.directory)) and not name.endswith("/etcd")]
    assert files
    assert [name for name in files if not Path(name).is_file()] == []


def test_only_what_is_thrown_away_does_not_wait_for_the_disk(layout: Layout) -> None:
    assert "--unsafe-no-fsync" not in layout.command("etcd")
    throwaway = Layout(layout.directory, layout.ports, throwaway=True)
    assert "--unsafe-no-fsync" in throwaway.command("etcd")


def test_the_kubeconfig_holds_all_it_needs(layout: Layout) -> None:
    layout.prepare()
    path = layout.kubeconfig()
    assert path.stat().st_mode & 0o077 == 0
    found = yaml.safe_load(path.read_text())
    assert found["current-context"] == "hivehelm-mine"
    (cluster,) = found["clusters"]
    assert cluster["cluster"]["server"] == "https://127.0.0.1:21003"
    authority = base64.b64decode(cluster["cluster"]["certificate-authority-data"])
    assert authority == layout.authority.pair.certificate.read_bytes()
    (user,) = found["users"]
    assert base64.b64decode(user["user"]["client-key-data"]) == layout.admin().key.read_bytes()
    (context,) = found["contexts"]
    assert context["context"] == {"cluster": cluster["name"], "user": user["name"], "namespace": "default"}


def test_kubeconfigs_of_users_follow_the_port(layout: Layout) -> None:
    pair = layout.authority.client("user-bob", "bob")
    path = layout.directory / "kubeconfig" / "user-bob.team.yaml"
    layout.write_kubeconfig(path, pair, "bob", "team")
    before = yaml.safe_load(path.read_text())
    assert before["contexts"][0]["context"]["namespace"] == "team"
    moved = Layout(layout.directory, layout.ports.replace(api=22003), throwaway=False)
    moved.prepare()
    after = yaml.safe_load(path.read_text())
    assert after["clusters"][0]["cluster"].pop("server") == "https://127.0.0.1:22003"
    assert before["clusters"][0]["cluster"].pop("server") == "https://127.0.0.1:21003"
    assert after == before


def test_the_simulation_is_written_with_its_place(layout: Layout) -> None:
    layout.prepare()
    stages = list(yaml.safe_load_all((layout.directory / "kwok.yaml").read_text()))
    kinds = {stage["kind"] for stage in stages}
    assert kinds == {"Stage", "ClusterLogs"}
    (logs,) = [stage for stage in stages if stage["kind"] == "ClusterLogs"]
    line = Path(logs["spec"]["logs"][0]["logsFile"]).read_text()
    assert line.split(" ")[1:3] == ["stdout", "F"]


def test_the_node_is_simulated_and_storage_is_the_default(layout: Layout) -> None:
    objects = {str(manifest["kind"]): manifest for _path, manifest in layout.objects()}
    assert objects["Node"]["metadata"]["annotations"]["kwok.x-k8s.io/node"] == "fake"  # type: ignore[index]
    storage = objects["StorageClass"]["metadata"]["annotations"]  # type: ignore[index]
    assert storage == {"storageclass.kubernetes.io/is-default-class": "true"}
    assert layout.node_status()["metadata"] == {"name": NODE}


def test_ports_are_four_different_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([21000, 21000, 21001, 21002, 21003, 21004])
    monkeypatch.setattr(random, "randint", lambda _first, _last: next(drawn))
    monkeypatch.setattr(ports, "free", lambda _port: True)
    assert choose_ports({21001}) == Ports(etcd=21000, peer=21002, api=21003, kubelet=21004)
