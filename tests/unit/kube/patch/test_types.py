from __future__ import annotations

from typing import Any

import pytest

from hivehelm.kube.errors import PatchError
from hivehelm.kube.patch import types
from hivehelm.kube.patch.types import GoType, Table


def kind(api_version: str, name: str) -> GoType:
    found = types.find(api_version, name)
    assert found is not None
    return found


def test_tags_are_those_of_client_go() -> None:
    spec = kind("apps/v1", "Deployment").map_field("spec").type
    assert spec.map_field("strategy").strategies == ("retainKeys",)
    pod = spec.map_field("template").type.map_field("spec").type
    volumes = pod.list_field("volumes")
    assert (volumes.strategies, volumes.merge_key) == (("merge", "retainKeys"), "name")
    assert pod.list_field("containers").type.list_field("ports").merge_key == "containerPort"
    assert kind("v1", "Service").map_field("spec").type.list_field("ports").merge_key == "port"


def test_only_kubernetes_kinds_have_types() -> None:
    assert types.find("apiextensions.k8s.io/v1", "CustomResourceDefinition") is not None
    for unknown in (("v1", "Hive"), ("apps/v2", "Deployment"), ("v1", "PodList"), ("v1", "DeleteOptions")):
        assert types.find(*unknown) is None


def test_lists_of_lists_and_behind_pointers() -> None:
    table = Table("# head\nv1 A=0\n\nA two:[][]string one:*[]string plain:*string\n")
    found = table.find("v1", "A")
    assert found is not None
    with pytest.raises(PatchError, match=r"^unexpected slice of slice$"):
        found.list_field("two")
    assert found.list_field("one").type.kind == "string"
    assert found.list_field("plain").type.kind == "string"


@pytest.mark.parametrize(
    ("wanted", "obj"),
    [
        (True, {"spec": {"replicas": 1, "selector": None, "template": {"spec": {"containers": [{}]}}}}),
        (False, {"spec": {"replicas": "1"}}),
        (False, {"spec": {"replicas": True}}),
        (False, {"spec": {"replicas": 1.5}}),
        (False, {"spec": {"paused": "true"}}),
        (False, {"spec": []}),
        (False, {"metadata": {"labels": []}}),
        (False, {"metadata": {"labels": {"a": 1}}}),
        (False, {"metadata": {"finalizers": "a"}}),
        (False, {"metadata": {"finalizers": {}}}),
        (
            True,
            {"metadata": {"creationTimestamp": "2026-01-02T03:04:05Z", "managedFields": [{"fieldsV1": {}}]}},
        ),
        (False, {"metadata": {"creationTimestamp": "today"}}),
        (False, {"metadata": {"creationTimestamp": 1}}),
        (True, {"spec": {"strategy": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": "25%"}}}}),
        (False, {"spec": {"strategy": {"rollingUpdate": {"maxSurge": 1.5}}}}),
        (False, {"spec": {"strategy": {"rollingUpdate": {"maxSurge": 1 << 31}}}}),
        (True, {"unknown": 1}),
    ],
)
def test_what_fits_a_deployment(wanted: bool, obj: Any) -> None:
    assert kind("apps/v1", "Deployment").fits(obj) is wanted


@pytest.mark.parametrize(
    ("wanted", "amount"),
    [
        *((True, text) for text in ("1", "1.5", ".5", "1Gi", "100m", "1e3", "-1", " 1 ")),
        *((False, text) for text in ("", "a", "1GB", "1 Gi")),
        *((True, number) for number in (1, 1.5)),
        (False, True),
        (False, {}),
        (False, []),
    ],
)
def test_quantities(wanted: bool, amount: Any) -> None:
    limits = {"spec": {"containers": [{"resources": {"limits": {"cpu": amount}}}]}}
    assert kind("v1", "Pod").fits(limits) is wanted


@pytest.mark.parametrize(
    ("wanted", "data"),
    [(True, "YQ=="), (True, "YQ\n=="), (True, ""), (False, "a"), (False, "??"), (True, [1])],
)
def test_bytes(wanted: bool, data: Any) -> None:
    assert kind("v1", "Secret").fits({"data": {"a": data}}) is wanted


@pytest.mark.parametrize(
    ("wanted", "schema"),
    [
        (True, {"items": {"type": "string"}}),
        (True, {"items": [{"type": "string"}]}),
        (False, {"items": {"type": 1}}),
        (True, {"items": 1}),
        (True, {"additionalProperties": False}),
        (True, {"additionalProperties": {"type": "string"}}),
        (False, {"additionalProperties": 1}),
        (True, {"dependencies": {"a": ["b"]}}),
        (False, {"dependencies": {"a": [1]}}),
        (True, {"dependencies": {"a": {"type": "string"}}}),
        (True, {"default": [1, {"a": None}]}),
        (True, {"maximum": 1.5}),
        (False, {"maximum": "1.5"}),
        (False, {"maximum": True}),
    ],
)
def test_schemas_of_definitions(wanted: bool, schema: Any) -> None:
    crd = {"spec": {"versions": [{"schema": {"openAPIV3Schema": schema}}]}}
    assert kind("apiextensions.k8s.io/v1", "CustomResourceDefinition").fits(crd) is wanted


def test_text_is_bytes_only_where_bytes_are_wanted() -> None:
    assert not kind("v1", "Pod").fits({"spec": {"containers": "a"}})
