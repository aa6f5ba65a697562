from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hivehelm.kube.errors import ApiError
from hivehelm.kube.patch.client_side import create
from hivehelm.testing import FakeCluster
from hivehelm.testing.fake_strategic import strategic

if TYPE_CHECKING:
    from collections.abc import Sequence


def pod(*names: str, **more: Any) -> dict[str, Any]:
    containers = [{"name": name, "image": name} for name in names]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p"},
        "spec": {"containers": containers, **more},
    }


def patched(live: dict[str, Any], **spec: Any) -> Any:
    return strategic(live, {"spec": spec})["spec"]


def names(items: Sequence[dict[str, Any]]) -> list[str]:
    return [item["name"] for item in items]


def test_items_are_merged_by_their_key() -> None:
    spec = patched(pod("a", "b"), containers=[{"name": "b", "tty": True}, {"name": "c"}])
    assert spec["containers"] == [
        {"name": "a", "image": "a"},
        {"name": "b", "image": "b", "tty": True},
        {"name": "c"},
    ]


def test_items_are_deleted_by_their_key() -> None:
    gone = [{"name": "a", "$patch": "delete"}, {"name": "x", "$patch": "delete"}]
    assert names(patched(pod("a", "b"), containers=gone)["containers"]) == ["b"]


def test_the_order_is_as_the_patch_says() -> None:
    wanted = {"containers": [{"name": "c"}], "$setElementOrder/containers": [{"name": "c"}, {"name": "a"}]}
    assert names(patched(pod("a", "b"), **wanted)["containers"]) == ["c", "a", "b"]
    assert "volumes" not in patched(pod("a"), **{"$setElementOrder/volumes": []})


def test_lists_and_maps_are_replaced_where_that_is_said() -> None:
    live = pod("a", "b", nodeSelector={"x": "1"}, tolerations=[{"key": "a"}])
    spec = patched(
        live,
        containers=[{"$patch": "replace"}, {"name": "c"}],
        nodeSelector={"$patch": "replace", "y": "2"},
        tolerations=[{"key": "b"}],
    )
    assert (names(spec["containers"]), spec["nodeSelector"], spec["tolerations"]) == (
        ["c"],
        {"y": "2"},
        [{"key": "b"}],
    )
    assert patched(live, nodeSelector={"$patch": "delete"})["nodeSelector"] == {}


def test_null_deletes() -> None:
    live = pod("a", nodeSelector={"x": "1", "y": "2"}, hostname="h")
    assert patched(live, hostname=None, subdomain=None, nodeSelector={"x": None}) == {
        "containers": [{"name": "a", "image": "a"}],
        "nodeSelector": {"y": "2"},
    }


def test_lists_of_scalars_are_merged() -> None:
    live = {**pod("a"), "metadata": {"name": "p", "finalizers": ["x", "y"]}}
    changed = strategic(
        live, {"metadata": {"finalizers": ["z", "y"], "$deleteFromPrimitiveList/finalizers": ["x"]}}
    )
    assert changed["metadata"]["finalizers"] == ["y", "z"]


def test_keys_that_are_not_retained_go() -> None:
    volumes = [{"name": "v", "emptyDir": {}}]
    added = {"name": "v", "$retainKeys": ["name", "hostPath"], "hostPath": {"path": "/"}}
    assert patched(pod("a", volumes=volumes), volumes=[added])["volumes"] == [
        {"name": "v", "hostPath": {"path": "/"}}
    ]


def test_custom_resources_take_none() -> None:
    with pytest.raises(ApiError, match="unknown format") as caught:
        strategic({"apiVersion": "x/v1", "kind": "Foo", "metadata": {"name": "f"}}, {})
    assert caught.value.status == 415


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ApiError, match="unable to find api field in struct PodSpec") as caught:
        patched(pod("a"), nonsense={"a": 1})
    assert caught.value.status == 400
    with pytest.raises(ApiError, match="does not contain declared merge key: name"):
        patched(pod("a"), containers=[{"image": "x"}])


def test_patches_that_are_made_here_arrive() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    first, second = pod("a", "b"), pod("b", "c")
    live = client.create({**pod("a", "b"), "spec": {**pod("a", "b", "sidecar")["spec"]}})
    made = create(first, second, live, three_way=True)
    changed = client.patch("v1", "Pod", "p", made.patch, "default", patch_type=made.type)
    assert sorted(names(changed["spec"]["containers"])) == ["b", "c", "sidecar"]
