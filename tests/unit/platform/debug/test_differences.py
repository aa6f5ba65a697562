from __future__ import annotations

from typing import Any

import pytest

from hivehelm.platform.debug.differences import MOST, differences


def deployment(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}


def paths(wanted: dict[str, Any], live: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    return [(one.path, one.wanted, one.live) for one in differences(wanted, live)]


@pytest.mark.parametrize(
    ("wanted", "live"),
    [
        ({"replicas": 1}, {"replicas": 1, "paused": False}),
        ({"cpu": "1000m"}, {"cpu": "1"}),
        ({"cpu": 0.5}, {"cpu": "500m"}),
        ({"memory": "1024Mi"}, {"memory": "1Gi"}),
        ({"size": "1e3"}, {"size": "1k"}),
        ({"port": "80"}, {"port": 80}),
        ({"a": None, "b": {}, "c": [], "d": "", "e": False}, {}),
        ({"ports": [{"port": 80}]}, {"ports": [{"port": 80, "protocol": "TCP"}]}),
        ({"c": [{"name": "a"}]}, {"c": [{"name": "injected"}, {"name": "a", "image": "x"}]}),
        ({"args": ["a", "b"]}, {"args": ["a", "b"]}),
    ],
)
def test_what_the_server_adds_or_spells_otherwise_is_no_difference(
    wanted: dict[str, Any], live: dict[str, Any]
) -> None:
    assert paths(deployment(**wanted), deployment(**live)) == []


@pytest.mark.parametrize(
    ("wanted", "live", "found"),
    [
        ({"replicas": 0}, {"replicas": 3}, ("spec.replicas", 0, 3)),
        ({"a": True}, {"a": 1}, ("spec.a", True, 1)),
        ({"a": {"b": 1}}, {}, ("spec.a", {"b": 1}, None)),
        ({"a.b/c": 1}, {"a.b/c": 2}, ('spec["a.b/c"]', 1, 2)),
        ({"args": ["a"]}, {"args": ["a", "b"]}, ("spec.args", ["a"], ["a", "b"])),
        ({"args": ["a", "b"]}, {"args": ["a", "c"]}, ("spec.args[1]", "b", "c")),
        (
            {"c": [{"name": "a", "image": "x"}]},
            {"c": [{"name": "a", "image": "y"}]},
            ("spec.c[name=a].image", "x", "y"),
        ),
        ({"c": [{"name": "a"}]}, {"c": [{"name": "b"}]}, ("spec.c[name=a]", {"name": "a"}, None)),
        ({"cpu": "100m"}, {"cpu": "200m"}, ("spec.cpu", "100m", "200m")),
    ],
)
def test_what_is_otherwise_is_told(
    wanted: dict[str, Any], live: dict[str, Any], found: tuple[str, Any, Any]
) -> None:
    assert paths(deployment(**wanted), deployment(**live)) == [found]


def test_metadata_is_labels_and_annotations() -> None:
    wanted = {"kind": "A", "metadata": {"name": "x", "labels": {"a": "1"}, "annotations": {"b/c": "2"}}}
    live = {"kind": "A", "metadata": {"name": "x", "uid": "7", "labels": {"a": "2"}}}
    assert paths(wanted, live) == [
        ("metadata.labels.a", "1", "2"),
        ('metadata.annotations["b/c"]', "2", None),
    ]


def test_secrets_are_hidden() -> None:
    wanted = {"kind": "Secret", "stringData": {"p": "hunter2"}, "data": {"q": "cQ=="}}
    assert paths(wanted, {"kind": "Secret", "data": {"p": "aHVudGVyMg==", "q": "cQ=="}}) == []
    assert paths(wanted, {"kind": "Secret", "data": {"p": "eA==", "q": "cQ=="}}) == [
        ("data.p", "(hidden)", "(hidden)")
    ]
    assert paths(wanted, {"kind": "Secret", "data": {"q": "cQ=="}}) == [("data.p", "(hidden)", None)]


def test_who_wrote_a_field_is_told() -> None:
    def manager(name: str, time: str, **fields: Any) -> dict[str, Any]:
        return {"manager": name, "operation": "Update", "time": time, "fieldsV1": {"f:spec": fields}}

    wanted = deployment(replicas=1, c=[{"name": "a", "image": "x"}], args=["a"], l=[1], z=1)
    live = deployment(replicas=3, c=[{"name": "a", "image": "y"}], args=["b"], l=[2], z=2)
    container: dict[str, Any] = {'k:{"name":"a"}': {".": {}, "f:image": {}}}
    live["metadata"]["managedFields"] = [
        manager("helm", "2026-01-09", **{"f:replicas": {}, "f:z": {}}),
        manager("kubectl", "2026-01-02", **{"f:replicas": {}, "f:c": container, "f:args": {}}),
        manager("old", "2026-01-01", **{"f:replicas": {}}),
        manager("set", "2026-01-01", **{"f:l": {"v:2": {}}}),
    ]
    found = {one.path: (one.manager, one.when) for one in differences(wanted, live)}
    assert found == {
        "spec.replicas": ("kubectl", "2026-01-02"),
        "spec.c[name=a].image": ("kubectl", "2026-01-02"),
        "spec.args[0]": ("kubectl", "2026-01-02"),
        "spec.l[0]": ("set", "2026-01-01"),
        "spec.z": ("helm", "2026-01-09"),
    }


def test_there_is_an_end_to_it() -> None:
    wanted = deployment(**{f"a{number}": 1 for number in range(100)})
    assert len(differences(wanted, deployment())) == MOST
