"""What routes find out of their callers, where the cluster decides."""

from __future__ import annotations

import threading

import pytest
from fastapi import FastAPI
from starlette.requests import HTTPConnection
from tests.unit.api.asking import Said, ask

from hivehelm.api import problems
from hivehelm.api.auth.caller import Admin, AnyDeployer, Viewer
from hivehelm.api.auth.errors import AccessUnavailableError
from hivehelm.api.auth.identity import Identity
from hivehelm.api.auth.remembered import Remembered
from hivehelm.api.guard.guard import Guard

QUESTION = tuple[str, str]


class Deciding:
    """Decides as a cluster does, in its own time; remembers in which threads it was asked first."""

    def __init__(self, *allowed: QUESTION) -> None:
        self.allowed = set(allowed)
        self.asked: dict[QUESTION, bool] = {}
        self.away = False

    def allows(self, identity: Identity, role: str, namespace: str) -> bool:
        if self.away:
            raise AccessUnavailableError("the cluster does not answer")
        self.asked.setdefault((role, namespace), threading.current_thread() is threading.main_thread())
        return (role, namespace) in self.allowed

    async def identify(self, request: HTTPConnection) -> Identity:
        return Identity(name="ann", method="kubernetes", rights=self)

    def knows_already(self, request: HTTPConnection) -> bool:
        return True


def application(deciding: Deciding) -> FastAPI:
    app = FastAPI()
    problems.install(app)

    @app.get("/read")
    async def read(identity: Viewer) -> str:
        return identity.name

    @app.get("/read/{namespace}")
    async def read_there(identity: Viewer, namespace: str) -> str:
        return identity.name

    @app.post("/change")
    async def change(identity: AnyDeployer, body: dict[str, object]) -> str:
        identity.check("deployer", str(body.get("namespace", "default")))
        return identity.name

    @app.post("/manage")
    async def manage(identity: Admin) -> str:
        return identity.name

    @app.get("/healthz")
    async def healthz(identity: Viewer) -> str:
        return "public, and wants to know who asks"

    Guard.open().replace(authenticator=deciding).install(app)
    return app


def change(deciding: Deciding, body: str) -> Said:
    sent = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    return ask(application(deciding), "POST", "/change", *sent, body=[body.encode()])


def test_the_cluster_is_asked_aside() -> None:
    deciding = Deciding(("viewer", "default"), ("viewer", "shop"), ("admin", ""))
    app = application(deciding)
    assert ask(app, "GET", "/read").status == 200
    assert ask(app, "GET", "/read?namespace=shop").status == 200
    assert ask(app, "GET", "/read/shop").status == 200
    assert ask(app, "GET", "/read/pay").status == 403
    assert ask(app, "GET", "/read/shop?namespace=pay").status == 403
    assert ask(app, "POST", "/manage").status == 200
    assert not any(deciding.asked.values()), "the event loop waited for the cluster"


@pytest.mark.parametrize(
    ("body", "namespace"),
    [
        ('{"namespace": "shop"}', "shop"),
        ("{}", "default"),
        ('{"namespace": ""}', ""),
        ('{"namespace": 7}', "7"),
        ('{"namespace": "%s"}' % ("x" * 100), "x" * 100),
    ],
)
def test_so_it_is_of_a_body(body: str, namespace: str) -> None:
    deciding = Deciding()
    assert change(deciding, body).status == 403
    assert ("deployer", namespace) in deciding.asked
    if namespace in ("shop", "default"):
        assert not any(deciding.asked.values()), "the event loop waited for the cluster"
        assert change(Deciding(("deployer", namespace)), body).status == 200


@pytest.mark.parametrize("body", ["", "[]", "{", "[" * 5000])
def test_bodies_that_are_none(body: str) -> None:
    assert change(Deciding(("deployer", "default")), body).status in (400, 422)


def test_nothing_goes_on_while_the_cluster_does_not_say() -> None:
    deciding = Deciding(("viewer", "default"))
    deciding.away = True
    said = ask(application(deciding), "GET", "/read")
    assert (said.status, said.headers["retry-after"]) == (503, "5")


def test_a_route_that_wants_a_caller_gets_none_on_a_public_path() -> None:
    assert ask(application(Deciding()), "GET", "/healthz").status == 401


def test_only_so_much_is_remembered() -> None:
    now = [0.0]
    remembered: Remembered[int] = Remembered(2, lambda: now[0])
    for number in range(3):
        remembered.put(number, number, 10.0)
    assert [remembered.get(number) for number in range(3)] == [None, 1, 2]
    now[0] = 10.0
    assert remembered.get(2) is None
