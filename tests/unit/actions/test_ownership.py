from __future__ import annotations

from typing import Any

import pytest

from hivehelm.actions import ownership
from hivehelm.actions.errors import OwnershipError


@pytest.mark.parametrize(
    "obj",
    [
        {},
        {"metadata": {"name": "a", "labels": None, "annotations": None}},
        {
            "metadata": {
                "labels": {"x": "y", "app.kubernetes.io/managed-by": "kustomize"},
                "annotations": {"meta.helm.sh/release-name": "other"},
            }
        },
    ],
)
def test_a_marked_object_belongs_to_its_release(obj: dict[str, Any]) -> None:
    ownership.mark(obj, "web", "prod")
    ownership.check(obj, "web", "prod")


def test_marking_keeps_other_labels() -> None:
    obj = {"metadata": {"labels": {"x": "y"}}}
    ownership.mark(obj, "web", "prod")
    assert obj["metadata"]["labels"] == {"x": "y", "app.kubernetes.io/managed-by": "Helm"}


@pytest.mark.parametrize(
    ("metadata", "text"),
    [
        (
            {},
            (
                'label validation error: missing key "app.kubernetes.io/managed-by": must be set to "Helm"; '
                'annotation validation error: missing key "meta.helm.sh/release-name": must be set to "web"; '
                'annotation validation error: missing key "meta.helm.sh/release-namespace": '
                'must be set to "prod"'
            ),
        ),
        (
            {
                "labels": {"app.kubernetes.io/managed-by": "Helm"},
                "annotations": {
                    "meta.helm.sh/release-name": "other",
                    "meta.helm.sh/release-namespace": "prod",
                },
            },
            (
                'annotation validation error: key "meta.helm.sh/release-name" must equal "web": '
                'current value is "other"'
            ),
        ),
    ],
)
def test_an_object_of_somebody_else_tells_why(metadata: dict[str, Any], text: str) -> None:
    with pytest.raises(OwnershipError) as caught:
        ownership.check({"metadata": metadata}, "web", "prod")
    assert str(caught.value) == f"invalid ownership metadata; {text}"
