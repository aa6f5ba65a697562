"""What managedFields say was set."""

from __future__ import annotations

import pytest

from hivehelm.platform.export.managed import Owners, kept, merged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@pytest.mark.parametrize(
    ("value", "fields", "left"),
    [
        ({"a": 1, "b": 2}, {"f:a": {}}, {"a": 1}),
        ({"a": {"x": 1, "y": 2}}, {"f:a": {"f:y": {}}}, {"a": {"y": 2}}),
        ({"a": {"x": 1}}, {"f:a": {}}, {"a": {"x": 1}}),
        ({"a": {"x": 1}}, {"f:a": {".": {}}}, {"a": {}}),
        ({"a": [1]}, {"f:a": {".": {}}}, {"a": []}),
        ({"a": {"x": 1}}, {"f:gone": {}}, {}),
        (["x", "y"], {'v:"y"': {}}, ["y"]),
        (["x", "y"], {"i:0": {}}, ["x"]),
        (
            [{"port": 80, "protocol": "TCP", "nodePort": 3}, {"port": 81, "protocol": "TCP"}],
            {'k:{"port":80,"protocol":"TCP"}': {".": {}, "f:port": {}}},
            [{"port": 80, "protocol": "TCP"}],
        ),
        ([{"name": "x"}], {'k:{"name":"x"}': {".": {}}}, [{"name": "x"}]),
        ("text", {"f:odd": {}}, "text"),
        (["x"], {"z:odd": {}}, []),
    ],
)
def test_what_is_in_the_set_is_kept(value: Any, fields: dict[str, Any], left: Any) -> None:
    assert kept(value, fields) == left


def test_sets_are_joined() -> None:
    assert merged({"f:a": {"f:x": {}}}, {"f:a": {"f:y": {}}, "f:b": {}}) == {
        "f:a": {"f:x": {}, "f:y": {}},
        "f:b": {},
    }
    # What one set has as a whole is whole.
    assert merged({"f:a": {}}, {"f:a": {"f:y": {}}}) == {"f:a": {}}
    assert merged(None, {"f:a": {}}) == {"f:a": {}}


def entry(manager: str, field: str, **more: Any) -> dict[str, Any]:
    return {
        "manager": manager,
        "operation": "Apply",
        "apiVersion": "v1",
        "fieldsV1": {f"f:{field}": {}},
        **more,
    }


def test_what_controllers_wrote_was_not_set() -> None:
    owners = Owners(
        [
            entry("helm", "a"),
            entry("kube-controller-manager-1.35", "b", operation="Update"),
            entry("anyone", "c", operation="Update", subresource="status"),
            entry("kubectl-edit", "d", operation="Update"),
            {"manager": "odd", "operation": "Apply", "apiVersion": "v1", "fieldsV1": None},
        ],
        "v1",
    )
    assert owners.applied == {"f:a": {}}
    assert owners.written == {"f:d": {}}
    assert owners.complete


def test_fields_of_another_version_tell_nothing() -> None:
    owners = Owners([entry("helm", "a", apiVersion="v1beta1")], "v1")
    assert owners.applied is None
    assert not owners.complete
