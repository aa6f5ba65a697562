"""Who may use which route, as a table over all of them."""

from __future__ import annotations

from functools import cache

import pytest
from fastapi.routing import APIRoute
from starlette.requests import HTTPConnection
from starlette.routing import Route
from tests.unit.api.asking import Said, ask

from hivehelm.api.app import build
from hivehelm.api.auth.caller import Needs
from hivehelm.api.auth.errors import UnauthenticatedError
from hivehelm.api.auth.identity import ROLES, Identity
from hivehelm.api.guard import Guard
from hivehelm.api.guard.admit import PUBLIC
from hivehelm.platform.site import Site
from hivehelm.server import ServerOptions, services

HELM = "/api/helm"
RELEASE = f"{HELM}/releases/{{name}}"
# A role is for the namespace that the request names, `default` where it names none. One with `*` passes who
# has it in some namespace: the route has none, or looks at the namespace in the body itself.
TABLE = {
    f"GET {HELM}/releases": "viewer*",
    f"POST {HELM}/releases": "deployer*",
    f"GET {RELEASE}": "viewer",
    f"PUT {RELEASE}": "deployer*",
    f"DELETE {RELEASE}": "deployer",
    f"GET {RELEASE}/history": "viewer",
    f"GET {RELEASE}/values": "viewer",
    f"GET {RELEASE}/manifest": "viewer",
    f"GET {RELEASE}/notes": "viewer",
    f"GET {RELEASE}/hooks": "viewer",
    f"GET {RELEASE}/status": "viewer",
    f"GET {RELEASE}/debug": "viewer",
    f"POST {RELEASE}/rollback": "deployer*",
    f"POST {RELEASE}/test": "deployer*",
    f"POST {RELEASE}/preview": "deployer*",
    f"GET {RELEASE}/diff": "viewer",
    f"POST {RELEASE}/diff": "deployer*",
    f"POST {HELM}/previews": "deployer*",
    f"GET {HELM}/events": "viewer",
    f"GET {HELM}/operations": "viewer*",
    f"GET {HELM}/operations/{{id}}": "viewer*",
    f"GET {HELM}/operations/{{id}}/events": "viewer*",
    f"POST {HELM}/operations/{{id}}/cancel": "deployer*",
    f"GET {HELM}/charts": "viewer*",
    f"POST {HELM}/charts": "admin",
    f"GET {HELM}/charts/{{name}}": "viewer*",
    f"POST {HELM}/charts/{{name}}/package": "admin",
    f"GET {HELM}/repositories": "viewer*",
    f"POST {HELM}/repositories": "admin",
    f"POST {HELM}/repositories/update": "deployer*",
    f"GET {HELM}/repositories/{{name}}": "viewer*",
    f"DELETE {HELM}/repositories/{{name}}": "admin",
    f"GET {HELM}/repositories/{{name}}/charts": "viewer*",
    f"GET {HELM}/repositories/{{name}}/charts/{{chart}}": "viewer*",
    f"GET {HELM}/repositories/{{name}}/charts/{{chart}}/versions": "viewer*",
    f"GET {HELM}/search": "viewer*",
    "GET /charts/index.yaml": "viewer*",
    "HEAD /charts/index.yaml": "viewer*",
    "GET /index.yaml": "viewer*",
    "HEAD /index.yaml": "viewer*",
    "GET /charts/{file}": "viewer*",
    "HEAD /charts/{file}": "viewer*",
    "GET /api/charts": "viewer*",
    "POST /api/charts": "admin",
    "POST /api/charts/charts": "admin",
    "POST /api/prov": "admin",
    "HEAD /api/charts/{name}": "viewer*",
    "GET /api/charts/{name}": "viewer*",
    "HEAD /api/charts/{name}/{version}": "viewer*",
    "GET /api/charts/{name}/{version}": "viewer*",
    "DELETE /api/charts/{name}/{version}": "admin",
    "GET /api/charts/{name}/{version}/templates": "viewer*",
    "GET /api/charts/{name}/{version}/values": "viewer*",
    "GET /metrics": "viewer*",
}
NAMES = {"name": "web", "version": "1.0.0", "file": "web-1.0.0.tgz", "id": "1", "chart": "web"}


class Introduced:
    """Knows callers by a header: ROLE, or ROLE@NAMESPACE."""

    async def identify(self, request: HTTPConnection) -> Identity:
        said = request.headers.get("x-caller")
        if said is None:
            raise UnauthenticatedError
        role, _, namespace = said.partition("@")
        return Identity(name="ann", role=role, namespaces=(namespace,) if namespace else ())

    def knows_already(self, request: HTTPConnection) -> bool:
        return True


