from __future__ import annotations

import sys
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
