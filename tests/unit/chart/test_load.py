from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hivehelm.chart.load import ChartError, load, load_archive, load_files
from hivehelm.chart.model import File

CASES = Path(__file__).parents[2] / "cases" / "charts" / "cases.json"
CHART_YAML = b"apiVersion: v2\nname: a\nversion: 1.0.0\n"
MakeArchive = Callable[..., bytes]


def slog(level: str, message: str, **attributes: object) -> str:
    """Return what Helm's logger writes."""

    def text(value: object) -> str:
        said = str(value).replace('"', '\\"')
        return f'"{said}"' if not said or set(said) & set(' "=') else said

    pairs = "".join(f" {name}={text(value)}" for name, value in attributes.items())
    return f"level={level} msg={text(message)}{pairs}"


def cases() -> list[Any]:
    found: list[Any] = json.loads(CASES.read_text(encoding="utf-8"))
    return [pytest.param(case, id=str(number)) for number, case in enumerate(found)]


@pytest.mark.parametrize("case", cases())
def test_directories_load_as_in_helm(case: dict[str, Any], tmp_path: Path) -> None:
    for name, text in case["files"].items():
        file = tmp_path / "chart" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
    top = str(tmp_path / "chart")
    logs: list[str] = []

    def log(level: str, message: str, **attributes: object) -> None:
        logs.append(slog(level, message, **attributes))

    if "error" in case:
        with pytest.raises(ChartError) as raised:
            load(top, log)
        assert str(raised.value).replace(top, "DIRECTORY") == case["error"]
        return
    chart = load(top, log)
    if "chart" not in case:
        return
    wanted = case["chart"]
    # Templates see nil annotations; a map without a kind of nil is empty.
    wanted["Annotations"] = wanted["Annotations"] or {}
    for dependency, processed in zip(
        chart.metadata_as_map()["Dependencies"], wanted["Dependencies"], strict=True
    ):
        dependency["Enabled"] = True
        assert dependency == processed
    assert chart.metadata_as_map() | {"Dependencies": wanted["Dependencies"]} == wanted
    below = {"global", *case["subcharts"]}
    coalesced = {key: value for key, value in case["values"].items() if key not in below}
    assert {key: value for key, value in chart.values.items() if value is not None} == coalesced
    assert sorted(part.name for part in chart.dependencies) == case["subcharts"]
    assert logs == case.get("logs", [])


def test_archives_and_directories_give_the_same_chart(archive: MakeArchive, tmp_path: Path) -> None:
    files = {
        "a/Chart.yaml": CHART_YAML,
        "a/values.yaml": b"x: 1\n",
        "a/values.schema.json": b"{}",
        "a/templates/x.yaml": b"a",
        "a/crds/c.yaml": b"c",
        "a/README.md": b"r",
        "a/charts/b/Chart.yaml": CHART_YAML.replace(b": a", b": b"),
        "a/charts/b/crds/c.YML": b"c",
        "a/charts/b/crds/c.txt": b"c",
        "a/charts/x.prov": b"p",
    }
    package = tmp_path / "a-1.0.0.tgz"
    package.write_bytes(archive(files))
    for name, data in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    loaded = [load(package), load(tmp_path / "a"), load_archive(io.BytesIO(package.read_bytes()))]
    for chart in loaded:
        assert chart.values == {"x": 1.0}
        assert chart.schema == b"{}"
        assert chart.schema_modtime is not None
        assert chart.modtime is not None
        assert [file.name for file in chart.templates] == ["templates/x.yaml"]
        assert {file.name for file in chart.files} == {"crds/c.yaml", "README.md", "charts/x.prov"}
        assert len(chart.raw) == len(files)
        assert [below.full_path for below in chart.dependencies] == ["a/charts/b"]
        assert [crd.filename for crd in chart.crds()] == ["a/crds/c.yaml", "a/charts/b/crds/c.YML"]


def test_an_archive_that_has_changed_is_read_anew(archive: MakeArchive, tmp_path: Path) -> None:
    path = tmp_path / "a.tgz"
    for text in (b"one", b"two", b"one"):
        path.write_bytes(archive({"a/Chart.yaml": CHART_YAML, "a/values.yaml": b"name: " + text}))
        os.utime(path, (1, 1))
        assert load(path).values == {"name": text.decode()}


def test_what_is_done_to_a_chart_is_not_in_the_next(archive: MakeArchive, tmp_path: Path) -> None:
    path = tmp_path / "a.tgz"
    files = {"Chart.yaml": CHART_YAML + b"keywords: [one]\n", "values.yaml": b"below: {list: [1]}", "x": b"x"}
    subchart = archive({f"b/{name}": data for name, data in files.items()})
    packed = {**files, "charts/b.tgz": subchart, "charts/c/Chart.yaml": CHART_YAML}
    path.write_bytes(archive({f"a/{name}": data for name, data in packed.items()}))
    chart = load(path)
    for spoilt in chart.walk():
        spoilt.values.setdefault("below", {}).setdefault("list", []).append("mine")
        (spoilt.metadata.keywords or []).append("mine")
        spoilt.metadata.name = "mine"
        spoilt.files.clear()
        spoilt.raw.clear()
    chart.adopt([])
    found = load(path)
    top, inner, plain = found.walk()
    assert top.values == inner.values == {"below": {"list": [1]}}
    assert top.metadata.keywords == inner.metadata.keywords == ["one"]
    assert [below.name for below in found.walk()] == ["a", "a", "a"]
    assert [file.name for file in inner.files] == ["x"]
    assert (plain.values, len(plain.raw), len(top.raw)) == ({}, 1, 5)


