from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest
from tests.unit.platform.repository.made import chart, provenance

from hivehelm.platform.repository import files as module
from hivehelm.platform.repository.archive import Archive, described
from hivehelm.platform.repository.errors import (
    ArchiveExistsError,
    ChartRepositoryError,
    InvalidArchiveError,
    InvalidProvenanceError,
    NoArchiveError,
    RepositoryFullError,
    RepositoryUnreachableError,
)
from hivehelm.platform.repository.opening import open_repository
from hivehelm.platform.repository.repository import ChartRepository


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ChartRepository:
    # What charts are loaded in is held to its limits elsewhere; here it would but take time.
    monkeypatch.setattr("hivehelm.platform.repository.inspection.inspect", lambda data: None)
    return open_repository(str(tmp_path / "charts"))


def test_what_is_put_is_there_at_once(repository: ChartRepository) -> None:
    assert repository.names() == []
    stored = repository.put(chart("web", "1.0.0"))
    assert (stored.name, stored.version, stored.file, stored.replaced) == (
        "web",
        "1.0.0",
        "web-1.0.0.tgz",
        False,
    )
    assert repository.names() == ["web"]
    assert repository.get("web").digest == stored.digest
    assert repository.archive("web") == chart("web", "1.0.0")
    content = repository.chart("web-1.0.0.tgz")
    assert content.etag == f'"{stored.digest}"'
    assert content.media_type == "application/gzip"
    assert content.read() == chart("web", "1.0.0")
    assert b"web-1.0.0.tgz" in repository.index().data
    assert b"charts/web-1.0.0.tgz" in repository.charts().data
    assert [one.version for one in repository.versions("web")] == ["1.0.0"]


def test_nothing_is_overwritten_unless_it_is_forced(repository: ChartRepository) -> None:
    repository.put(chart())
    other = chart(extra="description: another\n")
    with pytest.raises(ArchiveExistsError, match="file already exists"):
        repository.put(other)
    assert repository.archive("web") == chart()
    tag = repository.index().etag
    assert repository.put(other, force=True).replaced
    assert repository.archive("web") == other
    assert repository.index().etag != tag


def test_what_is_deleted_is_gone(repository: ChartRepository) -> None:
    repository.put(chart(), provenance(chart()))
    repository.delete("web", "1.0.0")
    assert repository.names() == []
    for file in ("web-1.0.0.tgz", "web-1.0.0.tgz.prov"):
        with pytest.raises(NoArchiveError):
            repository.chart(file)
    for version in ("1.0.0", "../1.0.0"):
        with pytest.raises(NoArchiveError):
            repository.delete("web", version)


def test_a_provenance_goes_with_its_archive(repository: ChartRepository) -> None:
    signed = provenance(chart())
    repository.put(chart(), signed)
    content = repository.chart("web-1.0.0.tgz.prov")
    assert content.media_type == "application/pgp-signature"
    assert content.read() == signed
    for wrong in (provenance(chart("api"), "api"), provenance(chart("web", "2.0.0"))):
        with pytest.raises(InvalidProvenanceError):
            repository.put(chart(), wrong, force=True)
    with pytest.raises(InvalidProvenanceError):
        repository.put_provenance(provenance(b"else"), force=True)
    with pytest.raises(ArchiveExistsError):
        repository.put_provenance(signed)
    repository.put_provenance(signed, force=True)
    with pytest.raises(InvalidProvenanceError):
        repository.put_provenance(signed.replace(b"name: web", b"name: ../web"))


def test_a_provenance_of_other_bytes_does_not_stay(repository: ChartRepository) -> None:
    other = chart(extra="description: another\n")
    repository.put(chart(), provenance(chart()))
    repository.put(other, force=True)
    with pytest.raises(NoArchiveError):
        repository.chart("web-1.0.0.tgz.prov")
    repository.put_provenance(provenance(other))
    repository.put(other, force=True)
    assert repository.chart("web-1.0.0.tgz.prov").read() == provenance(other)
    repository.put(chart(), provenance(chart()), force=True)
    assert repository.chart("web-1.0.0.tgz.prov").read() == provenance(chart())


def test_a_provenance_may_come_first(repository: ChartRepository) -> None:
    repository.put_provenance(provenance(chart()))
    repository.put(chart())
    assert repository.chart("web-1.0.0.tgz.prov").read() == provenance(chart())
    repository.put_provenance(provenance(chart("api"), "api"))
    with pytest.raises(ArchiveExistsError):
        repository.put(chart("api", extra="#\n"), provenance(chart("api", extra="#\n"), "api"))


