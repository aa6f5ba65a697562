from __future__ import annotations

from typing import Any

import pytest

from hivehelm.actions.capabilities import expect
from hivehelm.actions.context import Context
from hivehelm.actions.errors import CapabilitiesError
from hivehelm.kube.discovery import Discovery
from hivehelm.kube.errors import ApiError, NoMatchError
from hivehelm.render.capabilities import default
from hivehelm.testing import FakeCluster


def test_they_are_the_clusters(context: Context) -> None:
    found = context.capabilities()
    assert (found.kube_version.version, found.kube_version.major, found.kube_version.minor) == (
        "v1.35.4",
        "1",
        "35",
    )
    assert found.api_versions.has("apps/v1/Deployment")
    assert not found.api_versions.has("example.com/v1")


def test_a_cluster_that_does_not_answer(context: Context, cluster: FakeCluster) -> None:
    cluster.reachable = False
    with pytest.raises(CapabilitiesError, match=r"^could not get server version from Kubernetes: Get "):
        context.capabilities()


def test_a_cluster_that_does_not_tell_its_kinds(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Discovery) -> list[str]:
        raise ApiError(500, "InternalError", "no")

    monkeypatch.setattr(Discovery, "api_versions", refuse)
    with pytest.raises(CapabilitiesError, match=r"^could not get apiVersions from Kubernetes: no$"):
        context.capabilities()


def test_an_orphaned_service_is_a_warning(
    context: Context, monkeypatch: pytest.MonkeyPatch, logs: list[tuple[str, str, dict[str, object]]]
) -> None:
    api_versions = Discovery.api_versions

    def broken(self: Discovery) -> list[str]:
        found = api_versions(self)
        self.failed.update({"b/v1": "stale", "a/v1": "stale"})
        return found

    monkeypatch.setattr(Discovery, "api_versions", broken)
    context.capabilities()
    text = "unable to retrieve the complete list of server APIs: a/v1: stale, b/v1: stale"
    assert logs == [
        ("WARN", "the kubernetes server has an orphaned API service", {"error": text}),
        ("WARN", "to fix this, kubectl delete apiservice <service-name>", {}),
    ]


def test_a_cluster_without_kinds_is_taken_for_the_default(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Discovery, "api_versions", lambda _: [])
    assert context.capabilities().api_versions.has("apps/v1")


@pytest.mark.parametrize("aggregated", [True, False])
def test_what_hangs_on_others_is_served_too(context: Context, aggregated: bool) -> None:
    whole = {"resource": "pods", "scope": "Namespaced", "responseKind": {"kind": "Pod"}}
    part = {
        "subresource": "eviction",
        "responseKind": {"group": "policy", "version": "v1", "kind": "Eviction"},
    }
    versions = [{"version": "v1", "resources": [{**whole, "subresources": [part, {"subresource": "x"}]}]}]
    answers: dict[str, dict[str, Any]] = {
        "/api": {"kind": "APIGroupDiscoveryList", "items": [{"metadata": {}, "versions": versions}]},
        "/apis": {"kind": "APIGroupDiscoveryList", "items": []},
    }
    if not aggregated:
        resources = [
            {"name": "pods", "kind": "Pod", "namespaced": True},
            {"name": "pods/eviction", "kind": "Eviction"},
        ]
        answers = {"/api": {"versions": ["v1"]}, "/apis": {"groups": []}, "/api/v1": {"resources": resources}}
    context.client.discovery._fetch = lambda path, accept: answers[path]
    assert context.capabilities().api_versions == ["v1", "v1/Pod", "v1/Eviction"]
    with pytest.raises(NoMatchError):
        context.client.resource_type("v1", "Eviction")


@pytest.mark.parametrize("text", ["a: [", "- 1", "kind: CustomResourceDefinition", "x"])
def test_what_defines_nothing_brings_nothing(text: str) -> None:
    before = default()
    assert expect(before, [text]).api_versions == before.api_versions


def test_what_definitions_will_bring() -> None:
    versions = "[{name: v1, served: true}, {name: v2, served: true}, {name: v3}]"
    text = (
        "kind: List\n---\nkind: CustomResourceDefinition\n"
        f"spec: {{group: example.com, names: {{kind: Widget}}, versions: {versions}}}\n"
    )
    before = default()
    after = expect(before, [text, text]).api_versions
    assert after[: len(before.api_versions)] == before.api_versions
    assert after[len(before.api_versions) :] == [
        "example.com/v1",
        "example.com/v1/Widget",
        "example.com/v2",
        "example.com/v2/Widget",
    ]
