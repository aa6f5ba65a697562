from __future__ import annotations

from typing import Any

import pytest

from hivehelm.kube.errors import PatchError
from hivehelm.kube.patch import types
from hivehelm.kube.patch.diff import strategy
from hivehelm.kube.patch.merge import merge
from hivehelm.kube.patch.types import Field, GoType


def pod() -> GoType:
    known = types.find("v1", "Pod")
    assert known is not None
    return known.fields["spec"].type


def merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return merge(one, other, pod())


def test_directives_of_maps() -> None:
    assert merged({"a": 1}, {"$patch": "replace", "b": 2}) == {"b": 2}
    assert merged({"a": 1}, {"$patch": "delete", "b": 2}) == {}
    with pytest.raises(PatchError, match=r"^unknown patch type: other in map: map\[\$patch:other\]$"):
        merged({}, {"$patch": "other"})


def test_directives_of_items() -> None:
    held = [{"name": "a", "image": "1"}, {"name": "b"}]
    gone = {"containers": [{"$patch": "delete", "name": "a"}, {"name": "c"}]}
    assert merged({"containers": list(held)}, gone) == {"containers": [{"name": "c"}, {"name": "b"}]}
    instead = {"containers": [{"$patch": "replace"}, {"name": "c"}]}
    assert merged({"containers": list(held)}, instead) == {"containers": [{"name": "c"}]}
    for directive, text in (
        ("merge", r"^merging lists cannot yet be specified in the patch$"),
        ("other", r"^unknown patch type: other in map: map\[\$patch:other\]$"),
        ("delete", r"does not contain declared merge key: name$"),
    ):
        with pytest.raises(PatchError, match=text):
            merged({"containers": list(held)}, {"containers": [{"$patch": directive}]})


def test_values_that_are_new_lose_their_directives() -> None:
    new = {"containers": [{"name": "a", "env": [{"$patch": "delete", "name": "x"}]}]}
    assert merged({}, new) == {"containers": [{"name": "a", "env": []}]}
    assert merged({"affinity": 1}, {"affinity": {"$patch": "delete"}}) == {}
    held = {"securityContext": {"$patch": "delete"}, "x": 1}
    assert merged({}, {"affinity": held}) == {"affinity": {"x": 1}}


def test_lists_that_are_replaced_or_of_values() -> None:
    assert merged({"tolerations": [{"key": "a"}]}, {"tolerations": [{"key": "b"}]}) == {
        "tolerations": [{"key": "b"}]
    }
    metadata = types.find("v1", "Pod")
    assert metadata is not None
    shape = metadata.fields["metadata"].type
    assert merge({"finalizers": ["a", "b"]}, {"finalizers": ["b", "c"]}, shape) == {
        "finalizers": ["a", "b", "c"]
    }
    assert merge({"finalizers": []}, {"finalizers": []}, shape) == {"finalizers": []}
    assert merge({"finalizers": ["a"]}, {"$setElementOrder/finalizers": ["b", "a"]}, shape) == {
        "$setElementOrder/finalizers": ["b", "a"],
        "finalizers": ["a"],
    }


def test_orders_that_contradict_are_refused() -> None:
    bad = r"^invalid patch format of setElementOrder list$"
    key = "$setElementOrder/containers"
    with pytest.raises(PatchError, match=bad):
        merged({key: [{"name": "a"}]}, {key: [{"name": "b"}]})
    with pytest.raises(PatchError, match=bad):
        merged({}, {"$setElementOrder": []})
    with pytest.raises(PatchError, match=r"^expected a \[\]interface \{\}, but received a string$"):
        merged({}, {key: "a"})
    with pytest.raises(PatchError, match=r"^expected a \[\]interface \{\}, but received a string$"):
        merged({"containers": "a"}, {key: []})
    assert merged({}, {key: [{"name": "a"}]}) == {key: [{"name": "a"}]}
    with pytest.raises(PatchError, match=r"^The order in patch list:\n\[map\[name:a\] map\[name:b\]\]\n"):
        merged({}, {key: [{"name": "b"}, {"name": "a"}], "containers": [{"name": "a"}, {"name": "b"}]})
    with pytest.raises(PatchError, match=r"^expected a map\[string\]interface \{\}, but received a string$"):
        merged({}, {key: [{"name": "b"}], "containers": ["a"]})
    directed = {key: [{"name": "b"}], "containers": [{"$patch": "replace"}, {"name": "b"}]}
    assert merged({}, directed) == {key: [{"name": "b"}], "containers": [{"name": "b"}]}
    with pytest.raises(PatchError, match=r"^value for key 0 is not a map$"):
        merged({"containers": [{"name": "a"}]}, {key: ["b"]})
    with pytest.raises(PatchError, match=r"^no elements in any of the given slices$"):
        merged({"containers": []}, {key: [{"name": "b"}]})


def test_kept_keys_that_contradict_are_refused() -> None:
    assert merged({}, {"$retainKeys": ["a"]}) == {"$retainKeys": ["a"]}
    with pytest.raises(PatchError, match=r"^\[a\] and \[b\] are not deep equal: this may happen when "):
        merged({"$retainKeys": ["a"]}, {"$retainKeys": ["b"]})


def test_strategies_that_do_not_go_together() -> None:
    shape = pod()
    assert strategy(Field(shape, ["retainKeys", "merge"])) == (True, "merge")
    for strategies in (["merge", "replace"], ["merge", "replace", "retainKeys"]):
        with pytest.raises(PatchError, match=r"^unexpected patch strategy: \[merge replace"):
            strategy(Field(shape, strategies))


def test_a_list_that_is_merged_needs_a_key() -> None:
    known = types.find("v1", "Pod")
    assert known is not None
    shape = known.fields["metadata"].type
    with pytest.raises(PatchError, match=r"^cannot merge lists without merge key for string$"):
        merge({"finalizers": [{"a": 1}]}, {"finalizers": [{"a": 1}]}, shape)
