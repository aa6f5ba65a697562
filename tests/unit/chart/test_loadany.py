"""Charts of any apiVersion; the texts are those of Helm's `dependency list`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hivehelm.chart.errors import ChartError
from hivehelm.chart.loadany import load_any, load_directory, load_file

from .conftest import CHART_YAML, MakeArchive


def test_any_version(tmp_path: Path, archive: MakeArchive) -> None:
    strange = CHART_YAML.replace(b"v2", b"v9")
    (tmp_path / "Chart.yaml").write_bytes(strange)
    assert load_any(str(tmp_path)).metadata.api_version == "v9"
    packed = tmp_path / "a.tgz"
    packed.write_bytes(archive({"a/Chart.yaml": strange}))
    assert load_any(str(packed)).metadata.api_version == "v9"
    assert load_file(str(packed)).name == "a"


def test_what_is_no_chart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("some text\n")
    Path("empty").mkdir()
    for path, problem in (
        ("nosuch", "stat nosuch: no such file or directory"),
        ("file/x", "stat file/x: not a directory"),
        ("empty", "Chart.yaml file is missing"),
        ("file", "file 'file' does not appear to be a gzipped archive; got 'application/octet-stream'"),
    ):
        with pytest.raises(ChartError) as raised:
            load_any(path)
        assert str(raised.value) == problem
    with pytest.raises(ChartError, match=r"^Chart\.yaml file is missing$"):
        load_directory("file")
    with pytest.raises(ChartError, match=r"^cannot load a directory$"):
        load_file("empty")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.tgz").touch(0)
    with pytest.raises(ChartError, match=r"^open .*/a\.tgz: permission denied$"):
        load_any(str(tmp_path / "a.tgz"))


def test_a_broken_second_member(tmp_path: Path, archive: MakeArchive) -> None:
    """gzip's own complaint comes with the file's name."""
    import gzip
    import zlib

    whole = gzip.decompress(archive({"a/Chart.yaml": CHART_YAML}))
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    part = whole[:512]
    body = deflate.compress(part) + deflate.flush()
    sums = zlib.crc32(part).to_bytes(4, "little") + len(part).to_bytes(4, "little")
    path = tmp_path / "a.tgz"
    path.write_bytes(b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + body + sums + b"not another member")
    with pytest.raises(ChartError) as raised:
        load_any(str(path))
    assert str(raised.value) == (
        f"file '{path}' does not appear to be a valid chart file (details: gzip: invalid header)"
    )
