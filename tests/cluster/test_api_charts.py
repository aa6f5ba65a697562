"""The REST API on a real control plane: charts on the server, and in repositories."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.cluster.rest import RELEASES, good, install, refused

from hivehelm.testing.chart_repository import ChartRepository

if TYPE_CHECKING:
    from pathlib import Path

    import httpx
    from tests.cluster.served import Served


def test_charts_on_the_server(rest: httpx.Client) -> None:
    """The seed's four endpoints about charts."""
    answer = rest.post("/api/helm/charts", json={"name": "my-app", "description": "My application"})
    made = good(answer, 201)
    assert answer.headers["location"] == "/api/helm/charts/my-app"
    assert (made["name"], made["description"], made["api_version"]) == ("my-app", "My application", "v2")
    found = good(rest.get("/api/helm/charts/my-app"))
    assert found["values"] == made["values"]
    assert found["values_text"].startswith("#")
    assert json.loads(found["schema"])["type"] == "object"
    web = good(rest.get("/api/helm/charts/web"))
    assert (web["readme"], web["app_version"], web["values"]["replicas"]) == ("# Web\n", "9", 1)

    listed = good(rest.get("/api/helm/charts"))
    assert {"broken", "my-app", "web"} <= {one["name"] for one in listed}
    assert all("values" not in one for one in listed)

    packaged = good(rest.post("/api/helm/charts/my-app/package"), 201)
    assert (packaged["name"], packaged["version"]) == ("my-app", "0.1.0")
    archive = rest.get(packaged["url"])
    assert archive.content[:2] == b"\x1f\x8b"
    assert "my-app-0.1.0.tgz" in rest.get("/charts/index.yaml").text
    refused(rest.post("/api/helm/charts/my-app/package"), 409, "already exists")
    other = good(rest.post("/api/helm/charts/my-app/package", json={"version": "0.2.0"}), 201)
    assert other["file"] == "my-app-0.2.0.tgz"
    assert good(rest.get("/api/helm/charts/my-app?version=0.2.0"))["version"] == "0.2.0"
    refused(rest.post("/api/helm/charts/my-app/package", json={"version": "new"}), 400, "emantic")
    refused(rest.post("/api/helm/charts/nobody/package"), 404, "not found")


def test_repositories(rest: httpx.Client, namespace: str, tmp_path: Path, platform: Served) -> None:
    """The seed's four endpoints about repositories, and what is to be found in one."""
    good(rest.post("/api/helm/charts/web/package", json={"force": True}), 201)
    (tmp_path / "web-1.0.0.tgz").write_bytes(rest.get("/charts/web-1.0.0.tgz").content)
    from hivehelm.sources.index.directory import write

    write(str(tmp_path), "", "")
    with ChartRepository(tmp_path, username="bob", password="s3cret") as repository:  # noqa: S106
        body = {"name": "stable", "url": repository.url, "username": "bob", "password": "s3cret"}
        bad = rest.post("/api/helm/repositories", json=body | {"password": "wrong"})
        refused(bad, 424, "is not a valid chart repository")
        answer = rest.post("/api/helm/repositories", json=body)
        made = good(answer, 201)
        assert made == {"name": "stable", "url": repository.url, "username": "bob", "is_oci": False}
        assert answer.headers["location"] == "/api/helm/repositories/stable"
        assert good(rest.post("/api/helm/repositories", json=body)) == made
        refused(rest.post("/api/helm/repositories", json=body | {"username": "eve"}), 409, "already exists")
        assert good(rest.get("/api/helm/repositories")) == [made]
        assert good(rest.get("/api/helm/repositories/stable")) == made
        assert "s3cret" not in "\n".join(platform.log)

        (updated,) = good(rest.post("/api/helm/repositories/update"))
        assert (updated["name"], updated["ok"], updated["message"]) == ("stable", True, "")
        (updated,) = good(rest.post("/api/helm/repositories/update", json={"name": "stable"}))
        refused(rest.post("/api/helm/repositories/update", json={"name": "no"}), 404, "repo no not found")

        (found,) = good(rest.get("/api/helm/search?query=web"))
        assert (found["name"], found["version"]) == ("stable/web", "1.0.0")
        assert good(rest.get("/api/helm/search?query=nothing")) == []
        assert len(good(rest.get("/api/helm/repositories/stable/charts"))) == 1
        (version,) = good(rest.get("/api/helm/repositories/stable/charts/web/versions"))
        assert (version["version"], version["description"]) == ("1.0.0", "A web")
        whole = good(rest.get("/api/helm/repositories/stable/charts/web"))
        assert (whole["readme"], whole["values_text"][:10]) == ("# Web\n", "# how many")
        for path in ("nobody/versions", "nobody", "web?version=9.9.9"):
            refused(rest.get(f"/api/helm/repositories/stable/charts/{path}"), 404, "")

        made = install(rest, namespace, chart="stable/web", version="1.0.0")
        assert made["version"] == "1.0.0"
        made = install(rest, namespace, name="two", chart="web", repository="stable", no_hooks=True)
        (tmp_path / "index.yaml").unlink()
        (updated,) = good(rest.post("/api/helm/repositories/update"))
        assert not updated["ok"]
        assert "404" in updated["message"]
        missing = {"name": "three", "chart": "stable/web", "version": "9.9.9", "namespace": namespace}
        refused(rest.post(f"{RELEASES}?wait=true", json=missing), 404, "9.9.9")
    missing["repository"], missing["chart"] = repository.url, "web"
    refused(rest.post(f"{RELEASES}?wait=true", json=missing), 424, "")
    assert rest.delete("/api/helm/repositories/stable").status_code == 204
    refused(rest.delete("/api/helm/repositories/stable"), 404, "repo stable not found")
    oci = {"name": "o", "url": "oci://registry.example.com/charts", "is_oci": True}
    assert good(rest.post("/api/helm/repositories", json=oci), 201)["is_oci"] is True
    assert rest.delete("/api/helm/repositories/o").status_code == 204
