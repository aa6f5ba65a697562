from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

from hivehelm.actions.connect import connect
from hivehelm.testing import FakeCluster, Fault, FaultProxy

if TYPE_CHECKING:
    from pathlib import Path

CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "v"}}
PATH = "/api/v1/namespaces/default/configmaps"


def ask(proxy: FaultProxy, path: str = PATH, body: dict[str, Any] | None = None) -> urllib3.BaseHTTPResponse:
    method = "GET" if body is None else "POST"
    return urllib3.request(method, proxy.address + path, json=body, retries=False, timeout=60)


def test_without_faults_it_passes_everything_on(tmp_path: Path) -> None:
    cluster = FakeCluster()
    with FaultProxy(cluster.client().transport, lambda _method, _path: None) as proxy:
        client = connect(str(proxy.write_kubeconfig(tmp_path / "config"))).client
        client.create(CONFIG_MAP, "default")
        assert client.get("v1", "ConfigMap", "a", "default")["data"] == {"k": "v"}
        _, version = client.list_at("v1", "ConfigMap", "default")
        seen: list[str] = []
        with client.watch("v1", "ConfigMap", "default", resource_version=version) as watch:
            timer = threading.Timer(0.1, lambda: client.delete("v1", "ConfigMap", "a", "default"))
            timer.start()
            for event, _ in watch:
                seen.append(event)
                break
        client.close()
    assert seen == ["DELETED"]
    assert proxy.faults == 0


def test_refusals_and_delays() -> None:
    chosen = [Fault(status=429, retry_after=3), Fault(status=500), Fault(delay=0.01)]
    with FaultProxy(FakeCluster().client().transport, lambda *_: chosen.pop(0)) as proxy:
        for status, retry_after in ((429, "3"), (500, None)):
            answer = ask(proxy)
            assert (answer.status, answer.headers.get("Retry-After")) == (status, retry_after)
            assert answer.json()["code"] == status
        assert ask(proxy).json()["items"] == []
    assert proxy.faults == 3


def test_connections_are_cut_before_or_after_the_deed() -> None:
    cluster = FakeCluster()
    chosen = [Fault(drop=True), Fault(drop=True, late=True)]
    with FaultProxy(cluster.client().transport, lambda *_: chosen.pop(0)) as proxy:
        for there in (0, 1):
            with pytest.raises(urllib3.exceptions.ProtocolError):
                ask(proxy, body=CONFIG_MAP)
            assert len(cluster.client().list("v1", "ConfigMap", "default")) == there


def test_a_cluster_that_is_away_is_a_cut_connection() -> None:
    cluster = FakeCluster()
    cluster.reachable = False
    with FaultProxy(cluster.client().transport, lambda *_: None) as proxy:
        for path in (PATH, f"{PATH}?watch=true"):
            with pytest.raises(urllib3.exceptions.ProtocolError):
                ask(proxy, path)
