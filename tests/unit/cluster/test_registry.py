from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from hivehelm.cluster import guard, processes, registry
from hivehelm.cluster.errors import PartError
from hivehelm.cluster.registry import Registry

_SERVER = """#!{python}
import http.server, re, sys
address = re.search(r"addr: '(.*):(.*)'", open(sys.argv[2]).read())
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer((address[1], int(address[2])), Handler).serve_forever()
"""


@pytest.fixture(autouse=True)
def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "watch", lambda *_, **__: None)


def _program(monkeypatch: pytest.MonkeyPatch, path: Path, script: str) -> None:
    path.write_text(script)
    path.chmod(0o755)
    monkeypatch.setattr(registry, "binary", lambda _name, _report: path)


def test_it_runs_inside_the_context(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _program(monkeypatch, tmp_path / "registry", _SERVER.format(python=sys.executable))
    with Registry() as running:
        assert running.address.startswith("127.0.0.1:")
        process = running._process
        assert processes.alive(process)
        scratch = Path(running._scratch.name)
    assert not processes.alive(process)
    assert not scratch.exists()


def test_one_that_does_not_start_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _program(monkeypatch, tmp_path / "registry", "#!/bin/sh\necho no such store\nexit 1\n")
    made = Registry()
    with pytest.raises(PartError, match="registry does not start\n  no such store"):
        made.__enter__()
    assert not Path(made._scratch.name).exists()


def test_one_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _program(monkeypatch, tmp_path / "registry", "#!/bin/sh\nexec sleep 600\n")
    monkeypatch.setattr(registry, "_PATIENCE", 0.1)
    made = Registry()
    with pytest.raises(PartError, match="registry does not start"):
        made.__enter__()
    assert not processes.alive(made._process)


def test_who_answers_in_its_place_is_another(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _program(monkeypatch, tmp_path / "registry", "#!/bin/sh\necho address already in use\nexit 1\n")
    made = Registry()

    def answers() -> bool:
        while processes.alive(made._process):
            time.sleep(0.01)
        return True

    monkeypatch.setattr(made, "_answers", answers)
    with pytest.raises(PartError, match="address already in use"):
        made.__enter__()


_TLS_SERVER = """#!{python}
import http.server, re, ssl, sys
text = open(sys.argv[2]).read()
open(sys.argv[2] + ".kept", "w").write(text)
address = re.search(r"addr: '(.*?):(.*?)'", text)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(401)
        self.send_header("Content-Length", "0")
        self.end_headers()
server = http.server.HTTPServer((address[1], int(address[2])), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(re.search("certificate: '(.*?)'", text)[1], re.search("key: '(.*?)'", text)[1])
context.load_verify_locations(re.search(r"clientcas: \\['(.*?)'", text)[1])
context.verify_mode = ssl.CERT_REQUIRED
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"""


def test_one_with_tls_and_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import bcrypt

    _program(monkeypatch, tmp_path / "registry", _TLS_SERVER.format(python=sys.executable))
    with Registry(users={"bob": "secret"}, tls=True, clients=True) as running:
        scratch = Path(running._scratch.name)
        name, _, hashed = (scratch / "htpasswd").read_text().strip().partition(":")
        assert name == "bob"
        assert bcrypt.checkpw(b"secret", hashed.encode())
        configuration = (scratch / "config.yml").read_text()
        assert f"htpasswd: {{realm: test, path: '{scratch / 'htpasswd'}'}}" in configuration
        assert all(Path(path).exists() for path in (running.ca_file, running.cert_file, running.key_file))


def test_one_with_tls_for_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _program(monkeypatch, tmp_path / "registry", "#!/bin/sh\nexit 1\n")
    made = Registry(tls=True)
    assert made.secure
    assert "clientcas" not in made._tls()
