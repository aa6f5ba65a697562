from __future__ import annotations

import pytest

from hivehelm.lint.deprecated_apis import TABLE
from hivehelm.lint.deprecations import problem
from hivehelm.render.capabilities import parse_kube_version


@pytest.mark.parametrize(
    ("api_version", "kind", "told"),
    [
        (
            "extensions/v1beta1",
            "Ingress",
            (
                "extensions/v1beta1 Ingress is deprecated in v1.14+, unavailable in v1.22+; "
                "use networking.k8s.io/v1 Ingress"
            ),
        ),
        (
            "batch/v1beta1",
            "CronJobList",
            (
                "batch/v1beta1 CronJobList is deprecated in v1.21+, unavailable in v1.25+; "
                "use batch/v1 CronJobList"
            ),
        ),
        (
            "storage.k8s.io/v1beta1",
            "CSINodeList",
            (
                "storage.k8s.io/v1beta1 CSINodeList is deprecated in v1.17+, unavailable in v1.22+; "
                "use storage.k8s.io/v1 CSINode"
            ),
        ),
        (
            "policy/v1beta1",
            "Eviction",
            "policy/v1beta1 Eviction is deprecated in v1.22+, unavailable in v1.25+",
        ),
        ("/v1", "ComponentStatus", "v1 ComponentStatus is deprecated in v1.19+"),
        (
            "v1",
            "EndpointsList",
            "v1 EndpointsList is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSliceList",
        ),
    ],
)
def test_what_is_said(api_version: str, kind: str, told: str) -> None:
    assert problem(api_version, kind) == told


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("apps/v1", "Deployment"),
        ("", "Endpoints"),
        ("v1", "endpoints"),
        ("v1", ""),
        ("a/b/c", "Pod"),
        ("policy/v1beta1", "EvictionList"),
        ("policy/v1beta1", "PodSecurityPolicy"),
    ],
)
def test_what_is_kept(api_version: str, kind: str) -> None:
    assert problem(api_version, kind) == ""


@pytest.mark.parametrize(
    ("version", "deprecated"),
    [("1.13", False), ("1.14", True), ("1.22", True), ("0.99", False), ("0.0", True), ("2.0", True)],
)
def test_versions(version: str, deprecated: bool) -> None:
    assert bool(problem("extensions/v1beta1", "Ingress", parse_kube_version(version))) == deprecated


def test_the_table_names_each_kind_once() -> None:
    named = [(row[0], kind.partition("=")[0]) for row in TABLE for kind in row[4].split()]
    assert len(named) == len(set(named))
