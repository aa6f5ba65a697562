"""Repositories added, removed, updated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hivehelm.actions.repositories import (
    IndexUpdateError,
    RepositoryListError,
    add,
    known,
    remove,
    update,
)
from hivehelm.errors import HivehelmError
from hivehelm.sources.errors import NotARepositoryError, SourceError
from hivehelm.sources.repositories import Repository, load
from hivehelm.sources.stores import Stores
from hivehelm.testing import ChartRepository

INDEX = "apiVersion: v1\nentries:\n  a: [{name: a, version: 1.0.0, urls: [x]}]\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ChartRepository]:
    (tmp_path / "served").mkdir()
    (tmp_path / "served/index.yaml").write_text(INDEX)
    with ChartRepository(tmp_path / "served") as running:
        yield running


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    return Stores(
        repository_config=str(tmp_path / "config/repositories.yaml"), repository_cache=str(tmp_path / "cache")
    )


def test_adding(server: ChartRepository, stores: Stores, tmp_path: Path) -> None:
    one = Repository(name="r", url=server.url)
    assert add(one, stores)
    assert not add(one, stores)
    assert load(stores.repository_config) == [one]
    other = one.replace(url=f"{server.url}/")
    with pytest.raises(RepositoryListError, match=r"^repository name \(r\) already exists, please "):
        add(other, stores)
    assert add(other, stores, force_update=True)
    assert known(stores) == [other]
    assert sorted(path.name for path in (tmp_path / "cache").iterdir()) == ["r-charts.txt", "r-index.yaml"]
    assert (tmp_path / "config/repositories.lock").exists()


def test_passwords_are_asked_for(server: ChartRepository, stores: Stores) -> None:
    server.username, server.password = "u", "p"
    one = Repository(name="r", url=server.url, username="u")
    assert add(one, stores, password=lambda: "p")
    assert load(stores.repository_config)[0].password == "p"  # noqa: S105
    with pytest.raises(NotARepositoryError, match="401 Unauthorized"):
        add(one.replace(name="s"), stores)


@pytest.mark.parametrize(
    ("name", "url", "text"),
    [
        (
            "a/b",
            "http://h",
            "repository name (a/b) contains '/', please specify a different name without '/'",
        ),
        (
            "a",
            "https://u:secret@kubernetes-charts.storage.googleapis.com",
            None,
        ),
        ("a", "ftp://h", "could not find protocol handler for: ftp"),
        (
            "a",
            "http://u:secret@127.0.0.1:1",
            (
                'looks like "http://***@127.0.0.1:1" is not a valid chart repository or cannot be reached: '
                'Get "http://u:***@127.0.0.1:1/index.yaml": dial tcp 127.0.0.1:1: connect: connection refused'
            ),
        ),
    ],
)
def test_what_is_not_added(stores: Stores, name: str, url: str, text: str | None) -> None:
    if text is None:
        url = url.replace("u:secret@", "")
        text = f'repo "{url}" is no longer available; try "https://charts.helm.sh/stable" instead'
    with pytest.raises(HivehelmError) as raised:
        add(Repository(name=name, url=url), stores)
    assert str(raised.value) == text
    assert known(stores) == []


def test_repositories_that_are_gone_may_be_asked_for(stores: Stores) -> None:
    one = Repository(name="a", url="ftp://kubernetes-charts.storage.googleapis.com")
    with pytest.raises(SourceError, match="protocol handler"):
        add(one, stores, allow_deprecated=True)


def test_broken_files(server: ChartRepository, stores: Stores) -> None:
    Path(stores.repository_config).parent.mkdir()
    Path(stores.repository_config).write_text("[")
    with pytest.raises(SourceError, match=r"^error converting YAML"):
        add(Repository(name="r", url=server.url), stores)
    with pytest.raises(SourceError, match=r"^failed loading file: .*: error converting YAML"):
        update([], stores, print)
    assert known(stores) == []
    with pytest.raises(RepositoryListError, match=r"^no repositories configured$"):
        remove(["r"], stores, print)
    directory = stores.replace(repository_config=str(Path(stores.repository_config).parent))
    with pytest.raises(
        SourceError, match=r"^failed loading file: (.*): couldn't load repositories file \(\1\): read"
    ):
        update([], directory, print)


def test_removing(server: ChartRepository, stores: Stores, tmp_path: Path) -> None:
    for name in "abc":
        add(Repository(name=name, url=server.url), stores)
    done: list[str] = []
    with pytest.raises(RepositoryListError, match=r'^no repo named "x" found$'):
        remove(["b", "x", "a"], stores, done.append)
    assert done == ["b"]
    assert [one.name for one in known(stores)] == ["a", "c"]
    assert not (tmp_path / "cache/b-index.yaml").exists()
    remove(["a", "c"], stores, done.append)
    with pytest.raises(RepositoryListError, match=r"^no repositories configured$"):
        remove(["a"], stores, done.append)


def test_updating(server: ChartRepository, stores: Stores, tmp_path: Path) -> None:
    none = r"^no repositories found\. You must add one before updating$"
    with pytest.raises(RepositoryListError, match=none):
        update([], stores, print)
    add(Repository(name="a", url=server.url), stores)
    add(Repository(name="b", url=server.url.replace("//", "//u:secret@")), stores)
    said: list[str] = []
    update(["a"], stores, said.append)
    begin = "Hang tight while we grab the latest from your chart repositories...\n"
    end = "Update Complete. ⎈Happy Helming!⎈\n"
    assert said == [begin, '...Successfully got an update from the "a" chart repository\n', end]
    with pytest.raises(
        RepositoryListError, match=r"^no repositories found matching 'x'\.  Nothing will be updated$"
    ):
        update(["a", "x"], stores, said.append)
    (tmp_path / "served/index.yaml").unlink()
    said.clear()
    with pytest.raises(IndexUpdateError) as raised:
        update(["b"], stores, said.append)
    url = server.url.replace("//", "//***@")
    assert raised.value.urls == [url]
    assert str(raised.value) == f"failed to update the following repositories: [{url}]"
    problem = f"failed to fetch {url}/index.yaml : 404 Not Found"
    assert said == [
        begin,
        f'...Unable to get an update from the "b" chart repository ({url}):\n\t{problem}\n',
    ]
    remove(["a", "b"], stores, said.append)
    with pytest.raises(RepositoryListError, match=none):
        update([], stores, print)
