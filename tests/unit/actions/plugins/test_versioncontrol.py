"""Which version control a source is under."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.actions.plugins.versioncontrol import announced, kind_of, kind_on_disk
from hivehelm.testing import ChartRepository
from hivehelm.testing.chart_repository import Reply


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("https://github.com/a/b", "git"),
        ("https://github.com/a", ""),
        ("https://bitbucket.org/a/b", "git"),
        ("https://hg.code.sf.net/p/a/b", "hg"),
        ("https://launchpad.net/~a/b/c", "bzr"),
        ("https://x.org/a.git", "git"),
        ("https://x.org/a.svn", "svn"),
        ("https://x.org/a", ""),
        ("https://git@x.org/a", "git"),
        ("https://hg@x.org/a", "hg"),
        ("git@x.org:a/b", "git"),
        ("git://x.org/a", "git"),
        ("svn+ssh://x.org/a", "svn"),
        ("a/b", ""),
        ("file:///nosuch", ""),
    ],
)
def test_what_urls_are_of(source: str, kind: str) -> None:
    assert kind_of(source) == kind


@pytest.mark.parametrize("kind", ["git", "svn", "hg", "bzr"])
def test_what_directories_are_under(tmp_path: Path, kind: str) -> None:
    (tmp_path / f".{kind}").mkdir()
    assert kind_on_disk(str(tmp_path)) == kind
    assert kind_of(f"file://{tmp_path}") == kind


META = '<meta name="go-import" content="{}">'


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (
            "<html><HEAD><Meta content=\"HOST/a git https://g/&amp;r\" NAME='go-import'/>",
            ("git", "https://g/&r"),
        ),
        (META.format("HOST hg x") + META.format("HOST git y"), ("hg", "x")),
        (META.format("elsewhere git x") + META.format("HOST/a/b svn y"), ("svn", "y")),
        ("<meta name=other content=x><meta name=go-import content='HOST bzr z'>", ("bzr", "z")),
        (META.format("HOST mod x") + META.format("HOST git y"), ("", "")),
        (META.format("HOST git"), ("", "")),
        ("<head></head>" + META.format("HOST git y"), ("", "")),
        ("<body>" + META.format("HOST git y"), ("", "")),
        ("", ("", "")),
    ],
)
def test_pages_that_name_a_repository(page: str, found: tuple[str, str]) -> None:
    with ChartRepository(Path()) as repository:
        host = repository.url.removeprefix("http://")
        body = page.replace("HOST", host).encode()
        asked: list[str] = []

        def choose(request: object) -> Reply:
            asked.append(request.path)  # type: ignore[attr-defined]
            return Reply(body=body, status=404)

        repository._choose = choose
        assert announced(f"{repository.url}/a/b") == found
        assert announced(f"{repository.url}/a/b?x") == found
        assert asked == ["/a/b?go-get=1", "/a/b?x+go-get=1"]


def test_what_is_no_page() -> None:
    for source in ("http://127.0.0.1:1/x", "ftp://x/y", "nosuch", "file:///nosuch"):
        assert announced(source) == ("", "")
