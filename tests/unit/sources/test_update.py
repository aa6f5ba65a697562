"""Indexes of repositories, fetched into the cache."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hivehelm.chart.errors import PathError
from hivehelm.errors import HivehelmError
from hivehelm.sources import update as module
from hivehelm.sources.errors import RenameError, SourceError
from hivehelm.sources.part import Part
from hivehelm.sources.repositories import Repository
from hivehelm.sources.stores import Stores
from hivehelm.sources.update import check, forget, index_path, update, update_all
from hivehelm.testing import ChartRepository, Reply

INDEX = """apiVersion: v1
entries:
  web: [{apiVersion: v2, name: web, version: 1.0.0, urls: [a]}]
  api: [{apiVersion: v2, name: api, version: 1.0.0, urls: [a]}]
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ChartRepository]:
    served = tmp_path / "served"
    served.mkdir()
    (served / "index.yaml").write_text(INDEX)
    with ChartRepository(served) as running:
        yield running


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    return Stores(
        repository_cache=str(tmp_path / "cache/repository"), parsed_indexes=str(tmp_path / "parsed")
    )


def names(directory: str) -> list[str]:
    return sorted(path.name for path in Path(directory).iterdir())


def test_an_index_and_its_names(server: ChartRepository, stores: Stores) -> None:
    for _ in range(2):
        path = update(Repository(name="r", url=server.url), stores)
        assert path == index_path(stores.repository_cache, "r")
        assert Path(path).read_text() == INDEX
        assert Path(path).stat().st_mode & 0o777 == 0o644
        assert names(stores.repository_cache) == ["r-charts.txt", "r-index.yaml"]
    assert sorted((Path(path).parent / "r-charts.txt").read_text().splitlines()) == ["api", "web"]
    assert index_path("c", "") == "c/index.yaml"


