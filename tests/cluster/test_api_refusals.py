"""The REST API on a real control plane: what it refuses, and how it says so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
import pytest
from tests.cluster.rest import OPERATIONS, RELEASES, good, install, refused, write_charts
from tests.cluster.served import Served

if TYPE_CHECKING:
    from pathlib import Path

    from hivehelm.cluster.cluster import Cluster

JSON = {"content-type": "application/json"}


UNREADABLE: list[tuple[str, dict[str, Any], int, str]] = [
    (RELEASES, {"content": b"{", "headers": JSON}, 400, ""),
    (RELEASES, {"content": b"\xff", "headers": JSON}, 400, ""),
    (RELEASES, {"json": []}, 422, "body"),
    (RELEASES, {"json": {"name": "web"}}, 422, "body.chart"),
    (RELEASES, {"json": {"name": "Web_1", "chart": "web"}}, 422, "must match regex"),
    (RELEASES, {"json": {"name": "a" * 54, "chart": "web"}}, 422, "must match regex"),
    (RELEASES, {"json": {"name": "web", "chart": "web", "namespace": "No/Thing"}}, 422, "invalid namespace"),
    (RELEASES, {"json": {"name": "web", "chart": "web", "strange": 1}}, 422, "body.strange"),
    (RELEASES, {"json": {"name": "web", "chart": "web", "timeout": "soon"}}, 422, "invalid duration"),
    (RELEASES, {"json": {"name": "web", "chart": "web", "values": "a: ["}}, 400, "yaml"),
    (RELEASES, {"json": {"name": "web", "chart": "web", "values": 7}}, 422, "body.values"),
    (RELEASES, {"json": {"name": "web", "chart": "nobody"}}, 404, 'chart "nobody" not found'),
    (RELEASES, {"json": {"name": "web", "chart": "nobody/web"}}, 404, "repo nobody not found"),
    (RELEASES, {"json": {"name": "web", "chart": "/etc/passwd"}}, 400, "paths are not for clients"),
    (RELEASES, {"json": {"name": "web", "chart": "../charts/web"}}, 400, "paths are not for clients"),
    (RELEASES, {"json": {"name": "web", "chart": "file:///etc"}}, 400, "must start with"),
    (RELEASES, {"json": {"name": "web", "chart": "web", "version": "9.9"}}, 404, "not found"),
    (f"{RELEASES}?namespace=a", {"json": {"name": "w", "chart": "web", "namespace": "b"}}, 400, "names"),
    (f"{RELEASES}?wait=perhaps", {"json": {"name": "w", "chart": "web"}}, 422, "true or false"),
    ("/api/helm/charts", {"json": {"name": "../x"}}, 422, "invalid chart name"),
    ("/api/helm/charts", {"json": {"name": "web"}}, 409, "there already"),
    ("/api/helm/repositories", {"json": {"name": "a/b", "url": "https://x"}}, 422, "invalid repository name"),
    ("/api/helm/repositories", {"json": {"name": "a", "url": "file:///etc"}}, 400, "must start with"),
    ("/api/helm/repositories", {"json": {"name": "a", "url": "http://127.0.0.1:1"}}, 424, "refused"),
    (f"{RELEASES}/A_B/rollback", {"json": {}}, 422, "must match regex"),
]


@pytest.mark.parametrize(
    ("path", "what", "status", "detail"), UNREADABLE, ids=[str(n) for n in range(len(UNREADABLE))]
)
def test_what_cannot_be_done_is_told(
    rest: httpx.Client, path: str, what: dict[str, Any], status: int, detail: str
) -> None:
    refused(rest.post(path, **what), status, detail)


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        (f"{RELEASES}?namespace=A", 422, "invalid namespace"),
        (f"{RELEASES}?filter=[", 400, "missing closing ]"),
        (f"{RELEASES}?selector=a===b", 400, "unable to parse"),
        (f"{RELEASES}?sort=size", 422, "query.sort"),
        (f"{RELEASES}?status=Gone", 422, "query.status"),
        (f"{RELEASES}?limit=-1", 422, "query.limit"),
        (f"{RELEASES}/web?revision=x", 422, "query.revision"),
        (f"{RELEASES}/web%2F..%2Fx", 404, "nothing at"),
        (f"{RELEASES}/WEB", 422, "must match regex"),
        ("/api/helm/nothing", 404, "nothing at"),
        ("/api/helm/charts/nobody", 404, "not found"),
        ("/api/helm/charts/web?version=9.9", 404, "not found"),
        ("/api/helm/repositories/nobody", 404, "repo nobody not found"),
        ("/api/helm/repositories/nobody/charts", 404, "repo nobody not found"),
        ("/api/helm/repositories/nobody/charts/web", 404, "repo nobody not found"),
        ("/api/helm/repositories/nobody/charts/web/versions", 404, "repo nobody not found"),
        ("/api/helm/search?version=%3E%3E1", 400, "version"),
    ],
)
def test_what_cannot_be_read_is_told(rest: httpx.Client, path: str, status: int, detail: str) -> None:
    refused(rest.get(path), status, detail)


def test_a_method_that_is_not_there(rest: httpx.Client) -> None:
    answer = rest.patch(f"{RELEASES}/web")
    refused(answer, 405, "PATCH is not for")
    assert answer.headers["allow"]


def test_charts_do_not_come_from_this_machine(cluster: Cluster, tmp_path: Path, namespace: str) -> None:
    """But with --no-auth, where everyone is on this machine, or --allow-local-urls."""
    write_charts(tmp_path)
    with Served(cluster.kubeconfig(), tmp_path, f"sys-{uuid4().hex[:8]}") as served:
        with httpx.Client(base_url=served.url, timeout=300) as rest:
            refused(rest.get(RELEASES), 401, "credentials")
            rest.headers["Authorization"] = f"Bearer {served.token('tester', 'admin')}"
            body = {"name": "web", "chart": "http://127.0.0.1:1/web-1.0.0.tgz", "namespace": namespace}
            refused(rest.post(RELEASES, json=body), 400, "--allow-local-urls")
            repository = {"name": "near", "url": "http://localhost:1"}
            refused(rest.post("/api/helm/repositories", json=repository), 400, "--allow-local-urls")
            assert install(rest, namespace)["status"] == "Deployed"
        assert served.stop() == 0


def test_without_a_cluster_it_starts_and_says_so(tmp_path: Path) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}],
        "users": [{"name": "u", "user": {}}],
    }
    kubeconfig.write_text(json.dumps(document))
    write_charts(tmp_path)
    with (
        Served(kubeconfig, tmp_path, f"sys-{uuid4().hex[:8]}", "--no-auth") as served,
        httpx.Client(base_url=served.url, timeout=300) as rest,
    ):
        assert good(rest.get("/healthz"))["status"] == "ok"
        assert rest.get("/readyz").status_code == 503
        refused(rest.get(RELEASES), 503, "kubernetes cluster unreachable")
        refused(rest.get(f"{RELEASES}/web"), 503, "kubernetes cluster unreachable")
        refused(rest.get(f"{RELEASES}/web/status"), 503, "kubernetes cluster unreachable")
        body = {"name": "web", "chart": "web"}
        refused(rest.post(RELEASES, json=body), 503, "")
        refused(rest.post("/api/helm/previews", json=body), 503, "unreachable")
        refused(rest.get(OPERATIONS), 503, "")
        assert good(rest.get("/api/helm/charts/web"))["name"] == "web"
