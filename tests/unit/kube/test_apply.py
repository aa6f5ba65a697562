from __future__ import annotations

import json
from typing import Any

import pytest

from hivehelm.kube import apply
from hivehelm.kube.errors import ApiError, AppliesError, ApplyError, KubeError, NothingVisitedError
from hivehelm.kube.resources import Resource, build
from hivehelm.kube.wait import wait_deleted
from hivehelm.testing import FakeCluster


def maps(cluster: FakeCluster, *names: str, **data: str) -> list[Resource]:
    objects = [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data} for name in names
    ]
    return build(cluster.client(), "\n---\n".join(json.dumps(obj) for obj in objects))


def data_of(cluster: FakeCluster, name: str) -> Any:
    held = cluster.get("v1", "ConfigMap", name, "default")
    return None if held is None else held.get("data")


@pytest.mark.parametrize("server_side", [True, False])
def test_create(server_side: bool) -> None:
    cluster = FakeCluster()
    wanted = [
        *maps(cluster, "a", "b", k="v"),
        *build(cluster.client(), "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"),
    ]
    result = apply.create(cluster.client(), wanted, server_side=server_side)
    assert [resource.name for resource in result.created] == ["a", "b", "s"]
    assert wanted[0].object["metadata"]["uid"]
    methods = {method for method, path in cluster.requests if "/namespaces/" in path}
    assert methods == ({"PATCH"} if server_side else {"POST"})


