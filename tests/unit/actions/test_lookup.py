from __future__ import annotations

import pytest

from hivehelm.actions.context import Context
from hivehelm.actions.lookup import Lookup, LookupFailedError
from hivehelm.golang.kinds import Int64
from hivehelm.kube.errors import ApiError
from hivehelm.kube.transport import Response
from hivehelm.testing import FakeCluster


@pytest.fixture
def lookup(context: Context, cluster: FakeCluster) -> Lookup:
    for name in ("a", "b"):
        metadata = {"name": name, "generation": 3}
        cluster.client().create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}, "default")
    return Lookup(context)


def test_an_object_has_gos_integers(lookup: Lookup) -> None:
    found = lookup("v1", "ConfigMap", "default", "a")
    assert found["metadata"]["name"] == "a"
    assert type(found["metadata"]["generation"]) is Int64


@pytest.mark.parametrize("namespace", ["default", ""])
def test_a_list_is_of_a_kind(lookup: Lookup, namespace: str) -> None:
    found = lookup("v1", "ConfigMap", namespace, "")
    assert found["kind"] == "ConfigMapList"
    assert list(found["metadata"]) == ["resourceVersion"]
    assert [item["metadata"]["name"] for item in found["items"]] == ["a", "b"]


def test_what_is_not_there_is_empty(lookup: Lookup) -> None:
    assert lookup("v1", "ConfigMap", "default", "z") == {}
    assert lookup("v1", "Nonsense", "default", "z") == {}


def test_of_an_unknown_kind_helm_lists_the_core_versions(lookup: Lookup) -> None:
    found = lookup("v1", "Nonsense", "", "")
    assert found["kind"]
    assert found["items"] == []


def test_whether_that_is_refused(
    lookup: Lookup, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(LookupFailedError):
        lookup("nonsense/v1", "Nonsense", "", "")
    answer = Response(status=403, headers={}, data=b"")
    monkeypatch.setattr(FakeCluster, "request", lambda *_args, **_more: answer)
    with pytest.raises(ApiError):
        lookup("v1", "Nonsense", "", "")


def test_the_core_group_may_be_named_with_its_slash(lookup: Lookup) -> None:
    assert lookup("/v1", "ConfigMap", "default", "a") == lookup("v1", "ConfigMap", "default", "a")


@pytest.mark.parametrize(
    ("namespace", "name", "problem"),
    [
        ("default", "..", "invalid resource name \"..\": [may not be '..']"),
        ("a/b", "x", "invalid namespace \"a/b\": [may not contain '/']"),
        ("default", "%/", "invalid resource name \"%/\": [may not contain '/' may not contain '%']"),
    ],
)
def test_names_that_cannot_stand_in_a_path(lookup: Lookup, namespace: str, name: str, problem: str) -> None:
    with pytest.raises(LookupFailedError) as caught:
        lookup("v1", "ConfigMap", namespace, name)
    assert str(caught.value) == problem


@pytest.mark.parametrize("version", ["", "/", "a/b/c"])
def test_a_version_that_is_none(lookup: Lookup, version: str) -> None:
    with pytest.raises(LookupFailedError, match=r"/, Kind=Pod: groupVersion shouldn't be empty$"):
        lookup(version, "Pod", "", "")


def test_a_list_that_is_not_found_is_empty(lookup: Lookup, cluster: FakeCluster) -> None:
    cluster.refuse("GET", "configmaps", ApiError(404, "NotFound", "no"))
    assert lookup("v1", "ConfigMap", "default", "") == {}


def test_a_group_that_is_not_served_is_an_error(
    lookup: Lookup, logs: list[tuple[str, str, dict[str, object]]]
) -> None:
    with pytest.raises(LookupFailedError) as caught:
        lookup("example.com/v1", "Widget", "default", "w")
    assert str(caught.value) == (
        "unable to get apiresource from unstructured: example.com/v1, Kind=Widget: "
        "the server could not find the requested resource"
    )
    assert [log[0] for log in logs] == ["ERROR", "ERROR"]


def test_a_refusal_is_told(lookup: Lookup, cluster: FakeCluster) -> None:
    cluster.refuse("GET", "configmaps", ApiError(403, "Forbidden", "no"))
    with pytest.raises(ApiError, match="no"):
        lookup("v1", "ConfigMap", "default", "a")
