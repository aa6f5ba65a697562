from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.platform.repository.made import chart, provenance

from hivehelm.platform.repository import remote
from hivehelm.platform.repository.errors import (
    NoArchiveError,
    ReadOnlyRepositoryError,
    RepositoryUnreachableError,
)
from hivehelm.platform.repository.opening import open_repository
from hivehelm.sources.index.directory import write
from hivehelm.sources.stores import Access, Stores
from hivehelm.testing.chart_repository import ChartRepository as Server
from hivehelm.testing.chart_repository import Reply

# Of a server in this very process.
LOGIN: dict[str, Any] = {"username": "u", "password": "p"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    directory = tmp_path / "served"
    directory.mkdir()
    (directory / "web-1.0.0.tgz").write_bytes(chart())
    (directory / "web-1.0.0.tgz.prov").write_bytes(provenance(chart()))
    (directory / "odd.tgz").write_bytes(chart("api", "0.1.0"))
    write(str(directory))
    with Server(directory, **LOGIN) as served:
        yield served


def test_another_repository_is_read_through(tmp_path: Path, server: Server) -> None:
    stores = Stores(content_cache=str(tmp_path / "cache"))
    repository = open_repository(server.url, stores=stores, access=Access(**LOGIN))
    assert not repository.writable
    assert repository.where == server.url
    assert repository.names() == ["api", "web"]
    assert b"- api-0.1.0.tgz" in repository.index().data
    assert repository.archive("api") == chart("api", "0.1.0")
    assert repository.chart("web-1.0.0.tgz.prov").read() == provenance(chart())
    with pytest.raises(NoArchiveError):
        repository.chart("api-0.1.0.tgz.prov")
    with pytest.raises(NoArchiveError):
        repository.chart("nope-0.1.0.tgz")
    asked = len(server.requests)
    assert repository.archive("api") == chart("api", "0.1.0")
    assert len(server.requests) == asked


def test_nothing_can_be_written(server: Server) -> None:
    repository = open_repository(server.url)
    with pytest.raises(ReadOnlyRepositoryError, match="read through from"):
        repository.put(chart())
    with pytest.raises(ReadOnlyRepositoryError):
        repository.put_provenance(provenance(chart()))
    with pytest.raises(ReadOnlyRepositoryError):
        repository.delete("web", "1.0.0")


def test_a_change_shows_when_the_index_is_no_longer_fresh(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = open_repository(server.url, access=Access(**LOGIN))
    first = repository.index()
    assert repository.index() is first
    monkeypatch.setattr(remote, "FRESH", 0.0)
    assert repository.index() is first
    (tmp_path / "served" / "new-1.0.0.tgz").write_bytes(chart("new"))
    write(str(tmp_path / "served"))
    assert repository.names() == ["api", "new", "web"]
    assert repository.get("web").document == repository.get("web").document


def test_a_server_that_is_away(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RepositoryUnreachableError, match="401"):
        open_repository(server.url).index()
    repository = open_repository(server.url, access=Access(**LOGIN))
    repository.names()
    monkeypatch.setattr(remote, "FRESH", 0.0)
    server.replies["/index.yaml"] = Reply(status=500)
    assert repository.names() == ["api", "web"]
    assert "500" in repository.state().problem
    server.replies["/web-1.0.0.tgz"] = Reply(status=503)
    with pytest.raises(RepositoryUnreachableError, match="503"):
        repository.archive("web")


def test_what_is_not_what_the_index_says_is_not_passed_on(server: Server) -> None:
    repository = open_repository(server.url, access=Access(**LOGIN))
    server.replies["/web-1.0.0.tgz"] = Reply(body=chart(extra="description: another\n"))
    with pytest.raises(RepositoryUnreachableError, match="is not what its index says"):
        repository.archive("web")


def test_passwords_are_not_shown() -> None:
    repository = open_repository("http://user:secret@127.0.0.1:9/charts")
    assert "secret" not in repository.where
    with pytest.raises(RepositoryUnreachableError) as caught:
        repository.index()
    assert "secret" not in str(caught.value)
