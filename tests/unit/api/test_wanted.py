"""Which revision a request is about, and who may see what is secret in it."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from tests.unit.api.asking import ask
from tests.unit.api.auth.test_caller import Deciding

from hivehelm.api import problems
from hivehelm.api.auth.caller import Viewer
from hivehelm.api.guard.guard import Guard
from hivehelm.api.wanted import Revealed, WantedRevision


def application(deciding: Deciding) -> FastAPI:
    app = FastAPI()
    problems.install(app)

    @app.get("/one/{name}")
    async def one(identity: Viewer, wanted: WantedRevision) -> list[object]:
        return [*wanted.place, wanted.secrets]

    @app.get("/other")
    async def other(identity: Viewer, secrets: Revealed) -> bool:
        return secrets

    Guard.open().replace(authenticator=deciding).install(app)
    return app


def test_a_revision_is_named_in_path_and_query() -> None:
    app = application(Deciding(("viewer", "default"), ("viewer", "shop")))
    assert ask(app, "GET", "/one/web").json == ["default", "web", 0, False]
    assert ask(app, "GET", "/one/web?namespace=shop&revision=3").json == ["shop", "web", 3, False]


@pytest.mark.parametrize("path", ["/one/web", "/other"])
def test_secrets_take_a_deployer_of_that_namespace(path: str) -> None:
    deciding = Deciding(("viewer", "default"), ("viewer", "shop"), ("deployer", "shop"))
    app = application(deciding)
    assert ask(app, "GET", path).status == 200
    assert ask(app, "GET", f"{path}?secrets=true").status == 403
    assert ask(app, "GET", f"{path}?secrets=true&namespace=shop").status == 200
    assert not any(deciding.asked.values()), "the event loop waited for the cluster"
