"""Packaged charts: entries, and headers that other readers take. Fields were read off Helm's archives."""

from __future__ import annotations

import gzip
import io
import tarfile
import time

import pytest

from hivehelm.chart.errors import ChartError
from hivehelm.chart.load import load_archive, load_files
from hivehelm.chart.model import Chart, File
from hivehelm.chart.pack import InvalidChartNameError, check_name, packed, tar

YAML = b"apiVersion: v2\nname: a\nversion: 1.0.0\n"
NS = 1_600_000_000_500_000_000


def chart(*files: File, yaml: bytes = YAML) -> Chart:
    return load_files([File("Chart.yaml", yaml, NS), *files])


def members(made: Chart, epoch: int | None = None) -> list[tarfile.TarInfo]:
    return tarfile.open(fileobj=io.BytesIO(b"".join(tar(made, epoch)))).getmembers()


def test_entries_come_in_helms_order() -> None:
    made = chart(
        File("README.md", b"r", NS),
        File("charts/b/Chart.yaml", YAML.replace(b"name: a", b"name: b"), NS),
        File("charts/b/values.yaml", b"", NS),
        File("templates/t.yaml", b"t", NS - 1),
        File("values.schema.json", b"{}", NS),
        File("values.yaml", b"a: 1\n", NS),
        File("Chart.lock", b"generated: 2020-01-01T00:00:00Z\n", NS),
    )
    found = members(made)
    assert [entry.name for entry in found] == [
        "a/Chart.yaml",
        "a/Chart.lock",
        "a/values.yaml",
        "a/values.schema.json",
        "a/templates/t.yaml",
        "a/README.md",
        "a/charts/b/Chart.yaml",
        "a/charts/b/values.yaml",
    ]
    assert {(entry.mode, entry.uid, entry.uname, entry.type) for entry in found} == {(0o644, 0, "", b"0")}
    # Half a second is rounded up, the lock is as old as it says.
    assert [entry.mtime for entry in found][:5:2] == [1_600_000_001, 1_600_000_001, 1_600_000_000]
    assert found[1].mtime == 1_577_836_800
    assert {entry.mtime for entry in members(made, 5)} == {5}


def test_the_archive_is_gzip_with_helms_marks() -> None:
    made = chart(File("values.yaml", b"a: 1\n", NS))
    data = b"".join(packed(made))
    assert data == b"".join(packed(made))
    assert data[:4] == b"\x1f\x8b\x08\x14" and data[9] == 255
    assert b"Helm\0" in data[:70]
    assert gzip.decompress(data) == b"".join(tar(made))
    again = load_archive(io.BytesIO(data))
    assert (again.name, again.values) == ("a", {"a": 1})


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("f" * 98, "ustar"),
        ("d" * 98 + "/" + "f" * 50, "ustar"),
        ("d" * 30 + "/" + "f" * 120, "pax"),
        ("f" * 120, "pax"),
        ("d" * 200 + "/" + "f" * 3, "pax"),
        ("ü.txt", "pax"),
        ("ü" * 70, "pax"),
        ("d" * 97 + "/" + "e" * 160 + "/f", "pax"),
    ],
)
def test_long_and_foreign_names(name: str, form: str) -> None:
    entry = members(chart(File(name, b"x", NS)))[1]
    assert entry.name == f"a/{name}"
    assert bool(entry.pax_headers) == (form == "pax")
    assert list(entry.pax_headers) == (["path"] if form == "pax" else [])


def test_times_that_do_not_fit_are_records() -> None:
    old, far = chart(File("x", b"", -10_000_000_000)), chart(File("x", b"", (1 << 33) * 1_000_000_000))
    assert members(old)[1].mtime == -10
    assert members(far)[1].mtime == 1 << 33


def test_what_has_no_time_is_from_now() -> None:
    made = chart(File("x", b""), File("Chart.lock", b"digest: x\n"))
    assert all(abs(entry.mtime - time.time()) < 60 for entry in members(made)[1:])


def test_the_lock_is_stamped_too() -> None:
    made = chart(File("Chart.lock", b"generated: 2020-01-01T00:00:00Z\n"))
    assert b'generated: "1970-01-01T00:00:07Z"' in b"".join(tar(made, 7))


def test_v1_has_no_chart_lock() -> None:
    made = chart(File("requirements.lock", b"digest: x\n", NS), yaml=YAML.replace(b"v2", b"v1"))
    assert [entry.name for entry in members(made)] == ["a/Chart.yaml", "a/requirements.lock"]


def test_schemas_are_json() -> None:
    with pytest.raises(ChartError, match=r"^invalid JSON in values\.schema\.json$"):
        b"".join(packed(chart(File("values.schema.json", b"{", NS))))


def test_names_are_no_paths() -> None:
    check_name("a.b-c")
    with pytest.raises(InvalidChartNameError, match=r'^"a/b" is not a valid chart name$'):
        check_name("a/b")


def test_large_charts_come_in_pieces() -> None:
    import random

    noise = random.Random(1).randbytes(300_000)  # noqa: S311 - what does not compress
    pieces = list(packed(chart(File("noise", noise, NS))))
    assert len(pieces) > 2
    assert load_archive(io.BytesIO(b"".join(pieces))).files[0].data == noise
