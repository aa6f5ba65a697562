from __future__ import annotations

import base64
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import HTTPConnection
from starlette.testclient import TestClient
from tests.unit.platform.repository.made import chart, provenance

from hivehelm.api import problems
from hivehelm.api.auth.errors import UnauthenticatedError
from hivehelm.api.auth.identity import Identity
from hivehelm.api.guard import Guard
from hivehelm.api.guard.limits import Bounds, Limits
from hivehelm.api.routes import index, museum
from hivehelm.api.services import Services
from hivehelm.platform.repository.opening import open_repository
from hivehelm.platform.repository.repository import ChartRepository


class Nobody:
    """Knows nobody."""

    async def identify(self, request: HTTPConnection) -> Identity:
        raise UnauthenticatedError

    def knows_already(self, request: HTTPConnection) -> bool:
        return False


def client_of(repository: ChartRepository | None, guard: Guard | None = None) -> TestClient:
    app = FastAPI(redirect_slashes=False)
    services = cast(Services, SimpleNamespace(repository=repository))
    problems.install(app)
    for module in (museum, index):
        app.include_router(module.router(services))
    (guard or Guard.open()).install(app)
    return TestClient(app, base_url="http://127.0.0.1")


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setattr("hivehelm.platform.repository.inspection.inspect", lambda data: None)
    return client_of(open_repository(str(tmp_path / "charts")))


def refused(answer: httpx.Response, status: int, error: str) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["error"] == said["detail"] == error
    assert said["status"] == status


def test_an_archive_goes_in_and_out(client: TestClient) -> None:
    answer = client.post("/api/charts", content=chart())
    assert (answer.status_code, answer.json()) == (201, {"saved": True})
    answer = client.get("/charts/web-1.0.0.tgz")
    assert answer.content == chart()
    assert answer.headers["content-type"] == "application/gzip"
    assert answer.headers["accept-ranges"] == "bytes"
    assert b"  - web-1.0.0.tgz\n" in client.get("/charts/index.yaml").content
    assert b"  - charts/web-1.0.0.tgz\n" in client.get("/index.yaml").content
    answer = client.delete("/api/charts/web/1.0.0")
    assert (answer.status_code, answer.json()) == (200, {"deleted": True})
    refused(client.delete("/api/charts/web/1.0.0"), 404, "object not found")
    refused(client.get("/charts/web-1.0.0.tgz"), 404, "object not found")


def test_what_is_there_is_told(client: TestClient) -> None:
    for version in ("1.0.0", "1.1.0", "2.0.0-rc.1"):
        client.post("/api/charts", content=chart("web", version))
    client.post("/api/charts", content=chart("api", "0.1.0"))
    assert list(client.get("/api/charts").json()) == ["api", "web"]
    assert list(client.get("/api/charts?offset=1").json()) == ["web"]
    assert list(client.get("/api/charts?limit=1").json()) == ["api"]
    assert client.get("/api/charts?offset=7&limit=1").json() == {}
    shown = client.get("/api/charts/web").json()
    assert [one["version"] for one in shown] == ["2.0.0-rc.1", "1.1.0", "1.0.0"]
    assert client.get("/api/charts/web/latest").json()["version"] == "1.1.0"
    assert client.get("/api/charts/web/1.0.0").json()["urls"] == ["charts/web-1.0.0.tgz"]
    assert client.head("/api/charts/web").status_code == 200
    assert client.head("/api/charts/web/1.0.0").status_code == 200
    assert client.head("/api/charts/nope").status_code == 404
    assert client.head("/api/charts/web/9.0.0").status_code == 404
    refused(client.get("/api/charts/nope"), 404, "chart not found")
    refused(client.get("/api/charts/nope/1.0.0"), 404, "no chart name found")
    refused(client.get("/api/charts/web/9.0.0"), 404, "no chart version found for web-9.0.0")
    for text in ("a", "-1", "1.5", ""):
        problem = "offset is not a valid non-negative integer"
        refused(client.get("/api/charts", params={"offset": text}), 400, problem)
    refused(client.get("/api/charts?limit=0"), 400, "limit is not a valid positive integer")


