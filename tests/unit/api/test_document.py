"""The OpenAPI document, as generators of clients read it."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import BaseModel

from hivehelm.api.document import document


class Order(BaseModel):
    count: int = 1


@pytest.fixture
def described() -> dict[str, Any]:
    app = FastAPI()

    @app.post("/must")
    def must(body: Order) -> None: ...

    @app.post("/may")
    def may(body: Order | None = None) -> None: ...

    return document(app)


@pytest.mark.parametrize("path", ["/must", "/may"])
def test_a_body_is_one_schema_whether_it_may_be_left_out_or_not(described: dict[str, Any], path: str) -> None:
    body = described["paths"][path]["post"]["requestBody"]
    assert body["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Order"}
    assert body.get("required", False) == (path == "/must")