def test_what_another_replica_does_shows_at_once(tmp_path: Path, repository: ChartRepository) -> None:
    other = open_repository(str(tmp_path / "charts"))
    assert other.names() == []
    repository.put(chart("web", "1.0.0"))
    assert other.names() == ["web"]
    repository.put(chart("api", "1.0.0"))
    assert other.names() == ["api", "web"]
    assert other.index().etag == repository.index().etag
    other.delete("web", "1.0.0")
    assert repository.names() == ["api"]
    assert other.index().data == repository.index().data


def test_archives_are_read_once(
    tmp_path: Path, repository: ChartRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[bytes] = []

    def noted(data: bytes) -> Archive:
        read.append(data)
        return described(data)

    monkeypatch.setattr(module, "described", noted)
    repository.put(chart("web", "1.0.0"))
    repository.names()
    repository.put(chart("web", "1.1.0"))
    repository.names()
    repository.names()
    assert read == [chart("web", "1.0.0"), chart("web", "1.1.0")]
    assert len(open_repository(str(tmp_path / "charts")).versions("web")) == 2
    assert len(read) == 2


def test_a_directory_that_is_at_rest_is_not_read(
    tmp_path: Path, repository: ChartRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.put(chart())
    directory = tmp_path / "charts"
    os.utime(directory, (1, 1))
    repository.names()
    monkeypatch.setattr(os, "scandir", lambda path: pytest.fail("it is read"))
    first = repository.index()
    assert repository.index() is first
    monkeypatch.undo()
    (directory / "web-1.0.0.tgz").write_bytes(chart(extra="description: by hand\n"))
    os.utime(directory, (1, 1))
    monkeypatch.setattr(module, "_EVERY", -1.0)
    assert repository.get("web").description == "by hand"


def test_files_that_are_no_charts_are_left_out(tmp_path: Path) -> None:
    heard: list[str] = []
    directory = tmp_path / "charts"
    repository = open_repository(str(directory), log=lambda level, text, **more: heard.append(more["file"]))
    (directory / "source").mkdir(parents=True)
    (directory / "source" / "Chart.yaml").write_text("")
    (directory / "broken.tgz").write_bytes(b"broken")
    (directory / ".hidden-1.0.0.tgz").write_bytes(chart("hidden"))
    (directory / "by hand.tgz").write_bytes(chart())
    (directory / "link-1.0.0.tgz").symlink_to("by hand.tgz")
    (directory / "directory-1.0.0.tgz").mkdir()
    assert repository.names() == ["web"]
    assert repository.names() == ["web"]
    assert heard == ["broken.tgz", "source"]
    state = repository.state()
    assert (state.charts, state.versions, state.problem) == (1, 1, "")
    assert state.refused["broken.tgz"] == "unexpected EOF"


@pytest.mark.parametrize(
    "file",
    [
        "../secret.tgz",
        "link-1.0.0.tgz",
        "dir-1.0.0.tgz",
        "index.yaml",
        ".tgz",
        "/etc/passwd",
        "pipe-1.0.0.tgz",
    ],
)
def test_nothing_else_is_served(tmp_path: Path, repository: ChartRepository, file: str) -> None:
    directory = tmp_path / "charts"
    (directory / "dir-1.0.0.tgz").mkdir(parents=True)
    (tmp_path / "secret.tgz").write_bytes(chart())
    (directory / "link-1.0.0.tgz").symlink_to(tmp_path / "secret.tgz")
    os.mkfifo(directory / "pipe-1.0.0.tgz")
    with pytest.raises(NoArchiveError):
        repository.chart(file)


def test_what_is_wrong_leaves_nothing(tmp_path: Path, repository: ChartRepository) -> None:
    with pytest.raises(InvalidArchiveError):
        repository.put(b"nothing")
    assert not (tmp_path / "charts").exists()
    with pytest.raises(InvalidProvenanceError):
        repository.put(chart(), b"nothing")
    assert repository.names() == []


def test_one_of_many_at_once_wins(tmp_path: Path, repository: ChartRepository) -> None:
    others = [repository, *(open_repository(str(tmp_path / "charts")) for _ in range(3))]
    archives = [chart(extra=f"description: {number}\n") for number in range(4)]
    outcomes: list[object] = []

    def put(number: int) -> None:
        try:
            outcomes.append(others[number].put(archives[number]))
        except ArchiveExistsError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=put, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 4
    assert sum(isinstance(one, ArchiveExistsError) for one in outcomes) == 3
    kept = repository.archive("web")
    assert kept in archives
    assert all(one.archive("web") == kept for one in others)
    assert sorted(path.name for path in (tmp_path / "charts" / ".hivemind").iterdir()) == [
        "entries.json",
        "write.lock",
    ]


def test_locks_that_nobody_honours_overwrite_nothing(
    tmp_path: Path, repository: ChartRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.put(chart())
    monkeypatch.setattr(os.path, "lexists", lambda path: False)
    with pytest.raises(ArchiveExistsError):
        repository.put(chart(extra="#\n"))
    monkeypatch.undo()
    assert repository.archive("web") == chart()

    def no_links(*given: object) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr("hivehelm.platform.repository.inspection.inspect", lambda data: None)
    monkeypatch.setattr(os, "link", no_links)
    repository.put(chart("web", "1.1.0"))
    assert repository.get("web").version == "1.1.0"


def test_a_disk_that_is_full_changes_nothing(
    tmp_path: Path, repository: ChartRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.put(chart())

    def full(descriptor: int) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RepositoryFullError):
        repository.put(chart(extra="#\n"), force=True)
    assert repository.archive("web") == chart()
    assert not list((tmp_path / "charts" / ".hivemind").glob("part-*"))


def test_a_directory_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    repository = open_repository(str(tmp_path / "file"))
    with pytest.raises(RepositoryUnreachableError, match="not a directory"):
        repository.index()
    assert "not a directory" in repository.state().problem
    with pytest.raises(ChartRepositoryError):
        repository.delete("web", "1.0.0")


def test_what_was_seen_is_shown_while_the_volume_is_away(
    tmp_path: Path, repository: ChartRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.put(chart())
    repository.names()

    def away(*given: object, **more: object) -> None:
        raise OSError(116, "Stale file handle")

    monkeypatch.setattr(os, "stat", away)
    assert repository.names() == ["web"]
    assert "stale file handle" in repository.state().problem
    monkeypatch.undo()
    monkeypatch.setattr("hivehelm.platform.repository.repository._PATIENCE", 0.0)
    repository.names()
    monkeypatch.setattr(time, "monotonic", lambda: 1e9)
    assert repository.state().problem == ""


@pytest.mark.parametrize("kept", ["", "{", '{"version": 0}', '{"version": 1, "entries": [{"file": 1}]}'])
def test_what_is_remembered_may_be_broken(tmp_path: Path, repository: ChartRepository, kept: str) -> None:
    repository.put(chart())
    repository.names()
    (tmp_path / "charts" / ".hivemind" / "entries.json").write_text(kept)
    assert open_repository(str(tmp_path / "charts")).names() == ["web"]


def source(top: Path, name: str = "app", version: str = "0.1.0", values: str = "a: 1\n") -> Path:
    directory = top / "charts" / name
    (directory / "templates").mkdir(parents=True, exist_ok=True)
    (directory / "Chart.yaml").write_text(f"apiVersion: v2\nname: {name}\nversion: {version}\n")
    (directory / "values.yaml").write_text(values)
    return directory


def test_charts_in_directories_are_served_as_if_they_were_packaged(
    tmp_path: Path, repository: ChartRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = source(tmp_path)
    assert repository.names() == ["app"]
    data = repository.archive("app")
    entry = repository.get("app")
    assert described(data).digest == entry.digest
    assert repository.chart("app-0.1.0.tgz").etag == f'"{entry.digest}"'
    assert open_repository(str(tmp_path / "charts")).index().data == repository.index().data
    packed = tmp_path / "charts" / ".hivemind" / "packed"
    (kept,) = packed.iterdir()
    kept.unlink()
    assert repository.archive("app") == data
    # An edit shows, and what it was before goes after a while.
    monkeypatch.setattr(module, "_EVERY", -1.0)
    monkeypatch.setattr("hivehelm.platform.repository.directories._LEFT_SECONDS", -1.0)
    (directory / "values.yaml").write_text("a: 2, but longer\n")
    assert repository.get("app").digest != entry.digest
    assert len(list(packed.iterdir())) == 1
    # An archive of that name counts for more, until it is deleted.
    repository.put(chart("app", "0.1.0"))
    assert repository.archive("app") == chart("app", "0.1.0")
    repository.delete("app", "0.1.0")
    assert repository.get("app").digest != entry.digest
    with pytest.raises(NoArchiveError):
        repository.delete("app", "0.1.0")
    (directory / "Chart.yaml").unlink()
    assert repository.names() == []


def test_directories_that_are_no_charts_are_left_out(tmp_path: Path, repository: ChartRepository) -> None:
    source(tmp_path, version="one")
    source(tmp_path, "good")
    (tmp_path / "charts" / ".hidden").mkdir()
    (tmp_path / "charts" / "link").symlink_to(source(tmp_path, "good"))
    assert repository.names() == ["good"]
    assert repository.names() == ["good"]
    assert list(repository.state().refused) == ["app"]
