"""Why a release fails, over HTTP: who is told what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.api.serving import Serving, release

from hivehelm.api.auth.identity import Identity
from hivehelm.kube.errors import WaitError

DEBUG = "/api/helm/releases/web/debug"
BODY = {"name": "web", "chart": "web", "namespace": "default"}


@pytest.fixture
def serving(tmp_path: Path) -> Serving:
    return Serving(tmp_path)


def seen(serving: Serving, status: int = 200, **query: Any) -> Any:
    answer = serving.client.get(DEBUG, params=query)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_report_on_a_release(serving: Serving) -> None:
    serving.create(release("web"))
    report = seen(serving)
    assert (report["release"], report["namespace"]) == ("web", "default")
    assert [one["revision"] for one in report["history"]] == [1]
    assert report["values"]
    assert "s3cr3t-s3cr3t" not in json.dumps(report)


def test_what_failed_before_there_was_a_record(serving: Serving, tmp_path: Path) -> None:
    chart = tmp_path / "charts" / "web"
    chart.mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: web\nversion: 1.2.3\n")
    assert seen(serving, 404)["detail"] == "release: not found"
    serving.runner.error = WaitError("the reason")
    assert serving.client.post("/api/helm/releases?wait=true", json=BODY).status_code >= 400
    report = seen(serving)
    assert report["state"] == "not there"
    assert report["failure"]["text"] == "the reason"
    assert report["failure"]["source"].startswith("operation ")
    assert report["likely_cause"]["next"]


def test_places_on_the_server_are_not_told(serving: Serving, tmp_path: Path) -> None:
    made = release("web")
    serving.create(made)
    metadata = made.chart_metadata
    chart = Path(serving.site.charts) / str(metadata["name"])
    chart.mkdir(parents=True)
    (chart / "Chart.yaml").write_text(
        f"apiVersion: v2\nname: {metadata['name']}\nversion: {metadata['version']}\n"
    )
    report = seen(serving)
    assert report["chart"]["available"] == [metadata["name"]]
    assert str(tmp_path) not in json.dumps(report)


def test_logs_are_for_deployers_and_other_namespaces_for_who_sees_them(serving: Serving) -> None:
    serving.create(release("web"), release("web", namespace="kube-system"))
    serving.runner.asleep = True
    body = {"chart": "https://charts.example/web-1.0.0.tgz", "namespace": "blank"}
    assert serving.client.put("/api/helm/releases/web", json=body).status_code == 202
    for namespaces, elsewhere in (((), ["default", "kube-system"]), (("blank",), [])):
        serving.who.identity = Identity(name="eve", role="viewer", namespaces=namespaces, method="token")
        report = seen(serving, namespace="blank")
        assert report["elsewhere"] == elsewhere
        assert ("kube-system" in json.dumps(report)) == bool(elsewhere)
    seen(serving, 403, namespace="blank", log_lines=5)
    seen(serving, 403, namespace="kube-system")
    seen(serving, 422, namespace="blank", log_lines=-1)
    seen(serving, 422, namespace="blank", log_lines=10**9)
    serving.who.identity = Identity(name="eve", role="deployer", method="token")
    assert seen(serving, log_lines=5)["release"] == "web"
