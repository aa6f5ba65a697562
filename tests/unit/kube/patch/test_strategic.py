from __future__ import annotations

from typing import Any

import pytest

from hivehelm.kube.errors import PatchError
from hivehelm.kube.patch import types
from hivehelm.kube.patch.strategic import three_way


def patch_of(
    original: Any, modified: Any, current: Any, api_version: str = "apps/v1", kind: str = "Deployment"
) -> dict[str, Any]:
    known = types.find(api_version, kind)
    assert known is not None
    return three_way(original, modified, current, known)


def pod(**spec: Any) -> dict[str, Any]:
    return {"spec": spec}


def pod_patch(original: Any, modified: Any, current: Any) -> Any:
    return patch_of(pod(**original), pod(**modified), pod(**current), "v1", "Pod").get("spec", {})


def test_what_nobody_changed_needs_no_patch() -> None:
    wanted = {"metadata": {"labels": {"a": "b"}}, "spec": {"replicas": 1}}
    assert patch_of(wanted, wanted, {**wanted, "status": {"replicas": 1}}) == {}


def test_what_others_added_stays_and_what_is_gone_from_ours_goes() -> None:
    found = patch_of(
        {"spec": {"replicas": 1, "paused": True}},
        {"spec": {"replicas": 2}},
        {"spec": {"replicas": 1, "paused": True, "minReadySeconds": 5}},
    )
    assert found == {"spec": {"replicas": 2, "paused": None}}
    assert patch_of({}, {"spec": {"replicas": 2}}, {"spec": {"replicas": "2"}}) == {"spec": {"replicas": 2}}


def test_items_are_merged_by_their_keys_and_keep_their_order() -> None:
    found = pod_patch(
        {"containers": [{"name": "a", "image": "1"}, {"name": "gone", "image": "1"}]},
        {"containers": [{"name": "new", "image": "1"}, {"name": "a", "image": "2"}]},
        {"containers": [{"name": "a", "image": "1"}, {"name": "gone"}, {"name": "injected"}]},
    )
    assert found == {
        "$setElementOrder/containers": [{"name": "new"}, {"name": "a"}],
        "containers": [
            {"name": "new", "image": "1"},
            {"name": "a", "image": "2"},
            {"$patch": "delete", "name": "gone"},
        ],
    }


def test_an_order_alone_is_a_change() -> None:
    one, other = {"name": "a"}, {"name": "b"}
    found = pod_patch(
        {"containers": [one, other]}, {"containers": [other, one]}, {"containers": [one, other]}
    )
    assert found == {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]}


def test_ports_of_one_number_are_told_apart_by_their_places() -> None:
    """DNS has 53 twice: the merge key does not tell the two apart, and Go's unstable sort decides."""
    ports = [{"containerPort": 53, "protocol": "TCP"}, {"containerPort": 53, "protocol": "UDP"}]
    held = {"containers": [{"name": "a", "ports": ports}]}
    more = {"containers": [{"name": "a", "ports": [*ports, {"containerPort": 9}]}]}
    assert pod_patch(held, held, held) == {}
    assert pod_patch(held, more, held)["containers"][0]["ports"] == [{"containerPort": 9}]


def test_scalars_are_merged_by_value() -> None:
    found = patch_of(
        {"metadata": {"finalizers": ["a", "gone"]}},
        {"metadata": {"finalizers": ["b", "a"]}},
        {"metadata": {"finalizers": ["gone", "a", "theirs"]}},
    )
    assert found == {
        "metadata": {
            "$deleteFromPrimitiveList/finalizers": ["gone"],
            "$setElementOrder/finalizers": ["b", "a"],
            "finalizers": ["b"],
        }
    }


def test_lists_without_a_strategy_are_replaced() -> None:
    found = pod_patch(
        {"containers": [{"name": "a", "args": ["x"]}]},
        {"containers": [{"name": "a", "args": ["y"]}]},
        {"containers": [{"name": "a", "args": ["x", "z"]}]},
    )
    assert found["containers"] == [{"name": "a", "args": ["y"]}]


def test_kinds_of_volumes_clear_each_other() -> None:
    found = pod_patch(
        {"volumes": [{"name": "v", "emptyDir": {}}]},
        {"volumes": [{"name": "v", "hostPath": {"path": "/x"}}]},
        {"volumes": [{"name": "v", "emptyDir": {}}]},
    )
    assert found["volumes"] == [
        {"$retainKeys": ["hostPath", "name"], "emptyDir": None, "hostPath": {"path": "/x"}, "name": "v"}
    ]


