"""Reading indexes: errors, entries, layouts."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from hivehelm.golang.semver import VersionError
from hivehelm.sources.errors import ReadError
from hivehelm.sources.index import (
    BrokenIndexError,
    ChartVersion,
    Index,
    NoChartNameError,
    NoChartVersionError,
    load,
    read,
)

INDEX = """apiVersion: v1
entries:
  a:
  - name: a
    version: 1.0.0
    description: first
    urls:
    - a-1.0.0.tgz
  - apiVersion: v2
    appVersion: "2"
    created: "2020-01-02T03:04:05Z"
    deprecated: true
    digest: abc
    keywords:
    - k
    name: a
    removed: true
    version: 1.10.0
  - name: a
    version: 2.0.0-rc.1
  - name: a
  none: []
generated: "2020-01-01T00:00:00Z"
"""


def index(text: str | bytes, cache: Path | None = None) -> Index:
    data = text.encode() if isinstance(text, str) else text
    return read(io.BytesIO(data), "here", cache=None if cache is None else str(cache))


def test_what_an_index_says() -> None:
    found = index(INDEX)
    assert (found.api_version, found.generated) == ("v1", "2020-01-01T00:00:00Z")
    assert found.names() == ["a", "none"]
    assert "a" in found
    assert "b" not in found
    assert found.version_names("a") == ["2.0.0-rc.1", "1.10.0", "1.0.0"]
    assert found.version_names("b") == []
    assert found.versions("b") == found.versions("none") == []
    assert [name for name, _ in found] == ["a", "none"]
    newest, second, first = found.versions("a")
    assert (newest.name, newest.version, newest.created) == ("a", "2.0.0-rc.1", "0001-01-01T00:00:00Z")
    assert (newest.app_version, newest.description, newest.digest, newest.urls) == ("", "", "", [])
    assert not newest.deprecated
    assert not newest.removed
    assert newest.keywords == []
    assert (second.app_version, second.digest, second.keywords) == ("2", "abc", ["k"])
    assert second.created == "2020-01-02T03:04:05Z"
    assert second.deprecated
    assert second.removed
    assert (first.description, first.urls) == ("first", ["a-1.0.0.tgz"])
    assert first.metadata.api_version == "v1"
    assert second.metadata.app_version == "2"
    assert first == ChartVersion(first.document)
    assert first != second
    assert first != "a"
    assert found.mentions("a-1.0.0.tgz")
    assert not found.mentions("a-2.0.0.tgz")
    assert repr(first) == "ChartVersion('a', '1.0.0')"


def test_an_index_without_a_time() -> None:
    assert index('{"apiVersion": "v1", "serverInfo": null, "Entries": null}').names() == []
    assert index("apiVersion: v1\nentries:\n").names() == []


def test_a_version_between_quotes() -> None:
    found = index(
        "apiVersion: v1\nentries:\n  a:\n  - name: a\n    version: '1.0.x'\n  - name: a\n    version: \"2\"\n"
    )
    assert found.version_names("a") == ["2"]


def test_braces_that_are_no_json() -> None:
    found = index("{apiVersion: v1, entries: {a: [{name: a, version: 1.0.0, dependencies: [{name: ü}]}]}}\n")
    assert found.version_names("a") == ["1.0.0"]


def test_nothing() -> None:
    with pytest.raises(BrokenIndexError, match=r"^no API version specified$"):
        index("# nothing\n")
    assert index("apiVersion: v1\n").generated == "0001-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("version", "found"),
    [("", "1.10.0"), ("1.0.0", "1.0.0"), ("~1.0", "1.0.0"), (">0-0", "2.0.0-rc.1"), ("1", "1.10.0")],
)
def test_get(version: str, found: str) -> None:
    assert index(INDEX).get("a", version).version == found
    assert index(INDEX).has("a", version)


def test_what_is_not_there() -> None:
    found = index(INDEX)
    with pytest.raises(NoChartNameError, match=r"^no chart name found$"):
        found.get("b")
    with pytest.raises(NoChartVersionError, match=r"^no chart version found$"):
        found.get("none", "1")
    with pytest.raises(NoChartVersionError, match=r"^no chart version found for a-7.0.0$"):
        found.get("a", "7.0.0")
    with pytest.raises(VersionError, match=r"improper constraint"):
        found.get("a", "q")
    assert not found.has("a", "q")
    assert not found.has("a", "7")
    assert not found.has("b", "")


def test_what_get_says() -> None:
    said: list[object] = []

    def log(level: str, message: str, **attributes: object) -> None:
        said.append((level, message, attributes))

    found = index("apiVersion: v1\nentries:\n  a:\n  - {name: a, version: 1.0.0+b}\n")
    found.get("a", "1.0.0+b", log)
    found.get("a", "", log)
    assert said == []
    found.get("a", "1.0.0", log)
    found.get("a", "1.x", log)
    assert said == [
        (
            "WARN",
            "unable to find exact version requested; falling back to closest available version",
            {"chart": "a", "requested": "1.0.0", "selected": "1.0.0+b"},
        ),
        (
            "DEBUG",
            "selected version matching constraint",
            {"chart": "a", "constraint": "1.x", "selected": "1.0.0+b"},
        ),
    ]


def test_entries_that_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "index.yaml"
    path.write_text("apiVersion: v1\nentries:\n  a:\n  - null\n  - name: a\n    version: x\n  - name: a\n")
    for _ in range(2):
        said: list[object] = []
        found = load(
            str(path),
            lambda level, message, **attributes: said.append((level, message, attributes)),  # noqa: B023
            cache=str(tmp_path / "cache"),
        )
        assert found.version_names("a") == []
        words = "skipping loading invalid entry for chart"
        problem = "validation: chart.metadata.version"
        assert said == [
            (
                "WARN",
                words,
                {"name": "a", "version": "", "source": str(path), "error": f"{problem} is required"},
            ),
            (
                "WARN",
                words,
                {"name": "a", "version": "x", "source": str(path), "error": f'{problem} "x" is invalid'},
            ),
            ("WARN", f"{words}: empty entry", {"name": "a", "source": str(path)}),
        ]
        assert list(said[0][2]) == ["name", "version", "source", "error"]  # type: ignore[index]


def test_files(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"^open .*/nosuch: no such file or directory$"):
        load(str(tmp_path / "nosuch"))
    with pytest.raises(ReadError, match=r"^read .*: is a directory$"):
        load(str(tmp_path))
    (tmp_path / "empty").touch()
    with pytest.raises(BrokenIndexError, match=r"^error loading .*/empty: empty index.yaml file$"):
        load(str(tmp_path / "empty"))
    (tmp_path / "none").write_text("a: b: c")
    with pytest.raises(BrokenIndexError, match=r"mapping values are not allowed") as caught:
        load(str(tmp_path / "none"), cache=str(tmp_path / "cache"))
    assert caught.value.path == str(tmp_path / "none")
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty index.yaml file"),
        ("entries: {}\n", "no API version specified"),
        ("{}", "no API version specified"),
        ("abc\n", "json: cannot unmarshal string into Go value of type repo.IndexFile"),
        ("entries: []\n", "json: cannot unmarshal array into Go struct field IndexFile.entries"),
        ('{"apiVersion": 1}', "json: cannot unmarshal number into Go struct field IndexFile.apiVersion"),
        ('{"apiVersion": "v1", "generated": "x"}', 'parsing time "x" as "2006-01-02T15:04:05Z07:00": '),
        ("apiVersion: v1\nserverInfo: 1\n", "field IndexFile.serverInfo of type map[string]interface {}"),
    ],
)
def test_what_is_wrong(text: str, problem: str) -> None:
    with pytest.raises(BrokenIndexError) as caught:
        index(text)
    assert problem in str(caught.value)
    assert caught.value.path == ""


def test_json() -> None:
    found = index(
        '{"apiVersion": "v1", "entries": {"a": [{"name": "a", "version": "1.0.0", "else": 1}], "b": null}}'
    )
    assert found.version_names("a") == ["1.0.0"]
    assert found.names() == ["a", "b"]
    assert found.versions("a")[0].document == {"apiVersion": "v1", "name": "a", "version": "1.0.0"}


def test_values_that_only_json_has() -> None:
    entry = (
        '{"name": "a", "version": "1.0.0", "dependencies": [{"name": "d", "import-values": [1, {"a": 2}]}]}'
    )
    found = index(f'{{"apiVersion": "v1", "entries": {{"a": [{entry}]}}}}')
    assert found.versions("a")[0].document["dependencies"] == [
        {"name": "d", "repository": "", "import-values": [1.0, {"a": 2.0}]}
    ]