def test_templates_and_values_are_shown(client: TestClient) -> None:
    client.post("/api/charts", content=chart(**{"templates/a.yaml": "{{ 1 }}"}))
    shown = client.get("/api/charts/web/1.0.0/templates").json()
    assert base64.b64decode(shown["templates"][0]["data"]) == b"{{ 1 }}"
    assert shown["values"] == {"a": 1}
    answer = client.get("/api/charts/web/latest/values")
    assert (answer.text, answer.headers["content-type"]) == ("a: 1\n", "application/yaml")
    refused(client.get("/api/charts/web/2.0.0/values"), 404, "no chart version found for web-2.0.0")


def test_forms_bring_charts_and_provenances(client: TestClient) -> None:
    both: Any = {"chart": ("some/where/web-1.0.0.tgz", chart()), "prov": ("p", provenance(chart()))}
    assert client.post("/api/charts", files=both).status_code == 201
    answer = client.get("/charts/web-1.0.0.tgz.prov")
    assert answer.content == provenance(chart())
    assert answer.headers["content-type"] == "application/pgp-signature"
    refused(client.post("/api/charts", files=both), 409, "chart already exists")
    assert client.post("/api/charts?force", files=both).status_code == 201
    refused(client.post("/api/charts", files={"prov": both["prov"]}), 409, "file already exists")
    assert client.post("/api/charts?force=true", files={"prov": both["prov"]}).status_code == 201
    problem = "no package or provenance file found in form fields chart and prov"
    refused(client.post("/api/charts", files={"other": b"x"}), 400, problem)
    form = {"content-type": "multipart/form-data"}
    refused(client.post("/api/charts", content=b"x", headers=form), 400, "the body's type names no boundary")


def test_cm_push_finds_where_to_send_charts(client: TestClient) -> None:
    files = {"chart": ("web-1.0.0.tgz", chart())}
    assert client.post("/api/charts/charts", files=files).json() == {"saved": True}
    refused(client.post("/api/charts/charts", files=files), 409, "chart already exists")


def test_provenances_come_alone(client: TestClient) -> None:
    client.post("/api/charts", content=chart())
    assert client.post("/api/prov", content=provenance(chart())).json() == {"saved": True}
    refused(client.post("/api/prov", content=provenance(chart())), 409, "file already exists")
    assert client.post("/api/prov?force", content=provenance(chart())).status_code == 201
    refused(client.post("/api/prov", content=b"x"), 400, "invalid provenance file")


def test_bad_archives_are_refused(client: TestClient) -> None:
    refused(client.post("/api/charts", content=b"x"), 400, "unexpected EOF")
    refused(client.post("/api/charts", content=b""), 400, "EOF")
    client.post("/api/charts", content=chart())
    refused(client.post("/api/charts", content=chart()), 409, "file already exists")
    assert client.post("/api/charts?force=", content=chart()).status_code == 201
    answer = client.post("/api/charts", content=b"x" * (21 << 20))
    assert answer.status_code == 413


