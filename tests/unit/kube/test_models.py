# ruff: noqa: E501
# Error texts stay in one piece.
from __future__ import annotations

from typing import Any

import pytest

from hivehelm.kube.errors import ApiError, ObjectBuildError
from hivehelm.kube.models import Models
from hivehelm.kube.resources import build
from hivehelm.testing import FakeCluster

DEFINITIONS: dict[str, Any] = {
    "Meta": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "labels": {"$ref": "#/definitions/Labels"}},
    },
    "Labels": {"type": "object", "additionalProperties": {"type": "string"}},
    "Thing": {
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"$ref": "#/definitions/Meta"},
            "count": {"type": "integer"},
            "share": {"type": "number"},
            "on": {"type": "boolean"},
            "any": {"description": "whatever"},
            "free": {"type": "object"},
            "parts": {
                "type": "array",
                "items": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
            },
        },
        "required": ["metadata"],
        "x-kubernetes-group-version-kind": [{"group": "g.example", "version": "v1", "kind": "Thing"}],
    },
    "ConfigMap": {
        "type": "object",
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"$ref": "#/definitions/Meta"},
        },
        "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "ConfigMap"}],
    },
    "ConfigMapList": {
        "type": "object",
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "items": {"type": "array", "items": {"$ref": "#/definitions/ConfigMap"}},
        },
        "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "ConfigMapList"}],
    },
}


def faults(**fields: object) -> list[str]:
    return Models(DEFINITIONS).faults("g.example/v1", "Thing", {"metadata": {}, **fields})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"count": 1, "share": 1.5, "on": True, "any": [{}], "free": {"a": [1]}, "parts": [{"id": 5}]}, None),
        ({"count": 1.5, "share": 1, "metadata": {"name": True, "labels": {"a": 5}}}, None),
        ({"count": None, "metadata": {"name": None}}, None),
        ({"count": "1"}, 'ValidationError(Thing.count): invalid type for Thing.count: got "string", expected "integer"'),
        ({"on": 1}, 'ValidationError(Thing.on): invalid type for Thing.on: got "integer", expected "boolean"'),
        ({"on": 1.5}, 'ValidationError(Thing.on): invalid type for Thing.on: got "number", expected "boolean"'),
        ({"share": False}, 'ValidationError(Thing.share): invalid type for Thing.share: got "boolean", expected "number"'),
        ({"metadata": {"name": []}}, 'ValidationError(Thing.metadata.name): invalid type for Meta.name: got "array", expected "string"'),
        ({"metadata": 5}, 'ValidationError(Thing.metadata): invalid type for Meta: got "integer", expected "map"'),
        ({"metadata": {"labels": []}}, 'ValidationError(Thing.metadata.labels): invalid type for Labels: got "array", expected "map"'),
        ({"metadata": {"labels": {"a": {}}}}, 'ValidationError(Thing.metadata.labels.a): invalid type for Labels: got "map", expected "string"'),
        ({"metadata": {"labels": {"a": None}}}, 'unknown object type "nil" in Thing.metadata.labels.a'),
        ({"metadata": {"x": 1}}, 'ValidationError(Thing.metadata): unknown field "x" in Meta'),
        ({"metadata": None}, 'ValidationError(Thing): missing required field "metadata" in Thing'),
        ({"parts": {}}, 'ValidationError(Thing.parts): invalid type for Thing.parts: got "map", expected "array"'),
        ({"parts": [{"id": "a"}, None]}, 'ValidationError(Thing.parts): unknown object type "nil" in Thing.parts[1]'),
        ({"parts": [{}]}, 'ValidationError(Thing.parts[0]): missing required field "id" in Thing.parts'),
    ],
)  # fmt: skip
def test_what_does_not_fit(fields: dict[str, object], message: str | None) -> None:
    assert faults(**fields) == ([] if message is None else [message])


def test_faults_come_in_the_order_of_fields_and_missing_ones_last() -> None:
    thing = {"parts": [{"x": 1}], "count": "", "b": 1}
    assert Models(DEFINITIONS).faults("g.example/v1", "Thing", thing) == [
        'ValidationError(Thing): unknown field "b" in Thing',
        'ValidationError(Thing.count): invalid type for Thing.count: got "string", expected "integer"',
        'ValidationError(Thing.parts[0]): unknown field "x" in Thing.parts',
        'ValidationError(Thing.parts[0]): missing required field "id" in Thing.parts',
        'ValidationError(Thing): missing required field "metadata" in Thing',
    ]


def test_kinds_without_a_model_fit() -> None:
    assert Models(DEFINITIONS).faults("v1", "Thing", 5) == []
    assert Models({}).faults("v1", "ConfigMap", 5) == []


def test_items_of_lists_are_held_against_the_servers_models() -> None:
    cluster = FakeCluster()
    cluster.definitions = DEFINITIONS
    item = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}%s}"
    for kind, path in (("List", "ConfigMap"), ("ConfigMapList", "ConfigMapList.items[0]")):
        manifest = f"apiVersion: v1\nkind: {kind}\nitems: [{item}]\n"
        assert [one.name for one in build(cluster.client(), manifest % "")] == ["a"]
        faulty = manifest % ", x: 1"
        assert build(cluster.client(), faulty, validate=False)
        with pytest.raises(ObjectBuildError) as caught:
            # What comes after it is not looked at.
            build(cluster.client(), f"{faulty}---\nkind: X\napiVersion: v1\n")
            text = f'error validating "": error validating data: ValidationError({path}): unknown field "x" in ConfigMap'
            assert str(caught.value) == text


def test_objects_whose_kind_ends_like_a_lists_are_the_servers_to_validate() -> None:
    cluster = FakeCluster()
    names = {"plural": "guests", "kind": "GuestList"}
    versions = [{"name": "v1", "served": True, "storage": True}]
    spec = {"group": "g.example", "scope": "Namespaced", "names": names, "versions": versions}
    kind = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "spec": spec}
    cluster.client().create({**kind, "metadata": {"name": "guests.g.example"}})
    manifest = "apiVersion: g.example/v1\nkind: GuestList\nmetadata: {name: a}\n"
    assert [one.name for one in build(cluster.client(), manifest)] == ["a"]
    assert ("GET", "/openapi/v2") not in cluster.requests


def test_who_may_not_list_definitions_is_told_so_where_a_kind_is_not_served() -> None:
    cluster = FakeCluster()
    cluster.refuse("LIST", "customresourcedefinitions", ApiError(403, "Forbidden", "not for you"))
    text = 'error validating "": error validating data: failed to check CRD: failed to list CRDs: not for you'
    for manifest in (
        "apiVersion: v1\nkind: ConfigMapList\nitems: [{metadata: {name: a}}]\n",
        "apiVersion: v1\nkind: Nothing\n",
    ):
        with pytest.raises(ObjectBuildError) as caught:
            build(cluster.client(), manifest)
        assert str(caught.value) == text
    with pytest.raises(ObjectBuildError, match=r'kind "Nothing" in version "g\.example/v1"'):
        build(cluster.client(), "apiVersion: g.example/v1\nkind: Nothing\n")
    assert build(cluster.client(), "apiVersion: v1\nkind: List\nitems: []\n") == []


def test_the_server_is_asked_for_its_models_only_when_there_are_lists() -> None:
    cluster = FakeCluster()
    build(cluster.client(), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    assert ("GET", "/openapi/v2") not in cluster.requests
    lists = (
        "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}]\n---\n"
    )
    build(cluster.client(), lists * 2)
    assert cluster.requests.count(("GET", "/openapi/v2")) == 1
