from __future__ import annotations

from typing import Any

import pytest

from hivehelm.chart.model import Chart, Dependency, File, Lock, Maintainer, Metadata
from hivehelm.release.document import chart_document, chart_from_document
from hivehelm.release.errors import ReleaseDecodeError
from hivehelm.release.model import Release


@pytest.fixture
def chart() -> Chart:
    return Chart(
        Metadata(
            "web",
            "1.2.3",
            "v2",
            description="d",
            maintainers=[Maintainer("me", url="https://example.com")],
            annotations={"b": "2"},
            dependencies=[
                Dependency("db", "1.x", "https://r", tags=["t"], import_values=["x"], enabled=True)
            ],
            deprecated=True,
        ),
        values={"a": 1.0},
        templates=[File("templates/a.yaml", b"a: \xff", 1_500_000_000)],
        files=[File("README.md", b"")],
        schema=b"{}",
        schema_modtime=2_000_000_000,
        lock=Lock("2026-01-01T00:00:00Z", "sha256:x", [Dependency("db", "1.2.0")]),
        modtime=3_000_000_000,
    )


@pytest.fixture
def document(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    return {
        "metadata": {
            "name": "web",
            "version": "1.2.3",
            "description": "d",
            "maintainers": [{"name": "me", "url": "https://example.com"}],
            "apiVersion": "v2",
            "deprecated": True,
            "annotations": {"b": "2"},
            "dependencies": [
                {
                    "name": "db",
                    "version": "1.x",
                    "repository": "https://r",
                    "tags": ["t"],
                    "enabled": True,
                    "import-values": ["x"],
                }
            ],
        },
        "lock": {
            "generated": "2026-01-01T00:00:00Z",
            "digest": "sha256:x",
            "dependencies": [{"name": "db", "version": "1.2.0", "repository": ""}],
        },
        "templates": [{"name": "templates/a.yaml", "data": "YTog/w==", "modtime": "1970-01-01T00:00:01.5Z"}],
        "values": {"a": 1.0},
        "schema": "e30=",
        "schemamodtime": "1970-01-01T00:00:02Z",
        "files": [{"name": "README.md", "data": ""}],
        "modtime": "1970-01-01T00:00:03Z",
    }


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    import time

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    request.addfinalizer(time.tzset)
    request.addfinalizer(monkeypatch.undo)


def test_a_chart_becomes_the_document_that_helm_writes(chart: Chart, document: dict[str, Any]) -> None:
    assert chart_document(chart) == document
    assert list(chart_document(chart)) == list(document)
    assert list(chart_document(chart)["metadata"]) == list(document["metadata"])


def test_a_document_becomes_the_chart_again(document: dict[str, Any]) -> None:
    assert chart_document(chart_from_document(document)) == document


def test_a_bare_chart_has_gos_nils() -> None:
    assert chart_document(Chart(Metadata("a", "1", "v2"))) == {
        "metadata": {"name": "a", "version": "1", "apiVersion": "v2"},
        "lock": None,
        "templates": None,
        "values": None,
        "schema": None,
        "schemamodtime": "0001-01-01T00:00:00Z",
        "files": None,
    }


def test_an_empty_values_yaml_is_not_a_missing_one() -> None:
    assert chart_document(Chart(Metadata("a"), raw=[File("values.yaml", b"")]))["values"] == {}


def test_missing_parts_of_a_document_are_missing_parts_of_the_chart() -> None:
    chart = chart_from_document(None)
    assert (chart.name, chart.templates, chart.lock, chart.schema, chart.modtime) == (
        "",
        [],
        None,
        None,
        None,
    )
    locked = chart_from_document({"lock": {}, "templates": [{"name": "a", "data": None}]})
    assert locked.lock is not None
    assert (locked.lock.generated, locked.lock.dependencies) == ("0001-01-01T00:00:00Z", None)
    assert locked.templates[0].data == b""


@pytest.mark.parametrize(
    "broken",
    [
        {"metadata": []},
        {"templates": [1]},
        {"templates": [{}]},
        {"files": [{"name": "a", "data": "%"}]},
        {"modtime": "x"},
    ],
)
def test_what_is_no_chart_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(ReleaseDecodeError, match="release record holds no chart"):
        _ = Release(chart_document=broken).chart


def test_a_release_knows_its_chart(document: dict[str, Any]) -> None:
    release = Release(chart_document=document)
    assert release.chart.metadata.name == "web"
    assert release.chart_metadata["version"] == "1.2.3"
    assert Release().chart_metadata == {}
    assert Release(chart_document={"metadata": 1}).chart_metadata == {}
