"""The embedded chart repository as clients know it: the real Helm, ours, and ChartMuseum's push plugin."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import socket
import threading
import urllib.request
import uuid
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import uvicorn
from fastapi import FastAPI
from tests.cases.provenance import NAME, signed
from tests.conformance.running import run_helm, run_ours
from tests.openpgp import Key, certificate, clear_signed
from tests.unit.platform.repository.made import chart

from hivehelm.api import problems
from hivehelm.api.auth.authenticator import Bearer
from hivehelm.api.auth.token import Token
from hivehelm.api.auth.tokens import Tokens
from hivehelm.api.guard import Guard
from hivehelm.api.guard.limits import Limits
from hivehelm.api.guard.log import Log
from hivehelm.api.guard.metrics import Metrics
from hivehelm.api.routes import index, museum
from hivehelm.api.services import Services
from hivehelm.platform.repository.opening import open_repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

ADMIN, ADMIN_TOKEN = Token.issue("pusher", "admin", (), 0, 0)
VIEWER, VIEWER_TOKEN = Token.issue("reader", "viewer", ("team",), 0, 0)
WEB = chart("web", "1.0.0", "description: the web\n", **{"templates/cm.yaml": "a: 1\n"})
BOTH = pytest.mark.parametrize("run", [run_helm, run_ours], ids=["helm", "hivehelm"])


@contextmanager
def serving(where: str) -> Iterator[str]:
    """Serve the repository at `where`, and yield the server's address."""
    app = FastAPI(redirect_slashes=False)
    tokens = Tokens([SimpleNamespace(list=lambda: [ADMIN, VIEWER])])
    guard = Guard(authenticator=Bearer([tokens]), limits=Limits(), log=Log(level="error"), metrics=Metrics())
    services = cast(Services, SimpleNamespace(repository=open_repository(where)))
    problems.install(app)
    for module in (museum, index):
        app.include_router(module.router(services))
    guard.install(app)
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", **guard.uvicorn()))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(str(tmp_path_factory.mktemp("museum"))) as address:
        send(address, "POST", "/api/charts", WEB)
        send(address, "POST", "/api/charts", chart("web", "1.1.0-rc.1"))
        yield address