def test_large_archives_are_read_piece_by_piece(
    archive: MakeArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hivehelm.chart.load._WHOLE", 100)
    path = tmp_path / "a.tgz"
    path.write_bytes(archive({"a/Chart.yaml": CHART_YAML, "a/noise": os.urandom(500)}))
    assert [len(file.data) for file in load(path).raw] == [len(CHART_YAML), 500]
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(ChartError, match="unable to load chart archive"):
        load(path)


def test_subcharts_may_be_packed(archive: MakeArchive) -> None:
    inner = archive({"b/Chart.yaml": CHART_YAML.replace(b": a", b": b")})
    files = [File("Chart.yaml", CHART_YAML), File("charts/b-1.0.0.tgz", inner)]
    assert [below.name for below in load_files(files).dependencies] == ["b"]
    files[1] = File("charts/b.tgz", archive({"b/../../x": b""}))
    with pytest.raises(ChartError, match=r"^error unpacking subchart b.tgz in a: chart illegally references"):
        load_files(files)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("v.yaml", b"a: 1\n", "file '{}' seems to be a YAML file, but expected a gzipped archive"),
        ("v.txt", b"hi", "file '{}' does not appear to be a gzipped archive; got 'application/octet-stream'"),
        (
            "v.txt",
            b"hi " * 300,
            "file '{}' does not appear to be a gzipped archive; got 'text/plain; charset=utf-8'",
        ),
        ("v.zip", b"PK\x03\x04", "file '{}' does not appear to be a gzipped archive; got 'application/zip'"),
        ("v.tgz", b"\x1f\x8b\x08abc", "unable to load chart archive"),
        ("empty", b"", "file '{}' does not appear to be a gzipped archive; got 'application/octet-stream'"),
    ],
)
def test_files_that_are_no_charts(name: str, data: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ChartError) as raised:
        load(path)
    assert str(raised.value) == message.format(path)
    assert raised.value.path == str(path)


def test_archives_without_a_chart(archive: MakeArchive, tmp_path: Path) -> None:
    path = tmp_path / "a.tgz"
    path.write_bytes(archive({"a/values.yaml": b""}))
    with pytest.raises(ChartError, match=r"^unable to detect chart version, no Chart.yaml found$"):
        load(path)


def test_streams_say_what_is_wrong(archive: MakeArchive) -> None:
    with pytest.raises(ChartError, match=r"^stream does not .* \(details: gzip: invalid header\)$"):
        load_archive(io.BytesIO(b"no gzip at all"))
    with pytest.raises(ChartError, match=r"^unable to load chart archive: unexpected EOF$"):
        load_archive(io.BytesIO(b"\x1f"))


def test_what_is_not_there_and_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ChartError, match=r"^open .*/nothing: no such file or directory$"):
        load(tmp_path / "nothing")
    (tmp_path / "Chart.yaml").mkdir()
    with pytest.raises(
        ChartError, match=r"^unable to detect chart at .*/Chart.yaml: read .*: is a directory$"
    ):
        load(tmp_path)


def test_links_are_followed_and_told(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.yaml").write_text("x")
    chart = tmp_path / "chart"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_bytes(CHART_YAML)
    (chart / "templates" / "link").symlink_to(tmp_path / "elsewhere")
    (chart / "templates" / "one").symlink_to("link/x.yaml")
    logs: list[str] = []
    loaded = load(chart, lambda level, message, **more: logs.append(slog(level, message, **more)))
    assert [file.name for file in loaded.templates] == ["templates/link/x.yaml", "templates/one"]
    found = 'level=INFO msg="found symbolic link in path. Contents of linked file included and used"'
    assert logs == [
        f"{found} path={chart}/templates/link resolved={tmp_path}/elsewhere",
        f"{found} path={chart}/templates/one resolved={tmp_path}/elsewhere/x.yaml",
    ]


@pytest.mark.parametrize("target", ["nowhere", "self"])
def test_links_to_nothing_are_refused(target: str, tmp_path: Path) -> None:
    (tmp_path / "Chart.yaml").write_bytes(CHART_YAML)
    (tmp_path / "self").symlink_to(target)
    reason = "EvalSymlinks: too many links" if target == "self" else f"lstat {tmp_path}/nowhere: no such file"
    with pytest.raises(ChartError, match=rf"^error evaluating symlink {tmp_path}/self: {reason}"):
        load(tmp_path)


def test_links_in_circles_end(tmp_path: Path) -> None:
    (tmp_path / "Chart.yaml").write_bytes(CHART_YAML)
    (tmp_path / "up").symlink_to(".")
    with pytest.raises(ChartError, match=r"too many levels of symbolic links$"):
        load(tmp_path)


def test_pipes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "Chart.yaml").write_bytes(CHART_YAML)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ChartError, match=rf"^cannot load irregular file {tmp_path}/pipe as it has file mode"):
        load(tmp_path)


def test_requirements_of_newer_charts_are_told(tmp_path: Path) -> None:
    logs: list[str] = []
    files = [
        File("Chart.yaml", CHART_YAML),
        File("requirements.yaml", b"dependencies: []\n"),
        File("requirements.lock", b"digest: x\n"),
    ]
    chart = load_files(files, lambda level, message: logs.append(f"{level} {message}"))
    assert [line.partition(".")[0] for line in logs] == [
        "INFO Warning: Dependencies are handled in Chart",
        "INFO Warning: Dependency locking is handled in Chart",
    ]
    assert chart.files == []
    assert chart.lock is not None
    assert chart.lock.digest == "x"
