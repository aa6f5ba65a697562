"""What is let in, what is refused, and what is written down of it."""

from __future__ import annotations

import asyncio
import io
import json

import pytest
from fastapi import FastAPI, Request
from starlette.requests import HTTPConnection
from starlette.types import Message
from tests.unit.api.asking import Said, ask

from hivehelm.api import problems
from hivehelm.api.auth.caller import AnyViewer, Viewer
from hivehelm.api.auth.errors import AccessUnavailableError, UnauthenticatedError
from hivehelm.api.auth.identity import Identity
from hivehelm.api.guard.guard import Guard
from hivehelm.api.guard.limits import Bounds, Limits
from hivehelm.api.guard.log import Log
from hivehelm.api.guard.metrics import Metrics

JSON = ("Content-Type", "application/json")


class Known:
    """Knows `Bearer good`; `Bearer away` finds nobody who could tell."""

    def __init__(self) -> None:
        self.tried = 0

    async def identify(self, request: HTTPConnection) -> Identity:
        said = request.headers.get("authorization")
        if said is None:
            raise UnauthenticatedError
        self.tried += 1
        if said == "Bearer away":
            raise AccessUnavailableError("the cluster does not answer")
        if said not in ("Bearer good", "Bearer other"):
            raise UnauthenticatedError(given=True)
        return Identity(name=said[7:], role="admin", method="token")

    def knows_already(self, request: HTTPConnection) -> bool:
        return request.headers.get("authorization") in (None, "Bearer good")


class Setting:
    """An application behind a guard."""

    def __init__(
        self, *, public: frozenset[str] = frozenset(), charts: bool = False, **bounds: float
    ) -> None:
        self.known = Known()
        self.said = io.StringIO()
        self.metrics = Metrics()
        given = {name: int(value) if name in INTEGERS else value for name, value in bounds.items()}
        self.guard = Guard(
            authenticator=self.known,
            limits=Limits(Bounds(**given)),  # type: ignore[arg-type]
            log=Log(self.said),
            metrics=self.metrics,
            public=public,
            public_charts=charts,
        )
        self.app = FastAPI()
        problems.install(self.app)

        @self.app.get("/healthz")
        async def healthz() -> str:
            return "ok"

        @self.app.get("/api/who/{name}")
        async def who(identity: Viewer, name: str) -> str:
            return identity.name

        @self.app.get("/charts/{file}")
        async def charts_(identity: AnyViewer, file: str) -> str:
            return identity.name

        @self.app.post("/api/body")
        async def body(identity: Viewer, request: Request) -> int:
            return len(await request.body())

        @self.app.post("/api/charts")
        async def upload(identity: Viewer, request: Request) -> int:
            return sum([len(piece) async for piece in request.stream()])

        @self.app.get("/api/broken")
        async def broken(identity: Viewer) -> str:
            raise ValueError("hunter2")

        self.guard.install(self.app)

    def ask(self, method: str, path: str, *headers: tuple[str, str], **more: object) -> Said:
        return ask(self.app, method, path, ("Authorization", "Bearer good"), *headers, **more)  # type: ignore[arg-type]

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.said.getvalue().splitlines()]


INTEGERS = ("body", "upload", "headers", "path", "query", "failures")


def test_a_caller_is_known_and_written_down() -> None:
    setting = Setting()
    said = setting.ask("GET", "/api/who/x?secret=hunter2", ("X-Request-Id", "abc"))
    assert (said.status, said.json) == (200, "good")
    assert said.headers["x-request-id"] == "abc"
    line = setting.lines[-1]
    assert line.pop("time")
    assert line.pop("ms") >= 0  # type: ignore[operator]
    assert line == {
        "level": "info",
        "msg": "request",
        "request_id": "abc",
        "method": "GET",
        "route": "/api/who/{name}",
        "path": "/api/who/x",
        "status": 200,
        "caller": "good",
        "client": "127.0.0.1",
    }
    assert (
        'requests_total{method="GET",route="/api/who/{name}",status="200"} 1.0'
        in setting.metrics.text().decode()
    )


def test_health_is_for_everyone_and_stays_out_of_the_log() -> None:
    setting = Setting()
    assert ask(setting.app, "GET", "/healthz").status == 200
    assert setting.lines == []
    assert setting.known.tried == 0


def test_nobody_is_refused_before_anything_is_read() -> None:
    setting = Setting()
    for path in ("/api/who/x", "/nowhere"):
        said = ask(setting.app, "GET", path)
        assert said.status == 401
        assert said.json["type"] == "urn:hivehelm:problem:UnauthenticatedError"
        assert said.json["request_id"] == said.headers["x-request-id"]
        assert "caller" not in setting.lines[-1]
    said = ask(setting.app, "POST", "/api/body", ("Content-Length", "10000000"), body=[b"x"])
    assert said.status == 401
    assert 'refused_total{reason="Unauthenticated"} 3.0' in setting.metrics.text().decode()


def test_who_cannot_be_known_now_comes_again() -> None:
    said = ask(Setting().app, "GET", "/api/who/x", ("Authorization", "Bearer away"))
    assert (said.status, said.headers["retry-after"]) == (503, "5")


def test_chart_repositories_ask_for_a_password() -> None:
    setting = Setting()
    assert "Basic" in ask(setting.app, "GET", "/charts/index.yaml").headers["www-authenticate"]
    assert "Basic" not in ask(setting.app, "GET", "/api/who/x").headers["www-authenticate"]


