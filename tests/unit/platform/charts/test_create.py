"""The platform's charts as they are written, and what becomes of those that are there."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

from hivehelm.chart.errors import PathError
from hivehelm.platform.charts import CHARTS, create_charts, create_hivemind_charts, told
from hivehelm.platform.charts.create import RECORD, sources


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the charts as they come."""
    top = tmp_path_factory.mktemp("made")
    create_hivemind_charts(str(top))
    return top


@pytest.fixture
def top(tmp_path: Path) -> Path:
    create_hivemind_charts(str(tmp_path))
    return tmp_path


def states(top: Path, *, force: bool = False) -> dict[str, str]:
    return {created.name: created.state for created in create_charts(str(top), force=force)}


def outdate(top: Path, chart: str, file: str) -> None:
    """Make a chart look as an older version wrote it."""
    from hashlib import sha256

    path = top / chart / file
    path.write_text("# older\n")
    record = json.loads((top / RECORD).read_text())
    record[chart][file] = sha256(path.read_bytes()).hexdigest()
    (top / RECORD).write_text(json.dumps(record))


def test_writes_five_charts(tmp_path: Path) -> None:
    paths = create_hivemind_charts(str(tmp_path / "not" / "there"))
    assert paths == [str(tmp_path / "not" / "there" / name) for name in CHARTS]
    for path in paths:
        for file in ("Chart.yaml", "values.yaml", "values.schema.json", "README.md", ".helmignore"):
            assert os.path.isfile(os.path.join(path, file)), (path, file)
        assert os.path.isfile(os.path.join(path, "templates", "NOTES.txt"))


def test_the_umbrella_has_the_others_in_it(made: Path) -> None:
    found = sorted(path.name for path in (made / "hivemind-complete" / "charts").iterdir())
    assert found == sorted(f"{name}-0.1.0.tgz" for name in CHARTS if name != "hivemind-complete")


def test_writes_the_same_bytes_each_time(made: Path, top: Path) -> None:
    files = sorted(path.relative_to(made) for path in made.rglob("*") if path.is_file())
    assert files
    assert [(made / file).read_bytes() for file in files] == [(top / file).read_bytes() for file in files]


def test_nothing_is_done_twice(top: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in top.rglob("*") if path.parent != top}
    assert set(states(top).values()) == {"unchanged"}
    assert {path: path.stat().st_mtime_ns for path in top.rglob("*") if path.parent != top} == before