@cache
def app() -> object:
    site = Site.from_environ({"HELM_DRIVER": "memory", "HOME": "/nowhere", "HIVEMIND_HOME": "/nowhere"})
    guard = Guard.open().replace(authenticator=Introduced())
    return build(services(site, guard, ServerOptions()))


def routes() -> list[APIRoute]:
    found: list[APIRoute] = []

    def walk(listed: object) -> None:
        for route in getattr(listed, "routes", ()):
            if isinstance(route, APIRoute):
                found.append(route)
            elif isinstance(route, Route):
                assert route.path in PUBLIC, route.path
            else:
                walk(getattr(route, "original_router", route))

    walk(app())
    return found


def needs(route: APIRoute) -> list[Needs]:
    """Return what a route says of its callers."""
    found = [each.call for each in route.dependant.dependencies]
    return [call for call in found if isinstance(call, Needs)]


def send(key: str, caller: str | None, query: str = "") -> Said:
    method, _, path = key.partition(" ")
    for name, value in (
        ("name", "web"),
        ("version", "1.0.0"),
        ("file", "web-1.0.0.tgz"),
        ("id", "1"),
        ("chart", "x"),
    ):
        path = path.replace(f"{{{name}}}", value)
    headers = [] if caller is None else [("X-Caller", caller)]
    return ask(app(), method, path + query, *headers)  # type: ignore[arg-type]


def test_each_route_says_who_may_use_it() -> None:
    declared: dict[str, str] = {}
    for route in routes():
        for method in route.methods or ():
            found = needs(route)
            if not found and route.path in PUBLIC:
                continue
            assert len(found) == 1, f"{method} {route.path} says {len(found)} times who may use it"
            anywhere = found[0].anywhere and found[0].role != "admin"
            declared[f"{method} {route.path}"] = found[0].role + ("*" if anywhere else "")
    assert declared == TABLE


@pytest.mark.parametrize("key", TABLE)
def test_nobody_gets_in_without_credentials(key: str) -> None:
    said = send(key, None)
    assert said.status == 401
    assert said.headers["www-authenticate"].startswith('Bearer realm="hivemind"')
    assert said.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("key", TABLE)
def test_who_has_less_than_it_takes_is_refused(key: str) -> None:
    role = TABLE[key].rstrip("*")
    less = ["", *ROLES][: ["", *ROLES].index(role)]
    for lower in less:
        assert send(key, lower).status == 403, lower
        assert send(key, f"{lower}@default").status == 403, lower
    if role == "admin":
        assert send(key, "admin@default").status == 403


@pytest.mark.parametrize("key", [key for key, role in TABLE.items() if role in ("viewer", "deployer")])
def test_another_namespace_is_refused(key: str) -> None:
    role = TABLE[key]
    for query in ("", "?namespace=default", "?namespace=", "?namespace=shop&namespace=default"):
        said = send(key, f"{role}@shop", query)
        assert said.status == 403, query
        assert said.json["detail"] == f'"ann" needs the role {role} in namespace "default"'
    assert send(key, f"{role}@default", "?namespace=shop").status == 403


@pytest.mark.parametrize("key", [key for key, role in TABLE.items() if role.endswith("*")])
def test_a_namespace_in_the_query_is_looked_at_everywhere(key: str) -> None:
    assert send(key, "admin@shop", "?namespace=kube-system").status == 403


@pytest.mark.parametrize(
    ("key", "body"),
    [
        (f"POST {HELM}/releases", '{"name": "web", "chart": "web", "namespace": "kube-system"}'),
        (f"POST {HELM}/releases", '{"name": "web", "chart": "web"}'),
        (f"PUT {RELEASE}", '{"chart": "web", "namespace": "kube-system"}'),
        (f"PUT {RELEASE}", '{"chart": "web"}'),
        (f"POST {RELEASE}/rollback", '{"revision": 1, "namespace": "kube-system"}'),
        (f"POST {RELEASE}/rollback", "{}"),
        (f"POST {RELEASE}/test", '{"namespace": "kube-system"}'),
        (f"POST {RELEASE}/preview", '{"chart": "web", "namespace": "kube-system"}'),
        (f"POST {RELEASE}/diff", '{"chart": "web", "namespace": "kube-system"}'),
        (f"POST {HELM}/previews", '{"name": "web", "chart": "web", "namespace": "kube-system"}'),
    ],
)
def test_the_namespace_in_a_body_is_looked_at(key: str, body: str) -> None:
    method, _, path = key.partition(" ")
    path = path.replace("{name}", "web")
    headers = [
        ("X-Caller", "deployer@shop"),
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
    ]
    said = ask(app(), method, path, *headers, body=[body.encode()])  # type: ignore[arg-type]
    assert said.status == 403, said.data


def test_health_is_for_everyone() -> None:
    assert send("GET /healthz", None).status == 200
