"""Charts, repositories and releases as the platform speaks of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from hivehelm.chart.load import load_files
from hivehelm.chart.model import File
from hivehelm.platform.model import HelmChart, HelmRelease, HelmReleaseStatus, HelmRepository
from hivehelm.release.model import Info, Release

CHART = """\
apiVersion: v2
name: app
version: 1.2.3
appVersion: "4"
description: An app
type: application
home: https://example.com
icon: https://example.com/icon.png
keywords: [web, app]
sources: [https://example.com/source]
maintainers: [{name: Jo, email: jo@example.com}, {name: Al}]
dependencies:
  - {name: db, version: 1.x, repository: "https://example.com", condition: db.on, alias: store, tags: [back]}
"""


@pytest.mark.parametrize(
    ("record", "status"),
    [
        ("deployed", "Deployed"),
        ("pending-install", "Pending"),
        ("pending-upgrade", "Pending"),
        ("pending-rollback", "Pending"),
        ("uninstalling", "Pending"),
        ("failed", "Failed"),
        ("superseded", "Superseded"),
        ("uninstalled", "Uninstalled"),
        ("unknown", "Failed"),
        ("", "Failed"),
    ],
)
def test_statuses(record: str, status: str) -> None:
    assert HelmReleaseStatus.of(record) == HelmReleaseStatus(status)


def test_a_chart_has_the_fields_of_its_file() -> None:
    files = [
        File("Chart.yaml", CHART.encode()),
        File("values.yaml", b"replicas: 2\nratio: 0.5\nlist: [1, {a: 2}]\nbig: 1.0e+300\n"),
    ]
    chart = HelmChart.of(load_files(files))
    data = chart.to_dict()
    assert data == {
        "name": "app",
        "version": "1.2.3",
        "description": "An app",
        "app_version": "4",
        "keywords": ["web", "app"],
        "home": "https://example.com",
        "sources": ["https://example.com/source"],
        "maintainers": [
            {"name": "Jo", "email": "jo@example.com", "url": None},
            {"name": "Al", "email": None, "url": None},
        ],
        "icon": "https://example.com/icon.png",
        "api_version": "v2",
        "chart_type": "application",
        "dependencies": [
            {
                "name": "db",
                "version": "1.x",
                "repository": "https://example.com",
                "condition": "db.on",
                "tags": ["back"],
                "alias": "store",
            }
        ],
        "values": {"replicas": 2, "ratio": 0.5, "list": [1, {"a": 2}], "big": 1e300},
    }
    assert json.dumps(data["values"]).startswith('{"replicas": 2,')
    assert HelmChart.from_dict(json.loads(json.dumps(data))) == chart


def test_a_bare_chart_has_what_is_left_out() -> None:
    chart = HelmChart.of(load_files([File("Chart.yaml", b"apiVersion: v1\nname: a\nversion: 0.1.0\n")]))
    assert (chart.home, chart.icon, chart.chart_type, chart.maintainers, chart.values) == (
        None,
        None,
        None,
        [],
        {},
    )


def test_a_release_is_what_is_on_record() -> None:
    record = Release(
        name="web",
        namespace="prod",
        version=7,
        config={"replicas": 3.0},
        info=Info(status="deployed", last_deployed="2026-03-01T10:20:30.123456789+02:00"),
        chart_document={"metadata": {"name": "app", "version": "1.2.3"}},
    )
    release = HelmRelease.of(record)
    assert release.updated == datetime(2026, 3, 1, 8, 20, 30, 123456, tzinfo=UTC)
    data = release.to_dict()
    assert data == {
        "name": "web",
        "namespace": "prod",
        "chart": "app",
        "version": "1.2.3",
        "values": {"replicas": 3},
        "status": "Deployed",
        "revision": 7,
        "updated": "2026-03-01T08:20:30.123456Z",
    }
    assert type(data["status"]) is str
    assert HelmRelease.from_dict(data) == release
    assert HelmRelease.from_dict({**data, "more": 1, "updated": release.updated}) == release


@pytest.mark.parametrize("instant", ["", "yesterday"])
def test_a_record_may_have_next_to_nothing(instant: str) -> None:
    release = HelmRelease.of(Release(name="a", info=Info(last_deployed=instant)))
    assert (release.chart, release.version, release.values) == ("", "", {})
    assert release.status is HelmReleaseStatus.FAILED
    assert release.updated == datetime(1, 1, 1, tzinfo=UTC)


def test_a_repository_hides_what_is_secret() -> None:
    repository = HelmRepository(name="r", url="https://u:hidden@example.com", password_encrypted="token")  # noqa: S106
    assert repository.to_dict()["is_oci"] is False
    assert "hidden" not in repr(repository)
    assert "token" not in repr(repository)
