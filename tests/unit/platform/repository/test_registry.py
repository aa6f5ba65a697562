from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.unit.platform.repository.made import chart, provenance

from hivehelm.cluster.registry import Registry
from hivehelm.platform.repository.errors import (
    ArchiveExistsError,
    InvalidArchiveError,
    NoArchiveError,
    ReadOnlyRepositoryError,
    RepositoryUnreachableError,
)
from hivehelm.platform.repository.opening import open_repository
from hivehelm.platform.repository.repository import ChartRepository
from hivehelm.testing.chart_repository import Reply
from hivehelm.testing.fake_registry import FakeRegistry


def opened(address: str) -> ChartRepository:
    return open_repository(f"oci+http://{address}")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hivehelm.platform.repository.inspection.inspect", lambda data: None)


@pytest.fixture
def here(registry: Registry, request: pytest.FixtureRequest) -> Iterator[str]:
    name = request.node.name.replace("_", "-")
    yield f"{registry.address}/museum/{name}"


def test_a_registry_keeps_charts(here: str) -> None:
    repository = opened(here)
    assert repository.names() == []
    repository.put(chart("web", "1.0.0"))
    repository.put(chart("web", "1.1.0+b.1"))
    repository.put(chart("api", "0.1.0"))
    assert repository.names() == ["api", "web"]
    assert [one.version for one in repository.versions("web")] == ["1.1.0+b.1", "1.0.0"]
    assert repository.archive("web") == chart("web", "1.1.0+b.1")
    content = repository.chart("api-0.1.0.tgz")
    assert content.etag == f'"{repository.get("api").digest}"'
    assert content.read() == chart("api", "0.1.0")
    assert opened(here).names() == ["api", "web"]
    assert opened(here).index().data == repository.index().data


def test_what_is_there_is_replaced_only_by_force(here: str) -> None:
    repository = opened(here)
    repository.put(chart())
    other = chart(extra="description: another\n")
    with pytest.raises(ArchiveExistsError):
        repository.put(other)
    assert repository.put(other, force=True).replaced
    assert repository.get("web").description == "another"
    assert repository.archive("web") == other


def test_provenances(here: str) -> None:
    repository = opened(here)
    repository.put(chart())
    with pytest.raises(NoArchiveError):
        repository.chart("web-1.0.0.tgz.prov")
    repository.put_provenance(provenance(chart()))
    assert repository.chart("web-1.0.0.tgz.prov").read() == provenance(chart())
    with pytest.raises(ArchiveExistsError):
        repository.put_provenance(provenance(chart()))
    repository.put_provenance(provenance(chart()), force=True)
    with pytest.raises(NoArchiveError):
        repository.put_provenance(provenance(chart("api"), "api"))
    repository.put(chart("api"), provenance(chart("api"), "api"))
    assert repository.chart("api-1.0.0.tgz.prov").read() == provenance(chart("api"), "api")


def test_what_is_deleted_is_gone(here: str) -> None:
    repository = opened(here)
    repository.put(chart("web", "1.0.0"))
    repository.put(chart("web", "1.1.0"))
    repository.delete("web", "1.0.0")
    assert [one.version for one in repository.versions("web")] == ["1.1.0"]
    repository.delete("web", "1.1.0")
    assert repository.names() == []
    with pytest.raises(NoArchiveError):
        repository.delete("web", "1.1.0")


def test_what_somebody_else_does_shows_later(here: str, monkeypatch: pytest.MonkeyPatch) -> None:
    repository, other = opened(here), opened(here)
    repository.put(chart())
    other.names()
    repository.delete("web", "1.0.0")
    with pytest.raises(NoArchiveError):
        other.chart("web-1.0.0.tgz")
    assert other.names() == []
    repository.put(chart())
    other.put(chart(extra="description: another\n"), force=True)
    assert repository.archive("web") == chart(extra="description: another\n")
    assert repository.get("web").description == "another"


def test_names_that_a_registry_cannot_have(here: str) -> None:
    with pytest.raises(InvalidArchiveError, match="a registry cannot keep Web"):
        opened(here).put(chart("Web"))


def test_names_are_found_without_a_catalog(here: str) -> None:
    with FakeRegistry() as fake:
        fake.replies["/v2/_catalog"] = Reply(status=404)
        repository = opened(f"{fake.address}/charts")
        fake.add_chart("charts/foreign", "1.0.0", chart("foreign"))
        repository.put(chart())
        assert repository.names() == ["web"]
        fake.add_manifest("charts/web", "9.0.0", {"schemaVersion": 2, "layers": []})
        assert opened(f"{fake.address}/charts").state().refused.keys() == {"web-9.0.0.tgz"}


def test_a_registry_that_deletes_nothing() -> None:
    with FakeRegistry() as fake:
        repository = opened(f"{fake.address}/charts")
        repository.put(chart())
        fake.intercept = lambda asked: Reply(status=405) if asked.method == "DELETE" else None
        with pytest.raises(ReadOnlyRepositoryError, match="the registry deletes nothing"):
            repository.delete("web", "1.0.0")


def test_a_registry_that_is_away() -> None:
    repository = opened("127.0.0.1:9/charts")
    with pytest.raises(RepositoryUnreachableError, match="connection refused"):
        repository.index()
    with pytest.raises(RepositoryUnreachableError):
        repository.put(chart())
    with pytest.raises(RepositoryUnreachableError):
        repository.delete("web", "1.0.0")
