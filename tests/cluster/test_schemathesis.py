"""Requests made up from the OpenAPI document: none breaks the server, and each gets an answer that it names.

HIVEHELM_SCHEMATHESIS says how many for each operation of the document; more find more.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import strategies
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Err
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.cluster.served import Served

from hivehelm.api.app import build
from hivehelm.api.guard import Guard
from hivehelm.cluster.cluster import Cluster
from hivehelm.platform.site import Site
from hivehelm.server import ServerOptions, services

EXAMPLES = int(os.environ.get("HIVEHELM_SCHEMATHESIS", "6"))
# Processes that share the tests of this file share a cluster; what is made stays for the session, as they may
# come back to the file.
NAMESPACE = f"schemathesis-{os.getpid()}"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# These answers end when the caller goes.
ENDLESS = "GET /api/helm/events"
# What is there stays, for those that come after.
DESTROYERS = ("PUT", "DELETE")


@cache
def operations() -> dict[str, Any]:
    """Return what the document describes, by method and path."""
    site = Site.from_environ({"HELM_DRIVER": "memory", "HOME": "/nowhere", "HIVEMIND_HOME": "/nowhere"})
    app = build(services(site, Guard.open(), ServerOptions()))
    schema = schemathesis.openapi.from_dict(app.openapi())
    found = [result.ok() for result in schema.get_all_operations() if not isinstance(result, Err)]
    return {operation.label: operation for operation in found if operation.label != ENDLESS}


@schemathesis.serializer("application/pgp-signature")
def signature(_context: Any, value: Any) -> bytes:
    """Return a body that is no JSON as it is sent."""
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture(scope="session")
def served(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("hivemind")
    server = Served(cluster.kubeconfig(), home, f"hivemind-{NAMESPACE}", "--no-auth", "--rate", "0")
    # No request leaves this machine, whatever the document's examples name.
    server.environ |= {"HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    with server:
        assert server.ask("POST", "/api/helm/charts", body={"name": "web", "description": "x"}).status == 201
        assert server.ask("POST", "/api/helm/charts/web/package").status == 201
        install = {"name": "web", "chart": "web", "namespace": NAMESPACE, "create_namespace": True}
        made = server.ask("POST", "/api/helm/releases?wait=true", body=install)
        assert made.status == 201, made.data
        yield server


@pytest.mark.parametrize("label", operations())
def test_every_answer_is_declared(label: str, served: Served) -> None:
    operation = operations()[label]

    @hypothesis.given(case=operation.as_strategy(), real=strategies.booleans())
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate],
    )
    def ask(case: Any, real: bool) -> None:
        if real and operation.method.upper() not in DESTROYERS:
            named = {"name": "web", "chart": "web", "file": "web-0.1.0.tgz", "version": "0.1.0"}
            case.path_parameters = {name: named.get(name, it) for name, it in case.path_parameters.items()}
            if "/releases/" in operation.path:
                case.query = {**(case.query or {}), "namespace": NAMESPACE}
        response = case.call(base_url=served.url, timeout=300)
        case.validate_response(response, checks=CHECKS)

    ask()


def test_what_was_not_there_is_gone_as_everything_else(served: Served) -> None:
    """Found by a longer run."""
    path = f"/api/helm/releases/none?namespace={NAMESPACE}&wait=true&ignore_not_found=true"
    gone = served.ask("DELETE", path).json
    assert gone.pop("updated")
    assert gone == {
        "name": "none",
        "namespace": NAMESPACE,
        "chart": "",
        "version": "",
        "revision": 0,
        "status": "Uninstalled",
    }


def test_the_server_is_well_afterwards(served: Served) -> None:
    assert served.ask("GET", "/healthz").json["status"] == "ok"
    assert [line for line in served.log if '"msg":"a request failed"' in line] == []
