from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.cluster import state
from hivehelm.cluster.errors import ClusterError
from hivehelm.cluster.parts import Ports
from hivehelm.cluster.processes import Process
from hivehelm.cluster.state import State

PORTS = Ports(etcd=1, peer=2, api=3, kubelet=4)


@pytest.mark.parametrize("owner", [None, Process(pid=7, born="boot:7")])
def test_what_is_saved_is_read_again(tmp_path: Path, owner: Process | None) -> None:
    path = tmp_path / "cluster.json"
    known = State(ports=PORTS, owner=owner, processes={"etcd": Process(pid=8, born="boot:8")})
    state.save(path, known)
    assert state.read(path) == known
    assert path.stat().st_mode & 0o077 == 0


def test_no_file_no_state(tmp_path: Path) -> None:
    assert state.read(tmp_path / "cluster.json") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"owner": null, "ports": {}, "processes": {}}',
        '{"owner": 1, "ports": {"etcd": 1, "peer": 1, "api": 1, "kubelet": 1}, "processes": {}}',
        '{"owner": null, "ports": {"etcd": "x", "peer": 1, "api": 1, "kubelet": 1}, "processes": {}}',
        '{"owner": null, "ports": {"etcd": 1, "peer": 1, "api": 1, "kubelet": 1}, "processes": []}',
    ],
)
def test_a_file_that_is_damaged_is_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "cluster.json"
    path.write_text(text)
    with pytest.raises(ClusterError) as caught:
        state.read(path)
    assert str(caught.value) == f"{path} is damaged: `hivemind cluster reset` starts over"