def test_an_older_one_gives_way(top: Path) -> None:
    outdate(top, "hivemind-core", "templates/service.yaml")
    (top / "hivemind-core" / "templates" / "gone.yaml").write_text("x")
    record = json.loads((top / RECORD).read_text())
    record["hivemind-core"]["templates/gone.yaml"] = (
        "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    )
    (top / RECORD).write_text(json.dumps(record))
    assert states(top)["hivemind-core"] == "updated"
    assert not (top / "hivemind-core" / "templates" / "gone.yaml").exists()
    assert "kind: Service" in (top / "hivemind-core" / "templates" / "service.yaml").read_text()
    assert set(states(top).values()) == {"unchanged"}


def change(top: Path) -> list[str]:
    (top / "hivemind-core" / "values.yaml").write_text("replicas: 5\n")
    return ["values.yaml"]


def add(top: Path) -> list[str]:
    (top / "hivemind-core" / "templates" / "extra.yaml").write_text("kind: Extra\n")
    return ["templates/extra.yaml"]


def delete(top: Path) -> list[str]:
    (top / "hivemind-core" / "templates" / "ingress.yaml").unlink()
    return ["templates/ingress.yaml"]


def pipe(top: Path) -> list[str]:
    os.mkfifo(top / "hivemind-core" / "pipe")
    return ["pipe"]


def link(top: Path) -> list[str]:
    (top / "elsewhere").write_text("replicas: 7\n")
    (top / "hivemind-core" / "values.yaml").unlink()
    (top / "hivemind-core" / "values.yaml").symlink_to(top / "elsewhere")
    return ["values.yaml"]


@pytest.mark.parametrize("touch", [change, add, delete, pipe, link])
@pytest.mark.parametrize("older", [False, True], ids=["same version", "older version"])
def test_what_somebody_has_changed_stays(top: Path, touch: object, older: bool) -> None:
    assert callable(touch)
    if older:
        outdate(top, "hivemind-core", "templates/service.yaml")
    changed = touch(top)
    before = sources_of(top / "hivemind-core")
    core = create_charts(str(top))[0]
    assert (core.state, core.changed) == ("kept", changed)
    assert sources_of(top / "hivemind-core") == before
    assert changed[0] in told(core)
    assert "--force" in told(core)
    assert states(top)["hivemind-core"] == "kept"


def sources_of(path: Path) -> dict[str, bytes | str]:
    return {
        str(file.relative_to(path)): os.readlink(file) if file.is_symlink() else file.read_bytes()
        for file in path.rglob("*")
        if file.is_symlink() or file.is_file()
    }


def test_force_keeps_it_beside(top: Path) -> None:
    for name in ("replaced/hivemind-core", "replaced/hivemind-core-2"):
        change(top)
        mine = sources_of(top / "hivemind-core")
        core = create_charts(str(top), force=True)[0]
        assert (core.state, core.moved_to) == ("replaced", str(top / name))
        assert sources_of(top / name) == mine
        assert sources_of(top / "hivemind-core") == sources()["hivemind-core"]
        assert name in told(core)
    assert set(states(top, force=True).values()) == {"unchanged"}


def test_somebody_elses_chart_stays(tmp_path: Path) -> None:
    theirs = tmp_path / "hivemind-tracing"
    theirs.mkdir()
    (theirs / "Chart.yaml").write_text("name: hivemind-tracing\n")
    heard: list[str] = []
    create_hivemind_charts(str(tmp_path), warn=heard.append)
    assert (theirs / "Chart.yaml").read_text() == "name: hivemind-tracing\n"
    assert len(heard) == 1
    assert str(theirs) in heard[0]
    assert states(tmp_path)["hivemind-core"] == "unchanged"


def test_links_and_files_in_the_place_of_a_chart_stay(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "hivemind-core").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "hivemind-logging").write_text("a file")
    found = states(tmp_path)
    assert (found["hivemind-core"], found["hivemind-logging"]) == ("kept", "kept")
    assert not list((tmp_path / "elsewhere").iterdir())
    found = states(tmp_path, force=True)
    assert (found["hivemind-core"], found["hivemind-logging"]) == ("replaced", "replaced")
    assert (tmp_path / "replaced" / "hivemind-core").is_symlink()
    assert not list((tmp_path / "elsewhere").iterdir())
    assert (tmp_path / "replaced" / "hivemind-logging").read_text() == "a file"


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"hivemind-core": 1}'])
def test_without_a_record_nothing_is_lost(top: Path, text: str | None) -> None:
    change(top)
    if text is None:
        (top / RECORD).unlink()
    else:
        (top / RECORD).write_text(text)
    found = states(top)
    assert found.pop("hivemind-core") == "kept"
    assert set(found.values()) == {"unchanged"}
    assert (top / "hivemind-core" / "values.yaml").read_text() == "replicas: 5\n"


def test_a_chart_that_was_deleted_comes_back(top: Path) -> None:
    import shutil

    shutil.rmtree(top / "hivemind-logging")
    assert states(top)["hivemind-logging"] == "written"


def test_many_at_once_leave_whole_charts(tmp_path: Path) -> None:
    failed: list[BaseException] = []

    def create() -> None:
        try:
            create_charts(str(tmp_path))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert {path.name for path in tmp_path.iterdir()} == {*CHARTS, RECORD, ".hivemind-charts.lock"}
    assert set(states(tmp_path).values()) == {"unchanged"}


def test_a_failure_leaves_what_was_there(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outdate(top, "hivemind-core", "templates/service.yaml")
    before = sources_of(top)
    rename = os.rename

    def refuse(source: str, target: str) -> None:
        if source.endswith("/new"):
            raise PermissionError(13, "Permission denied", target)
        rename(source, target)

    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(PathError, match="permission denied"):
        create_charts(str(top))
    monkeypatch.undo()
    assert sources_of(top) == before


def test_a_directory_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PathError, match="not a directory"):
        create_hivemind_charts(str(tmp_path / "file" / "charts"))
