"""Schemas by URL, from files and from a server on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hivehelm.sources import schema
from hivehelm.sources.schema import SchemaSourceError, ServedSchemas, load_schema
from hivehelm.testing import ChartRepository


class _Schemas(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/loop"):
            self.send_response(302)
            self.send_header("Location", "/loop")
            self.end_headers()
        elif self.path == "/leave":
            self.send_response(302)
            self.send_header("Location", "file:///etc/passwd")
            self.end_headers()
        elif self.path == "/odd":
            self.send_response(299)
            self.end_headers()
        elif self.path == "/moved":
            self.send_response(301)
            self.send_header("Location", "/schema.json?v=1")
            self.end_headers()
        elif self.path.startswith("/schema.json"):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"type":"object"}')
        else:
            self.send_response(404)
            self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        return


@pytest.fixture
def server() -> Iterator[str]:
    """A server of schemas; its address."""
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _Schemas)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()


def test_a_schema_comes_over_http_through_redirects(server: str) -> None:
    assert load_schema(f"{server}/schema.json") == b'{"type":"object"}'
    assert load_schema(f"{server}/moved") == b'{"type":"object"}'


def test_for_a_server_there_are_no_files_and_little_time(server: str, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text("{}")
    url = (tmp_path / "s.json").as_uri()
    load = ServedSchemas(outward=False)
    with pytest.raises(SchemaSourceError) as caught:
        load(url)
    assert str(caught.value) == f"{url} is a file of this server's"
    assert load(f"{server}/schema.json") == b'{"type":"object"}'
    with pytest.raises(SchemaSourceError, match="the server's own machine"):
        ServedSchemas(outward=True)(f"{server}/schema.json")
    hurried = ServedSchemas(outward=False, seconds=1e-9)
    with pytest.raises(SchemaSourceError):
        hurried(f"{server}/schema.json")
    with pytest.raises(SchemaSourceError, match="takes too long"):
        hurried(f"{server}/schema.json")


def test_a_status_other_than_200_is_told_as_helm_tells_it(server: str) -> None:
    with pytest.raises(SchemaSourceError) as caught:
        load_schema(f"{server}/none")
    assert str(caught.value) == f"HTTP request to {server}/none returned status 404 (Not Found)"


def test_redirects_end(server: str) -> None:
    with pytest.raises(SchemaSourceError, match="stopped after 10 redirects"):
        load_schema(f"{server}/loop")


def test_nobody_listening_is_said_in_gos_words() -> None:
    with pytest.raises(SchemaSourceError) as caught:
        load_schema("http://127.0.0.1:1/s.json")
    assert str(caught.value) == (
        'HTTP request failed for http://127.0.0.1:1/s.json: Get "http://127.0.0.1:1/s.json": '
        "dial tcp 127.0.0.1:1: connect: connection refused"
    )


def test_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "a b.json").write_text("{}")
    assert load_schema(f"file://{tmp_path}/a%20b.json") == b"{}"
    with pytest.raises(SchemaSourceError) as caught:
        load_schema(f"file://{tmp_path}/none.json")
    assert str(caught.value) == f"open {tmp_path}/none.json: no such file or directory"
    with pytest.raises(SchemaSourceError, match="is a directory"):
        load_schema(f"file://{tmp_path}")


def test_sizes_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "MAX_BYTES", 4)
    (tmp_path / "s.json").write_text("12345")
    with pytest.raises(SchemaSourceError, match=r"s\.json is larger than 4 bytes"):
        load_schema(f"file://{tmp_path}/s.json")
    (tmp_path / "s.json").write_text("12345")
    with ChartRepository(tmp_path) as repository, pytest.raises(SchemaSourceError) as raised:
        load_schema(f"{repository.url}/s.json")
    assert str(raised.value) == f"{repository.url}/s.json is larger than 4 bytes"


def test_passwords_are_not_shown() -> None:
    for url in ("http://u:secret@127.0.0.1:1/", "http://u:secret@h:x/"):
        with pytest.raises(SchemaSourceError) as raised:
            load_schema(url)
        assert "secret" not in str(raised.value)


def test_redirects_stay_on_the_web(server: str) -> None:
    with pytest.raises(
        SchemaSourceError, match=r'Get "file:///etc/passwd": unsupported protocol scheme "file"'
    ):
        load_schema(f"{server}/leave")


def test_statuses_without_a_name(server: str) -> None:
    with pytest.raises(SchemaSourceError, match=r"returned status 299 \(\)$"):
        load_schema(f"{server}/odd")
