from __future__ import annotations

from typing import Any

import pytest

from hivehelm.kube.errors import PatchError
from hivehelm.kube.patch.json_merge import three_way, two_way


@pytest.mark.parametrize(
    ("old", "new", "patch"),
    [
        ({"a": 1}, {"a": 1}, {}),
        ({"a": 1, "b": 2}, {"a": 2}, {"a": 2, "b": None}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "d": [1]}}, {"a": {"c": None, "d": [1]}}),
        ({"a": {"b": 1}}, {"a": {}}, {"a": {"b": None}}),
        ({"a": {"b": 1}}, {"a": [1]}, {"a": [1]}),
        ({"a": None}, {"a": {"b": None}}, {"a": {"b": None}}),
        ({"a": None}, {"a": None}, {}),
        ({"a": True}, {"a": 1}, {"a": 1}),
    ],
)
def test_of_two(old: Any, new: Any, patch: Any) -> None:
    assert two_way(old, new) == patch


def test_of_three() -> None:
    original = {"spec": {"gone": 1, "same": 1, "inner": {"gone": 1}}}
    modified = {"spec": {"same": 2, "new": {"a": {}, "b": None}, "list": [{"x": None}, [None]], "inner": {}}}
    current = {"spec": {"gone": 1, "same": 1, "theirs": 1, "inner": {"gone": 1, "theirs": 1}}}
    assert three_way(original, modified, current) == {
        "spec": {
            "gone": None,
            "same": 2,
            "new": {"a": {}, "b": None},
            "list": [{}, [None]],
            "inner": {"gone": None},
        }
    }
    assert three_way(modified, modified, modified) == {}


@pytest.mark.parametrize("what", [{"apiVersion": "v2"}, {"kind": "Other"}, {"metadata": {"name": "other"}}])
def test_what_an_object_is_stays(what: dict[str, Any]) -> None:
    held = {"apiVersion": "v1", "kind": "Hive", "metadata": {"name": "it"}}
    with pytest.raises(PatchError, match=r"^precondition failed for: map\["):
        three_way(held, {**held, **what}, held)
