"""Values files."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from hivehelm.errors import HivehelmError
from hivehelm.sources.read import read
from hivehelm.sources.stores import Stores
from hivehelm.testing import ChartRepository


def test_files(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xff\n")
    assert read(str(tmp_path / "a")) == b"\xff\n"


@pytest.mark.parametrize("name", ["-", " - "])
def test_standard_input(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a: 1\n")))
    assert read(name) == b"a: 1\n"


def test_names_that_look_a_little_like_urls_are_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c:x").write_text("1")
    assert read("c:x") == b"1"


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nope", "open nope: no such file or directory"),
        (".", "read .: is a directory"),
        ("", "open : no such file or directory"),
        ("1:2.yaml", 'parse "1:2.yaml": first path segment in URL cannot contain colon'),
        ("a\0b", 'parse "a\\x00b": net/url: invalid control character in URL'),
        ("http://u:p@h:x/", 'parse "http://***@h:x/": invalid port ":x" after host'),
        (
            "http://u:secret@127.0.0.1:1/x",
            'Get "http://u:***@127.0.0.1:1/x": dial tcp 127.0.0.1:1: connect: connection refused',
        ),
    ],
)
def test_what_cannot_be_read(
    name: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(HivehelmError) as raised:
        read(name)
    assert str(raised.value) == problem


def test_urls(tmp_path: Path) -> None:
    (tmp_path / "v.yaml").write_text("a: 1\n")
    with ChartRepository(tmp_path, compress=True) as repository:
        assert read(f"{repository.url}/v.yaml") == b"a: 1\n"
        with pytest.raises(HivehelmError) as raised:
            read(f"{repository.url}/w.yaml", Stores)
        assert str(raised.value) == f"failed to fetch {repository.url}/w.yaml : 404 Not Found"
        assert repository.requests[0].headers["user-agent"] == "Helm/4.3.1"
