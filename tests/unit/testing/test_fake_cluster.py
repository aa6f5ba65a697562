from __future__ import annotations

import json
from typing import Any

import pytest

from hivehelm.kube.errors import ApiError
from hivehelm.testing import FakeCluster, fake_patches
from hivehelm.testing.fake_answers import FakeStream
from hivehelm.testing.fake_store import Store


def config(name: str = "a", **metadata: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **metadata}}


def test_finalizers_hold_objects_back() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    client.create(config(finalizers=["x/y"]), "default")
    for _ in range(2):
        assert client.delete("v1", "ConfigMap", "a", "default")["metadata"]["deletionTimestamp"]
    client.patch("v1", "ConfigMap", "a", {"metadata": {"finalizers": []}}, "default")
    assert cluster.get("v1", "ConfigMap", "a", "default") is None


def test_what_is_owned_goes_with_its_owner() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    owner = client.create(config("owner"), "default")
    client.create(config("owned", ownerReferences=[{"uid": owner["metadata"]["uid"]}]), "default")
    client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}})
    client.create(config("inside"), "n")
    client.delete("v1", "ConfigMap", "owner", "default")
    client.delete("v1", "Namespace", "n")
    assert [obj["metadata"]["name"] for obj in cluster.objects()] == ["default", "kube-system"]


def test_versions_and_generations_count_changes() -> None:
    client = FakeCluster(settle=False).client()
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"}, "spec": {"a": 1}}
    first = client.apply(job, "default")["metadata"]
    same = client.apply(job, "default")["metadata"]
    assert same["resourceVersion"] == first["resourceVersion"]
    changed = client.apply({**job, "spec": {"a": 2}}, "default")["metadata"]
    assert (changed["generation"], changed["uid"]) == (2, first["uid"])
    assert int(changed["resourceVersion"]) > int(first["resourceVersion"])
    assert changed["managedFields"] == [
        {
            "manager": "helm",
            "operation": "Apply",
            "apiVersion": "batch/v1",
            "fieldsType": "FieldsV1",
            "fieldsV1": {},
        }
    ]


def test_statuses_may_be_written_by_themselves() -> None:
    cluster = FakeCluster(settle=False)
    client = cluster.client()
    client.create({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}, "default")
    client.patch("v1", "Pod", "p", {"status": {"phase": "Odd"}}, "default", subresource="status")
    held = cluster.get("v1", "Pod", "p", "default")
    assert held is not None and held["status"]["phase"] == "Odd"
    body = json.dumps({**held, "status": {"phase": "Done"}}).encode()
    cluster.request("PUT", "/api/v1/namespaces/default/pods/p/status", body=body)
    assert client.get("v1", "Pod", "p", "default")["status"]["phase"] == "Done"
    with pytest.raises(KeyError):
        cluster.set_status("v1", "Pod", "q", "default", {})
    with pytest.raises(KeyError):
        cluster.set_status("v9", "Pod", "q", "default", {})


@pytest.mark.parametrize(
    ("kind", "spec", "key", "value"),
    [
        ("Pod", {"restartPolicy": "Never"}, "phase", "Succeeded"),
        ("Pod", {}, "phase", "Running"),
        ("Service", {"type": "LoadBalancer"}, "loadBalancer", {"ingress": [{"ip": "192.0.2.1"}]}),
        ("PersistentVolumeClaim", {}, "phase", "Bound"),
    ],
)
def test_workloads_settle(kind: str, spec: Any, key: str, value: object) -> None:
    client = FakeCluster().client()
    obj = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "x"}, "spec": spec}
    assert client.create(obj, "default")["status"][key] == value


def test_names_may_be_generated() -> None:
    client = FakeCluster().client()
    made = client.create({"apiVersion": "v1", "kind": "Pod", "metadata": {"generateName": "p-"}}, "default")
    assert made["metadata"]["name"].startswith("p-0")


def test_missing_namespaces_are_refused() -> None:
    with pytest.raises(ApiError, match=r'^namespaces "gone" not found$'):
        FakeCluster().client().create(config(), "gone")