def test_a_strategy_keeps_only_what_is_said() -> None:
    found = patch_of(
        {"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}},
        {"spec": {"strategy": {"type": "Recreate"}}},
        {"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}},
    )
    strategy = {"$retainKeys": ["type"], "rollingUpdate": None, "type": "Recreate"}
    assert found == {"spec": {"strategy": strategy}}


def test_the_given_objects_are_left_as_they_are() -> None:
    lists: list[dict[str, Any]] = [{"metadata": {"finalizers": ["b", "a"]}} for _ in range(3)]
    lists[1]["metadata"]["finalizers"] = ["c", "a"]
    patch_of(lists[0], lists[1], lists[2])
    assert [held["metadata"]["finalizers"] for held in lists] == [["b", "a"], ["c", "a"], ["b", "a"]]


def test_what_only_one_side_has_of_an_unknown_field_is_no_fault() -> None:
    assert patch_of({}, {"spec": {"beehives": {"a": 1}}}, {}) == {"spec": {"beehives": {"a": 1}}}
    held = {"spec": {"beehives": {"a": 1}, "bees": [1]}}
    assert patch_of(held, held, held) == {}
    # encoding/json takes names whatever their case.
    assert patch_of({}, {"SPEC": {"replicas": 1}}, {"SPEC": {"replicas": 2}}) == {"SPEC": {"replicas": 1}}


@pytest.mark.parametrize(
    ("modified", "current", "text"),
    [
        (
            {"spec": {"beehives": {"a": 1}}},
            {"spec": {"beehives": {"a": 2}}},
            'unable to find api field in struct DeploymentSpec for the json field "beehives"',
        ),
        (
            {"spec": {"bees": [1]}},
            {"spec": {"bees": [2]}},
            'unable to find api field in struct DeploymentSpec for the json field "bees"',
        ),
        (
            {"metadata": {"labels": {"a": {"b": 1}}}},
            {"metadata": {"labels": {"a": {"b": 2}}}},
            "merging an object in json but data type is not struct, instead is: map",
        ),
        (
            {"spec": {"template": [1]}},
            {"spec": {"template": [2]}},
            "expected slice or array type, but got: struct",
        ),
        (
            {"metadata": {"ownerReferences": [{"name": "a"}]}},
            {"metadata": {"ownerReferences": [{"name": "b"}]}},
            "map: map[name:b] does not contain declared merge key: uid",
        ),
        (
            {"metadata": {"finalizers": ["a", 1]}},
            {"metadata": {"finalizers": ["a"]}},
            "list element types are not identical: [[a] [a 1]]",
        ),
        (
            {"metadata": {"finalizers": [["a"]]}},
            {"metadata": {"finalizers": [["b"]]}},
            "lists of lists are not supported",
        ),
        (
            {"metadata": {"finalizers": [None]}},
            {"metadata": {"finalizers": [None]}},
            "lists with null are not supported",
        ),
        (
            {"metadata": {"$patch": 1}},
            {"metadata": {"$patch": "replace"}},
            "invalid value for special key: $patch",
        ),
    ],
)
def test_what_cannot_be_patched_is_said_in_apimachinerys_words(
    modified: Any, current: Any, text: str
) -> None:
    with pytest.raises(PatchError) as caught:
        patch_of({}, modified, current)
    assert str(caught.value) == text


def test_maps_with_directives_of_their_own() -> None:
    same = {"metadata": {"$patch": "merge"}}
    assert patch_of({}, same, same) == {}
    # What is new to a patch loses its directives.
    assert patch_of({}, same, {"metadata": {"$patch": "replace"}}) == {}


def test_types_that_change_are_set_whole() -> None:
    was, now = {"spec": {"template": {"spec": {"a": 1}}}}, {"spec": {"template": "none"}}
    assert patch_of(was, now, was) == now


def test_maps_that_are_replaced() -> None:
    known = types.Table("# head\nv1 A=0\n\nA inner:1:replace: list:[]1:replace:\nB a:string b:string\n").find(
        "v1", "A"
    )
    assert known is not None
    assert three_way({}, {"inner": {"a": "1"}}, {"inner": {"a": "1", "b": "2"}}, known) == {
        "inner": {"a": "1"}
    }
    assert three_way({}, {"list": [{"a": "1"}]}, {"list": []}, known) == {"list": [{"a": "1"}]}