def test_another_process_is_at_the_same_index(
    server: ChartRepository, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one was told of its index does not count for the one that the other has put there last."""
    repository = Repository(name="r", url=server.url)
    old = INDEX.replace("1.0.0", "0.9.0")
    keep = Part.keep

    def overtaken(self: Part) -> None:
        keep(self)
        Path(self.target).write_text(old)

    monkeypatch.setattr(Part, "keep", overtaken)
    path = Path(update(repository, stores))
    assert path.read_text() == old
    monkeypatch.undo()
    update(repository, stores)
    assert path.read_text() == INDEX


def test_what_has_not_changed_is_not_sent(server: ChartRepository, stores: Stores) -> None:
    repository = Repository(name="r", url=server.url)
    path = Path(update(repository, stores))
    tag = path.stat().st_ino
    (path.parent / "r-charts.txt").unlink()
    update(repository, stores)
    assert path.stat().st_ino == tag
    assert (path.parent / "r-charts.txt").exists()
    asked = [one.headers.get("if-none-match", "") for one in server.requests]
    assert asked[0] == ""
    assert asked[1].startswith('"')
    # What is there is not what came then: all of it, please.
    path.write_text("changed by somebody")
    update(repository, stores)
    assert path.read_text() == INDEX
    path.unlink()
    update(repository, stores)
    assert [one.headers.get("if-none-match") for one in server.requests[2:]] == [None, None]
    update(repository, stores.replace(parsed_indexes=None))
    assert "if-none-match" not in server.requests[-1].headers


@pytest.mark.parametrize("tag", ["", "x" * 2000, "\x80"])
def test_tags_that_are_not_kept(server: ChartRepository, stores: Stores, tag: str) -> None:
    server.replies["/index.yaml"] = Reply(body=INDEX.encode(), headers={"ETag": tag})
    for _ in range(2):
        update(Repository(name="r", url=server.url), stores)
    assert "if-none-match" not in server.requests[1].headers


def test_tags_that_cannot_be_kept(server: ChartRepository, stores: Stores, tmp_path: Path) -> None:
    (tmp_path / "parsed").write_text("in the way")
    update(Repository(name="r", url=server.url), stores)


def test_what_fails_leaves_what_was(server: ChartRepository, stores: Stores) -> None:
    repository = Repository(name="r", url=server.url)
    path = Path(update(repository, stores))
    for reply in (
        Reply(status=500),
        Reply(body=INDEX.encode(), cut=40),
        Reply(body=b"entries: ["),
        Reply(body=b""),
        Reply(body=b"apiVersion: v1\nentries: {}\n" + b"#" * 300),
    ):
        server.replies["/index.yaml"] = reply
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "MAX_INDEX", 300)
            with pytest.raises(HivehelmError):
                update(repository, stores)
        assert path.read_text() == INDEX
        assert names(stores.repository_cache) == ["r-charts.txt", "r-index.yaml"]


def test_nothing_is_made_for_what_is_not_there(
    server: ChartRepository, stores: Stores, tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match=r"404 Not Found$"):
        update(Repository(name="r", url=f"{server.url}/none"), stores)
    assert not (tmp_path / "cache").exists()


def test_places_that_cannot_be_written(server: ChartRepository, stores: Stores, tmp_path: Path) -> None:
    repository = Repository(name="r", url=server.url)
    (tmp_path / "cache").write_text("in the way")
    with pytest.raises(PathError, match=r"^open .*/cache/repository/r-index\.yaml\d+: not a directory$"):
        update(repository, stores)
    (tmp_path / "cache").unlink()
    path = Path(index_path(stores.repository_cache, "r"))
    path.mkdir(parents=True)
    with pytest.raises(RenameError, match=r"file exists$"):
        update(repository, stores)
    assert names(stores.repository_cache) == ["r-charts.txt", "r-index.yaml"]
    assert list(path.iterdir()) == []


def test_plugins_and_registries(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hivehelm.sources.getter.get", lambda url, options, log: INDEX.encode())
    path = update(Repository(name="r", url="mine://h/x"), stores)
    assert Path(path).read_text() == INDEX


def test_addresses() -> None:
    assert str(check(Repository(name="r", url="https://h/x"), Stores())) == "https://h/x"
    for url, text in (
        ("http://u:secret@[", "invalid chart URL format: http://***@["),
        ("ftp://h", "could not find protocol handler for: ftp"),
    ):
        with pytest.raises(SourceError) as raised:
            check(Repository(name="r", url=url), Stores())
        assert str(raised.value) == text


def test_side_by_side(server: ChartRepository, stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hivehelm.sources.crew.processes", lambda tasks: 1)
    barrier = threading.Barrier(8, timeout=60.0)

    def choose(_: Any) -> Reply | None:
        barrier.wait()
        return None

    server._choose = choose
    repositories = [Repository(name=f"r{n}", url=server.url) for n in range(7)]
    repositories.append(Repository(name="bad", url=f"{server.url}/none"))
    done: dict[str, HivehelmError | None] = {}
    heard: list[str] = []
    (server.directory / "index.yaml").write_text(INDEX + "  bad: [{name: bad}]\n")
    update_all(
        repositories,
        stores,
        lambda one, error: done.update({one.name: error}),
        log=lambda level, message, **_: heard.append(f"{level} {message}"),
    )
    assert [name for name, error in done.items() if error is not None] == ["bad"]
    assert len(done) == 8
    assert heard.count("WARN skipping loading invalid entry for chart") == 7
    update_all([], stores, lambda one, error: None)


def test_more_than_go_at_once(
    server: ChartRepository, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hivehelm.sources.crew.processes", lambda tasks: 1)
    done: list[str] = []
    repositories = [Repository(name=f"r{n}", url=server.url) for n in range(20)]
    update_all(repositories, stores, lambda one, error: done.append(one.name), timeout=60.0)
    assert len(done) == 20


def test_processes_that_are_gone(
    server: ChartRepository, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hivehelm.sources.crew.processes", lambda tasks: 2)
    monkeypatch.setattr("hivehelm.sources.crew.spread", lambda tasks, work, heard, count: {1})
    done: list[str] = []
    repositories = [Repository(name=f"r{n}", url=server.url) for n in range(3)]
    update_all(repositories, stores, lambda one, error: done.append(one.name))
    assert done == ["r1"]


def test_what_other_processes_say(
    server: ChartRepository, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spread(tasks: int, work: Any, heard: Any, count: int) -> set[int]:
        for number in range(tasks):
            heard(number, work(number))
        return set()

    monkeypatch.setattr("hivehelm.sources.crew.processes", lambda tasks: 2)
    monkeypatch.setattr("hivehelm.sources.crew.spread", spread)
    (server.directory / "index.yaml").write_text(INDEX + "  bad: [{name: bad}]\n")
    heard: list[str] = []
    done: list[str] = []
    repositories = [
        Repository(name="r", url=server.url),
        Repository(name="s", url=f"{server.url}/none"),
    ]
    for log in (lambda level, message, **more: heard.append(f"{level} {more.get('name')}"), None):
        update_all(repositories, stores, lambda one, error: done.append(f"{one.name}: {error}"), log=log)
    problem = f"failed to fetch {server.url}/none/index.yaml : 404 Not Found"
    assert done == ["r: None", f"s: {problem}"] * 2
    assert [line for line in heard if line.startswith("WARN")] == ["WARN bad"]


def test_forgetting(stores: Stores) -> None:
    cache = Path(stores.repository_cache)
    forget(str(cache), "r")
    cache.mkdir(parents=True)
    for name in ("r-index.yaml", "r-charts.txt", "s-index.yaml"):
        (cache / name).write_text("")
    forget(str(cache), "r")
    assert names(str(cache)) == ["s-index.yaml"]
    (cache / "r-index.yaml/x").mkdir(parents=True)
    with pytest.raises(PathError, match=r"^remove .*: directory not empty$"):
        forget(str(cache), "r")