def test_refusals_are_counted_and_carry_delays() -> None:
    cluster = FakeCluster()
    cluster.refuse("*", "configmaps", ApiError(429, "TooManyRequests", "slow", retry_after=3.0), times=1)
    answer = cluster.request("GET", "/api/v1/configmaps")
    assert (answer.status, answer.headers["retry-after"]) == (429, "3")
    assert cluster.request("GET", "/api/v1/configmaps").status == 200
    assert cluster.request("GET", "/api/v1/nothings").status == 404


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("a=1", "xy"),
        ("a==1,b!=2", "y"),
        ("a in (1, 3)", "xy"),
        ("a notin (1)", "z"),
        ("b", "x"),
        ("!b", "yz"),
        ("a!=1", "z"),
    ],
)
def test_labels_select(selector: str, found: str) -> None:
    client = FakeCluster().client()
    for name, labels in (("x", {"a": "1", "b": "2"}), ("y", {"a": "1"}), ("z", {})):
        client.create(config(name, labels=labels), "default")
    names = [o["metadata"]["name"] for o in client.list("v1", "ConfigMap", label_selector=selector)]
    assert "".join(names) == found


def test_fields_select() -> None:
    client = FakeCluster().client()
    client.create(config("x"), "default")
    client.create(config("y"), "default")
    for selector, found in (
        ("metadata.name=x", ["x"]),
        ("metadata.name!=x,metadata.namespace==default", ["y"]),
    ):
        names = [o["metadata"]["name"] for o in client.list("v1", "ConfigMap", field_selector=selector)]
        assert names == found


def test_patches() -> None:
    target = {"a": {"b": [1, 2]}, "c": 1}
    assert fake_patches.merge(target, {"a": {"b": None, "d": 1}}) == {"a": {"d": 1}, "c": 1}
    assert fake_patches.merge(5, {"a": 1}) == {"a": 1}
    done = fake_patches.json_patch(
        target,
        [
            {"op": "test", "path": "/c", "value": 1},
            {"op": "add", "path": "/a/b/-", "value": 3},
            {"op": "add", "path": "/a/b/0", "value": 0},
            {"op": "remove", "path": "/c"},
            {"op": "add", "path": "/a~1b", "value": 1},
            {"op": "replace", "path": "/a/b/1", "value": 9},
        ],
    )
    assert done == {"a": {"b": [0, 9, 2, 3]}, "a/b": 1}
    for operation in (
        {"op": "test", "path": "/c", "value": 2},
        {"op": "remove", "path": "/none"},
        {"op": "copy", "path": "/c"},
    ):
        with pytest.raises(ValueError, match=r".+"):
            fake_patches.json_patch(target, [operation])
    client = FakeCluster().client()
    client.create(config(), "default")
    with pytest.raises(ApiError) as caught:
        client.patch("v1", "ConfigMap", "a", [{"op": "remove", "path": "/x"}], "default", patch_type="json")
    assert caught.value.status == 422


def test_apply_drops_what_is_applied_no_more() -> None:
    first = fake_patches.apply(None, {}, {"data": {"a": "1", "b": "2"}}, "helm", force=False)
    second = fake_patches.apply(first.object, first.owners, {"data": {"a": "1"}}, "helm", force=False)
    assert second.object == {"data": {"a": "1"}}
    other = fake_patches.apply(second.object, second.owners, {"data": {"a": "1"}}, "other", force=False)
    assert other.conflicts == [] and other.owners == {("data", "a"): "other"}
    gone = fake_patches.apply({"data": "flat"}, {("data", "a"): "helm"}, {}, "helm", force=False)
    assert gone.object == {"data": "flat"}


def test_watches_end_by_themselves() -> None:
    store = Store(settle=True)
    assert list(FakeStream(store, lambda _: False, seconds=0.01).chunks()) == []


def test_definitions_may_change() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "ks.g.io"},
        "spec": {
            "group": "g.io",
            "names": {"kind": "K", "plural": "ks"},
            "versions": [{"name": "v1"}],
        },
    }
    client.apply(definition)
    client.create({"apiVersion": "g.io/v1", "kind": "K", "metadata": {"name": "k"}})
    definition["spec"]["versions"] = [{"name": "v1"}, {"name": "v2"}]  # type: ignore[index]
    client.apply(definition)
    assert client.resource_type("g.io/v2", "K").plural == "ks"
    assert cluster.get("g.io/v1", "K", "k") is not None


def test_a_patch_that_names_another_version_is_refused() -> None:
    client = FakeCluster().client()
    made = client.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}, "default")
    patch = {"metadata": {"resourceVersion": made["metadata"]["resourceVersion"]}, "data": {"k": "v"}}
    assert client.patch("v1", "ConfigMap", "a", patch, "default")["data"] == {"k": "v"}
    with pytest.raises(ApiError) as caught:
        client.patch("v1", "ConfigMap", "a", patch, "default")
    assert caught.value.conflict
