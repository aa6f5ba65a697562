"""Helm's repositories.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.sources.errors import SourceError
from hivehelm.sources.repositories import load, same_url


def test_names_and_addresses(tmp_path: Path) -> None:
    file = tmp_path / "repositories.yaml"
    assert load(str(file)) == []
    file.write_text("repositories:\n- name: stable\n  url: https://x/y\n- {}\n")
    assert [(one.name, one.url) for one in load(str(file))] == [("stable", "https://x/y"), ("", "")]
    for text in ("repositories:\n", "a: 1\n", ""):
        file.write_text(text)
        assert load(str(file)) == []


def test_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as raised:
        load(str(tmp_path))
    problem = f"read {tmp_path}: is a directory"
    assert str(raised.value) == f"couldn't load repositories file ({tmp_path}): {problem}"
    (tmp_path / "file").write_text("a: [")
    with pytest.raises(SourceError, match=r"^yaml: |^error converting YAML to JSON: "):
        load(str(tmp_path / "file"))
    with pytest.raises(SourceError, match=r": open .*/file/x: not a directory$"):
        load(str(tmp_path / "file" / "x"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://x", "https://x/", True),
        ("https://x/a/", "https://x/a/b/..", True),
        ("https://x/a", "http://x/a", False),
        ("https://x/a?b", "https://x/a", False),
        ("a b://x/", "a b://x", True),
        ("https://x", "a b://x", False),
    ],
)
def test_addresses_compare_without_their_spelling(one: str, other: str, same: bool) -> None:
    assert same_url(one, other) is same