def test_what_the_client_has_is_not_sent_again(client: TestClient) -> None:
    client.post("/api/charts", content=chart())
    for path in ("/charts/index.yaml", "/charts/web-1.0.0.tgz", "/api/charts"):
        first = client.get(path)
        tag = first.headers["etag"]
        for given in (tag, f'"x", W/{tag}', "*"):
            answer = client.get(path, headers={"If-None-Match": given})
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["etag"] == tag
        assert client.get(path, headers={"If-None-Match": '"x"'}).content == first.content
        head = client.head(path)
        if path != "/api/charts":
            assert (head.content, head.headers["etag"]) == (b"", tag)
            assert head.headers["content-length"] == str(len(first.content))
    modified = client.get("/charts/web-1.0.0.tgz").headers["last-modified"]
    since = {"If-Modified-Since": modified}
    assert client.get("/charts/web-1.0.0.tgz", headers=since).status_code == 304
    for text in ("yesterday", "Thu, 01 Jan 1970 00:00:00 GMT"):
        since = {"If-Modified-Since": text}
        assert client.get("/charts/web-1.0.0.tgz", headers=since).status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [
        ("bytes=0-3", 206, 0, 4),
        ("bytes=5-", 206, 5, None),
        ("bytes=-4", 206, -4, None),
        ("bytes=-99999", 206, 0, None),
        ("bytes=2-99999", 206, 2, None),
        ("bytes=99999-", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
        ("bytes=3-2", 200, 0, None),
        ("bytes=-", 200, 0, None),
        ("bytes=a-b", 200, 0, None),
        ("bytes=0-1,3-4", 200, 0, None),
        ("lines=0-1", 200, 0, None),
    ],
)
def test_ranges(client: TestClient, asked: str, status: int, start: int, end: int | None) -> None:
    client.post("/api/charts", content=chart())
    answer = client.get("/charts/web-1.0.0.tgz", headers={"Range": asked})
    assert answer.status_code == status
    assert answer.content == chart()[start:end]
    if status == 206:
        first = start % len(chart()) if start >= -len(chart()) else 0
        assert answer.headers["content-range"].startswith(f"bytes {first}-")
    elif status == 416:
        assert answer.headers["content-range"] == f"bytes */{len(chart())}"


def test_ranges_of_something_else_are_all_of_it(client: TestClient) -> None:
    client.post("/api/charts", content=chart())
    whole = client.get("/charts/web-1.0.0.tgz")
    for condition, status in [
        (whole.headers["etag"], 206),
        (whole.headers["last-modified"], 206),
        ('"other"', 200),
        (f"W/{whole.headers['etag']}", 200),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 200),
        ("never", 200),
    ]:
        asked = {"Range": "bytes=0-3", "If-Range": condition}
        assert client.get("/charts/web-1.0.0.tgz", headers=asked).status_code == status


@pytest.mark.parametrize(
    "path",
    ["/charts/..%2fsecret.tgz", "/charts/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/charts/a%00.tgz", "/charts/x"],
)
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_server_without_a_repository_says_so() -> None:
    client = client_of(None)
    for path in ("/charts/index.yaml", "/charts/web-1.0.0.tgz", "/api/charts", "/api/charts/web"):
        refused(client.get(path), 404, "this server has no chart repository")


def test_a_repository_that_is_read_through_takes_nothing() -> None:
    client = client_of(open_repository("http://user:secret@127.0.0.1:9"))
    answer = client.post("/api/charts", content=chart())
    assert answer.status_code == 405
    assert "read through from http://***@127.0.0.1:9" in answer.json()["error"]
    answer = client.get("/charts/index.yaml")
    assert answer.status_code == 502
    assert "secret" not in answer.text


def test_refusals_before_a_route_is_reached_say_error_too(tmp_path: Path) -> None:
    limits = Limits(Bounds(upload=1000))
    guard = Guard.open().replace(authenticator=Nobody(), limits=limits)
    strangers = client_of(open_repository(str(tmp_path / "charts")), guard)
    for path in ("/api/charts", "/charts/index.yaml", "/index.yaml"):
        refused(strangers.get(path), 401, "credentials are needed: a bearer token")
    assert "error" not in strangers.get("/api/helm/releases").json()
    client = client_of(open_repository(str(tmp_path / "charts")), Guard.open().replace(limits=limits))
    refused(client.post("/api/charts", content=b"x" * 1001), 413, "the body is larger than 1000 bytes")
    refused(client.put("/api/charts"), 405, "PUT is not for /api/charts")
    refused(client.get("/api/charts/a/b/c/d"), 404, "there is nothing at /api/charts/a/b/c/d")