def test_charts_may_be_for_everyone_to_read() -> None:
    setting = Setting(charts=True)
    assert ask(setting.app, "GET", "/charts/index.yaml").json == "anonymous"
    assert setting.ask("GET", "/charts/index.yaml").json == "good"
    bad = ("Authorization", "Bearer bad")
    assert ask(setting.app, "GET", "/charts/index.yaml", bad).status == 401
    assert ask(setting.app, "POST", "/api/charts", body=[b"x"]).status == 401
    assert ask(setting.app, "GET", "/api/who/x").status == 401


def test_paths_may_be_for_everyone() -> None:
    setting = Setting(public=frozenset({"/api/who/x"}))
    assert ask(setting.app, "GET", "/api/who/x").status == 401  # its route still wants to know
    assert setting.known.tried == 0


@pytest.mark.parametrize("path", ["/api/body", "/api/charts"])
def test_large_bodies_are_refused(path: str) -> None:
    setting = Setting(body=100, upload=1000)
    limit = 1000 if path == "/api/charts" else 100
    told = ("Content-Length", str(limit + 1))
    assert setting.ask("POST", path, told, body=[b"x"]).status == 413
    chunked = ("Transfer-Encoding", "chunked")
    said = setting.ask("POST", path, chunked, body=[b"x" * 50] * (limit // 50 + 1))
    assert said.status == 413
    assert said.json["detail"] == f"the body is larger than {limit} bytes"
    assert setting.ask("POST", path, chunked, body=[b"x" * 50] * (limit // 50)).json == limit
    assert setting.ask("POST", path, ("Content-Length", str(limit)), body=[b"x" * limit]).json == limit


def test_many_headers_and_long_urls_are_refused() -> None:
    setting = Setting(headers=10, path=50, query=50)
    assert setting.ask("GET", "/api/who/x", *[(f"X-{n}", "x") for n in range(10)]).status == 431
    assert setting.ask("GET", "/api/who/" + "x" * 50).status == 414
    assert setting.ask("GET", "/api/who/x?q=" + "x" * 50).status == 414


def test_who_asks_too_often_waits() -> None:
    setting = Setting(rate=0.001, burst=3.0)
    found = [setting.ask("GET", "/api/who/x").status for _ in range(5)]
    assert found == [200, 200, 200, 429, 429]
    said = setting.ask("GET", "/api/who/x")
    assert int(said.headers["retry-after"]) > 0
    assert said.json["type"] == "urn:hivehelm:problem:TooManyRequestsError"
    other = ask(setting.app, "GET", "/api/who/x", ("Authorization", "Bearer other"))
    assert other.status == 200


def test_who_fails_too_often_is_not_looked_at() -> None:
    setting = Setting(failures=3)
    bad = ("Authorization", "Bearer bad")
    found = [ask(setting.app, "GET", "/api/who/x", bad).status for _ in range(5)]
    assert found == [401, 401, 401, 429, 429]
    assert setting.known.tried == 3
    # Not whom one knows, nor who comes from elsewhere, nor who shows nothing.
    assert setting.ask("GET", "/api/who/x").status == 200
    assert ask(setting.app, "GET", "/api/who/x", bad, client="10.0.0.9").status == 401
    assert ask(setting.app, "GET", "/api/who/x").status == 401


def test_what_breaks_is_a_problem_that_tells_nothing() -> None:
    setting = Setting()
    said = setting.ask("GET", "/api/broken")
    assert said.status == 500
    assert said.headers["content-type"] == "application/problem+json"
    assert "hunter2" not in said.data.decode() + setting.said.getvalue()
    failure, request = setting.lines
    assert failure["error"] == "ValueError"
    assert "test_admit.py" in str(failure["where"])
    assert failure["request_id"] == request["request_id"] == said.json["request_id"]
    assert request["level"] == "error"


@pytest.mark.parametrize("given", ["", "a b", 'a"b', "a\x7fb", "x" * 129, "<script>"])
def test_ids_that_could_do_harm_are_not_taken(given: str) -> None:
    found = Setting().ask("GET", "/api/who/x", ("X-Request-Id", given)).headers["x-request-id"]
    assert found != given
    assert len(found) == 32


def test_two_ids_are_none() -> None:
    said = Setting().ask("GET", "/api/who/x", ("X-Request-Id", "a"), ("X-Request-Id", "b"))
    assert len(said.headers["x-request-id"]) == 32


def test_answers_over_tls_stay_with_it() -> None:
    setting = Setting()
    assert "strict-transport-security" not in setting.ask("GET", "/api/who/x").headers
    assert "strict-transport-security" in setting.ask("GET", "/api/who/x", scheme="https").headers


def test_methods_that_nobody_knows_are_counted_as_one() -> None:
    setting = Setting()
    setting.ask("BREW", "/api/who/x")
    assert 'method="other"' in setting.metrics.text().decode()
    assert "BREW" not in setting.metrics.text().decode()


def test_nothing_speaks_over_web_sockets() -> None:
    said: list[object] = []

    async def receive() -> Message:
        raise AssertionError("nobody listens")

    async def send(message: Message) -> None:
        said.append(message)

    scope = {"type": "websocket", "path": "/api/who/x", "headers": []}
    asyncio.run(Setting().app(scope, receive, send))
    assert said == []
