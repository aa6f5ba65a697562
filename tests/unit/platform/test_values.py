"""Values as a caller gives them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.platform.values import read_values
from hivehelm.values.inputs import InputError


def test_mappings_texts_and_files(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("a: {b: 1}\n")
    for given in ({"a": {"b": 1}}, "a: {b: 1}", "a:\n  b: 1\n", tmp_path / "values.yaml", "values.yaml"):
        assert read_values(given, str(tmp_path)) == {"a": {"b": 1}}
    assert read_values(None) == read_values("") == read_values({}) == {}


def test_a_name_is_no_file_for_who_is_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "values.yaml").write_text("a: 1\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="failed to parse values"):
        read_values("values.yaml")
    assert read_values("a: b", str(tmp_path)) == {"a": "b"}


def test_a_mapping_is_not_shared() -> None:
    given = {"a": {"b": [1]}}
    read_values(given)["a"]["b"].append(2)
    assert given == {"a": {"b": [1]}}


@pytest.mark.parametrize("given", ["- 1", "a: [", "text", "\0"])
def test_texts_that_are_no_values(given: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="failed to parse values"):
        read_values(given, str(tmp_path))


def test_mappings_that_are_no_values(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written as JSON"):
        read_values({"a": object()})
    with pytest.raises(InputError, match="a key that is no text"):
        read_values({1: 2})  # type: ignore[dict-item]
    with pytest.raises(InputError, match="no such file or directory"):
        read_values(tmp_path / "gone.yaml")
