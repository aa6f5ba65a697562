from __future__ import annotations

import gzip
import io
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest

from hivehelm.chart.errors import PathError
from hivehelm.plugins import archive
from hivehelm.plugins.errors import PluginArchiveError

PLUGIN = {"p/plugin.yaml": b"name: p\n", "p/run": b"#!/bin/sh\n"}


def packed(files: dict[str, bytes], **more: Any) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT, pax_headers=more.get("pax")) as made:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), more.get("mode", 0o644)
            made.addfile(entry, io.BytesIO(data))
        for name, kind in more.get("others", {}).items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname, entry.mode = kind, "x", 0o755
            made.addfile(entry)
    return gzip.compress(raw.getvalue(), mtime=0)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("p-1.2.3.tgz", "p"),
        ("my-plug-0.1.0-rc.1.tar.gz", "my-plug"),
        ("p.tgz", "p"),
        ("p-1.tgz", "p-1"),
        ("a-1.2-b-3.4.tgz", "a-1.2-b"),
        ("p.zip", ""),
    ],
)
def test_names_of_plugins_in_those_of_archives(name: str, expected: str) -> None:
    assert archive.strip_name(name) == expected
    assert archive.is_archive(name) == bool(expected)


def test_metadata_wherever_they_are() -> None:
    assert archive.metadata(packed({"x": b"", "deep/er/plugin.yaml": b"name: p\n"})).name == "p"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "EOF"),
        (b"no gzip at all", "gzip: invalid header"),
        (packed({"x": b""}), "plugin.yaml not found in tarball"),
        (gzip.compress(b"x" * 512, mtime=0), "archive/tar: invalid tar header"),
        (packed(PLUGIN)[:60], "unexpected EOF"),
        (packed({"plugin.yaml": b"#" * (6 << 20)}), "plugin.yaml is larger than 5242880 bytes"),
    ],
)
def test_metadata_that_are_not_there(data: bytes, expected: str) -> None:
    with pytest.raises(PluginArchiveError) as caught:
        archive.metadata(data)
    assert str(caught.value) == expected


def test_metadata_that_break_off() -> None:
    raw = gzip.decompress(packed({"plugin.yaml": b"name: p\n" * 100}))[:900]
    with pytest.raises(PluginArchiveError, match="unexpected EOF"):
        archive.metadata(gzip.compress(raw))


def test_unpacking(tmp_path: Path) -> None:
    data = packed(
        {**PLUGIN, "p\\deep\\file": b"x" * 3_000_000}, mode=0o750, others={"p/empty": tarfile.DIRTYPE}
    )
    archive.unpack(data, str(tmp_path / "to"))
    top = tmp_path / "to" / "p"
    assert sorted(path.name for path in top.iterdir()) == ["deep", "empty", "plugin.yaml", "run"]
    assert (top / "deep/file").read_bytes() == b"x" * 3_000_000
    assert (top / "run").stat().st_mode & 0o777 == 0o750
    archive.unpack(packed({"p/run": b"new"}), str(tmp_path / "to"))
    assert (top / "run").read_bytes().startswith(b"new")


def test_unpacking_records_of_all_entries(tmp_path: Path) -> None:
    archive.unpack(packed(PLUGIN, pax={"comment": "x"}), str(tmp_path))
    assert (tmp_path / "p/run").exists()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("p/../../x", "path contains '..', which is illegal"),
        ("p\\..\\x", "path contains '..', which is illegal"),
        ("/etc/x", "path is absolute, which is illegal"),
        ("\\etc\\x", "path is absolute, which is illegal"),
        ("c:/x", "path contains ':', which is illegal"),
    ],
)
def test_paths_that_lead_out(tmp_path: Path, name: str, expected: str) -> None:
    with pytest.raises(PluginArchiveError) as caught:
        archive.unpack(packed({name: b"x"}), str(tmp_path / "to"))
    assert str(caught.value) == expected
    assert list((tmp_path / "to").iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "bits"), [(tarfile.SYMTYPE, "110010"), (tarfile.LNKTYPE, "110001"), (tarfile.FIFOTYPE, "110110")]
)
def test_links_and_devices(tmp_path: Path, kind: bytes, bits: str) -> None:
    with pytest.raises(PluginArchiveError) as caught:
        archive.unpack(packed({}, others={"x": kind}), str(tmp_path))
    assert str(caught.value) == f"unknown type: {bits} in x"


def test_links_that_are_there_already(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "to").mkdir()
    (tmp_path / "to/p").symlink_to(tmp_path / "out")
    with pytest.raises(PluginArchiveError, match="to/p is a link"):
        archive.unpack(packed(PLUGIN), str(tmp_path / "to"))
    assert list((tmp_path / "out").iterdir()) == []


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 10)
    with pytest.raises(PluginArchiveError, match="unpacks to more than 10 bytes"):
        archive.unpack(packed({"a": b"12345", "b": b"123456"}), str(tmp_path))
    monkeypatch.setattr(archive, "MAX_ENTRIES", 2)
    with pytest.raises(PluginArchiveError, match="has more than 2 entries"):
        archive.unpack(packed({"a": b"", "b": b"", "c": b""}), str(tmp_path))


def test_what_breaks_off(tmp_path: Path) -> None:
    raw = gzip.decompress(packed({"a": b"x" * 2000}))
    with pytest.raises(PluginArchiveError, match="unexpected EOF"):
        archive.unpack(gzip.compress(raw[:1000]), str(tmp_path))
    data = bytearray(packed({"a": os.urandom(20_000)}))
    with pytest.raises(PluginArchiveError, match="unexpected EOF"):
        archive.unpack(bytes(data[:9000]), str(tmp_path))


def test_what_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("")
    with pytest.raises(PathError, match="mkdir"):
        archive.unpack(packed(PLUGIN), str(tmp_path))
    (tmp_path / "q/run").mkdir(parents=True)
    with pytest.raises(PathError, match=r"open .*: is a directory"):
        archive.unpack(packed({"q/run": b""}), str(tmp_path))


def test_packing(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "deep").mkdir(parents=True)
    (source / "deep/file").write_text("x")
    (source / "link").symlink_to("deep")
    (source / "run").write_text("#!")
    (source / "run").chmod(0o755)
    (source / "p.tgz").write_text("old")
    data = archive.pack(str(source), "p", skip=str(source / "p.tgz"))
    with tarfile.open(fileobj=io.BytesIO(data)) as made:
        entries = {entry.name: (entry.type, entry.mode & 0o777, entry.linkname) for entry in made}
    assert list(entries) == ["p", "p/deep", "p/deep/file", "p/link", "p/run"]
    assert entries["p/link"] == (tarfile.SYMTYPE, 0o777, "")
    assert entries["p/run"] == (tarfile.REGTYPE, 0o755, "")


def test_packing_the_same_again(tmp_path: Path) -> None:
    made = []
    for age in (1, 2):
        source = tmp_path / str(age)
        source.mkdir()
        (source / "a").write_text("x")
        os.utime(source / "a", (age, age))
        made.append(archive.pack(str(source), "p", 1234567890))
    assert made[0] == made[1]


def test_packing_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PathError, match="no such file or directory"):
        archive.pack(str(tmp_path / "nosuch"), "p")
