"""Searching indexes: scores, order, versions."""

from __future__ import annotations

import io
import random

import pytest

from hivehelm.golang.constraint import Constraint
from hivehelm.golang.regex import RegexError
from hivehelm.golang.semver import parse
from hivehelm.sources.index import Index, read
from hivehelm.sources.search import (
    ALL_VERSIONS,
    MISS,
    RELEASES,
    Result,
    SearchConstraintError,
    any_line,
    literal,
    regexp,
    search,
)


def index(**charts: list[tuple[str, str, str, str]]) -> Index:
    """Return an index of versions: name, version, description, keywords."""
    lines = ["apiVersion: v1\nentries:\n"]
    for key, versions in charts.items():
        lines.append(f"  {key}:\n" if versions else f"  {key}: []\n")
        lines += [
            f"  - name: {name}\n    version: {version}\n    description: '{said}'\n    keywords: [{words}]\n"
            for name, version, said, words in versions
        ]
    return read(io.BytesIO("".join(lines).encode()), "here")


LINE = "name\vrepo/name\vA description\vkey words"


def test_scores() -> None:
    assert any_line(LINE) == 0
    for term, score in (
        ("NAME", 0),
        ("repo/", 1),
        ("descr", 2),
        ("key words", 3),
        ("none", MISS),
        ("", 0),
        ("\v", 0),
    ):
        assert literal(term)(LINE) == score, term
    for pattern, score in (("^name", 0), ("/n", 1), ("D", MISS), ("d.sc", 2), ("s$", 3), ("", 0), ("\v", 0)):
        assert regexp(pattern)(LINE) == score, pattern
    assert literal("straße")("x\vy\vDIE STRASSE, DIE STRAẞE\v") == 2
    assert regexp("ü")("ä\vö\vü\v") == 2
    with pytest.raises(RegexError, match=r"missing closing \)"):
        regexp("(")


STABLE = index(
    a=[("a", "1.0.0", "first", "k"), ("a", "2.0.0-rc.1", "next", ""), ("a", "0.5.0", "b was there", "")],
    b=[("b", "0.1.0", "second", "a"), ("b", "0.0.0", "zero", "")],
    none=[],
)


def names(results: list[Result]) -> list[str]:
    return [f"{one.name} {one.version} {one.score}" for one in results]


def test_what_is_found() -> None:
    stable = [("s", STABLE)]
    assert names(search(stable, any_line)) == ["s/a 1.0.0 0", "s/b 0.1.0 0"]
    assert names(search(stable, literal("a"))) == ["s/a 1.0.0 0", "s/b 0.1.0 3"]
    assert names(search(stable, literal("b"))) == ["s/b 0.1.0 0", "s/a 0.5.0 2"]
    assert names(search(stable, any_line, version=ALL_VERSIONS)) == ["s/a 2.0.0-rc.1 0", "s/b 0.1.0 0"]
    assert names(search(stable, any_line, version="<1")) == ["s/a 0.5.0 0", "s/b 0.1.0 0"]
    assert names(search(stable, any_line, every=True)) == ["s/a 1.0.0 0", "s/a 0.5.0 0", "s/b 0.1.0 0"]
    assert search(stable, any_line, version="9") == search(stable, literal("nosuch")) == []
    (found, _) = search(stable, literal("next"), version=ALL_VERSIONS) * 2
    assert (found.app_version, found.description) == ("", "next")
    with pytest.raises(
        SearchConstraintError, match=r"^an invalid version/constraint format: improper constraint: .q.$"
    ):
        search(stable, any_line, version="q")


def test_several_repositories() -> None:
    other = index(a=[("a", "3.0.0", "elsewhere", "")])
    assert names(search([("s", STABLE), ("t", other)], literal("a"))) == [
        "s/a 1.0.0 0",
        "t/a 3.0.0 0",
        "s/b 0.1.0 3",
    ]
    # What has the same name counts as one; a version that comes again replaces the one before.
    again = index(a=[("a", "1.0.0", "again", ""), ("a", "0.7.0", "", "")], none=[])
    found = search([("s", STABLE), ("s", again)], literal("a"), every=True)
    assert names(found) == ["s/a 1.0.0 0", "s/a 0.7.0 0", "s/a 0.5.0 0", "s/b 0.1.0 3"]
    assert found[0].description == "again"
    assert names(search([("s", STABLE), ("s", again)], literal("first"), every=True)) == []
    # What follows $$ is no part of a name.
    odd = index(**{"a$$x": [("x", "1.5.0", "", "")]})
    assert names(search([("s", odd), ("s", STABLE)], any_line, every=True))[:3] == [
        "s/a 1.5.0 0",
        "s/a 1.0.0 0",
        "s/a 0.5.0 0",
    ]


def test_against_a_plain_search() -> None:
    """The same as Helm's way: every version has a line, results are sorted and looked through once."""
    source = random.Random(1)  # noqa: S311 - the same every time
    words = ["web", "server", "data", "base", "a", "b"]
    for _ in range(60):
        repositories = []
        for repository in ("r", "s"):
            charts: dict[str, list[tuple[str, str, str, str]]] = {}
            for name in source.sample(["web", "a", "b", "data", "x"], 3):
                numbers = source.sample(range(30), 4)
                charts[name] = [
                    (
                        name,
                        f"{n % 3}.{n}.0{source.choice(['', '', '-rc.1'])}",
                        " ".join(source.choices(words, k=2)),
                        source.choice(words),
                    )
                    for n in numbers
                ]
            repositories.append((repository, index(**charts)))
        term = source.choice(words)
        version = source.choice([RELEASES, ALL_VERSIONS, "1.x", ">0.9"])
        every = source.random() < 0.5
        lines = []
        for repository, found in repositories:
            for name, versions in found:
                for one in versions:
                    line = "\v".join(
                        (one.name, f"{repository}/{one.name}", one.description, " ".join(one.keywords))
                    )
                    if term in line:
                        lines.append((line[: line.index(term)].count("\v"), f"{repository}/{name}", one))
        lines.sort(key=lambda item: parse(item[2].version), reverse=True)
        lines.sort(key=lambda item: item[:2])
        expected: list[str] = []
        known: set[str] = set()
        for score, name, one in lines:
            if (every or name not in known) and Constraint(version).check(parse(one.version)):
                known.add(name)
                expected.append(f"{name} {one.version} {score}")
        assert names(search(repositories, literal(term), version=version, every=every)) == expected
