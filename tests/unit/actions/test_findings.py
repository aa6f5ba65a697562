from __future__ import annotations

from typing import Any

import pytest

from hivehelm.actions.findings import Finding, explain, unserved
from hivehelm.kube.discovery import ResourceType
from hivehelm.kube.errors import ApiError, NoMatchError, UnmappedError
from hivehelm.kube.resources import Resource


def resource(kind: str = "Deployment", spec: dict[str, Any] | None = None) -> Resource:
    known = ResourceType(group="apps", version="v1", kind=kind, plural=f"{kind.lower()}s", namespaced=True)
    return Resource(known, "web", "prod", {"spec": spec or {}})


def refusal(
    status: int, reason: str, message: str = "refused", causes: list[dict[str, Any]] | None = None
) -> ApiError:
    return ApiError(status, reason, message, details={"causes": causes or []})


def invalid(field: str, message: str) -> ApiError:
    return refusal(422, "Invalid", causes=[{"field": field, "message": message}])


def test_an_immutable_field_is_told_without_its_value() -> None:
    error = invalid("spec.selector", 'Invalid value: {"matchLabels":{"a":"z: y"}}: field is immutable')
    (found,) = explain(resource(), error)
    assert str(found) == (
        "Deployment prod/web: spec.selector: field is immutable; "
        "keep the field as it is, or delete the object first; its pods are replaced"
    )


@pytest.mark.parametrize(
    ("kind", "field", "message", "advice"),
    [
        ("Job", "spec.template", "Invalid value: {}: field is immutable", "put the revision into its name"),
        ("Service", "spec.clusterIPs[0]", 'Invalid value: ["x"]: may not change once set', "address changes"),
        ("Secret", "data", "Forbidden: field is immutable when `immutable` is set", "another name"),
        ("RoleBinding", "roleRef", "Invalid value: {}: cannot change roleRef", "delete the object first"),
        ("Service", "spec.ports[0].port", "Invalid value: 0: must be between 1 and 65535", "correct the"),
    ],
)
def test_what_to_do_goes_by_kind(kind: str, field: str, message: str, advice: str) -> None:
    (found,) = explain(resource(kind), invalid(field, message))
    assert found.field == field
    assert advice in found.advice


def test_the_field_that_changed_is_found_where_the_server_names_the_whole() -> None:
    live = {
        "spec": {
            "serviceName": "web",
            "replicas": 1,
            "volumeClaimTemplates": [{"spec": {"size": "1Gi", "volumeMode": "Filesystem"}}],
        }
    }
    wanted = {"serviceName": "web", "replicas": 3, "volumeClaimTemplates": [{"spec": {"size": "2Gi"}}]}
    message = "Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden\n@@"
    (found,) = explain(resource("StatefulSet", wanted), invalid("spec", message), live)
    assert found.field == "spec.volumeClaimTemplates"
    assert "\n" not in found.problem


def test_the_whole_is_named_where_nothing_is_seen_to_differ() -> None:
    error = invalid("spec", "Forbidden: updates to x are forbidden")
    assert [one.field for one in explain(resource("Thing"), error, {"spec": {}})] == ["spec"]


def test_each_owner_of_a_field_in_conflict_is_named() -> None:
    causes = [
        {"field": ".spec.replicas", "message": 'conflict with "hpa" using apps/v1'},
        {"field": ".data.a", "message": 'conflict with "kubectl" using v1'},
    ]
    found = explain(resource(), refusal(409, "Conflict", causes=causes))
    assert [(one.field, one.problem) for one in found] == [
        ("spec.replicas", 'conflict with "hpa" using apps/v1'),
        ("data.a", 'conflict with "kubectl" using v1'),
    ]
    assert "--force-conflicts" in found[0].advice


@pytest.mark.parametrize(
    ("message", "advice"),
    [
        ('User "bob" cannot patch resource "deployments" in API group "apps"', "granted by a Role"),
        ('pods "x" is forbidden: exceeded quota: small, requested: pods=1', "quota raised"),
        ('ValidatingAdmissionPolicy "p" denied request: no', "policy objects to"),
    ],
)
def test_forbidden_has_three_reasons(message: str, advice: str) -> None:
    (found,) = explain(resource(), refusal(403, "Forbidden", message))
    assert found.problem == message
    assert advice in found.advice


def test_what_the_server_does_not_explain_is_told_as_it_is() -> None:
    (found,) = explain(resource(), refusal(500, "", "field not declared in schema"))
    assert found == Finding(
        object="Deployment prod/web",
        field="",
        problem="field not declared in schema",
        advice="correct the template",
    )


def test_long_messages_are_cut() -> None:
    (found,) = explain(resource(), refusal(500, "", "x" * 1000))
    assert len(found.problem) == 301


@pytest.mark.parametrize(
    ("served", "advice"),
    [
        (["networking.k8s.io/v1"], "use networking.k8s.io/v1"),
        ([], "install its custom resource definition first"),
    ],
)
def test_a_version_that_is_gone(served: list[str], advice: str) -> None:
    error = UnmappedError("web", "", NoMatchError("extensions/v1beta1", "Ingress"))
    found = unserved(error, served)
    assert str(found) == (
        f"Ingress web: apiVersion: extensions/v1beta1 is not served by this cluster; {advice}"
    )
