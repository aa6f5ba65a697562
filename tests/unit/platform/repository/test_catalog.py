from __future__ import annotations

import io
import json
from collections.abc import Sequence

import pytest

from hivehelm.platform.repository.catalog import Catalog, Entry
from hivehelm.platform.repository.errors import NoArchiveError
from hivehelm.sources.index import read
from hivehelm.sources.index.entry import ChartVersion


def entry(name: str, version: str, file: str = "") -> Entry:
    document = {"name": name, "version": version, "apiVersion": "v2", "created": "2020-01-01T00:00:00Z"}
    return Entry(
        file=file or f"{name}-{version}.tgz", name=name, version=version, stamp="", document=document
    )


def catalog(*entries: Entry, after: Catalog | None = None) -> Catalog:
    return Catalog({one.file: one for one in entries}, "2020-01-02T00:00:00Z", 5.0, after)


SOME = catalog(
    entry("web", "1.0.0"), entry("web", "1.10.0"), entry("web", "2.0.0-rc.1"), entry("api", "0.1.0")
)


def test_the_index_is_one_that_helm_reads() -> None:
    index = read(io.BytesIO(SOME.index("x/").data), "here")
    assert index.names() == ["api", "web"]
    assert index.version_names("web") == ["2.0.0-rc.1", "1.10.0", "1.0.0"]
    assert index.get("web").urls == ["x/web-1.10.0.tgz"]
    assert index.generated == "2020-01-02T00:00:00Z"


def test_an_empty_index_is_one() -> None:
    assert read(io.BytesIO(catalog().index().data), "here").names() == []
    assert catalog().json().data == b"{}"


def test_json_is_chart_museums() -> None:
    shown = json.loads(SOME.json().data)
    assert list(shown) == ["api", "web"]
    assert shown["api"][0]["urls"] == ["charts/api-0.1.0.tgz"]
    assert json.loads(SOME.json_of(["api"])) == {"api": shown["api"]}


@pytest.mark.parametrize(
    ("version", "found"),
    [("", "1.10.0"), ("latest", "1.10.0"), ("1.0.0", "1.0.0"), ("~1.0", "1.0.0"), (">0.0.0-0", "2.0.0-rc.1")],
)
def test_versions_are_found_as_an_index_finds_them(version: str, found: str) -> None:
    assert SOME.get("web", version).version == found


@pytest.mark.parametrize(
    ("name", "version", "problem"),
    [
        ("nope", "", "no chart name found"),
        ("web", "9.0.0", "no chart version found for web-9.0.0"),
        ("web", "a b", 'improper constraint: "a b"'),
    ],
)
def test_what_is_not_there_is_told_in_helms_words(name: str, version: str, problem: str) -> None:
    with pytest.raises(NoArchiveError, match=problem):
        SOME.get(name, version)


def test_the_newest_is_a_prerelease_where_there_is_nothing_else() -> None:
    assert catalog(entry("web", "1.0.0-a"), entry("web", "1.0.0-b")).get("web").version == "1.0.0-b"


def test_only_what_changed_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    from hivehelm.sources.index import write

    same, gone, new = entry("api", "0.1.0"), entry("web", "1.0.0"), entry("web", "1.1.0")
    before = catalog(same, gone)
    before.index()
    made: list[str] = []
    original = write.chart_yaml

    def noted(name: str, versions: Sequence[ChartVersion]) -> bytes:
        made.append(name)
        return original(name, versions)

    monkeypatch.setattr(write, "chart_yaml", noted)
    after = catalog(same, new, after=before)
    text = after.index().data.decode()
    assert made == ["web"]
    assert "version: 0.1.0" in text
    assert "version: 1.1.0" in text
    assert "version: 1.0.0" not in text
    assert after.index().etag != before.index().etag


def test_equal_catalogs_have_equal_tags() -> None:
    assert catalog(entry("a", "1.0.0")).index().etag == catalog(entry("a", "1.0.0")).index().etag


def test_a_copy_under_another_name_does_not_show() -> None:
    both = catalog(entry("web", "1.0.0", "a-copy.tgz"), entry("web", "1.0.0"))
    assert [one.file for one in both.versions("web")] == ["web-1.0.0.tgz"]
    assert [one.file for one in catalog(entry("web", "1.0.0", "copy.tgz")).versions("web")] == ["copy.tgz"]
