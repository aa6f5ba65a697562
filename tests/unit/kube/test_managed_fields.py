from __future__ import annotations

from typing import Any

import pytest

from hivehelm.kube.errors import ApiError, ApplyError
from hivehelm.kube.managed_fields import take_over, upgraded
from hivehelm.kube.resources import Resource


def entry(operation: str, fields: dict[str, Any], manager: str = "helm", **more: str) -> dict[str, Any]:
    return {
        "manager": manager,
        "operation": operation,
        "apiVersion": "v1",
        "fieldsV1": fields,
        **more,
    }


A: dict[str, Any] = {"f:a": {}}
B: dict[str, Any] = {"f:b": {}}


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ([], []),
        ([entry("Apply", A)], [entry("Apply", A)]),
        ([entry("Update", A, "kubectl")], [entry("Update", A, "kubectl")]),
        ([entry("Update", A, subresource="status")], [entry("Update", A, subresource="status")]),
        ([entry("Update", A)], [entry("Apply", A)]),
        ([entry("Update", A), entry("Apply", B)], [entry("Apply", {**B, **A})]),
        (
            [entry("Update", {"f:x": A}), entry("Update", A, "kubectl"), entry("Apply", {"f:x": B})],
            [entry("Update", A, "kubectl"), entry("Apply", {"f:x": {**B, **A}})],
        ),
        # Of another version only the fields that were applied are kept.
        ([entry("Update", A, apiVersion="v2"), entry("Apply", B)], [entry("Apply", B)]),
        ([entry("Update", A), entry("Update", B)], [entry("Apply", A)]),
    ],
)
def test_what_was_written_becomes_applied(held: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> None:
    before = [dict(one) for one in held]
    assert upgraded(held, "helm") == wanted
    assert held == before


class Server:
    """One object, and what is done to it."""

    def __init__(self, held: list[dict[str, Any]], *errors: ApiError) -> None:
        self.held = held
        self.errors = list(errors)
        self.patches: list[list[dict[str, Any]]] = []

    def get(self, *_: object) -> dict[str, Any]:
        return {"metadata": {"managedFields": self.held, "resourceVersion": "7"}}

    def patch(self, *given: Any, **_: object) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.patches.append(given[3])


@pytest.fixture
def resource() -> Resource:
    from hivehelm.kube.discovery import CORE

    return Resource(CORE["v1", "ConfigMap"], "x", "default", {})


def run(server: Server, resource: Resource) -> bool:
    client: Any = server
    return take_over(client, resource)


def test_the_server_is_asked_to_refuse_when_somebody_wrote_in_between(resource: Resource) -> None:
    server = Server([entry("Update", A)])
    assert run(server, resource)
    assert server.patches == [
        [
            {"op": "replace", "path": "/metadata/managedFields", "value": [entry("Apply", A)]},
            {"op": "replace", "path": "/metadata/resourceVersion", "value": "7"},
        ]
    ]


def test_nothing_to_do_is_nothing_done(resource: Resource) -> None:
    server = Server([entry("Apply", A)])
    assert not run(server, resource)
    assert server.patches == []


def test_a_conflict_is_tried_again_but_not_for_ever(resource: Resource) -> None:
    conflict = ApiError(409, "Conflict", "the object has been modified")
    server = Server([entry("Update", A)], conflict)
    assert run(server, resource)
    with pytest.raises(ApplyError, match=r"^the object has been modified$"):
        run(Server([entry("Update", A)], *[conflict] * 5), resource)


def test_a_refusal_names_the_object(resource: Resource) -> None:
    forbidden = ApiError(403, "Forbidden", "no")
    with pytest.raises(ApplyError) as caught:
        run(Server([entry("Update", A)], forbidden), resource)
    assert str(caught.value) == (
        "failed to patch object to upgrade CSA field manager default/x /v1, Kind=ConfigMap: no"
    )


def test_an_object_that_cannot_be_read_is_told(resource: Resource, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ApiError(403, "Forbidden", "no")

    server = Server([])
    monkeypatch.setattr(server, "get", refuse)
    with pytest.raises(ApplyError, match=r"^failed to get object default/x /v1, Kind=ConfigMap: no$"):
        run(server, resource)
