from __future__ import annotations

import http.server
import json
import ssl
import threading
from pathlib import Path

import pytest

from hivehelm.cluster.api import Api, ControlPlaneApiError
from hivehelm.cluster.certificates import Authority, Pair

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    Answers = dict[tuple[str, str], tuple[int, bytes]]


class Server:
    """An HTTPS server that answers what it was told to, and remembers what it was asked."""

    def __init__(self, pair: Pair) -> None:
        self.answers: Answers = {}
        self.asked: list[tuple[str, str, str, bytes]] = []
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                server.asked.append((self.command, self.path, self.headers.get("Content-Type", ""), body))
                status, data = server.answers.get((self.command, self.path), (404, b"{}"))
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_PATCH = do_DELETE = answer  # noqa: N815

            def log_message(self, format: str, *_: object) -> None:  # noqa: A002
                """Say nothing."""

        self._server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair.certificate, pair.key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "pki")


@pytest.fixture
def server(authority: Authority) -> Iterator[Server]:
    made = Server(authority.server("server", ["127.0.0.1"]))
    yield made
    made.stop()


@pytest.fixture
def api(authority: Authority, server: Server) -> Api:
    return Api(server.url, authority.pair.certificate, authority.client("me", "me"))


def test_objects_come_and_go(api: Api, server: Server) -> None:
    server.answers["GET", "/api/v1/nodes/a"] = (200, b'{"kind": "Node"}')
    assert api.get("/api/v1/nodes/a") == {"kind": "Node"}
    assert api.get("/api/v1/nodes/b") is None
    api.delete("/api/v1/nodes/b")
    server.answers["DELETE", "/api/v1/nodes/a"] = (200, b"{}")
    api.delete("/api/v1/nodes/a")
    assert [asked[:2] for asked in server.asked[2:]] == [
        ("DELETE", "/api/v1/nodes/b"),
        ("DELETE", "/api/v1/nodes/a"),
    ]


def test_applying_takes_the_fields_it_sets(api: Api, server: Server) -> None:
    path = "/api/v1/nodes/a?fieldManager=hivehelm-cluster&force=true"
    server.answers["PATCH", path] = (200, b"{}")
    api.apply("/api/v1/nodes/a", {"kind": "Node"})
    ((method, asked, kind, body),) = server.asked
    assert (method, asked, kind) == ("PATCH", path, "application/apply-patch+yaml")
    assert json.loads(body) == {"kind": "Node"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"message": "no such luck"}', "no such luck"),
        (b"<html>", "<html>"),
        (b"[]", "[]"),
        (b'{"reason": 1}', '{"reason": 1}'),
    ],
)
def test_a_refusal_is_the_servers_words(api: Api, server: Server, data: bytes, message: str) -> None:
    server.answers["GET", "/x"] = server.answers["DELETE", "/x"] = (403, data)
    for ask in (api.get, api.delete):
        with pytest.raises(ControlPlaneApiError) as caught:
            ask("/x")
        assert caught.value.status == 403
        assert str(caught.value).endswith(f"/x: 403 {message}")


def test_readiness(api: Api, server: Server) -> None:
    assert not api.answers("/readyz")
    server.answers["GET", "/readyz"] = (200, b"ok")
    assert api.answers("/readyz")


def test_a_server_that_is_gone(authority: Authority) -> None:
    api = Api("https://127.0.0.1:1", authority.pair.certificate, authority.client("me", "me"))
    assert not api.answers("/readyz")
    with pytest.raises(ControlPlaneApiError) as caught:
        api.get("/x")
    assert caught.value.status == 0


def test_a_server_of_another_authority_is_not_believed(tmp_path: Path, server: Server) -> None:
    other = Authority(tmp_path / "other")
    api = Api(server.url, other.pair.certificate, other.client("me", "me"))
    assert not api.answers("/readyz")
    with pytest.raises(ControlPlaneApiError, match="CERTIFICATE_VERIFY_FAILED"):
        api.get("/x")
