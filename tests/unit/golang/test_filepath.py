"""Paths as Go's path/filepath has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.golang import filepath


@pytest.mark.parametrize(
    ("path", "cleaned"),
    [("", "."), ("a//b/../c/.", "a/c"), ("//a", "/a"), ("../..", "../.."), ("/..", "/"), ("./a/", "a")],
)
def test_clean(path: str, cleaned: str) -> None:
    assert filepath.clean(path) == cleaned


def test_join() -> None:
    assert filepath.join("", "a", "", "/b") == "a/b"
    assert filepath.join("", "") == ""
    assert filepath.join("/", "a") == "/a"


@pytest.mark.parametrize(
    ("path", "base", "directory"),
    [
        ("", ".", "."),
        ("a", "a", "."),
        ("a/b", "b", "a"),
        ("a/b/", "b", "a/b"),
        ("/", "/", "/"),
        ("/a", "a", "/"),
    ],
)
def test_elements(path: str, base: str, directory: str) -> None:
    assert (filepath.base(path), filepath.directory(path)) == (base, directory)


def test_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert filepath.absolute("a/../b") == str(tmp_path / "b")
    assert filepath.absolute("//x/.") == "/x"
