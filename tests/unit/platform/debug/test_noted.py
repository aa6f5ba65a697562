from __future__ import annotations

import os
from pathlib import Path

import pytest

from hivehelm.platform.debug.facts import Failure
from hivehelm.platform.debug.noted import failure_of, forget, kinds_of, note, noted
from hivehelm.sources.errors import ChartNotFoundError, SourceError

FAILURE = Failure(
    text="no", kinds=("A",), verb="install", chart="x/y", when="2026-01-02T03:04:05Z", source="s"
)


def test_a_note_is_left_and_taken_back(tmp_path: Path) -> None:
    base = str(tmp_path / "home")
    assert noted(base, "shop", "web") is None
    note(base, "shop", "web", FAILURE)
    assert noted(base, "shop", "web") == FAILURE
    assert noted(base, "shop", "api") is None
    assert oct((tmp_path / "home" / "failures" / "shop" / "web.json").stat().st_mode)[-3:] == "600"
    forget(base, "shop", "web")
    forget(base, "shop", "web")
    assert noted(base, "shop", "web") is None


@pytest.mark.parametrize("name", ["../../x", "a/b", "", ".", "A", "x" * 70, "a\0"])
def test_names_lead_nowhere_else(tmp_path: Path, name: str) -> None:
    note(str(tmp_path), "shop", name, FAILURE)
    note(str(tmp_path), name, "web", FAILURE)
    forget(str(tmp_path), "shop", name)
    assert noted(str(tmp_path), "shop", name) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("said", ["", "[]", "{", '{"text": 1}', '{"kinds": [], "strange": 1}'])
def test_notes_may_be_broken(tmp_path: Path, said: str) -> None:
    note(str(tmp_path), "shop", "web", FAILURE)
    (tmp_path / "failures" / "shop" / "web.json").write_text(said)
    assert noted(str(tmp_path), "shop", "web") is None


def test_where_nothing_can_be_written_there_is_no_note(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    note(str(tmp_path / "file"), "shop", "web", FAILURE)
    assert os.path.isfile(tmp_path / "file")


def test_errors_tell_their_kinds_and_those_of_their_causes() -> None:
    try:
        try:
            raise SourceError("no network")
        except SourceError as error:
            raise ChartNotFoundError("web", "", "here") from error
    except ChartNotFoundError as error:
        found = kinds_of(error)
    assert found[:2] == ("ChartNotFoundError", "SourceError")


def test_passwords_are_not_noted() -> None:
    error = SourceError('Get "http://bob:hunter2@example.com/index.yaml": no')
    failure = failure_of(error, verb="install", chart="http://bob:hunter2@example.com/web.tgz")
    assert "hunter2" not in failure.text + failure.chart