def send(
    address: str, method: str, path: str, body: bytes = b"", token: str = ADMIN_TOKEN, **headers: str
) -> tuple[int, Any]:
    """Send a request as ChartMuseum's clients do: with a password, unasked."""
    login = base64.b64encode(f"somebody:{token}".encode()).decode()
    said = {"Authorization": f"Basic {login}", **headers}
    request = urllib.request.Request(f"{address}{path}", body or None, said, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def environment(top: Path) -> dict[str, str]:
    return {"HOME": str(top), "PATH": os.environ["PATH"], "PWD": str(top)}


@BOTH
def test_a_repository_is_added_searched_and_pulled_from(
    helm: Path, address: str, tmp_path: Path, run: Any
) -> None:
    def helm_does(*argv: str) -> str:
        code, out, err = run(helm, argv, b"", tmp_path, environment(tmp_path))
        assert code == 0, err
        return str(out)

    login = ["--username", "anyone", "--password", VIEWER_TOKEN]
    assert "has been added" in helm_does("repo", "add", "hive", f"{address}/charts", *login)
    found = json.loads(helm_does("search", "repo", "hive", "-o", "json"))
    assert [(one["name"], one["version"]) for one in found] == [("hive/web", "1.0.0")]
    found = json.loads(helm_does("search", "repo", "hive", "--devel", "--versions", "-o", "json"))
    assert [one["version"] for one in found] == ["1.1.0-rc.1", "1.0.0"]
    helm_does("pull", "hive/web")
    assert (tmp_path / "web-1.0.0.tgz").read_bytes() == WEB
    assert "a: 1" in helm_does("template", "hive/web")
    assert "description: the web" in helm_does("show", "chart", "hive/web")
    helm_does("pull", "web", "--repo", f"{address}/charts", *login, "--untar", "--untardir", "x")
    # As a repository of ChartMuseum's, whose index is at the top.
    helm_does("repo", "add", "museum", address, *login)
    helm_does("pull", "museum/web", "--version", "1.1.0-rc.1")
    assert (tmp_path / "web-1.1.0-rc.1.tgz").exists()
    assert "Update Complete" in helm_does("repo", "update")


@BOTH
def test_who_has_no_good_token_is_told(helm: Path, address: str, tmp_path: Path, run: Any) -> None:
    for login in ([], ["--username", "anyone", "--password", "wrong"]):
        argv = ["repo", "add", "hive", f"{address}/charts", *login]
        code, _, err = run(helm, argv, b"", tmp_path, environment(tmp_path))
        assert code == 1
        assert "401 Unauthorized" in err


@BOTH
def test_signed_charts_are_verified(helm: Path, address: str, tmp_path: Path, run: Any) -> None:
    name = f"signed-{run.__name__.replace('_', '-')}"
    archive = chart(name, "0.1.0")
    digest = hashlib.sha256(archive).hexdigest()
    text = (
        f"apiVersion: v2\nname: {name}\nversion: 0.1.0\n\n...\nfiles:\n  {name}-0.1.0.tgz: sha256:{digest}\n"
    )
    key = Key("rsa")
    prov = clear_signed(text, signed(key, text))
    (tmp_path / "ring").write_bytes(certificate(key, NAME))
    mark = uuid.uuid4().hex
    parts = {"chart": (f"{name}-0.1.0.tgz", archive), "prov": (f"{name}-0.1.0.tgz.prov", prov)}
    form = b"".join(
        f'--{mark}\r\nContent-Disposition: form-data; name="{field}"; filename="{file}"\r\n\r\n'.encode()
        + data
        + b"\r\n"
        for field, (file, data) in parts.items()
    )
    headers = {"Content-Type": f"multipart/form-data; boundary={mark}"}
    status, said = send(address, "POST", "/api/charts", form + f"--{mark}--\r\n".encode(), **headers)
    assert (status, said) == (201, {"saved": True})
    login = ["--repo", f"{address}/charts", "--username", "anyone", "--password", VIEWER_TOKEN]
    argv = ["pull", name, *login, "--verify", "--keyring", "ring"]
    code, out, err = run(helm, argv, b"", tmp_path, environment(tmp_path))
    assert (code, err) == (0, "")
    assert "Signed by: Ann Other <ann@example.com>" in out
    argv = ["pull", "web", *login, "--verify", "--keyring", "ring"]
    code, _, err = run(helm, argv, b"", tmp_path, environment(tmp_path))
    assert code == 1
    assert f'failed to fetch provenance "{address}/charts/web-1.0.0.tgz.prov"' in err


@pytest.mark.parametrize("path", ["/api/charts", "/api/charts/charts"])
def test_charts_are_pushed_as_the_push_plugin_does(address: str, path: str) -> None:
    # What chartmuseum/helm-push sends to a repository that it knows by the server's address, or as …/charts.
    name = f"pushed{len(path)}"
    body = (
        b"--mark\r\n"
        b'Content-Disposition: form-data; name="chart"; filename="/tmp/helm-push-1/'
        + f'{name}-0.1.0.tgz"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode()
        + chart(name, "0.1.0")
        + b"\r\n--mark--\r\n"
    )
    kind = {"Content-Type": "multipart/form-data; boundary=mark"}
    assert send(address, "POST", path, body, **kind) == (201, {"saved": True})
    status, said = send(address, "POST", path, body, **kind)
    assert (status, said["error"]) == (409, "chart already exists")
    assert send(address, "POST", f"{path}?force", body, **kind) == (201, {"saved": True})
    status, said = send(address, "POST", path, body, VIEWER_TOKEN, **kind)
    assert status == 403
    assert said["error"]
    assert send(address, "DELETE", f"/api/charts/{name}/0.1.0") == (200, {"deleted": True})
    assert send(address, "DELETE", f"/api/charts/{name}/0.1.0", token=VIEWER_TOKEN)[0] == 403


def test_published_charts_are_served(helm: Path, charts: Path, tmp_path: Path) -> None:
    some = sorted(charts.glob("*.tgz"), key=lambda path: path.stat().st_size)[::12]
    with serving(str(tmp_path / "charts")) as address:
        for path in some:
            assert send(address, "POST", "/api/charts", path.read_bytes()) == (201, {"saved": True})
        login = ["--username", "anyone", "--password", ADMIN_TOKEN]
        argv = ["repo", "add", "hive", f"{address}/charts", *login]
        assert run_helm(helm, argv, b"", tmp_path, environment(tmp_path))[0] == 0
        argv = ["search", "repo", "--devel", "-o", "json"]
        found = json.loads(run_helm(helm, argv, b"", tmp_path, environment(tmp_path))[1])
        assert len(found) == len(some)
        listed = send(address, "GET", "/api/charts")[1]
        assert {one["name"].removeprefix("hive/") for one in found} == set(listed)
        # The index that Helm makes of the same directory says the same of each chart.
        argv = ["repo", "index", "charts"]
        assert run_helm(helm, argv, b"", tmp_path, environment(tmp_path))[0] == 0
        theirs = (tmp_path / "charts" / "index.yaml").read_text()
        ours = (tmp_path / ".cache/helm/repository/hive-index.yaml").read_text()
        assert masked(ours) == masked(theirs)


def masked(index: str) -> str:
    """Return an index without times."""
    return "\n".join(
        line for line in index.splitlines() if not line.strip().startswith(("created:", "generated:"))
    )
