from __future__ import annotations

import json
from typing import Any

import pytest

from hivehelm.kube import apply
from hivehelm.kube.errors import ApiError, ApplyError
from hivehelm.kube.outcome import Result
from hivehelm.kube.resources import Resource, build
from hivehelm.testing import FakeCluster


def maps(cluster: FakeCluster, *names: str, **data: str) -> list[Resource]:
    objects = [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data} for name in names
    ]
    return build(cluster.client(), "\n---\n".join(json.dumps(obj) for obj in objects))


def secrets(cluster: FakeCluster, *names: str) -> list[Resource]:
    objects = [{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}} for name in names]
    return build(cluster.client(), "\n---\n".join(json.dumps(obj) for obj in objects))


def data_of(cluster: FakeCluster, name: str) -> Any:
    held = cluster.get("v1", "ConfigMap", name, "default")
    return None if held is None else held.get("data")


def asked(cluster: FakeCluster) -> list[str]:
    """Return the requests for objects since the last call: method and name."""
    found = [
        f"{method} {path.rpartition('/')[2]}" for method, path in cluster.requests if "/default/" in path
    ]
    cluster.requests.clear()
    return sorted(found)


def names(result: Result | None) -> list[list[str]]:
    assert result is not None
    return [[one.name for one in part] for part in (result.created, result.updated, result.deleted)]


def test_what_a_revision_had_is_applied_without_looking() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    old = maps(cluster, "a", "b", k="1")
    apply.create(client, old)
    asked(cluster)
    apply.update(client, old, maps(cluster, "a", "b", k="2"))
    assert asked(cluster) == ["PATCH a", "PATCH b"]


def test_what_a_revision_had_but_is_gone_is_created() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    old = maps(cluster, "a", "b", k="1")
    apply.create(client, old)
    client.delete("v1", "ConfigMap", "a", "default")
    assert names(apply.update(client, old, maps(cluster, "a", "b"))) == [["a"], ["b"], []]
    client.delete("v1", "ConfigMap", "a", "default")
    cluster.refuse("PATCH", "configmaps", ApiError(422, "Invalid", "no"), times=1)
    with pytest.raises(ApplyError, match=r"^failed to create resource: server-side apply failed") as caught:
        apply.update(client, old, maps(cluster, "a"))
    assert names(caught.value.result) == [["a"], [], []]


def test_an_object_that_cannot_be_created_ends_it() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    old = maps(cluster, "a", k="1")
    apply.create(client, old)
    targets = [*maps(cluster, "a", "new", "later", k="2"), *secrets(cluster, "s")]
    cluster.refuse("POST", "configmaps", ApiError(422, "Invalid", "no"), times=1)
    with pytest.raises(ApplyError, match=r"^failed to create resource: no$") as caught:
        apply.update(client, old, targets, server_side=False)
    assert names(caught.value.result) == [["new"], ["a"], []]
    assert data_of(cluster, "a") == {"k": "2"}
    assert data_of(cluster, "later") is None


def test_client_side_three_parties_are_merged() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    old = maps(cluster, "a", "same", gone="1", k="1")
    apply.create(client, old, server_side=False)
    client.patch("v1", "ConfigMap", "a", {"data": {"theirs": "x", "k": "drifted"}}, "default")
    asked(cluster)
    logged: list[str] = []
    result = apply.update(
        client,
        maps(cluster, "a", "same", gone="1", k="1"),
        [*maps(cluster, "a", k="2"), *maps(cluster, "same", gone="1", k="1")],
        server_side=False,
        log=lambda level, message, **more: logged.append(f"{level} {message} {more.get('name', '')}".strip()),
    )
    assert names(result) == [[], ["a", "same"], []]
    assert data_of(cluster, "a") == {"k": "2", "theirs": "x"}
    assert asked(cluster) == ["GET a", "GET same", "PATCH a"]
    assert result.updated[1].object["metadata"]["uid"]
    assert logged[:3] == [
        "DEBUG using client-side apply for resource creation",
        "DEBUG using client-side apply for resource update",
        "DEBUG checking resources for changes",
    ]
    assert sorted(logged[3:]) == ["DEBUG no changes detected same", "DEBUG patching resource a"]


def test_client_side_refusals_name_the_object() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    old = maps(cluster, "a", "b", k="1")
    apply.create(client, old, server_side=False)
    cluster.refuse("PATCH", "configmaps", ApiError(422, "Invalid", "no"), times=2)
    with pytest.raises(ApplyError) as caught:
        apply.update(client, old, maps(cluster, "a", "b", k="2"), server_side=False)
    assert str(caught.value) == (
        'cannot patch "a" with kind ConfigMap: no && cannot patch "b" with kind ConfigMap: no'
    )
    assert names(caught.value.result) == [[], ["a", "b"], []]


