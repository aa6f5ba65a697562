"""What processes leave to those that come after: whole, their own, and only for the same bytes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hivehelm import fastpaths, kept, private

DATA = b"x" * kept.SMALLEST


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "charts"
    kept.use(str(path))
    assert kept.get("kind", DATA) is None  # which makes it
    yield path
    kept.use("")


def test_what_was_made_is_found_by_what_it_was_made_of(directory: Path) -> None:
    kept.put("kind", DATA, b"made")
    assert bytes(kept.get("kind", DATA) or b"") == b"made"
    assert kept.get("other", DATA) is None
    assert kept.get("kind", DATA + b"x") is None
    assert [path.stat().st_mode & 0o777 for path in directory.iterdir()] == [0o600]


def test_only_what_the_same_code_has_made_is_found(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.put("kind", DATA, b"made")
    for module, name, other in (
        (kept, "VERSION", kept.VERSION + 1),
        (fastpaths, "FAST", not fastpaths.FAST),
        (private, "RELEASE", "0.0.0"),
        (sys, "hexversion", sys.hexversion + 1),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, other)
            assert kept.get("kind", DATA) is None, name
    assert kept.get("kind", DATA) is not None


def test_without_a_directory_nothing_is_kept(tmp_path: Path) -> None:
    for path in ("", "charts", "off"):
        kept.use(path)
        kept.put("kind", DATA, b"made")
        assert kept.get("kind", DATA) is None


def test_a_directory_that_others_can_write_to_is_none(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    kept.use(str(tmp_path))
    kept.put("kind", DATA, b"made")
    assert list(tmp_path.iterdir()) == []


def test_what_is_small_is_not_worth_a_file(directory: Path) -> None:
    kept.put("kind", DATA[1:], b"made")
    assert list(directory.iterdir()) == []


def test_what_is_too_large_is_not_kept(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "LARGEST", 100)
    kept.put("kind", DATA, b"y" * 81)
    assert list(directory.iterdir()) == []
    kept.put("kind", DATA, b"y" * 80)
    assert bytes(kept.get("kind", DATA) or b"") == b"y" * 80


@pytest.mark.parametrize("place", [0, 15, 16, 19, 20, 23, -1])
def test_a_file_that_is_damaged_counts_for_nothing(directory: Path, place: int) -> None:
    kept.put("kind", DATA, b"made")
    (path,) = directory.iterdir()
    spoilt = bytearray(path.read_bytes())
    spoilt[place] ^= 1
    path.write_bytes(spoilt)
    assert kept.get("kind", DATA) is None
    path.write_bytes(b"")
    assert kept.get("kind", DATA) is None


def test_a_file_under_another_name_counts_for_nothing(directory: Path) -> None:
    kept.put("kind", DATA, b"made")
    kept.put("other", DATA, b"else")
    one, two = directory.iterdir()
    os.replace(one, two)
    assert kept.get("kind", DATA) is None
    assert kept.get("other", DATA) is None


def test_a_directory_that_is_gone_is_no_error(directory: Path) -> None:
    directory.rmdir()
    kept.put("kind", DATA, b"made")
    assert kept.get("kind", DATA) is None


def test_the_oldest_go_where_there_are_too_many(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MAX_FILES", 8)
    for number in range(200):
        kept.put("kind", DATA + bytes([number]), b"made")
    assert len(list(directory.iterdir())) < 100
