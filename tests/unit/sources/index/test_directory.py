"""Indexes of directories, and merging them."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
from pathlib import Path

import pytest

from hivehelm.chart.errors import PathError
from hivehelm.golang.json import dumps
from hivehelm.golang.yaml import dump
from hivehelm.sources.errors import SourceError
from hivehelm.sources.index import ChartVersion, load
from hivehelm.sources.index.directory import digest, index_directory, joined, merge, write
from hivehelm.sources.index.write import to_json, to_yaml


def archive(path: Path, name: str, version: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = f"apiVersion: v2\nname: {name}\nversion: {version}\n".encode()
    with tarfile.open(path, "w:gz") as file:
        entry = tarfile.TarInfo(f"{name}/Chart.yaml")
        entry.size = len(data)
        file.addfile(entry, io.BytesIO(data))


@pytest.fixture
def charts(tmp_path: Path) -> Path:
    archive(tmp_path / "charts/a-1.0.0.tgz", "a", "1.0.0")
    archive(tmp_path / "charts/a-2.0.0.tgz", "a", "2.0.0+b")
    archive(tmp_path / "charts/sub/b-1.0.0.tgz", "b", "1.0.0")
    archive(tmp_path / "charts/sub/deep/c-1.0.0.tgz", "c", "1.0.0")
    (tmp_path / "charts/bad.tgz").write_text("no archive")
    return tmp_path / "charts"


def test_what_is_in_a_directory(charts: Path) -> None:
    found = index_directory(str(charts))
    assert {name: [one.urls for one in versions] for name, versions in found.items()} == {
        "a": [["a-1.0.0.tgz"], ["a-2.0.0.tgz"]],
        "b": [["sub/b-1.0.0.tgz"]],
    }
    first = found["a"][0]
    assert first.digest == hashlib.sha256((charts / "a-1.0.0.tgz").read_bytes()).hexdigest()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", first.created)
    assert index_directory(str(charts), "https://h/x")["b"][0].urls == ["https://h/x/sub/b-1.0.0.tgz"]
    assert index_directory(str(charts / "nosuch")) == {}


@pytest.mark.parametrize(
    ("base", "name", "address"),
    [
        ("", "", ""),
        ("", "a", "a"),
        ("https://h", "a", "https://h/a"),
        ("https://h/x/?q=1", "a b", "https://h/x/a%20b?q=1"),
        (":", "a", ":/a"),
        ("x/y", "", "x/y"),
    ],
)
def test_addresses(base: str, name: str, address: str) -> None:
    assert joined(base, name) == address


def test_digests_of_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(PathError, match=r"^read .*: is a directory$"):
        digest(str(tmp_path))
    with pytest.raises(PathError, match=r"^open .*: no such file or directory$"):
        digest(str(tmp_path / "nosuch"))


def test_writing(charts: Path) -> None:
    write(str(charts), "https://h")
    found = load(str(charts / "index.yaml"))
    assert found.version_names("a") == ["2.0.0+b", "1.0.0"]
    assert (charts / "index.yaml").stat().st_mode & 0o777 == 0o644
    write(str(charts), "https://h", json=True)
    assert json.loads((charts / "index.yaml").read_text())["entries"]["b"][0]["name"] == "b"
    assert load(str(charts / "index.yaml")).version_names("a") == ["2.0.0+b", "1.0.0"]


def test_merging(charts: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    entries = "".join(
        f"  - {{name: a, version: {v}}}\n" for v in ("1.0.0", "2.0.0+c", "'1.0'", "0.5.0", "v3")
    )
    other.write_text(f"apiVersion: v1\nentries:\n  x:\n{entries}  z: [{{name: z, version: 1.0.0}}]\n")
    said: list[object] = []
    write(str(charts), "", str(other), log=lambda *told, **more: said.append((*told, more)))
    found = load(str(charts / "index.yaml"))
    assert found.version_names("a") == ["v3", "2.0.0+b", "1.0.0", "0.5.0"]
    assert found.names() == ["a", "b", "z"]
    words = "unable to find exact version requested; falling back to closest available version"
    assert said == [
        ("WARN", words, {"chart": "a", "requested": "2.0.0+c", "selected": "2.0.0+b"}),
        ("WARN", words, {"chart": "a", "requested": "1.0", "selected": "1.0.0"}),
    ]
    merged = index_directory(str(charts))
    merge(merged, found)
    assert {name: len(versions) for name, versions in merged.items()} == {"a": 4, "b": 1, "z": 1}


def test_merging_into_what_is_not_there(charts: Path, tmp_path: Path) -> None:
    write(str(charts), "", str(tmp_path / "new.yaml"))
    assert re.fullmatch(
        r'apiVersion: v1\nentries: \{\}\ngenerated: "[^"]+"\n', (tmp_path / "new.yaml").read_text()
    )
    write(str(charts), "", str(tmp_path / "nosuch/new.yaml"))
    assert load(str(charts / "index.yaml")).names() == ["a", "b"]


def test_merging_what_is_broken(charts: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"^merge failed: read .*: is a directory$"):
        write(str(charts), "", str(tmp_path))
    (tmp_path / "empty").touch()
    with pytest.raises(SourceError, match=r"^merge failed: error loading .*: empty index.yaml file$"):
        write(str(charts), "", str(tmp_path / "empty"))


FULL = ChartVersion(
    {
        "name": "a",
        "version": "1.0.0",
        "apiVersion": "v2",
        "maintainers": [{"name": "m", "url": "<u>"}],
        "dependencies": [{"name": "d", "repository": "", "import-values": [{"parent": "p", "child": "c"}]}],
        "annotations": {"b": "1", "a": "2"},
        "created": "2016-10-06T16:23:20.500-06:00",
        "removed": True,
        "digest": "abc",
        "engine": "e",
    }
)


def test_how_it_is_spelt() -> None:
    assert b"".join(to_yaml({"c10": [FULL], "c9": []}, "2020-01-02T03:04:05.10Z")).decode() == (
        "apiVersion: v1\nentries:\n  c9: []\n  c10:\n  - annotations:\n"
        '      a: "2"\n      b: "1"\n    apiVersion: v2\n    created: "2016-10-06T16:23:20.5-06:00"\n'
        "    dependencies:\n    - import-values:\n      - child: c\n        parent: p\n"
        '      name: d\n      repository: ""\n    digest: abc\n    engine: e\n    maintainers:\n'
        "    - name: m\n      url: <u>\n    name: a\n    removed: true\n    urls: null\n"
        '    version: 1.0.0\ngenerated: "2020-01-02T03:04:05.1Z"\n'
    )
    text = b"".join(to_json({"b": [], "a": [FULL]}, "2020-01-02T03:04:05Z")).decode()
    assert text.startswith(
        '{\n  "apiVersion": "v1",\n  "generated": "2020-01-02T03:04:05Z",\n  "entries": {\n    "a": [\n'
    )
    assert list(json.loads(text)["entries"]["a"][0]) == [
        "name",
        "version",
        "maintainers",
        "apiVersion",
        "annotations",
        "dependencies",
        "urls",
        "created",
        "removed",
        "digest",
        "engine",
    ]
    assert '"url": "\\u003cu\\u003e"' in text
    assert json.loads(b"".join(to_json({}, "2020-01-02T03:04:05Z"))) == {
        "apiVersion": "v1",
        "generated": "2020-01-02T03:04:05Z",
        "entries": {},
    }


@pytest.mark.parametrize("count", [0, 1, 64, 65, 128, 200])
@pytest.mark.parametrize("name", ["a", "x" * 140, "a b: c\n", 'q"<\udcff', "null"])
def test_however_many_versions_there_are(name: str, count: int) -> None:
    more = {"urls": ["u"], "keywords": ["k", "l"]}
    versions = [ChartVersion({"name": name, "version": f"1.0.{n}", **more}) for n in range(count)]
    entries, moment = {name: versions, "z": versions[:1]}, "2020-01-02T03:04:05Z"

    def document(version: ChartVersion) -> dict[str, object]:
        return {**version.document, "created": "0001-01-01T00:00:00Z"}

    whole = {one: [document(version) for version in some] for one, some in entries.items()}
    text = b"".join(to_yaml(entries, moment)).decode("utf-8", "surrogateescape")
    assert text == dump({"apiVersion": "v1", "entries": whole, "generated": moment})
    order = ("name", "version", "keywords", "urls", "created")
    charts = []
    for one in sorted(whole):
        some = [
            "      {\n"
            + ",\n".join(
                f'        "{field}": ' + dumps(said[field], indent="  ").replace("\n", "\n        ")
                for field in order
            )
            + "\n      }"
            for said in whole[one]
        ]
        listed = "[\n" + ",\n".join(some) + "\n    ]" if some else "[]"
        charts.append(f"    {dumps(one)}: {listed}")
    expected = (
        f'{{\n  "apiVersion": "v1",\n  "generated": "{moment}",\n  "entries": {{\n'
        + ",\n".join(charts)
        + "\n  }\n}"
    )
    assert b"".join(to_json(entries, moment)).decode() == expected


def test_what_is_merged_is_read_when_it_is_written(charts: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    lines = "".join(f"  - {{name: m, version: {number}.0.0}}\n" for number in range(9))
    strays = "  n: [{name: a, version: 9.0.0}]\n  o: [{name: a, version: 9.0.0+x}]\n"
    other.write_text(f"apiVersion: v1\nentries:\n  m:\n{lines}{strays}")
    index, said = load(str(other)), []
    entries = index_directory(str(charts))
    merge(entries, index, log=lambda *told, **more: said.append(more["chart"]))
    assert said == ["a"]
    assert [type(one).__name__ for one in entries["m"]] == ["StoredVersion"] * 9
    assert entries["m"] == index.versions("m")
    assert repr(entries["m"][0]) == "ChartVersion('m', '8.0.0')"
    assert list(index.stored("nosuch")) == []
    assert [one.version for one in entries["a"]] == ["1.0.0", "2.0.0+b", "9.0.0"]