def test_what_nobody_knew_of_is_the_baseline() -> None:
    """Fields of an object that the release lacked stay, for nobody can tell who wanted them."""
    cluster = FakeCluster()
    client = cluster.client()
    client.create(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"x": "1"}}, "default"
    )
    logged: list[tuple[str, str]] = []
    apply.update(
        client,
        [],
        maps(cluster, "a", k="1"),
        server_side=False,
        log=lambda level, message, **_: logged.append((level, message)),
    )
    assert data_of(cluster, "a") == {"k": "1"}
    text = "resource exists on cluster but not in original release, using cluster state as baseline"
    assert ("WARN", text) in logged


def test_replacing_overwrites_whatever_happened_in_between() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    old = maps(cluster, "a", k="1")
    apply.create(client, old)
    cluster.refuse("PUT", "configmaps", ApiError(409, "Conflict", "modified"), times=2)
    asked(cluster)
    apply.update(client, old, maps(cluster, "a", k="2"), server_side=False, force_replace=True)
    assert data_of(cluster, "a") == {"k": "2"}
    assert asked(cluster) == ["GET a", "GET a", "GET a", "PUT a", "PUT a", "PUT a"]
    given = maps(cluster, "a", k="3")
    given[0].object["metadata"]["resourceVersion"] = "1"
    with pytest.raises(ApplyError, match=r"^failed to replace object: Operation cannot be fulfilled"):
        apply.update(client, old, given, server_side=False, force_replace=True)


def test_field_managers_are_taken_over_first() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    old = maps(cluster, "a", k="1")
    apply.create(client, old, server_side=False)
    logged: list[str] = []
    result = apply.update(
        client,
        old,
        maps(cluster, "a", "new", k="2"),
        take_over=True,
        log=lambda level, message, **_: logged.append(message),
    )
    assert names(result) == [["new"], ["a"], []]
    assert "Upgraded object client-side field management with server-side apply field management" in logged
    assert "created a new resource" in logged
    apply.create(client, maps(cluster, "b"), server_side=False)
    cluster.refuse("PATCH", "configmaps", ApiError(422, "Invalid", "no"), times=1)
    with pytest.raises(ApplyError, match=r"^failed to patch object to upgrade CSA field manager default/b "):
        apply.update(client, maps(cluster, "b"), maps(cluster, "b"), take_over=True)


def test_one_object_twice_is_written_twice() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    for server_side in (True, False):
        name = f"twice-{server_side}".lower()
        targets = [*maps(cluster, name, k="1"), *maps(cluster, name, k="2"), *maps(cluster, name, k="3")]
        result = apply.update(client, [], targets, server_side=server_side, on_unknown=lambda _: None)
        assert names(result) == [[name], [name, name], []]
        assert data_of(cluster, name) == {"k": "3"}


def test_who_cannot_be_asked_ends_it_in_turn() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    cluster.refuse("GET", "secrets", ApiError(403, "Forbidden", "no"), times=1)
    targets = [*maps(cluster, "a"), *secrets(cluster, "s")]
    with pytest.raises(ApplyError, match=r"^could not get information about the resource: no$") as caught:
        apply.update(client, [], targets)
    assert names(caught.value.result) == [["a"], [], []]


def test_what_leaves_is_deleted_and_every_refusal_told() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    old = [*maps(cluster, "a", "b"), *secrets(cluster, "s")]
    apply.create(client, old)
    cluster.refuse("DELETE", "configmaps", ApiError(403, "Forbidden", "no"), times=2)
    with pytest.raises(ApplyError) as caught:
        apply.update(client, old, [])
    assert str(caught.value) == " && ".join(
        f"failed to delete resource namespace=default, name={name}, kind=ConfigMap: no" for name in "ab"
    )
    assert names(caught.value.result) == [[], [], ["s"]]


def test_an_apply_that_fails_is_told_as_what_it_was() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    old = maps(cluster, "a")
    apply.create(client, old)
    cluster.refuse("PATCH", "configmaps", ApiError(403, "Forbidden", "no"), times=1)
    cluster.refuse("GET", "configmaps", ApiError(403, "Forbidden", "no"), times=1)
    with pytest.raises(ApplyError, match=r"^server-side apply failed for object default/a "):
        apply.update(client, old, maps(cluster, "a"))


def test_creating_client_side_has_no_conflicts_to_force() -> None:
    text = r"^invalid client create option\(s\): forceConflicts enabled when serverSideApply disabled$"
    with pytest.raises(ApplyError, match=text):
        apply.create(FakeCluster().client(), [], server_side=False, force_conflicts=True)
