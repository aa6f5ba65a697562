from __future__ import annotations

from typing import Any

import pytest

from hivehelm.kube.errors import PatchError
from hivehelm.kube.patch.client_side import create


def thing(api_version: str, kind: str, **fields: Any) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "it"}, **fields}


def test_kinds_of_kubernetes_are_patched_strategically() -> None:
    old, new, live = (thing("v1", "ConfigMap", data=data) for data in ({"a": "1"}, {"b": "2"}, {"a": "3"}))
    found = create(old, new, live)
    assert (found.patch, found.type) == ({"data": {"a": None, "b": "2"}}, "strategic")
    assert create(new, new, None).patch == new
    assert create(new, new, new).patch == {}


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [("bees.example/v1", "Hive"), ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition")],
)
def test_others_are_patched_by_what_was_wanted_alone(api_version: str, kind: str) -> None:
    old, new, live = (thing(api_version, kind, spec=spec) for spec in ({"a": 1}, {"a": 1, "b": 2}, {"a": 9}))
    found = create(old, new, live)
    assert (found.patch, found.type) == ({"spec": {"b": 2}}, "merge")
    assert create(old, new, live, three_way=True).patch == {"spec": {"a": 1, "b": 2}}
    with pytest.raises(PatchError, match=r"^failed to create patch: precondition failed for: map\["):
        create(old, new, None, three_way=True)


def test_a_manifest_of_wrong_types_is_patched_as_if_unknown() -> None:
    old, new = (thing("apps/v1", "Deployment", spec={"replicas": count}) for count in (1, "2"))
    assert create(old, new, old).type == "merge"


def test_what_cannot_be_patched() -> None:
    old = thing("v1", "Pod", spec={"containers": [{"image": "a"}]})
    new = thing("v1", "Pod", spec={"containers": [{"image": "b"}]})
    with pytest.raises(PatchError, match=r"^failed to create patch: map: map\[image:a\] does not contain "):
        create(old, new, old)