DEFINITION = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
"""
WIDGET = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n"


def test_objects_go_though_their_definition_went_before() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    definition = build(client, DEFINITION)
    apply.create(client, definition)
    widgets = build(client, WIDGET)
    apply.create(client, widgets)
    result, errors = apply.delete(client, [*definition, *widgets])
    assert (len(result.deleted), errors) == (2, [])
    for strategy in ("watcher", "legacy"):
        wait_deleted(client, [*definition, *widgets], 5, strategy=strategy)
    with pytest.raises(KubeError, match='no matches for kind "Widget"'):
        build(client, WIDGET)


def test_nothing_is_done_to_an_imaginary_cluster() -> None:
    cluster = FakeCluster()
    client, wanted = cluster.client(), maps(cluster, "a", k="v")
    client.imaginary = True
    assert not apply.create(client, wanted).created
    assert apply.delete(client, wanted) == (apply.Result(), [])
    assert not cluster.objects("ConfigMap")


def test_nothing_to_create() -> None:
    with pytest.raises(NothingVisitedError, match=r"^no objects visited$"):
        apply.create(FakeCluster().client(), [])


def test_refusals_name_the_object() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    missing = build(client, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: gone}\n")
    with pytest.raises(ApplyError) as caught:
        apply.create(client, missing)
    assert str(caught.value) == (
        'server-side apply failed for object gone/a /v1, Kind=ConfigMap: namespaces "gone" not found'
    )
    assert isinstance(caught.value.cause, ApiError)
    with pytest.raises(ApiError, match=r'^namespaces "gone" not found$'):
        apply.create(client, missing, server_side=False)
    cluster.refuse("PATCH", "configmaps", ApiError(415, "UnsupportedMediaType", "no"), times=1)
    with pytest.raises(ApplyError, match=r"^server-side apply not available on the server: no$"):
        apply.create(client, maps(cluster, "a"))


def test_every_object_is_tried_and_every_refusal_told() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    manifest = "\n---\n".join(
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: {space}}}\n"
        for name, space in (("a", "gone"), ("b", "default"), ("c", "gone"))
    )
    with pytest.raises(AppliesError) as caught:
        apply.create(client, build(client, manifest))
    lines = str(caught.value).split("\n")
    assert [line.split(" ")[5] for line in lines] == ["gone/a", "gone/c"]
    assert data_of(cluster, "b") is None and cluster.get("v1", "ConfigMap", "b", "default") is not None


def test_conflicts_are_told_and_may_be_forced() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    apply.create(client, maps(cluster, "a", k="v"))
    body = json.dumps({"data": {"k": "theirs"}}).encode()
    path = "/api/v1/namespaces/default/configmaps/a"
    cluster.request("PATCH", path, query=[("fieldManager", "other")], body=body)
    with pytest.raises(ApplyError) as caught:
        apply.create(client, maps(cluster, "a", k="mine"))
    assert str(caught.value) == (
        "conflict occurred while applying object default/a /v1, Kind=ConfigMap: "
        'Apply failed with 1 conflict: conflict with "other": .data.k'
    )
    apply.create(client, maps(cluster, "a", k="mine"), force_conflicts=True)
    assert data_of(cluster, "a") == {"k": "mine"}


def test_a_quotas_conflict_is_tried_again() -> None:
    cluster = FakeCluster()
    text = 'Operation cannot be fulfilled on resourcequotas "q": the object has been modified'
    cluster.refuse("PATCH", "configmaps", ApiError(409, "Conflict", text), times=3)
    apply.create(cluster.client(), maps(cluster, "a"))
    cluster.refuse("PATCH", "configmaps", ApiError(409, "Conflict", text), times=5)
    with pytest.raises(ApplyError, match=r"^conflict occurred"):
        apply.create(cluster.client(), maps(cluster, "a"))


def test_update_creates_changes_and_deletes() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    old = maps(cluster, "same", "gone", "kept", k="1")
    apply.create(client, old)
    client.patch(
        "v1",
        "ConfigMap",
        "kept",
        {"metadata": {"annotations": {"helm.sh/resource-policy": "keep"}}},
        "default",
    )
    client.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "stray"}}, "default")
    strays: list[str] = []
    result = apply.update(
        client,
        old,
        maps(cluster, "same", "new", "stray", k="2"),
        on_unknown=lambda resource: strays.append(resource.name),
    )
    names = [[r.name for r in part] for part in (result.created, result.updated, result.deleted)]
    assert names == [["new"], ["same", "stray"], ["gone"]]
    assert strays == ["stray"]
    assert data_of(cluster, "same") == {"k": "2"}
    assert cluster.get("v1", "ConfigMap", "gone", "default") is None
    assert data_of(cluster, "kept") == {"k": "1"}


def test_update_may_replace() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    apply.create(client, maps(cluster, "a", k="1"))
    apply.update(client, [], maps(cluster, "a", j="2"), server_side=False, force_replace=True)
    assert data_of(cluster, "a") == {"j": "2"}
    cluster.refuse("PUT", "configmaps", ApiError(422, "Invalid", "no"))
    with pytest.raises(ApplyError, match=r"^failed to replace object: no$"):
        apply.update(client, [], maps(cluster, "a"), server_side=False, force_replace=True)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (
            {"server_side": False, "force_conflicts": True},
            "invalid client update option(s): forceConflicts enabled when serverSideApply disabled",
        ),
        (
            {"force_replace": True, "force_conflicts": True},
            "invalid operation: cannot use force conflicts and force replace together",
        ),
        (
            {"force_replace": True},
            "invalid operation: cannot use server-side apply and force replace together",
        ),
        (
            {"three_way": True},
            "invalid operation: cannot use three-way merge for unstructured and server-side apply together",
        ),
    ],
)
def test_options_that_do_not_go_together(options: dict[str, bool], text: str) -> None:
    with pytest.raises(ApplyError) as caught:
        apply.update(FakeCluster().client(), [], [], **options)  # type: ignore[arg-type]
    assert str(caught.value) == text


def test_update_that_fails() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    old = maps(cluster, "a", "b")
    apply.create(client, old)
    cluster.refuse("PATCH", "configmaps", ApiError(422, "Invalid", "no"), times=2)
    with pytest.raises(ApplyError) as caught:
        apply.update(client, old, maps(cluster, "a", "b"))
    assert str(caught.value).count("server-side apply failed for object default/") == 2
    assert " && " in str(caught.value)
    cluster.refuse("PATCH", "configmaps", ApiError(422, "Invalid", "no"), times=1)
    with pytest.raises(ApplyError, match=r"^failed to create resource: server-side apply failed"):
        apply.update(client, old, maps(cluster, "c"))
    cluster.refuse("GET", "configmaps", ApiError(403, "Forbidden", "no"), times=1)
    with pytest.raises(ApplyError, match=r"^could not get information about the resource: no$"):
        apply.update(client, [], maps(cluster, "a"))
    cluster.refuse("DELETE", "configmaps", ApiError(403, "Forbidden", "no"), times=1)
    with pytest.raises(
        ApplyError, match=r"^failed to delete resource namespace=default, name=b, kind=ConfigMap: no$"
    ):
        apply.update(client, old, maps(cluster, "a"))
    assert [r.name for r in apply.update(client, old, maps(cluster, "a"), dry_run=True).deleted] == ["b"]
    cluster.refuse("DELETE", "configmaps", ApiError(404, "NotFound", "no"), times=1)
    assert apply.update(client, old, maps(cluster, "a")).deleted == []
    client.delete("v1", "ConfigMap", "b", "default")
    assert apply.update(client, old, maps(cluster, "a")).deleted == []


def test_delete() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    wanted = maps(cluster, "a", "b", "c")
    apply.create(client, wanted)
    client.delete("v1", "ConfigMap", "a", "default")
    conflict = ApiError(409, "Conflict", "again")
    cluster.refuse("DELETE", "configmaps", conflict, times=2)
    result, errors = apply.delete(client, wanted)
    assert ([r.name for r in result.deleted], errors) == (["a", "b", "c"], [])
    apply.create(client, wanted[:1])
    cluster.refuse("DELETE", "configmaps", ApiError(403, "Forbidden", "no"))
    result, errors = apply.delete(client, wanted[:1], propagation="Foreground")
    assert (list(result.deleted), [str(error) for error in errors]) == ([], ["no"])
    result, errors = apply.delete(client, [])
    assert [str(error) for error in errors] == ["object not found, skipping delete: no objects visited"]
